"""Office pages of tables."""
