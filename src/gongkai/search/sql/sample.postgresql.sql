SELECT count(*), array_agg(rowid ORDER BY rowid DESC) FILTER (WHERE hit)
FROM (
  SELECT rowid, (CAST(%s AS text) = '' OR heads @@ CAST(%s AS tsquery)) AND … @@ CAST(%s AS tsquery) AS hit
  FROM search_fulltext ORDER BY rowid DESC LIMIT %s
) AS newest
