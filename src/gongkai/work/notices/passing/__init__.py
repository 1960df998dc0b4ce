"""Passing down: draft a notice for lower units from measures of another notice.

`wording` is pure and adapts place names and levels; `drafts` reads drafts and prints them.
"""
