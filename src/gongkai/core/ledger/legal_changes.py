"""Changes of law (期限规定、年中调整的放假安排): enter, preview, confirm by a second person.

A confirmed figure replaces that in the tables of `law` from its first day (`law.changes.CHANGE_SOURCES`); a confirmed
notice becomes the year's `HolidayYear`. The job `redate` then updates open entries; closed entries keep their dates.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger import holidays
from gongkai.core.ledger.clock import RedatedEntry, recompute_dates
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.models import ChangeState, Entry, EntryQuerySet, HolidayYear, LegalChange
from gongkai.core.units.actors import in_force_q
from gongkai.core.units.another_person import is_among, with_covered_people
from gongkai.core.units.models import Appointment, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.lib import law
from gongkai.lib.law.calendar import check_holiday_notice
from gongkai.lib.law.changes import NO_CHANGES
from gongkai.lib.law.figures import end_before_next_version, find_version, list_figures_with_history

#: Roles that enter and confirm changes of law.
LEGAL_CHANGE_ROLES = (Role.ADMINISTRATOR, Role.CHIEF)
#: Refusal of a change that nobody else could confirm.
NO_SECOND_PERSON_ERROR = "期限和放假安排的变动须由另一名系统管理员或者政务公开办的人员核对后生效，现在没有这样的人员：请先在“单位与系统”任命。"


@dataclass
class _ConfirmedChangesCache:
    """Cache of this process: the confirmed changes of law, when they were queried (`looked`), and true if
    the table exists (`there`).
    """

    changes: law.LawChanges = NO_CHANGES
    looked: float | None = None
    there: bool = False  # the table exists


_known = _ConfirmedChangesCache()


def load_confirmed_changes() -> law.LawChanges:
    """Return the confirmed changes of figures for the law library, cached; no changes without a database."""
    now = time.monotonic()
    if not apps.ready or (_known.looked is not None and now - _known.looked < holidays.REFRESH_SECONDS):
        return _known.changes
    _known.there = _known.there or holidays.has_table(LegalChange)
    if _known.there:
        rows = LegalChange.objects.filter(kind=LegalChange.Kind.FIGURE, state=ChangeState.CONFIRMED).order_by("pk")
        figures = (end_before_next_version(row.figure) for row in rows)
        changes = tuple(sorted(figures, key=lambda one: one.since))
        _known.changes = law.LawChanges(changes) if changes else NO_CHANGES
    _known.looked = now
    return _known.changes


def expire_cache() -> None:
    """Query the changes again at the next call."""
    _known.looked = None


# -- entering
# --------------------------------------------------------------------------------------


def check_may_enter(by: Actor, _: object) -> list[str]:
    """Return reasons unless the actor is an administrator or of a 政务公开办: the dates of all units depend on it."""
    return [] if by.has(*LEGAL_CHANGE_ROLES) else ["期限和放假安排的变动由系统管理员或者政务公开办登记。"]


@action("ledger.enter_legal_change", label="登记期限变动", rule=check_may_enter)
def enter_figure(
    _: None, *, by: Actor, key: str, value: int, since: date, until: date | None, transition: str, source: str
) -> ActionResult:
    """Enter a new value of a figure (`key`) from a day on, for a second person to confirm.

    `transition` is `open` if the value also applies to running periods.

    Raises:
        Refused: an unknown figure, no source, an end before the beginning, no change, or nobody could confirm it.
    """
    figure = map_changeable_figures().get(key)
    if figure is None:
        raise Refused("请选择期限。")
    source = require_text(source, "请填写依据：文件名称和文号。")
    if until is not None and until < since:
        raise Refused("截止日期不能早于起始日期。")
    old_figure = law.get_figures_in_force(on=since).get(key)
    if old_figure is not None and old_figure.value == value and until is None:
        raise Refused(f"{figure.name}在{since:%Y-%m-%d}已经是{old_figure.words}，没有改变。")
    facts = {"key": key, "value": value, "since": since.isoformat(), "transition": transition}
    facts["until"] = until.isoformat() if until else ""
    upto = f"至{until:%Y-%m-%d}" if until else "起"
    old_text = f"由{old_figure.words}改" if old_figure else ""
    text = f"{figure.name}自{since:%Y-%m-%d}{upto}{old_text}为{figure.in_units(value)}"
    if transition == "open":
        text += "，此前开始、届时未满的也适用"
    return _store_change(LegalChange.Kind.FIGURE, facts, text, source, by)


@action("ledger.enter_calendar_change", label="登记放假安排的调整", rule=check_may_enter)
def enter_calendar(_: None, *, by: Actor, notice: law.HolidayNotice) -> ActionResult:
    """Enter a changed holiday notice of a year that has one, for a second person to confirm.

    Raises:
        Refused: it names no source, contradicts itself or changes nothing, or nobody could confirm it.
    """
    if not notice.source.strip():
        raise Refused("请填写来源：通知在中国政府网的网址，或者收文号。")
    try:
        check_holiday_notice(notice)
    except law.LawError as error:
        raise Refused(f"{error}。") from error
    present_notice = holidays.find_holiday_notice(notice.year)
    if present_notice and (present_notice.off, present_notice.work) == (notice.off, notice.work):
        raise Refused(f"{notice.year}年的放假安排已经是这样，没有改变。")
    facts = {
        "year": notice.year,
        "title": notice.title,
        "number": notice.number,
        "issued_on": notice.issued_on.isoformat() if notice.issued_on else "",
        "off": [[holiday.name, holiday.first.isoformat(), holiday.last.isoformat()] for holiday in notice.off],
        "work": [day.isoformat() for day in notice.work],
    }
    return _store_change(LegalChange.Kind.CALENDAR, facts, _describe_days(notice), notice.source, by)


def _describe_days(notice: law.HolidayNotice) -> str:
    """Return in Chinese which days of a year a holiday notice makes free or working."""
    new_calendar, old_calendar = law.default_calendar().with_notices([notice]), law.default_calendar()
    first_ordinal = date(notice.year, 1, 1).toordinal()
    year = [
        date.fromordinal(first_ordinal + n) for n in range((date(notice.year, 12, 31).toordinal() - first_ordinal) + 1)
    ]
    new_days_off = [f"{day:%m-%d}" for day in year if old_calendar.is_workday(day) and not new_calendar.is_workday(day)]
    worked = [f"{day:%m-%d}" for day in year if not old_calendar.is_workday(day) and new_calendar.is_workday(day)]
    phrases = [f"{'、'.join(new_days_off)}改为休息"] if new_days_off else []
    phrases += [f"{'、'.join(worked)}改为上班"] if worked else []
    return f"{notice.year}年放假安排：{'；'.join(phrases) or '工作日不变'}"[:300]


def _store_change(kind: str, facts: dict[str, object], words: str, source: str, by: Actor) -> ActionResult:
    """Store a proposed legal change and ask other persons to confirm it.

    Raises:
        Refused: there is no other person.
    """
    other_persons = _list_possible_confirmers(by)
    if not other_persons:
        raise Refused(NO_SECOND_PERSON_ERROR)
    change = LegalChange.objects.create(
        kind=kind,
        facts=facts,
        words=words,
        source=" ".join(source.split())[:300],
        by=by.name,
        person=by.person_id,
        account=by.user_id,
    )
    tell = Notification(
        subject="请核对期限或者放假安排的变动",
        body=f"{by.name}登记：{words}（依据：{change.source}）。请对照文件核对，核对后生效。",
        link=reverse("ledger_legal_change", args=[change.pk]),
        key=change.stream,
        persons=other_persons,
    )
    text = f"登记变动，待另一人核对：{words}（依据：{change.source}）"
    return ActionResult(
        text, facts={"change": facts, "source": change.source}, stream=change.stream, result=change, tell=(tell,)
    )


def _list_possible_confirmers(by: Actor) -> tuple[int, ...]:
    """Return the ids of the people, except the actor, who may confirm a legal change."""
    rows = Appointment.objects.filter(in_force_q(), role__in=LEGAL_CHANGE_ROLES)
    people = sorted(set(rows.values_list("person_id", flat=True)))
    return tuple(person for person in people if not is_among(by, [person], []))


# -- confirming
# ------------------------------------------------------------------------------------


def check_may_confirm(by: Actor, change: LegalChange) -> list[str]:
    """Return the Chinese reasons why the actor may not confirm a change, as its author or without such a post."""
    entering_actions = ["ledger.enter_legal_change", "ledger.enter_calendar_change"]
    if is_among(by, with_covered_people([change.person], change.stream, entering_actions), [change.account]):
        return ["变动由本人登记，须由另一人核对。"]
    return check_may_enter(by, None)


def _check_change_pending(change: LegalChange) -> list[str]:
    return [] if change.state == ChangeState.WAITING else [f"这项变动{change.get_state_display()}。"]


def _find_confirming_errors(change: LegalChange) -> list[str]:
    """Return the Chinese reason if the change was decided, or its year got another notice after it was entered."""
    later_notices = HolidayYear.objects.filter(year=change.facts.get("year", 0), at__gt=change.at)
    if change.state == ChangeState.WAITING and change.kind == LegalChange.Kind.CALENDAR and later_notices.exists():
        return ["登记以后这一年的放假安排又有变动，请不予登记，按现在的安排重新登记。"]
    return _check_change_pending(change)


@action("ledger.confirm_legal_change", label="核对无误", rule=check_may_confirm, ready=_find_confirming_errors)
def confirm(change: LegalChange, *, by: Actor) -> ActionResult:
    """Put a change into force, as the second person."""
    _store_decision(change, ChangeState.CONFIRMED, by)
    if change.kind == LegalChange.Kind.CALENDAR:
        holidays.store_holiday_year(change.notice, by=f"{change.by}登记，{by.name}核对")
    transaction.on_commit(expire_cache)
    return ActionResult(f"核对无误，变动生效：{change.words}", facts={"change": change.facts}, stream=change.stream)


@action(
    "ledger.refuse_legal_change",
    label="不予登记",
    rule=lambda by, change: check_may_enter(by, None),
    ready=_check_change_pending,
)
def refuse(change: LegalChange, *, by: Actor, reason: str) -> ActionResult:
    """Discard a proposed change of law, with a reason; its author may also withdraw it this way."""
    reason = require_text(reason, "请写明不予登记的理由。", 2)
    change.reason = reason[:300]
    _store_decision(change, ChangeState.REFUSED, by)
    return ActionResult(f"不予登记：{change.words}，{change.reason}", stream=change.stream)


def _store_decision(change: LegalChange, state: ChangeState, by: Actor) -> None:
    change.state, change.decided_by, change.decided_at = state, by.name, timezone.now()
    change.save()


# -- reading
# ---------------------------------------------------------------------------------------


@register_visible_to(LegalChange, technical=True)
def changes_visible_to(by: Actor) -> QuerySet[LegalChange, LegalChange]:
    """Return all changes to users with an appointment, else none."""
    return LegalChange.objects.all() if by.known else LegalChange.objects.none()


def map_changeable_figures() -> dict[str, law.LegalFigure]:
    """Return key → today's version of each figure that a change may replace."""
    sets = law.RULE_SETS.values()
    used_keys = {figure.key for rules in sets for figure in rules.figures} - {rules.warn.key for rules in sets}
    return {
        key: find_version(versions, law.today())
        for key, versions in list_figures_with_history().items()
        if key in used_keys and versions[-1].unit != "choice"
    }


