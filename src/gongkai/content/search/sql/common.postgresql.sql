SELECT unnest(CAST(CAST(most_common_elems AS text) AS text[])), unnest(most_common_elem_freqs),
  (SELECT reltuples FROM pg_class WHERE oid = CAST('search_fulltext' AS regclass))
FROM pg_stats WHERE tablename = 'search_fulltext' AND schemaname = current_schema AND attname = %s
