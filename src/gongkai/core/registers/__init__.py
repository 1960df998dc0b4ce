"""Registers: a list, its forms and its record pages, declared once.

An app declares a `Register` with columns, rows, filters and actions. It generates the list page
with filters, sorting and pagination, cards on phones, spreadsheet export, missing units, action
forms and record pages. This package knows nothing about the meaning of rows.
"""
