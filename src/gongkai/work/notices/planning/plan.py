"""Plan the entries of measures: responsible units, lead units and period. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from gongkai.work.notices.planning.periods import YEAR, TaskPeriod, find_first_period, get_next_period, is_in_year
from gongkai.work.notices.planning.rules import DueRule, find_day_in_period, find_last_day, find_track


@dataclass(frozen=True)
class TaskOwner:
    """A body, and the office inside it that the notice names."""

    body_id: int
    office_id: int | None = None


@dataclass(frozen=True)
class OwnerCell:
    """The units named in the lead, responsible or partner cell of a row.

    `outside` is true if the cell also names units outside this installation.
    """

    owners: tuple[TaskOwner, ...] = ()
    outside: bool = False

    @property
    def empty(self) -> bool:
        """Return true if the cell names no unit."""
        return not self.owners and not self.outside


EMPTY_OWNER_CELL = OwnerCell()


@dataclass(frozen=True)
class OwnedPart:
    """A responsible unit and the primary keys of the bodies that lead it.

    There are none if the lead is outside this installation.
    """

    owner: TaskOwner
    leads: tuple[int, ...]


def list_owners(owners_of_units: Iterable[Sequence[TaskOwner]]) -> tuple[TaskOwner, ...]:
    """Return each office and body once, for a unit's own notice."""
    return tuple(dict.fromkeys(owner for members in owners_of_units for owner in members))


def merge_owners(owners_of_units: Iterable[Sequence[TaskOwner]], excluded: Iterable[int] = ()) -> tuple[TaskOwner, ...]:
    """Return each body once, with its office; groups leave out `excluded` bodies."""
    left_out = set(excluded)
    owners: dict[int, TaskOwner] = {}
    for members in owners_of_units:
        single = len(members) == 1
        for owner in members:
            if owner.body_id in left_out and not single:
                continue
            known = owners.get(owner.body_id)
            if known is None or (known.office_id is None and owner.office_id):
                owners[owner.body_id] = owner
    return tuple(owners.values())


def find_owners(
    lead: OwnerCell,
    responsible: OwnerCell,
    *,
    partner: OwnerCell = EMPTY_OWNER_CELL,
    lead_owes: bool = False,
    own_unit: int | None = None,
) -> tuple[OwnedPart, ...]:
    """Return the responsible units of a measure with their lead units.

    Without a responsible unit the leads owe it; with `lead_owes` they owe it as well. If only a
    lead outside this installation is named, the partners owe it. Without a lead each responsible
    unit leads its own part. Several offices of a body make one owner; in a unit's own notice
    (`own_unit` is its key) each office is an owner.
    """
    doing = lead.owners if responsible.empty else responsible.owners
    if lead_owes and not responsible.empty:
        together = (lead.owners, doing)
        doing = (
            list_owners(together)
            if own_unit is not None
            else merge_owners((owner,) for side in together for owner in side)
        )
    if responsible.empty and not doing:
        doing = partner.owners
    leading = {} if own_unit is not None else {owner.body_id: owner for owner in lead.owners if owner.office_id}
    doing = tuple(leading.get(owner.body_id, owner) for owner in doing)
    leads = tuple(dict.fromkeys(owner.body_id for owner in lead.owners))
    if own_unit is not None:
        return tuple(OwnedPart(owner, (own_unit,)) for owner in doing)
    if lead.empty:
        return tuple(OwnedPart(owner, (owner.body_id,)) for owner in doing)
    return tuple(OwnedPart(owner, leads) for owner in doing)


def find_helping_owners(partner: OwnerCell, owned: Iterable[OwnedPart]) -> tuple[TaskOwner, ...]:
    """Return the partners of a measure that owe no part of it."""
    owing = {owned_part.owner for owned_part in owned}
    bodies = {owner.body_id for owner in owing}
    return tuple(
        helper
        for helper in partner.owners
        if helper not in owing and (helper.office_id or helper.body_id not in bodies)
    )


