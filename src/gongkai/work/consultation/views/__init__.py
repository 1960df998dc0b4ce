"""Pages of this room in the office."""
