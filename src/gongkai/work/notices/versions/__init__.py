"""Versions of a notice: amended, superseded and last year's, and the matching of their rows."""
