"""Template tags of site inspections."""
