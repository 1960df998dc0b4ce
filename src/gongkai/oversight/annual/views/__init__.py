"""Back office views of annual reports."""
