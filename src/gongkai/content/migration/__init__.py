"""Migrate content from an old platform.

A spreadsheet with files, or saved HTML pages (`crawl` saves a site if the installation allows it),
are read into rows (`sources`). Rows are matched with units, columns and existing content
(`row_matching`). A person orders the migration; then rows are published in small transactions
(`run_steps`). A run can be interrupted, repeated without duplicates, and undone.
"""
