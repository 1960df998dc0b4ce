SELECT rowid, -bm25(search_fulltext, 12.0, 1.0, 0.0) AS score
FROM search_fulltext WHERE search_fulltext MATCH %s
ORDER BY rowid DESC LIMIT %s
