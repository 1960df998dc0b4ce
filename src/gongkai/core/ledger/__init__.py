"""The ledger (台账): one table for everything that a unit must do by a date.

`Entry` is one row for every obligation, whatever its kind; facts of a kind are in its app, in a
table whose primary key is the entry. `kinds` is the registry of kinds, each with its state
machine. `entry_action` makes an action that checks the machine, compares and increments the
version, and stores closing facts. `queries.visible_to(user)` decides who sees which entries.
"""
