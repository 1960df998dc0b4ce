"""Alignment: compare a notice with its parent, last year's or another own notice.

`similarity`, `text_differences`, `deadlines` and `comparison` are pure: neutral words, text differences, deadlines,
rows. `stored_notices` reads rows and decisions of clerks in a constant number of queries.
"""
