"""Background jobs (后台作业): long work requested by a user, done reliably by worker processes.

A job is a row (`Errand`) with label, progress, attempts and error. Apps register kinds
(`kinds.register_kind`) and enqueue jobs in the transaction of their own action
(`actions.enqueue_job`), so that a rollback also removes the job. The queue itself is django-tasks-
db.
"""
