CREATE TABLE IF NOT EXISTS search_fulltext (rowid bigint PRIMARY KEY, heads tsvector NOT NULL, tokens tsvector NOT NULL)
--;;
CREATE INDEX IF NOT EXISTS search_heads_parts ON search_fulltext USING gin (heads, ({heads}))
--;;
CREATE INDEX IF NOT EXISTS search_tokens_parts ON search_fulltext USING gin (tokens, ({tokens}))
--;;
DROP INDEX IF EXISTS search_heads_blocks, search_tokens_blocks
