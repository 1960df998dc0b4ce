"""The daily seal, and dates that move with the calendar."""

from datetime import datetime, time

from django.utils import timezone

from gongkai import law
from gongkai.acts.action import Refused
from gongkai.acts.digest import digest
from gongkai.acts.models import Seal
from gongkai.acts.seal import seal_now
from gongkai.ledger.actions import redate
from gongkai.ledger.clock import recompute
from gongkai.ledger.models import Entry, Mark
from gongkai.units.actors import SYSTEM

CALENDAR = "calendar"


def seal() -> dict[str, int]:
    """Seal the log once a day; nothing where today has its seal or nothing was written since the last."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    if Seal.objects.filter(at__gte=midnight).exists():
        return {"sealed": 0}
    return {"sealed": 1 if seal_now() else 0}


def redate_all() -> dict[str, int]:
    """Move the dates of open entries where the published calendar is another than the last run counted with."""
    calendar = law.default_calendar()
    now = digest(repr(calendar.notices))
    mark = Mark.objects.filter(name=CALENDAR).first()
    if mark and mark.value == now:
        return {"moved": 0}
    moved = 0
    if mark:
        open_ones = Entry.objects.filter(closed_at=None).select_related("body").order_by("pk")
        for one in recompute(open_ones.iterator(500), calendar):
            entry = one.entry
            try:
                redate(
                    entry,
                    by=SYSTEM,
                    version=entry.version,
                    due_at=entry.due_at,
                    warn_at=entry.warn_at,
                    provisional=entry.provisional,
                )
            except (
                Refused
            ):  # somebody was at it: its own action computed the new date, or the next run finds it
                continue
            moved += 1
    Mark.objects.update_or_create(name=CALENDAR, defaults={"value": now})
    return {"moved": moved}
