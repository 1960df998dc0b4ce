INSERT INTO search_fulltext (rowid, heads, tokens)
SELECT number, title || facets, title || body || facets
FROM (
  SELECT
    CAST(%s AS bigint) AS number,
    setweight(to_tsvector('simple', %s), 'A') AS title,
    setweight(to_tsvector('simple', %s), 'D') AS body,
    setweight(to_tsvector('simple', %s), 'C') AS facets
) AS parts
