"""Migrate content from an old platform.

A spreadsheet with files beside it, or saved HTML pages (a site may be saved by `crawl`, where the installation allows it), are read into
rows (`sources`), held against what is here (`settling`), ordered by a person, and moved one row a transaction (`working`): interrupted,
it goes on; repeated, it doubles nothing; taken back, it erases.
"""
