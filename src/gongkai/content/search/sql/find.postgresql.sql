WITH titled AS MATERIALIZED (
  SELECT number FROM search_newest_heads(
    CAST(%(heads_whole)s AS tsquery), CAST(%(heads_rare)s AS tsquery), CAST(%(heads_words)s AS tsquery), CAST(%(narrowed)s AS tsquery),
    %(heads_walked)s, %(heads_near)s, %(year_end)s, %(limit)s
  ) AS number
), anywhere AS MATERIALIZED (
  SELECT number FROM search_newest_tokens(
    CAST(%(tokens_whole)s AS tsquery), CAST(%(tokens_rare)s AS tsquery), CAST(%(tokens_words)s AS tsquery), CAST(%(narrowed)s AS tsquery),
    %(tokens_walked)s, %(tokens_near)s, %(year_end)s, CASE WHEN (SELECT count(*) FROM titled) < %(limit)s THEN %(limit)s ELSE 0 END
  ) AS number
)
SELECT number, CAST(0 AS real), true FROM titled
UNION ALL
SELECT number, CASE WHEN (SELECT count(*) FROM anywhere) < %(limit)s THEN (
  SELECT ts_rank('{0.05, 0.0, 0.2, 1.0}', tokens, CAST(%(any)s AS tsquery), 1) FROM search_fulltext WHERE rowid = number
) ELSE 0 END, false FROM anywhere
