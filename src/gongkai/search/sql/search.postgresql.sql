CREATE TABLE IF NOT EXISTS search_fulltext (rowid bigint PRIMARY KEY, heads tsvector NOT NULL, tokens tsvector NOT NULL)
--;;
CREATE INDEX IF NOT EXISTS search_heads_blocks ON search_fulltext USING gin (heads, (ARRAY[rowid >> 12]))
--;;
CREATE INDEX IF NOT EXISTS search_tokens_blocks ON search_fulltext USING gin (tokens, (ARRAY[rowid / 4096]))
--;;
DROP INDEX IF EXISTS search_fulltext_heads, search_fulltext_tokens
