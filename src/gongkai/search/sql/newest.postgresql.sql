SELECT rowid FROM search_fulltext
WHERE (CAST(%s AS text) = '' OR heads @@ CAST(%s AS tsquery)) AND tokens @@ CAST(%s AS tsquery)
ORDER BY rowid DESC LIMIT %s
