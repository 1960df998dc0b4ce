"""Structured tables that must be public: public institutions, topic tables, service guides, power lists, lists of items, reading points.

What a table must say is data: a `TableSchema` (fields with kind, unit, whether required, source), preset from `data/schemas.toml` and
changed by the 政务公开办. A unit keeps a `PublicTable` of `Record`s under a schema, by hand or from a spreadsheet; `faults` says which
field is missing, which record was not confirmed in its time, whose basis ended. A table (or, for guides, each record) is a source of
editions: reviewed, published, withdrawn as any text, with the table as .xlsx and .csv beside it.
"""
