"""Read spreadsheets as pages of values for imports, each file in a child process."""
