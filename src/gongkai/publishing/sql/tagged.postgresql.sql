SELECT rowid FROM publishing_fulltext WHERE heads @@ CAST(%s AS tsquery) AND rowid IN (…)
