"""Queries of cases and promises."""
