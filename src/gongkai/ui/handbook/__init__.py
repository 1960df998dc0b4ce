"""The handbook (手册) in Chinese, and context help.

`pages/*.md` are the pages; `contents.toml` gives their order, their roles and the back-office
pages they explain. `contents` reads both, `markup` renders HTML, `search` finds sections and reads the glossary
(`pages/terms.md`), `pictures` describes the screenshots.
"""
