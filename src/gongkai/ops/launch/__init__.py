"""From an empty installation to the first day (开通): what is still to be prepared, by whom, and the act that opens it to the public.

`steps` is the one table of what a new installation needs; the page 开通, the first page and `gongkai check` read it. Until 开通 the public sees
nothing (`portal.preparing`), and due work that reminds or speaks to people outside rests (`resting`). What was due before that day is caught
up on or left out (`earlier`), as the office chose.
"""
