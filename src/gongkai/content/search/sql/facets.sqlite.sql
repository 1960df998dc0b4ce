UPDATE search_searchrow SET facets = (SELECT search_fulltext.facets FROM search_fulltext WHERE search_fulltext.rowid = edition_id)
WHERE edition_id BETWEEN %s AND %s AND facets = '' AND edition_id IN (SELECT rowid FROM search_fulltext)
