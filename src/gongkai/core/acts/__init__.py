"""Actions and their log: the mechanism under every change of state.

An action is one named operation (`@action`, action.py): it checks and says *why not* as a list of reasons that a
person can read, writes in one transaction, appends a movement to the log (chain.py) and hands what must be told to
whoever listens. Page, interface, job, command line and test call the same object. The log is a chain of digests for each stream
(`entry/12`, `notice/3`, …); a daily seal over all heads makes a lost tail visible; `verify` recomputes both
(seal.py). `insert_only` (guards.py) makes the database itself refuse to change rows that must never change.

Lower than units: an actor here is only somebody with a name and, perhaps, a person's number.
"""
