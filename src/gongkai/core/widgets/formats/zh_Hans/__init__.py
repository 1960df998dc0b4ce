"""Locale formats for Simplified Chinese."""
