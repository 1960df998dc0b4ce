"""The public site: pages from editions, figures from the rooms' public queries. Reads only."""
