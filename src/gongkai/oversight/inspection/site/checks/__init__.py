"""Checks of a site: those of single pages run during the crawl, the others after it."""
