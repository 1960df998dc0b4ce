"""Registers: a list, its forms and its records, declared once.

A room declares a `Register`: the columns, the rows that somebody sees, the filters, the actions. From the declaration follow the page with
its filters, order and pages, the cards on a phone, the spreadsheet, the units that owe a row and have none, the form page of each action and
the page of each record. Nothing here knows what a row is about.

`columns` says how a value is read, shown and exported; `filters` narrows rows; `forms` makes an action's form from its signature and the
model; `register` is the declaration and the list; `acting` and `record` are the two other pages.
"""
