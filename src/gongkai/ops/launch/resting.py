"""Which due work waits for the opening: what reminds, what asks units for something, what speaks to people outside or shows things to them."""

from gongkai.content.editions.launching import in_preparation
from gongkai.core.ledger.jobs.registry import Job

#: These wait. All others (rights, sending messages of what people do, checks, seals, tidying up) go on from the first day.
WAITING = frozenset(
    {
        "annual_reports",
        "ask_for_calendar",
        "bases",
        "digests",
        "duty_checks",
        "mailbox",
        "mirror",
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


def rests(job: Job) -> bool:
    """Whether a job waits for the opening."""
    return job.name in WAITING and in_preparation()
