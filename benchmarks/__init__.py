"""Benchmarks. `make bench` runs all parts, prints a table and writes bench.json; name parts to run only those."""

import os

#: The clients that request pages signed in with a password.
os.environ.setdefault("GONGKAI_SECOND_FACTOR", "off")
