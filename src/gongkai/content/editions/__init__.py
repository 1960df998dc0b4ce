"""Public content: documents, their editions, their columns, and who may see them.

An edition is one publication or withdrawal of a document. Rows are only added, each is complete,
and only `write_edition` creates one. `Shelf` lists what is public in each column at a time; it is
derived from editions and can be rebuilt. Lists read it through `queries.visible_to`. A scheduled
publication has a `visible_from` in the future. `sources` defines what can be published, `gates`
what prevents it, `erasure` what is erased by law, `verify` what `audit verify` recomputes. The app
`publishing` opens and changes sites and columns.
"""
