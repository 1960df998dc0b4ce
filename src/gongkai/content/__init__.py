"""Everything that the public reads."""
