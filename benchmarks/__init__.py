"""Measured figures. `make bench` runs them all, prints a table and writes bench.json; name parts to run only those."""

import os

#: Pages are asked for by clients that signed in with a password.
os.environ.setdefault("GONGKAI_SECOND_FACTOR", "off")
