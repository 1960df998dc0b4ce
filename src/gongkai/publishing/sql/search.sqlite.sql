CREATE VIRTUAL TABLE IF NOT EXISTS publishing_fulltext USING fts5(title, body, facets, tokenize = 'unicode61')
