"""Jobs that are suspended until the opening: they remind units or write to people outside."""

from gongkai.content.editions.launch_state import in_preparation
from gongkai.core.ledger.jobs.registry import PeriodicJob

# Names of the suspended jobs. Others (permissions, messages, checks, seals, clean-up) run from the first day.
SUSPENDED_JOBS = frozenset(
    {
        "annual_reports",
        "ask_for_calendar",
        "bases",
        "digests",
        "duty_checks",
        "mailbox",
        "mirror",
        "newmedia_clients",
        "newmedia_screening",
        "newmedia_updates",
        "opendata",
        "opinion_feeds",
        "platform_reading",
        "raise_urgings",
        "remind",
        "remind_deciders",
        "reviews",
        "site_visits",
        "tables",
        "through_train",
        "tidying",
        "uploads",
        "validity",
    }
)


def is_suspended(job: PeriodicJob) -> bool:
    """Return True for a job that is suspended until the opening."""
    return job.name in SUSPENDED_JOBS and in_preparation()
