"""Inspecting government sites, our own and others': are they there, fresh, whole, right, open to everybody, and safe.

`site/` knows neither Django nor a database: it crawls a site (`outbound.crawling`), checks it against a table of indicators
(`data/indicators.toml`, which an office may replace) and reports findings with their evidence and a score with its
reasons; `gongkai inspect` is this part alone.
"""
