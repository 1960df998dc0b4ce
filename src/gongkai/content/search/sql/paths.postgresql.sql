SELECT document_id, website_id, path FROM editions_shelf
WHERE edition_id = ANY(CAST(%(editions)s AS bigint[])) AND column_id IS NULL
  AND (CAST(%(website)s AS bigint) IS NULL OR website_id = %(website)s)
ORDER BY website_id
