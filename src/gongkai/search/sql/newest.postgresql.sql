WITH blocks AS MATERIALIZED (
  SELECT top, ARRAY(SELECT generate_series(top / 4096, last / 4096)) AS above,
    ARRAY(SELECT generate_series((top - %(near)s) / 4096, top / 4096)) AS near,
    ARRAY(SELECT generate_series((top - %(far)s) / 4096, (top - %(near)s) / 4096)) AS far,
    ARRAY(SELECT generate_series(0, (top - %(far)s) / 4096)) AS below
  FROM (SELECT max(rowid) AS last, least(max(rowid), CAST(%(start)s AS bigint)) AS top FROM search_fulltext) AS known
)
SELECT rowid FROM (
…
) AS found LIMIT %(limit)s
