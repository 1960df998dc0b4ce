SELECT rowid FROM search_fulltext WHERE heads @@ CAST(%s AS tsquery) ORDER BY rowid DESC LIMIT %s
