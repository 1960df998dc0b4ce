"""Locale formats of dates and numbers."""
