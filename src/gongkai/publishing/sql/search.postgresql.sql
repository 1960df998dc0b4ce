CREATE TABLE IF NOT EXISTS publishing_fulltext (rowid bigint PRIMARY KEY, tokens tsvector NOT NULL)
--;;
CREATE INDEX IF NOT EXISTS publishing_fulltext_tokens ON publishing_fulltext USING gin (tokens)
