CREATE VIRTUAL TABLE IF NOT EXISTS search_fulltext USING fts5(title, body, facets, tokenize = 'unicode61')
