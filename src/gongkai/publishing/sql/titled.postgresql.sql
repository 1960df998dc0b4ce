SELECT rowid FROM publishing_fulltext WHERE heads @@ CAST(%s AS tsquery) ORDER BY rowid DESC LIMIT %s
