"""Entries of a notice: creation, checklist, due dates, columns, evidence."""
