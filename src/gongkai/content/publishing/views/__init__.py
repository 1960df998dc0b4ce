"""The room's pages in the office."""
