"""Actions and their log: the mechanism that makes and records every change of state.

An action is one named operation (`@action`, action.py). It checks and returns the reasons against itself as
sentences, writes in one transaction, appends a log record (chain.py) and sends messages. Pages, APIs, jobs,
commands and tests call the same object. The log is a chain of digests for each stream (`entry/12`,
`notice/3`, …); a daily seal over the last digest of each stream reveals deleted records; `verify` recomputes both.
`register_insert_only` (insert_only.py) makes the database refuse changes of rows that must not change.

This app is below `units`: an actor here is only a name and, optionally, a person's id.
"""
