"""The ledger (台账): what every clocked record shares.

`Entry` is one row for everything that somebody owes, whatever its kind; a kind's own facts stand in its room, in a table whose
primary key is the entry. `kinds.py` holds the registry of kinds, each with its state machine; `entry_action` makes an action
that checks the machine, compares and swaps the version and keeps the closing facts. `queries.visible_to(user)` is the one
source of who sees which entry; lights are ranges over indexed columns. Jobs remind and escalate by state and by what was already
told, so that a missed or repeated run loses nothing and tells nobody twice.
"""
