"""The daily seal, and dates that move with the calendar and the figures of the rules."""

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

CALENDAR, FIGURES = "calendar", "figures"


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
    """Compute dates anew: of all open entries where the published calendar or a figure of the rules is another than the last run counted with,
    else of those whose clock stands still, since a stop may have come to its end.
    """
    moved_by = [why for name, value, why in _counted_with() if _is_another(name, digest(value))]
    entries = Entry.objects.open() if moved_by else Entry.objects.paused()
    return {"moved": _redate(entries, "、".join(moved_by) or "停止计时的期限届满")}


def _counted_with() -> list[tuple[str, str, str]]:
    """What dates are counted with: the mark's name, the value as words, and why dates move where it is another."""
    numbers = sorted((key, figure.value, figure.unit) for key, figure in law.figures().items())
    return [
        (CALENDAR, repr(law.default_calendar().notices), "工作日历调整"),
        (FIGURES, repr(numbers), "期限规定调整"),
    ]


def _is_another(name: str, value: str) -> bool:
    """Keep the mark; True where it was another before. The first run only notes what it counted with."""
    mark = Mark.objects.filter(name=name).first()
    if mark is None or mark.value != value:
        Mark.objects.update_or_create(name=name, defaults={"value": value})
    return mark is not None and mark.value != value


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
