SELECT document_id, website_id, path FROM editions_shelf
WHERE edition_id IN (SELECT value FROM json_each(%(editions)s)) AND column_id IS NULL
  AND (%(website)s IS NULL OR website_id = %(website)s)
ORDER BY website_id
