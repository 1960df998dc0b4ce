SELECT rowid FROM (SELECT rowid, heads, tokens FROM search_fulltext ORDER BY rowid DESC LIMIT %(texts)s) AS newest
WHERE {column} @@ CAST(%(words)s AS tsquery) {narrowed}
ORDER BY rowid DESC LIMIT %(limit)s
