"""Back office views of cases and promises."""
