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
SELECT 'column', place.id, place.name, hits.n FROM (
  SELECT column_id, count(*) AS n FROM editions_shelf
  WHERE edition_id = ANY(CAST(%(editions)s AS bigint[])) AND website_id = %(website)s AND column_id IS NOT NULL GROUP BY column_id
) AS hits
JOIN editions_column AS place ON place.id = hits.column_id
UNION ALL
SELECT 'site', site.id, site.name, hits.n FROM (
  SELECT website_id, count(*) AS n FROM editions_shelf
  WHERE CAST(%(sites)s AS boolean) AND edition_id = ANY(CAST(%(editions)s AS bigint[])) AND column_id IS NULL
    AND (CAST(%(website)s AS bigint) IS NULL OR website_id = %(website)s)
  GROUP BY website_id
) AS hits
JOIN editions_website AS site ON site.id = hits.website_id
