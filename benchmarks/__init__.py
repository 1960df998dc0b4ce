"""Measured figures. `make bench` runs them all, prints a table and writes bench.json; name parts to run only those."""
