"""Checks of a site: `pages` runs on each page during the crawl, the others after it."""
