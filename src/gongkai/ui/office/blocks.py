"""Blocks of the home page: own work, the unit's work, pending judgements, late units."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import BooleanField, Case, Count, F, Q, When
from django.urls import reverse
from django.utils import timezone

from gongkai.core.ledger import figures, queries, urgings
from gongkai.core.ledger.clock import get_rules
from gongkai.core.ledger.filters import filter_own_units, make_own_office_filter
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, get_kind
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.ledger.outside_texts import announce_entries, set_subjects
from gongkai.core.ledger.panels import MAX_BLOCK_LINES, HomeBlock
from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition
from gongkai.core.ledger.rules import must_judge
from gongkai.core.units import separation
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Appointment, Body, BodyKind, PasswordRequest, Role, Standing
from gongkai.core.units.queries import filter_delegated_governments
from gongkai.lib.chinese.days import end_of_day
from gongkai.ui.office.history import LATE_UNITS_QUESTION, read_late_units
from gongkai.ui.office.offered_actions import find_next_own_offer
from gongkai.work.notices.models import Notice
from gongkai.work.notices.queries.visible import visible_to as notices_visible_to
from gongkai.work.notices.states import NoticeState

#: Maximum rows of the user's own block, and of other blocks.
OWN_BLOCK_ROWS, OTHER_BLOCK_ROWS = 20, 10
#: Up to this number, all open entries of a block are read to find those that it shows.
MAX_ENTRIES_READ_AT_ONCE = 100
#: Number of late units named; the statistics show all.
MAX_LATE_UNITS_NAMED = 60
#: Maximum rows checked for judgement, and rows read at once.
MAX_CHECKED_ROWS, BATCH_SIZE = 200, 50
#: Overdue time from which last year's entries are summed up in one line.
OLD_ENTRY_AGE = timedelta(days=60)
#: Lights of entries that are late or due soon.
URGENT_LIGHTS = frozenset({"red", "yellow"})
#: States of notices that were read but not confirmed.
UNCONFIRMED_STATES = (NoticeState.DRAFT, NoticeState.CHECKED)


#: Number of expanded entries if none is late or due this week; the others are collapsed.
MIN_EXPANDED_ENTRIES = 5


def _select_expanded(entries: list[Entry]) -> dict[str, object]:
    """Return the template values: ids of entries to show expanded, and warnings."""
    today = timezone.localdate()
    end = end_of_day(today + timedelta(days=6 - today.weekday()))
    expanded = [
        entry.pk
        for entry in entries
        if entry.light in URGENT_LIGHTS
        or (entry.due_at and not entry.paused and entry.due_at <= end)
        or timezone.localdate(entry.opened_at) == today
    ]
    expanded = expanded or [entry.pk for entry in entries[:MIN_EXPANDED_ENTRIES]]
    return {"near": expanded, "warned": _describe_warnings(entries)}


def _describe_warnings(entries: list[Entry]) -> str:
    """Explain why entries due on the same day have different traffic lights; "" if none have."""
    by_day: dict[date, dict[str, Entry]] = {}
    for entry in entries:
        if entry.due_at and entry.light in {"green", "yellow"}:
            by_day.setdefault(timezone.localdate(entry.due_at), {}).setdefault(entry.light, entry)
    differing = [entry for lights in by_day.values() if len(lights) > 1 for entry in lights.values()]
    values = {get_kind(entry.kind).label: get_rules(entry).warn.words for entry in differing}
    return "、".join(f"{label}{text}" for label, text in values.items())


@dataclass
class _SortedEntries:
    """Entry ids by due date: actionable `now`, and awaiting `others`.

    `left` is the number of old entries, which are not among the ids; `kinds` are the kinds of the others.
    """

    now: list[int] = field(default_factory=list)
    others: list[int] = field(default_factory=list)
    left: int = 0
    kinds: set[str] = field(default_factory=set)


def _sort_entries(entries: EntryQuerySet, last_day: date, max_entries: int) -> _SortedEntries:
    """Divide entries into at most `max_entries` actionable now, and those awaiting others.

    Those due until `last_day` are only counted. If they are few, one query reads all; else only those shown are read.
    """
    last_moment, result = end_of_day(last_day), _SortedEntries()
    columns = ("pk", "kind", "due_at")
    ordered = entries.order_by(F("due_at").asc(nulls_last=True), "pk")
    rows = list(ordered.values_list(*columns)[:MAX_ENTRIES_READ_AT_ONCE])
    many = len(rows) == MAX_ENTRIES_READ_AT_ONCE
    if many and rows[0][2] is not None and rows[0][2] <= last_moment:
        result.left = entries.filter(due_at__lte=last_moment).count()
        ordered = ordered.filter(Q(due_at__gt=last_moment) | Q(due_at=None))
        rows = list(ordered.values_list(*columns)[:MAX_ENTRIES_READ_AT_ONCE])
    result.left += sum(due_at is not None and due_at <= last_moment for _, _, due_at in rows)
    recent = rows[0 if many else result.left :]
    resting_kinds = {kind.name for kind in ENTRY_KINDS_BY_NAME.values() if kind.resting}
    awaiting = _find_awaiting({pk: kind for pk, kind, _ in recent if kind in resting_kinds})
    for target, limit, waits in ((result.now, max_entries + 1, False), (result.others, OTHER_BLOCK_ROWS + 1, True)):
        found = [row for row in recent if (row[0] in awaiting) == waits][:limit]
        if many and len(found) < limit:
            # The kind is in the index: entries that never await others are not read.
            shown = ordered.filter(kind__in=resting_kinds) if waits else ordered
            condition = When(queries.make_resting_filter(resting_kinds), then=True)
            shown = shown.annotate(awaits_other=Case(condition, default=False, output_field=BooleanField()))
            found = list(shown.filter(awaits_other=waits).values_list(*columns)[:limit])
        target += [pk for pk, *_ in found]
        result.kinds |= {kind for _, kind, _ in found}
    return result


def _find_awaiting(kinds_by_id: dict[int, str]) -> set[int]:
    """Return the ids of those entries for which their unit can do nothing at present (`kinds_by_id`: their kinds)."""
    if not kinds_by_id:
        return set()
    awaiting = queries.make_resting_filter(set(kinds_by_id.values()))
    return set(Entry.objects.filter(awaiting, pk__in=kinds_by_id).values_list("pk", flat=True))


def build_work_list(
    entries: EntryQuerySet, by: Actor, size: int = OWN_BLOCK_ROWS, *, offered: bool = False
) -> dict[str, object]:
    """Return the entries on which the actor can act, nearest due first, with main button.

    Entries awaiting others are collapsed after them; old entries of last year are one line. With `offered`, entries
    without a main button are left out.
    """
    today = timezone.localdate()
    last_old_day = min(date(today.year - 1, 12, 31), today - OLD_ENTRY_AGE)
    sorted_ids = _sort_entries(entries, last_old_day, size)
    shown_ids = sorted_ids.now[:size] + sorted_ids.others[:OTHER_BLOCK_ROWS]
    listed = (
        queries.prepare_for_list(Entry.objects.filter(pk__in=shown_ids), kinds=sorted_ids.kinds) if shown_ids else ()
    )
    entries_by_id = {entry.pk: entry for entry in listed}
    set_subjects(entries_by_id.values(), by)
    rows = [(entry, find_next_own_offer(entry, by)) for entry in _restore_order(sorted_ids.now[:size], entries_by_id)]
    rows = [(entry, offer) for entry, offer in rows if offer or not offered]
    return {
        "entries": rows,
        "idle": not (rows or sorted_ids.others or sorted_ids.left),
        **_select_expanded([entry for entry, _ in rows]),
        "cut": len(sorted_ids.now) > size,
        "others": _restore_order(sorted_ids.others[:OTHER_BLOCK_ROWS], entries_by_id),
        "others_cut": len(sorted_ids.others) > OTHER_BLOCK_ROWS,
        "left": sorted_ids.left,
        "left_until": last_old_day.isoformat(),
    }


def _restore_order(numbers: list[int], read: dict[int, Entry]) -> list[Entry]:
    """Return the entries in the order of their primary keys, without those not read."""
    return [read[pk] for pk in numbers if pk in read]


def _list_entries_to_act_on(by: Actor) -> EntryQuerySet:
    """Return the open entries of the actor's units that no other user must act on first.

    A leader signs; the work of a government itself is its 政务公开办's, if there is one.
    """
    entries = queries.own_visible_to(by).open().filter(queries.make_turn_filter())
    return entries.exclude(body__in=filter_delegated_governments(by).values("pk"))


def build_own_block(by: Actor) -> dict[str, object] | None:
    """Return the home page list of entries assigned to the user's offices, or to no office."""
    if not by.has(Role.CLERK, Role.SIGNER) and (by.has(Role.LEAD) or not by.has(Role.CHIEF)):
        return None
    entries = filter_own_units(_list_entries_to_act_on(by), by)
    return {
        "title": "我要办的",
        **build_work_list(entries, by, offered=not by.has(Role.CLERK, Role.CHIEF)),
        "more": f"{reverse('ledger_list')}?mine=office&turn=1",
        "empty": "现在没有要您办理的事项。新的任务分来时，会出现在这里，同时发消息给您。",
    }


