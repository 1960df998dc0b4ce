"""Passing on: a notice for the units below, drafted from chosen measures of another one, with the office's own words.

`wording` is pure: names of places and levels, what stands in a draft at first; `drafts` reads, and makes the printable notice.
"""
