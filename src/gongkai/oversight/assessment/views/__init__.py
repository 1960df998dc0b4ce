"""Back office views of the assessment app."""
