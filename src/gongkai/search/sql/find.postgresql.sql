WITH found AS (
  SELECT rowid, tokens FROM search_fulltext
  WHERE (CAST(%s AS text) = '' OR heads @@ CAST(%s AS tsquery)) AND tokens @@ CAST(%s AS tsquery)
  ORDER BY rowid DESC LIMIT %s
)
SELECT rowid, ts_rank('{0.05, 0.0, 0.2, 1.0}', tokens, CAST(%s AS tsquery), 1) AS score FROM found
