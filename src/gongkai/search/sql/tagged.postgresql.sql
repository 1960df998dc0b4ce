SELECT rowid FROM search_fulltext WHERE rowid = ANY(CAST(%s AS bigint[])) AND ts_match_vq(heads, CAST(%s AS tsquery))
