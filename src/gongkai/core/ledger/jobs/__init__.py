"""Work that comes due: `gongkai run-due` calls all of it. Every job may be missed, repeated, and run twice at once.

`register_job` lets other rooms add theirs; a job that fails does not stop the others.
"""

from gongkai.core.ledger.jobs.registry import JOBS, Job, Outcome, register_job, run_due
from gongkai.core.ledger.jobs.reminding import remind

__all__ = ["JOBS", "Job", "Outcome", "register_job", "remind", "run_due"]
