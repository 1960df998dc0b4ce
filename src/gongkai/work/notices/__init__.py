"""Notices (任务分工通知): import a notice, turn it into entries and columns, close the entries.

Importing creates a draft notice of measures and duties, which clerks correct on the review page.
`confirm` creates entries (one measure, one responsible unit, one period), columns and due dates.
Units submit with evidence; the lead unit accepts or returns. Entries are closed (销号), reopened, or
carried over into next year's look-back (回头看).
"""
