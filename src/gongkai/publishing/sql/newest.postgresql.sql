SELECT rowid FROM publishing_fulltext WHERE tokens @@ CAST(%s AS tsquery) ORDER BY rowid DESC LIMIT %s
