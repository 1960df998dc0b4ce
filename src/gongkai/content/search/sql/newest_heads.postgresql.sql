SELECT number, 0, true FROM search_newest_heads(
  CAST(%(whole)s AS tsquery), CAST(%(rare)s AS tsquery), CAST(%(words)s AS tsquery), CAST(%(narrowed)s AS tsquery), %(walked)s, %(near)s, %(year_end)s, %(limit)s
) AS number
