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
SELECT 'column', place.id, place.name, hits.n FROM (
  SELECT column_id, count(*) AS n FROM editions_shelf
  WHERE edition_id IN (SELECT value FROM json_each(%(editions)s)) AND website_id = %(website)s AND column_id IS NOT NULL GROUP BY column_id
) AS hits
JOIN editions_column AS place ON place.id = hits.column_id
UNION ALL
SELECT 'site', site.id, site.name, hits.n FROM (
  SELECT website_id, count(*) AS n FROM editions_shelf
  WHERE %(sites)s AND edition_id IN (SELECT value FROM json_each(%(editions)s)) AND column_id IS NULL
    AND (%(website)s IS NULL OR website_id = %(website)s)
  GROUP BY website_id
) AS hits
JOIN editions_website AS site ON site.id = hits.website_id