def build_unit_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of the unit's entries outside the user's own office, or None.

    It is for heads, and for clerks of an office.
    """
    with_office = any(post.office_id for post in by.posts)
    if not by.has(Role.LEAD) and not (with_office and by.has(Role.CLERK)):
        return None
    entries = filter_own_units(_list_entries_to_act_on(by), by, whole_body=True)
    if by.has(Role.CLERK):
        entries = entries.exclude(make_own_office_filter(by))
    work_list = build_work_list(entries, by, OWN_BLOCK_ROWS if by.has(Role.LEAD) else OTHER_BLOCK_ROWS)
    return {
        "title": "本单位要办的",
        **work_list,
        "more": f"{reverse('ledger_list')}?mine={'rest' if by.has(Role.CLERK) else 'body'}&turn=1",
        "empty": "本单位现在没有要办的事项。",
    }


def build_government_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of entries that the government itself owes, for its 政务公开办, or None."""
    offices = by.body_ids(Role.CHIEF)
    bodies = Body.objects.filter(pk__in=offices, kind=BodyKind.GENERAL_OFFICE).values_list("parent_id", flat=True)
    governments = [pk for pk in bodies if pk]
    if not governments:
        return None
    entries = queries.visible_to(by).open().filter(body_id__in=governments)
    work_list = build_work_list(entries.filter(queries.make_turn_filter()), by, OTHER_BLOCK_ROWS)
    if not (work_list["entries"] or work_list["others"] or work_list["left"]):
        return None
    return {"title": "本级政府要办的", **work_list, "more": f"{reverse('ledger_list')}?body={governments[0]}&turn=1"}


