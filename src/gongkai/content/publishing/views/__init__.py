"""Office views of this app."""
