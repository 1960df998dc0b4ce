SELECT rowid FROM publishing_fulltext WHERE publishing_fulltext MATCH %s ORDER BY rowid DESC LIMIT %s
