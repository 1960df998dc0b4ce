UPDATE search_searchrow SET facets = array_to_string(tsvector_to_array(ts_filter(heads, '{c}')), ' ')
FROM search_fulltext WHERE rowid = edition_id AND edition_id BETWEEN %s AND %s AND facets = ''
