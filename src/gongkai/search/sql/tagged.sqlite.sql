SELECT rowid FROM search_fulltext WHERE rowid IN (SELECT value FROM json_each(%s)) AND search_fulltext MATCH %s
