SELECT rowid FROM (SELECT rowid, heads, tokens FROM search_fulltext ORDER BY rowid DESC LIMIT %s) AS newest
WHERE (CAST(%s AS text) = '' OR heads @@ CAST(%s AS tsquery)) AND … @@ CAST(%s AS tsquery)
ORDER BY rowid DESC LIMIT %s
