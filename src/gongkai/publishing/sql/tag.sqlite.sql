UPDATE publishing_fulltext SET facets = %s WHERE rowid = %s
