"""Passing down: draft a notice for lower units from measures of another notice.

`draft_text` is pure and adapts place names and levels; `drafts` reads drafts and prints them.
"""
