CREATE TABLE IF NOT EXISTS search_fulltext (rowid bigint PRIMARY KEY, heads tsvector NOT NULL, tokens tsvector NOT NULL)
--;;
CREATE INDEX IF NOT EXISTS search_fulltext_heads ON search_fulltext USING gin (heads)
--;;
CREATE INDEX IF NOT EXISTS search_fulltext_tokens ON search_fulltext USING gin (tokens)
