"""Public content: documents, their editions, their columns, and who may see them.

An edition is insert-only and self-contained; `write_edition` is the one place that makes one. `Shelf` (what is public now, for each column) is
derived and can be rebuilt; lists read it through `queries.visible_to`. A schedule is a `visible_from` in the future. `sources` says what can be
published, `gates` what holds it back, `erasing` what goes when law orders it, `verify` what `audit verify` recomputes. Sites and columns are
here as places where documents stand; they are opened and changed in `publishing`.
"""
