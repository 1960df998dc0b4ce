"""Search of all that is public: our own full-text table, the same tokens on every database.

Tokens come from `gongkai.lib.matching.folding` (bigrams, whole document numbers), so two-character words and a 文号 are found
exactly. `table` is the full-text table (SQL in `sql/`), `query` asks it through `visible_to`.
"""
