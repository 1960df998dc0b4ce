"""Spreadsheets in and out with the same columns: dry run, errors by cell, undo."""
