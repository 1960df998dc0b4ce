SELECT 'archived', id, '', CAST(0 AS bigint) FROM editions_column WHERE archived_at IS NOT NULL
UNION ALL
SELECT 'body', id, coalesce(nullif(short_name, ''), name), 0 FROM units_body WHERE id = ANY(CAST(%(bodies)s AS bigint[]))
UNION ALL
SELECT 'first', id, '', (
  SELECT CAST(extract(epoch FROM published_at) * 1000000 AS bigint) FROM editions_shelf AS shelf
  WHERE shelf.column_id IS NULL AND shelf.website_id = site.id ORDER BY published_at LIMIT 1
)
FROM editions_website AS site WHERE CAST(%(older)s AS boolean) AND (CAST(%(website)s AS bigint) IS NULL OR id = %(website)s)
UNION ALL
SELECT 'column', id, name, 0 FROM editions_column WHERE id = ANY(CAST(%(columns)s AS bigint[])) AND website_id = %(website)s
UNION ALL
SELECT 'site', id, name, 0 FROM editions_website WHERE id = ANY(CAST(%(sites)s AS bigint[])) AND (CAST(%(website)s AS bigint) IS NULL OR id = %(website)s)
