INSERT INTO publishing_fulltext (rowid, tokens)
VALUES (
  %s,
  setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'D') || setweight(to_tsvector('simple', %s), 'C')
)
