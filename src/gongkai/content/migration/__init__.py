"""Migrate content from an old platform.

A spreadsheet with files, or saved HTML pages (`crawl` saves a site if the installation allows it), are read
into rows (`sources`), compared with existing content (`settling`), ordered by a person, and migrated one row
a transaction (`working`). It can be interrupted, repeated without duplicates, and undone.
"""