@dataclass(frozen=True)
class PlannedDuty:
    """A duty as input of planning; `number` is its primary key.

    `awaited` is the date of the act it depends on, once entered; `issued` the date of the notice.
    """

    number: int
    rule: DueRule = field(default_factory=dict)
    awaited: date | None = None
    issued: date | None = None


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure as input of planning, with owners, duties and partners; `number` is its primary key."""

    number: int
    owned: tuple[OwnedPart, ...]
    duties: tuple[PlannedDuty, ...] = ()
    partners: tuple[TaskOwner, ...] = ()


@dataclass(frozen=True)
class PlannedEntry:
    """An entry to create for a measure: owner with leads, period, due date, and the keys of its duties."""

    measure: int
    owned: OwnedPart
    period: TaskPeriod
    due: date
    duties: tuple[int, ...]


def group_by_track(duties: Iterable[PlannedDuty]) -> dict[str, list[PlannedDuty]]:
    """Group duties by track; a measure without duties still has a yearly entry."""
    by_track: dict[str, list[PlannedDuty]] = {}
    for duty in duties:
        by_track.setdefault(find_track(duty.rule), []).append(duty)
    return by_track or {YEAR: []}


def find_due_date(
    duties: Iterable[PlannedDuty], period: TaskPeriod, year: int, done_duties: Iterable[int] = ()
) -> date:
    """Return the due date of an entry: the earliest open dated duty, else the end of the period.

    If all duties are done (`done_duties` are their keys), it is the latest of their dates.
    """
    finished = set(done_duties)
    days = [(duty.number in finished, find_duty_date(duty, period, year)) for duty in duties]
    remaining = [day for is_done, day in days if not is_done]
    dated = [day for day in remaining if day]
    if dated:
        return min(dated)
    ordered = [day for _, day in days if day]
    return period.last if remaining or not ordered else max(ordered)


def find_duty_date(duty: PlannedDuty, period: TaskPeriod, year: int) -> date | None:
    """Return the last day of a duty in a period, or None."""
    return find_last_day(duty.rule, year, duty.awaited, duty.issued) or find_day_in_period(duty.rule, period)


def plan_entries(
    measure: PlannedMeasure, *, year: int, today: date, started: date | None = None
) -> tuple[PlannedEntry, ...]:
    """Return the entries of a measure when it is confirmed, one for each owner and track.

    `started` is the date of issue.
    """
    entries = []
    for track, duties in group_by_track(measure.duties).items():
        period = find_first_period(track, year, started, today)
        due = find_due_date(duties, period, year)
        if started and due <= started and track != YEAR and is_in_year(get_next_period(period), year):
            period = get_next_period(period)  # The day had come when the notice was issued.
            due = find_due_date(duties, period, year)
        numbers = tuple(duty.number for duty in duties)
        entries += [PlannedEntry(measure.number, owned, period, due, numbers) for owned in measure.owned]
    return tuple(entries)


def list_next_periods(period: TaskPeriod, *, year: int, today: date, closed: bool) -> tuple[TaskPeriod, ...]:
    """Return the periods to open after the newest one, up to the current one.

    `closed`: the entry of the newest period is closed, so the next may open before that period has passed. Missed
    periods are included; none are after the notice's year, and none are for yearly entries.
    """
    if period.track == YEAR:
        return ()
    periods: list[TaskPeriod] = []
    newest, over = period, closed or period.last < today
    while over:
        newest = get_next_period(newest)
        if not is_in_year(newest, year):
            break
        periods.append(newest)
        over = newest.last < today
    return tuple(periods)


def count_by_owner(entries: Iterable[PlannedEntry], *, by_office: bool) -> Mapping[tuple[int, int], int]:
    """Count entries by (body, office); the office is 0 for the whole unit, and always without `by_office`."""
    owners = (entry.owned.owner for entry in entries)
    return Counter((owner.body_id, owner.office_id or 0 if by_office else 0) for owner in owners)
