"""Benchmarks of a province on one machine, with all its processes and a part of its data: figures as ratios, and the consequences of kills.

`make bench-large` (PART=40 is a fortieth, SECONDS=60 for each kill). Needs `apt-get install postgresql pgbouncer nginx
wrk`; a missing program is reported. The kill with the clock set back also needs libfaketime.
"""
