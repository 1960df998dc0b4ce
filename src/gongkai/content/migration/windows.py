"""Queries on migration windows and on who may order. Read-only."""

from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.content.migration.models import MoveRun, MoveWindow, RunState
from gongkai.core.acts.models import Movement
from gongkai.core.units.actors import Actor, get_reach, in_force_q
from gongkai.core.units.models import Appointment, Role
from gongkai.lib.chinese import lazy_re as re

#: The longest migration window.
MAX_WINDOW_DAYS = 120
#: Years that a window's reason names: 2015至2023年, 2015年以来.
_YEAR_RANGE_PATTERN = re.compile(r"((?:19|20)\d\d)年?\s*(?:至|到|[-—–－~～]+)\s*((?:19|20)\d\d)年")
_SINCE_YEAR_PATTERN = re.compile(r"((?:19|20)\d\d)年(?:1?\d月)?(?:以来|以后|之后|起|至今)")
NO_WINDOW_ERROR = "没有开通迁移期：请由两个人提出并批准迁移期，再办理迁移。"


def find_last_window(website: Website | int) -> MoveWindow | None:
    """Return the only window that was not closed (requested, open or over), or None."""
    number = website if isinstance(website, int) else website.pk
    return MoveWindow.objects.filter(website=number, closed_at=None).first()


def find_open_window(website: Website | int) -> MoveWindow | None:
    """Return the window open now, or None."""
    window = find_last_window(website)
    return window if window is not None and window.is_open else None


def find_window_errors(website: Website | int) -> list[str]:
    """Return reasons against migrating now; empty while a window is open."""
    window = find_last_window(website)
    if window is not None and window.is_open:
        return []
    if window is not None and window.is_over:
        return [f"迁移期已于{window.until.isoformat()}结束，需要继续的请重新提出并批准。"]
    return [NO_WINDOW_ERROR]


def find_named_years(reason: str) -> tuple[int, int] | None:
    """Return (first, last) year of the texts that a window's reason names, or None."""
    if match := _YEAR_RANGE_PATTERN.search(reason):
        return int(match[1]), int(match[2])
    return (int(match[1]), 9999) if (match := _SINCE_YEAR_PATTERN.search(reason)) else None


def is_paused(run: MoveRun) -> bool:
    """Return true if a run is paused without an open window; undoing is not paused."""
    return run.state in {RunState.READING, RunState.MOVING} and bool(find_window_errors(run.website_id))


def is_published_too_late(published_at: datetime | None, window: MoveWindow) -> bool:
    """Return true if a text was published after this site opened, so it needs review."""
    return published_at is None or timezone.localdate(published_at) >= window.live_on


def find_source_time(run: MoveRun) -> datetime:
    """Return when a run's source was last chosen, by the log."""
    movements = Movement.objects.filter(stream=run.stream, action__in=("migration.start", "migration.read_again"))
    last: datetime | None = movements.order_by("-seq").values_list("at", flat=True).first()
    return last or run.created_at


def had_post_before(by: Actor, website: Website, moment: datetime) -> bool:
    """Return true if the actor had a post in the site's 政务公开办 before a time, by the log or its first day."""
    rows = Appointment.objects.filter(in_force_q(), person=by.person_id, role=Role.CHIEF).select_related(
        "body__parent", "covers"
    )
    return any(
        website.body.path.startswith(get_reach(appointment.role, appointment.body))
        and _get_post_start(appointment) <= moment
        for appointment in rows
    )


def _get_post_start(appointment: Appointment) -> datetime:
    """Return the time at which a person's post began: its first day, or the later time of its entry, handover or
    confirmation in the log.

    Covers are logged with the covered person, handovers with the previous holder.
    """
    people = Q(stream=f"person/{appointment.person_id}")
    if appointment.covers is not None:
        people |= Q(stream=f"person/{appointment.covers.person_id}")
    movements = Movement.objects.filter(people, action__startswith="units.").values_list("at", "action", "facts")
    named = [at for at, _, facts in movements if facts.get("appointment") == appointment.pk]
    confirmed = [
        at for at, action, _ in movements if action == "units.confirm_appointment" and appointment.entered_by_id
    ]
    handed = [] if named else _list_handover_times(appointment)
    begun = timezone.make_aware(datetime.combine(appointment.start, time()))
    return max([begun, *named, *confirmed, *handed])


def _list_handover_times(appointment: Appointment) -> list[datetime]:
    """Return the times when such a post was handed over to the person, by the log."""
    movements = Movement.objects.filter(stream__startswith="person/", action="units.hand_over")
    rows = [
        (at, facts) for at, facts in movements.values_list("at", "facts") if facts.get("to") == appointment.person_id
    ]
    same_appointments = Appointment.objects.filter(body=appointment.body_id, role=appointment.role)
    return [at for at, facts in rows if same_appointments.filter(pk__in=facts.get("appointments", ())).exists()]
