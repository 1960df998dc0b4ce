INSERT INTO publishing_fulltext (rowid, title, body) VALUES (%s, %s, %s)
