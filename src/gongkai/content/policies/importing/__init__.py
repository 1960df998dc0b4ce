"""Spreadsheets of this room: the library itself, the verdicts of a clean-up round, the filed list."""
