"""Spreadsheets of policies: the library, the verdicts of a clean-up round, the filed list, uploads."""
