SELECT rowid, ts_rank('{0.05, 0.1, 0.2, 1.0}', tokens, query, 1) AS score
FROM publishing_fulltext, CAST(%s AS tsquery) AS query WHERE tokens @@ query
ORDER BY score DESC, rowid DESC LIMIT %s
