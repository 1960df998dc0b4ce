SELECT rowid FROM search_fulltext WHERE search_fulltext MATCH %s ORDER BY rowid DESC LIMIT %s
