UPDATE search_fulltext
SET heads = ts_filter(heads, '{a}') || facets, tokens = ts_filter(tokens, '{a,d}') || facets
FROM (SELECT setweight(to_tsvector('simple', %s), 'C') AS facets) AS new
WHERE rowid = %s
