"""The handbook (手册) of those who work with the product, in Chinese, and help in place.

- `pages/*.md`: the pages; `contents.toml`: their order, whose they are, and which page of the office is explained where.
- `contents` reads both, `markup` turns a page into HTML, `terms` reads the glossary (`pages/terms.md`).
- `finding` is the search, for the handbook's own pages and for the office's; `paper` writes the whole as .docx.
- `ui.help` is filled here: the link 帮助 in the head of every office page, and the tag `term`.

Words of the product stand in 「」 there; `tests/ui/handbook/test_words.py` holds them against templates, actions and choices (docs/handbook.md).
"""
