"""Jobs: seal the log, recompute dates after changes of calendar or rules, report a missing calendar."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts import anchors
from gongkai.core.acts.action import Notification, Refused
from gongkai.core.acts.digest import digest
from gongkai.core.acts.models import Seal
from gongkai.core.acts.seal import seal_now
from gongkai.core.ledger.actions import redate
from gongkai.core.ledger.clock import RedatedEntry, recompute_dates
from gongkai.core.ledger.models import Entry, EntryQuerySet, Mark
from gongkai.core.outbox.outbox import write_messages
from gongkai.core.units.actors import SYSTEM, in_force_q
from gongkai.core.units.models import Appointment, Role
from gongkai.lib import law

CALENDAR_MARK, FIGURES = "calendar", "figures"
#: Month from which next year's holidays should be known: the notice comes from October to
#: December.
NEXT_YEAR_REMINDER_MONTH = 11
#: Maximum number of entries listed in one message.
MAX_LISTED_ENTRIES = 100


def seal_if_due() -> dict[str, int]:
    """Job: seal new rows every `GONGKAI_SEAL_MINUTES` and at the start of each day; return {"sealed": 0 or 1}.

    The job runs once a minute. A failed time stamp is requested again ({"stamped": 1} if that succeeded).
    """
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time()))
    seal_due_since = timezone.now() - timedelta(minutes=settings.GONGKAI_SEAL_MINUTES - 1)
    if Seal.objects.filter(at__gte=max(midnight, seal_due_since)).exists():
        return {"sealed": 0} | ({"stamped": 1} if anchors.retry_time_stamp(timezone.now()) else {})
    return {"sealed": 1 if seal_now() else 0}


def redate_all() -> dict[str, int]:
    """Job: recompute dates of all open entries if the calendar or rules changed, otherwise of paused entries.

    The new calendar or rules are stored at the end: a run that stops, or skips an entry, is repeated whole by the next.
    """
    stored_values = dict(Mark.objects.filter(name__in=(CALENDAR_MARK, FIGURES)).values_list("name", "value"))
    values = [(name, digest(value), reason) for name, value, reason in _list_law_values()]
    changes = [(name + value, reason) for name, value, reason in values if stored_values.get(name, value) != value]
    reason = "、".join(reason for _, reason in changes)
    entries = Entry.objects.open() if changes else Entry.objects.paused()
    moved, is_complete = _recompute_dates(entries, reason or "停止计时的期限届满")
    if changes:
        _notify_of_new_due_dates(moved, reason, "/".join(key for key, _ in changes))
    for name, value, _ in values:
        if is_complete and stored_values.get(name) != value:
            Mark.objects.update_or_create(name=name, defaults={"value": value})
    return {"moved": len(moved)}


def _list_law_values() -> list[tuple[str, str, str]]:
    """Return (key, present value, Chinese reason if it changed) of each law figure and calendar that due dates
    depend on."""
    numbers = sorted((key, figure.value, figure.unit) for key, figure in law.get_figures_in_force().items())
    return [
        (CALENDAR_MARK, law.default_calendar().fingerprint, "工作日历调整"),
        (FIGURES, repr((numbers, law.load_stored_changes())), "期限规定调整"),
    ]


def _recompute_dates(entries: EntryQuerySet, reason: str) -> tuple[list[RedatedEntry], bool]:
    """Redate the entries whose dates change; return (these, true if all were saved and none was refused)."""
    rows = entries.select_related("body").prefetch_related("clock_events").order_by("pk")
    redated_entries, is_complete = [], True
    for redated in recompute_dates(rows.iterator(500)):
        entry = Entry.objects.get(pk=redated.entry.pk)
        try:
            redate(entry, by=SYSTEM, version=redated.entry.version, why=reason)
        except Refused:
            is_complete = False
            continue
        redated_entries.append(redated)
    return redated_entries, is_complete


def _notify_of_new_due_dates(redated: Sequence[RedatedEntry], reason: str, key_suffix: str) -> None:
    """Message the administrators about those of the entries whose due date moved, if there are any."""
    days = [entry for entry in redated if entry.has_due_date_moved]
    if not days:
        return
    lines = [
        f"{day.entry.number}：{_format_day(day.due_before)}→{_format_day(day.entry.due_at)}"
        for day in days[:MAX_LISTED_ENTRIES]
    ]
    unlisted_note = (
        f"；其余{len(days) - MAX_LISTED_ENTRIES}件见各事项的办理过程" if len(days) > MAX_LISTED_ENTRIES else ""
    )
    body = f"{reason}，{len(days)}件未办结事项的到期日随之改变：{'；'.join(lines)}{unlisted_note}。"
    _notify_administrators(f"{len(days)}件到期日已重新计算", body, f"redated:{days[0].entry.pk}:{key_suffix}")


def _format_day(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else "无"


def ask_for_calendar(today: date | None = None) -> dict[str, int]:
    """Job: remind administrators monthly of a missing calendar (from November also next year's); return {"told":
    number of messages}."""
    day = today or timezone.localdate()
    needed_years = {day.year, day.year + 1} if day.month >= NEXT_YEAR_REMINDER_MONTH else {day.year}
    message_count = 0
    for year in sorted(needed_years - law.default_calendar().years):
        body = (
            f"{year}年放假安排还没有登记。国务院办公厅的通知一般在上年10月至12月印发，请在“单位与系统”中的“工作日历”登记；"
            f"登记前，涉及{year}年的到期日只按法定节假日和周末推算，都是暂定的，登记后自动重新计算。"
        )
        message_count += _notify_administrators(
            f"请登记{year}年放假安排", body, f"calendar-missing:{year}:{day:%Y%m}", f"?year={year}"
        )
    return {"told": message_count}


def _notify_administrators(subject: str, body: str, key: str, query: str = "") -> int:
    """Message all administrators with a link to the calendar page; return the number of messages written."""
    rows = Appointment.objects.filter(in_force_q(), role=Role.ADMINISTRATOR)
    persons = tuple(sorted(set(rows.values_list("person_id", flat=True))))
    return write_messages(
        [Notification(subject=subject, body=body, link=reverse("ledger_calendar") + query, key=key, persons=persons)]
    )