def build_judgements_block(by: Actor) -> dict[str, object] | None:
    """Return the block of decisions and submissions for the user to judge, or None."""
    if not by.has(Role.LEAD, Role.CLERK, Role.CHIEF, Role.SIGNER):
        return None
    outside = [kind.name for kind in ENTRY_KINDS_BY_NAME.values() if kind.waits_outside]
    entries = queries.visible_to(by).open().filter(queries.make_waiting_filter()).exclude(kind__in=outside)
    to_judge, scanned_all = _list_to_judge(by, entries)
    requested = [entry for entry in to_judge if entry.state in ENTRY_KINDS_BY_NAME[entry.kind].asked]
    submitted = [entry for entry in to_judge if entry.state not in ENTRY_KINDS_BY_NAME[entry.kind].asked]
    size = max(OTHER_BLOCK_ROWS, min(OWN_BLOCK_ROWS, len(requested)))
    listed, not_listed = (requested + submitted)[:size], (requested + submitted)[size:]
    set_subjects(listed, by)
    return {
        "title": "等我审核的",
        "idle": not to_judge,
        "entries": [(entry, find_next_own_offer(entry, by)) for entry in listed],
        **_select_expanded(listed),
        "cut": bool(not_listed),
        "note": _describe_count(len(requested), len(submitted), scanned_all),
        "unlisted": _describe_unlisted(not_listed) if not_listed else "",
        "more": f"{reverse('ledger_list')}?light=waiting",
        "empty": "没有等您审核的事项。",
    }


