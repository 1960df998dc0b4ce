SELECT rowid FROM publishing_fulltext WHERE tokens @@ CAST(%s AS tsquery) AND rowid IN (…)
