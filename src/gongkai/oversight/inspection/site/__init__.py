"""Inspect a site without a database: `run.inspect_site` crawls, checks and scores it."""
