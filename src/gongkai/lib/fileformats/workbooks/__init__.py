"""Spreadsheets as rows and pages of values, for imports: `rows.rows_of`, `pages.pages_of`. Each file is read in a child (`confined`)."""