def preview_change(change: LegalChange) -> list[RedatedEntry]:
    """Return the open entries, redated in memory, whose due date a pending change would move."""
    if change.kind == LegalChange.Kind.CALENDAR:
        days = law.default_calendar().with_notices([change.notice])
        return [entry for entry in recompute_dates(_list_open_entries(Q()), days) if entry.has_due_date_moved]
    law_changes = law.LawChanges((*law.load_stored_changes().figures, end_before_next_version(change.figure)))
    return [
        redated
        for redated in recompute_dates(_list_open_entries(_filter_by_figure(change.facts["key"])), changes=law_changes)
        if redated.has_due_date_moved
    ]


def _list_open_entries(which: Q) -> Iterator[Entry]:
    """Return the open entries that match, with what a recount of their dates reads."""
    rows: EntryQuerySet = Entry.objects.open().filter(which)
    return rows.select_related("body").prefetch_related("clock_events").order_by("pk").iterator(500)


def _filter_by_figure(key: str) -> Q:
    """Return the filter of entries whose deadline rules use this figure."""
    sets = {rules.key for rules in law.RULE_SETS.values() if key in {figure.key for figure in rules.figures}}
    kinds = [kind.name for kind in ENTRY_KINDS_BY_NAME.values() if kind.rules in sets]
    return Q(rules__in=sets) | Q(rules="", kind__in=kinds)
