"""Due work of this room: opening the next period of recurring duties. Safe to miss and to repeat."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Max
from django.utils import timezone

from gongkai.notices.actions.deciding import next_period
from gongkai.notices.checklist import period
from gongkai.notices.models import Assignment
from gongkai.notices.planning.periods import YEAR
from gongkai.notices.planning.plan import next_periods
from gongkai.notices.states import NoticeState
from gongkai.units.actors import SYSTEM


def open_next_periods(today: date | None = None) -> Mapping[str, int]:
    """Open the period behind every recurring assignment whose newest period passed; several where the job was missed for long."""
    day = today or timezone.localdate()
    opened = 0
    for assignment in _newest():
        missing = next_periods(period(assignment), year=assignment.notice.year, today=day, closed=False)
        if missing:
            made = next_period(assignment.entry, by=SYSTEM, today=day)
            opened += len(made)
    return {"opened": opened}


def _newest() -> list[Assignment]:
    """Return the newest period of each recurring measure and unit of the notices in force."""
    live = Assignment.objects.filter(notice__state=NoticeState.LIVE).exclude(track=YEAR)
    newest = live.values("measure_id", "body_id", "track").annotate(newest=Max("pk")).values("newest")
    return list(Assignment.objects.filter(pk__in=newest).select_related("entry__body", "notice", "measure"))
