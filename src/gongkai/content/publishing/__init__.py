"""Editing of public information: columns, items, disclosure deadlines, confirmation of words.

Editors work on Wagtail pages, which the public never reads. `actions.publish` freezes an approved
revision into an `Edition` (insert-only, self-contained); further actions are `withdraw`, `place`,
`open_column` and `erase`. A schedule is a `visible_from` in the future. `Shelf` (the public content
of each column) is derived and can be rebuilt; lists and search read it through
`queries.visible_to`.

Checks of texts belong to the app `checks`, signatures to `reviewing`.
"""
