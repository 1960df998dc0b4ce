SELECT rowid FROM search_fulltext WHERE search_fulltext MATCH %s AND rowid IN (…)
