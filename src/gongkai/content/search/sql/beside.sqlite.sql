SELECT 'archived', id, '', 0 FROM editions_column WHERE archived_at IS NOT NULL
UNION ALL
SELECT 'body', id, coalesce(nullif(short_name, ''), name), 0 FROM units_body WHERE id IN (SELECT value FROM json_each(%(bodies)s))
UNION ALL
SELECT 'first', id, '', (
  SELECT CAST((julianday(published_at) - 2440587.5) * 86400000000 AS integer) FROM editions_shelf AS shelf
  WHERE shelf.column_id IS NULL AND shelf.website_id = site.id ORDER BY published_at LIMIT 1
)
FROM editions_website AS site WHERE %(older)s AND (%(website)s IS NULL OR id = %(website)s)
UNION ALL
SELECT 'column', id, name, 0 FROM editions_column WHERE id IN (SELECT value FROM json_each(%(columns)s)) AND website_id = %(website)s
UNION ALL
SELECT 'site', id, name, 0 FROM editions_website WHERE id IN (SELECT value FROM json_each(%(sites)s)) AND (%(website)s IS NULL OR id = %(website)s)
