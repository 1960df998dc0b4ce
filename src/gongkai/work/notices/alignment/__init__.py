"""Alignment: compare a notice with its parent, with last year's notice or another own notice.

`similarity`, `marking`, `deadlines` and `comparison` are pure: neutral words, text differences, deadlines,
rows. `loading` reads rows and decisions of clerks in a constant number of queries.
"""
