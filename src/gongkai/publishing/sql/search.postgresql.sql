CREATE TABLE IF NOT EXISTS publishing_fulltext (rowid bigint PRIMARY KEY, heads tsvector NOT NULL, tokens tsvector NOT NULL)
--;;
CREATE INDEX IF NOT EXISTS publishing_fulltext_heads ON publishing_fulltext USING gin (heads)
--;;
CREATE INDEX IF NOT EXISTS publishing_fulltext_tokens ON publishing_fulltext USING gin (tokens)
