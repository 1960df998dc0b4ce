"""Registry of periodic jobs; `gongkai run-due` runs all. Jobs are idempotent and may run twice at once.

Other apps add jobs with `register_job`; a failing job does not stop the others.
"""

from gongkai.core.ledger.jobs.registry import JOBS_BY_NAME, JobOutcome, PeriodicJob, register_job, run_due
from gongkai.core.ledger.jobs.reminders import send_reminders

__all__ = ["JOBS_BY_NAME", "JobOutcome", "PeriodicJob", "register_job", "run_due", "send_reminders"]
