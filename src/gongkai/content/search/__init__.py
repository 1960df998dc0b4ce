"""Full-text search of all public texts, with the same tokens on every database.

Tokens come from `gongkai.lib.matching.folding` (pairs of characters, whole document numbers), so
that two-character words and a 文号 are found exactly. `table` is the full-text table (SQL in `sql/`);
`query` reads it through `visible_to`.
"""
