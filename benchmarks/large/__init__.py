"""A province on one machine: every process that a province runs, with a part of its data; figures as ratios, and what kills leave behind.

`make bench-large` (PART=40 is a fortieth, SECONDS=60 for each kill). Needs `apt-get install postgresql pgbouncer nginx wrk`, which it says where
something is not there. The clock that is set back needs libfaketime, too.
"""
