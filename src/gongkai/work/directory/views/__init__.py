"""Office pages of the catalogue."""
