SELECT * FROM (
  SELECT 0 AS older, document_id, title, path, number, published_at FROM editions_shelf
  WHERE column_id = %s AND from_at <= %s AND (until_at IS NULL OR until_at > %s) AND audience = 'all'
    AND published_at >= %s AND (published_at > %s OR document_id > %s)
  ORDER BY published_at, document_id LIMIT %s
) AS above
UNION ALL
SELECT * FROM (
  SELECT 1 AS older, document_id, title, path, number, published_at FROM editions_shelf
  WHERE column_id = %s AND from_at <= %s AND (until_at IS NULL OR until_at > %s) AND audience = 'all'
    AND published_at <= %s AND (published_at < %s OR document_id < %s)
  ORDER BY published_at DESC, document_id DESC LIMIT %s
) AS below
