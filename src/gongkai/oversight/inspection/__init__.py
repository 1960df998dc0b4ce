"""Inspect government websites for availability, freshness, errors and security.

`site/` uses neither Django nor a database: it crawls a site (`outbound.crawling`), checks it
against a table of indicators (`data/indicators.toml`, which an office may replace) and reports
findings with their evidence and a score with its reasons. The command `gongkai inspect` needs
this part only.
"""
