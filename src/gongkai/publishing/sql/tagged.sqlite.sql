SELECT rowid FROM publishing_fulltext WHERE publishing_fulltext MATCH %s AND rowid IN (…)
