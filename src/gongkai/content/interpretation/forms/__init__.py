"""Forms of the interpretation room."""
