UPDATE search_fulltext SET facets = %s WHERE rowid = %s
