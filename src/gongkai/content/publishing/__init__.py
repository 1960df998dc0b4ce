"""Editing of public information: columns, items, the disclosure clock, words for confirmation.

Editors work on Wagtail pages; the public never reads them. `actions.publish` freezes an approved revision into an `Edition`
(insert-only, self-contained); beside it `withdraw`, `place`, `open_column`, `erase`. A schedule is a `visible_from` in the future. `Shelf` (what is
public now, per column) is derived and can be rebuilt; lists and search read it through `queries.visible_to`.

What is found in a text is the business of `checks`, who signs it of `reviewing`: two rooms below.
"""
