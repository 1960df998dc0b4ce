INSERT INTO search_fulltext (rowid, title, body, facets) VALUES (%s, %s, %s, %s)
