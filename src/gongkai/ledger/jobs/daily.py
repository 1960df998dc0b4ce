"""The daily seal, and dates that move with the calendar."""

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from gongkai import law
from gongkai.acts import anchors
from gongkai.acts.action import Refused
from gongkai.acts.digest import digest
from gongkai.acts.models import Seal
from gongkai.acts.seal import seal_now
from gongkai.ledger.actions import redate
from gongkai.ledger.clock import recompute
from gongkai.ledger.models import Entry, EntryQuerySet, Mark
from gongkai.units.actors import SYSTEM

CALENDAR = "calendar"


def seal() -> dict[str, int]:
    """Seal the log once a day, or as often as the settings say; nothing where that time has its seal or nothing was written since the last.

    A time stamp that failed is asked for again meanwhile.
    """
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    often = timezone.now() - timedelta(minutes=settings.GONGKAI_SEAL_MINUTES)
    if Seal.objects.filter(at__gte=max(midnight, often)).exists():
        return {"sealed": 0} | ({"stamped": 1} if anchors.send_waiting(timezone.now()) else {})
    return {"sealed": 1 if seal_now() else 0}


def redate_all() -> dict[str, int]:
    """Compute dates anew: of all open entries where the published calendar is another than the last run counted with, else of those whose
    clock stands still, since a stop may have come to its end.
    """
    calendar = law.default_calendar()
    now = digest(repr(calendar.notices))
    mark = Mark.objects.filter(name=CALENDAR).first()
    changed = mark is not None and mark.value != now
    entries = Entry.objects.open() if changed else Entry.objects.paused()
    moved = _redate(entries, "工作日历调整" if changed else "停止计时的期限届满")
    if mark is None or changed:
        Mark.objects.update_or_create(name=CALENDAR, defaults={"value": now})
    return {"moved": moved}


def _redate(entries: EntryQuerySet, why: str) -> int:
    rows = entries.select_related("body").prefetch_related("clock_events").order_by("pk")
    moved = 0
    for one in recompute(rows.iterator(500)):
        entry = Entry.objects.get(pk=one.entry.pk)
        try:
            redate(entry, by=SYSTEM, version=one.entry.version, why=why)
        except Refused:  # somebody was at it: its own action computed the new date, or the next run finds it
            continue
        moved += 1
    return moved
