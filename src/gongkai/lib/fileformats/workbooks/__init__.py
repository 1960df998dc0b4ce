"""Read spreadsheets as pages of values for imports (`rows.read_workbook`), each file in a child (`confined`)."""
