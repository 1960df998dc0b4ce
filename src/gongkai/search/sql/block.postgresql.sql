SELECT rowid FROM search_fulltext
WHERE … @@ CAST(%s AS tsquery) AND (CAST(%s AS text) = '' OR heads @@ CAST(%s AS tsquery))
  AND (CAST(%s AS text) = '' OR ts_match_vq(…, CAST(%s AS tsquery)))
ORDER BY rowid DESC LIMIT %s
