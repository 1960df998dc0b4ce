"""Structured tables that must be public, such as service guides and power lists.

A `TableSchema` defines the fields (kind, unit, required, source); presets are in `data/schemas.toml`, and the
open-government office can change them. A unit keeps a `PublicTable` of `Record`s, by hand or from a spreadsheet;
`record_faults` lists missing fields, overdue confirmations and ended legal bases. A table, or for guides each record,
is a source of editions: reviewed, published and withdrawn like any text, also as .xlsx and .csv.
"""
