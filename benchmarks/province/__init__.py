"""Benchmark data: `python -m benchmarks.province` fills an empty database with a fictitious province.

Rows are written in bulk, with log records, so that `audit verify` succeeds. The first log record
marks the database as seeded (`SEED_ACTION`), which stands for the signatures of its texts; `gongkai
check` reports it. Each batch is a transaction. If the command is killed, the same command
continues.
"""