def _describe_count(requested_count: int, rest: int, scanned_all: bool) -> str:
    """Return in Chinese how many entries there are and how many the user must decide."""
    text = f"共{requested_count + rest}项{'' if scanned_all else '以上'}"
    return f"{text}，其中等您决定的{requested_count}项在前" if requested_count and rest else text


def _describe_unlisted(more: list[Entry]) -> str:
    """Return the number of entries that are not listed, in total and by state."""
    by_state = Counter(entry.state_label for entry in more).most_common()
    return f"还有{len(more)}项：{'、'.join(f'{label} {count}' for label, count in by_state)}"


#: Entries without date come last on every database.
_EARLIEST_DUE_ORDER = (F("due_at").asc(nulls_last=True), "pk")


def _list_to_judge(by: Actor, entries: EntryQuerySet) -> tuple[list[Entry], bool]:
    """Return (entries that the user must judge, whether all entries were checked)."""
    keys = list(entries.order_by(*_EARLIEST_DUE_ORDER).values_list("pk", "kind")[: MAX_CHECKED_ROWS + 1])
    to_judge: list[Entry] = []
    for start in range(0, min(len(keys), MAX_CHECKED_ROWS), BATCH_SIZE):
        kinds_by_id = dict(keys[start : min(start + BATCH_SIZE, MAX_CHECKED_ROWS)])
        listed = queries.prepare_for_list(Entry.objects.filter(pk__in=kinds_by_id), kinds=set(kinds_by_id.values()))
        to_judge += [
            entry for entry in announce_entries(listed.order_by(*_EARLIEST_DUE_ORDER)) if must_judge(by, entry)
        ]
    return to_judge, len(keys) <= MAX_CHECKED_ROWS


def list_notice_row_conditions(by: Actor) -> list[RowCondition]:
    """Return conditions on notices: without a row that meets one of them, `build_drafts_block` returns None."""
    if by.has(Role.CHIEF):
        return [RowCondition(Notice, {"state": UNCONFIRMED_STATES})]
    inside = by.body_ids(Role.CLERK, Role.LEAD)
    return [RowCondition(Notice, {"state": UNCONFIRMED_STATES, "government": inside})] if inside else []


