"""Set-up of a new installation until it opens to the public (开通).

`steps` lists what a new installation needs; the page 开通, the home page and `gongkai check` read it.
Before the opening the public site shows a placeholder (`portal.preparing`), and jobs that remind or
write to people are suspended (`suspended_jobs`). Tasks due before the opening get a new date or are
left out (`actions`), as the office chose.
"""
