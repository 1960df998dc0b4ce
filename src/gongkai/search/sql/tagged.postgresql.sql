SELECT rowid FROM search_fulltext WHERE heads @@ CAST(%s AS tsquery) AND rowid IN (…)
