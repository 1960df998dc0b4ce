SELECT max(id) FROM editions_edition
WHERE document_id = (SELECT id FROM editions_document WHERE published_at < %s ORDER BY published_at DESC LIMIT 1)
