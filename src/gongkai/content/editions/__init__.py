"""Public content: documents, their editions, their columns, and who may see them.

An edition is insert-only and self-contained, and only `write_edition` creates one. `Shelf` (the present
public content of each column) is derived and can be rebuilt; lists read it through `queries.visible_to`. A
schedule is a `visible_from` in the future. `sources` defines what can be published, `gates` what prevents it,
`erasing` what is erased by law, `verify` what `audit verify` recomputes. Sites and columns are only places of
documents here; `publishing` opens and changes them.
"""
