SELECT rowid, -bm25(publishing_fulltext, 12.0, 1.0, 0.0) AS score
FROM publishing_fulltext WHERE publishing_fulltext MATCH %s
ORDER BY rowid DESC LIMIT %s