def build_drafts_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of draft notices, for the 政务公开办, heads and clerks, or None."""
    if not by.has(Role.CHIEF, Role.CLERK, Role.LEAD):
        return None
    waiting = notices_visible_to(by).filter(state__in=UNCONFIRMED_STATES)
    notices = list(waiting.order_by("-imported_at", "-pk")[:OTHER_BLOCK_ROWS])
    return {"title": "待确认的通知", "notices": notices} if notices else None


def build_late_units_block(by: Actor) -> dict[str, object] | None:
    """Return the block of units with overdue entries, for supervisors, or None."""
    if not by.has(Role.CHIEF, Role.AUDITOR):
        return None
    answer = figures.load_counts(LATE_UNITS_QUESTION, "", by=by)
    every = read_late_units(answer)
    counted, not_named = every[:MAX_LATE_UNITS_NAMED], every[MAX_LATE_UNITS_NAMED:]
    bodies = Body.objects.in_bulk([body for body, _ in counted])
    sent = urgings.with_open_counts(urgings.visible_to(by).filter(received_at=None)) if by.has(Role.CHIEF) else ()
    return {
        "title": "逾期的单位",
        "idle": not every,
        "units": [(bodies[body], red) for body, red in counted if body in bodies],
        "rest": len(not_named),
        "rest_red": sum(red for _, red in not_named),
        "as_of": answer.as_of,
        "urges": by.has(Role.CHIEF),
        "unsigned": sum(bool(one.left) for one in sent),
        "empty": "没有单位逾期。",
    }


def list_closed_unit_row_conditions(by: Actor) -> list[RowCondition]:
    """Return the condition for closed units: without such a row, `build_ownerless_block` returns None."""
    return [RowCondition(Body, {"active_to": ANY_VALUE, "merged_into": None})] if by.has(Role.CHIEF) else []


def build_ownerless_block(by: Actor) -> dict[str, object] | None:
    """Return the block of closed units without successor that still have open entries, or None."""
    if not by.has(Role.CHIEF):
        return None
    closed_bodies = Body.objects.filter(active_to__lte=timezone.localdate(), merged_into=None)
    rows = queries.visible_to(by).open().filter(body__in=closed_bodies).order_by()
    counted = list(rows.values("body_id").annotate(open=Count("*")).order_by("-open", "body_id"))
    bodies = Body.objects.in_bulk([row["body_id"] for row in counted])
    units = [(bodies[row["body_id"]], row["open"]) for row in counted]
    return {"title": "已撤销的单位还有没办结的事项", "units": units} if units else None


def build_urged_block(by: Actor) -> dict[str, object] | None:
    """Return the home-page block of urgings (催办) that the user's unit has not acknowledged, or None."""
    urging_rows = list(urgings.filter_unacknowledged_urgings(by))
    first_urgings = urging_rows[:MAX_BLOCK_LINES]
    return (
        {"title": "收到的催办", "urgings": first_urgings, "more": len(urging_rows) - len(first_urgings)}
        if urging_rows
        else None
    )


def list_confirmation_row_conditions(by: Actor) -> list[RowCondition]:
    """Return conditions: without a row that meets one of them, `build_confirmations_block` returns None."""
    if by.has(Role.SECURITY):
        return [RowCondition(Body, {"id": ANY_VALUE})]
    waiting = {"standing": Standing.WAITING}
    return [RowCondition(Appointment, waiting), RowCondition(PasswordRequest, waiting)] if by.has(Role.CHIEF) else []


def build_confirmations_block(by: Actor) -> dict[str, object] | None:
    """Return the block of appointments and passwords to confirm, or None."""
    count = len(separation.list_waiting_appointments(by)) + len(separation.list_waiting_passwords(by))
    if not count and not by.has(Role.SECURITY):
        return None
    return {
        "title": "待我确认的任职和密码",
        "idle": not count,
        "count": count,
        "url": reverse("units:confirmations"),
        "empty": "没有等您确认的任职和密码。",
    }


#: Blocks of this app; those of other apps start at position 40.
OFFICE_BLOCKS = (
    HomeBlock(
        "confirmations",
        12,
        build_confirmations_block,
        "office/blocks/confirmations.html",
        needs=list_confirmation_row_conditions,
    ),
    HomeBlock("urged", 20, build_urged_block, "office/blocks/urgings.html", needs=urgings.rows_of_block),
    HomeBlock("mine", 30, build_own_block),
    HomeBlock("unit", 32, build_unit_block),
    HomeBlock("government", 33, build_government_block),
    HomeBlock("waiting", 34, build_judgements_block),
    HomeBlock("drafts", 36, build_drafts_block, "office/blocks/notices.html", needs=list_notice_row_conditions),
    HomeBlock(
        "ownerless", 37, build_ownerless_block, "office/blocks/ownerless.html", needs=list_closed_unit_row_conditions
    ),
    HomeBlock("late_units", 38, build_late_units_block, "office/blocks/units.html"),
)
