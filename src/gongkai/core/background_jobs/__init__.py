"""Errands (后台作业): long work that somebody asked for and that must not be lost, done by workers beside the pages.

An errand is a row that whoever asked can follow: what it is, how far, how often tried, why not. Rooms above register kinds of errands
(`kinds.register_kind`) and hand one over inside the transaction of their own action (`asking.hand_over`): what is rolled back was never asked.
The queue itself is django-tasks-db (one row for each attempt, claimed with SKIP LOCKED on PostgreSQL, by an exclusive transaction on
SQLite); `gongkai worker`, or the threads beside `serve`, take from it. What a worker claimed it holds for a minute and says so again and again;
whoever was killed says nothing, and the errand is found and tried again. Only who holds it may finish it, in the transaction of what it did.
"""
