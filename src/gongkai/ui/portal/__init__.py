"""The public site: pages from editions, figures from the rooms' public queries. What it writes: docs/portal.md."""
