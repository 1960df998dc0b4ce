UPDATE publishing_fulltext
SET tokens = ts_filter(tokens, '{a,d}') || setweight(to_tsvector('simple', %s), 'C') WHERE rowid = %s
