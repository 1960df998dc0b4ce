SELECT rowid, ts_rank('{0.05, 0.0, 0.2, 1.0}', tokens, CAST(%s AS tsquery), 1) AS score
FROM search_fulltext WHERE rowid = ANY(%s)
