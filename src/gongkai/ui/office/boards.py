"""Data of the dashboards: leader's sheet, the office's week, a unit's results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypedDict, cast

from django.db.models import Count, Model, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from gongkai.core.ledger import figures
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, list_uncounted_kinds
from gongkai.core.ledger.models import Audience, Entry, EntryQuerySet
from gongkai.core.ledger.models.entry import choose_light_moment, make_closed_late_filter
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.ledger.queries import make_no_duty_filter, make_waiting_filter, visible_to
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.typed_json import Record, read_number
from gongkai.oversight.assessment.queries.registers import list_visible_bodies
from gongkai.oversight.assessment.rules import CONFIRMING_BODY_KINDS
from gongkai.ui.office.statistics import (
    UnitEntryCounts,
    count_by_columns,
    count_by_unit,
    list_counts_by_unit,
    sum_unit_counts,
)

#: Rows of a list, so that the sheet fits one page.
MAX_LIST_ROWS = 6
#: Months of the trend.
MONTHS_SHOWN = 12
#: Number of kinds on the sheet.
MAX_SHEET_KINDS = 9


def list_led_governments(by: Actor) -> list[Body]:
    """Return the governments that the actor leads, as head or as head of its office."""
    numbers = by.body_ids(Role.LEAD)
    rows = Body.objects.filter(pk__in=numbers, kind__in=CONFIRMING_BODY_KINDS).select_related("parent")
    return [body if body.kind != "general_office" or body.parent is None else body.parent for body in rows]


def has_board(by: Actor) -> bool:
    """Return true if the actor supervises or leads a government."""
    return by.has(*SUPERVISING_ROLES) or bool(list_led_governments(by))


def list_counted_entries(by: Actor) -> EntryQuerySet:
    """Return the entries that the actor's sheet counts.

    These are all supervised ones and, for heads, those of their government that are not restricted
    to the 政务公开办. Entries inside units are never counted.
    """
    if by.has(*SUPERVISING_ROLES):
        return visible_to(by).exclude(kind__in=list_uncounted_kinds())
    inside = Q(pk__in=[])
    for government in list_led_governments(by):
        inside |= Q(body__path__startswith=government.path)
    return Entry.objects.filter(inside).exclude(Q(audience=Audience.CHIEF) | Q(kind__in=list_uncounted_kinds()))


def list_viewable_units(by: Actor) -> QuerySet[Body]:
    """Return the units whose results the actor may see: own, supervised or led."""
    inside = Q(pk__in=list_visible_bodies(by).values("pk"))
    for government in list_led_governments(by):
        inside |= Q(path__startswith=government.path, active_to=None) & ~Q(kind=BodyKind.GOVERNMENT)
    return Body.objects.filter(inside)


def filter_unit_entries(by: Actor, body: Body) -> EntryQuerySet:
    """Return the entries that count in a unit's results for the actor."""
    if not by.has(*SUPERVISING_ROLES) and any(body.path.startswith(lead.path) for lead in list_led_governments(by)):
        return list_counted_entries(by).filter(body=body)
    return visible_to(by).filter(body=body).exclude(kind__in=list_uncounted_kinds())


@dataclass
class MonthFigures:
    """Numbers of entries closed in a month, in time and late, and of those due in it that are still open (`owed`)."""

    first: date
    in_time: int = 0
    late: int = 0
    owed: int = 0

    @property
    def label(self) -> str:
        """Return the name of the month."""
        return f"{self.first.month}月"


@dataclass(frozen=True)
class KindFigures:
    """The numbers of entries of one kind."""

    kind: str
    label: str
    account: UnitEntryCounts


@dataclass
class LeaderSheet:
    """The figures of a year on the leader's page.

    Attributes:
        total: of all entries of the year that the leader may see; `before` is that of the year before.
        kinds: figures by kind of entry, those with most overdue entries first.
        late_units: units with most overdue entries, and how many.
        longest: the entries that are overdue for the longest time.
        units: units with entries of the year; `units_without_overdue` is how many of them have none overdue.
        waiting: open entries that are pending another user.
    """

    year: int
    total: UnitEntryCounts
    kinds: list[KindFigures]
    late_units: list[tuple[Body, int]]
    longest: list[Entry]
    months: list[MonthFigures]
    units: int
    units_without_overdue: int
    waiting: int
    before: UnitEntryCounts = field(default_factory=UnitEntryCounts)
    rest_units: list[int] = field(default_factory=list)
    """Numbers of late entries of each unit without a bar."""
    other_years: int = 0
    """Number of late entries of other years, which the year's figure does not include."""
    as_of: datetime | None = None
    """Time of counting if the figures are from the cache, else None."""

    @property
    def first_kinds(self) -> list[KindFigures]:
        """Return the kinds shown on the sheet, those with most overdue entries."""
        return self.kinds[:MAX_SHEET_KINDS]

    @property
    def rest_kinds(self) -> list[KindFigures]:
        """Return the other kinds, whose sums are shown next to the table."""
        return self.kinds[MAX_SHEET_KINDS:]

    @property
    def rest_units_late(self) -> int:
        """Return the number of overdue entries of units without a bar."""
        return sum(self.rest_units)

    @property
    def rest_late(self) -> int:
        """Return the number of overdue entries of the other kinds."""
        return sum(kind.account.red for kind in self.rest_kinds)

    @property
    def rest_soon(self) -> int:
        """Return the number of entries of other kinds that are due soon."""
        return sum(kind.account.yellow for kind in self.rest_kinds)


class LeaderQuestion(figures.CachedCount[int]):
    """Counts of the leader's sheet of a year."""

    name = "office.leader"
    many = 20_000  # 50,000 entries took a fifth of a second

    def asked(self, subject: int) -> Record:
        """Return the question as stored: the year."""
        return {"year": subject}

    def subject(self, asked: Record) -> int:
        """Return the year of a stored question."""
        return read_number(asked, "year")

    def rows(self, subject: int, by: Actor) -> QuerySet[Model, Model]:
        """Return the counted entries of all years, because the trend exceeds one."""
        return list_counted_entries(by)  # type: ignore[return-value]

    def count(self, subject: int, rows: QuerySet[Model, Model], now: datetime) -> figures.CountResult:
        """Count by kind and unit, by month, overdue by unit, and awaiting others."""
        entries = cast(EntryQuerySet, rows)
        by_both = count_by_columns(entries, subject, "kind", "body_id", now=now)
        accounts = list_counts_by_unit(by_both)
        last_year = sum_unit_counts(count_by_columns(entries, subject - 1, now=now).values())
        units = entries.overdue(now).order_by().values("body_id").annotate(n=Count("*"))
        units = units.annotate(other=Count("year", filter=~Q(year=subject)))
        late = list(units.order_by("-n", "body_id"))
        every = sum_unit_counts(accounts)
        numbers: _SheetNumbers = {
            "total": every.as_row(),
            "before": last_year.as_row(),
            "kinds": [(kind.kind, kind.account.as_row()) for kind in build_kind_figures(by_both)],
            "late_units": [(row["body_id"], row["n"]) for row in late[:MAX_LIST_ROWS]],
            "rest_units": [row["n"] for row in late[MAX_LIST_ROWS:]],
            "other_years": sum(row["other"] for row in late),
            "months": [
                (month.first.isoformat(), month.in_time, month.late, month.owed) for month in list_months(entries, now)
            ],
            "units": len(accounts),
            "closed_units": sum(1 for account in accounts if not account.red),
            "waiting": entries.open().filter(make_waiting_filter()).count(),
        }
        return figures.CountResult(numbers, every.total + last_year.total)


#: The counts of the leader's sheet.
LEADER_QUESTION = LeaderQuestion()


class _SheetNumbers(TypedDict):
    """The counts of a `LeaderSheet` in the form in which the cache stores them."""

    total: list[int]
    before: list[int]
    kinds: list[tuple[str, list[int]]]
    late_units: list[tuple[int, int]]
    rest_units: list[int]
    other_years: int
    months: list[tuple[str, int, int, int]]
    units: int
    closed_units: int
    waiting: int


def build_sheet(by: Actor, year: int, now: datetime | None = None) -> LeaderSheet:
    """Return the leader's sheet with counts of this moment."""
    return _build_sheet(by, year, figures.count_now(LEADER_QUESTION, year, by=by, now=now))


def load_sheet(by: Actor, year: int) -> LeaderSheet:
    """Return the leader's sheet, from the cache for very many entries (`ledger.figures`)."""
    return _build_sheet(by, year, figures.load_counts(LEADER_QUESTION, year, by=by))


def _build_sheet(by: Actor, year: int, answer: figures.DatedCounts) -> LeaderSheet:
    """Build the sheet from counted figures."""
    figures_found = cast(_SheetNumbers, answer.found)
    bodies = Body.objects.in_bulk([body for body, _ in figures_found["late_units"]])
    late = list_counted_entries(by).overdue(None if answer.kept else answer.at)
    return LeaderSheet(
        year,
        UnitEntryCounts(None, *figures_found["total"]),
        [
            KindFigures(kind, ENTRY_KINDS_BY_NAME[kind].label, UnitEntryCounts(None, *row))
            for kind, row in figures_found["kinds"]
        ],
        [(bodies[body], count) for body, count in figures_found["late_units"] if body in bodies],
        list(late.select_related("body").order_by("due_at", "pk")[:MAX_LIST_ROWS]),
        [MonthFigures(date.fromisoformat(month_start), *row) for month_start, *row in figures_found["months"]],
        figures_found["units"],
        figures_found["closed_units"],
        figures_found["waiting"],
        UnitEntryCounts(None, *figures_found["before"]),
        figures_found["rest_units"],
        figures_found["other_years"],
        answer.as_of,
    )


def build_kind_figures(accounts: Mapping[tuple[object, ...], UnitEntryCounts]) -> list[KindFigures]:
    """Return the figures of each kind, most overdue first."""
    sums: dict[str, list[UnitEntryCounts]] = {}
    for key, account in accounts.items():
        sums.setdefault(str(key[0]), []).append(account)
    known = [(kind, counts) for kind, counts in sums.items() if kind in ENTRY_KINDS_BY_NAME]
    rows = [KindFigures(kind, ENTRY_KINDS_BY_NAME[kind].label, sum_unit_counts(counts)) for kind, counts in known]
    return sorted(rows, key=lambda one: (-one.account.red, -one.account.total, one.kind))


def list_months(entries: EntryQuerySet, now: datetime) -> list[MonthFigures]:
    """Return the figures of the last twelve months."""
    today = timezone.localdate(now)
    starts = [_get_first_of_month(today, months_after=-months_ago) for months_ago in reversed(range(MONTHS_SHOWN))]
    months_by_start = {month_start: MonthFigures(month_start) for month_start in starts}
    start = end_of_day(starts[0]) - timedelta(days=1)
    closed_entries = entries.filter(closed_at__gt=start, closed_at__lte=now).exclude(make_no_duty_filter()).order_by()
    late = Count("closed_at", filter=make_closed_late_filter())
    for moment_in_month, count, slow in (
        closed_entries.annotate(m=TruncMonth("closed_at")).values_list("m").annotate(n=Count("*"), slow=late)
    ):
        if month := months_by_start.get(timezone.localdate(moment_in_month).replace(day=1)):
            month.in_time, month.late = count - slow, slow
    owed = entries.running().filter(due_at__gt=start, due_at__lt=choose_light_moment(now)).order_by()
    for moment_in_month, count in owed.annotate(m=TruncMonth("due_at")).values_list("m").annotate(n=Count("*")):
        if month := months_by_start.get(timezone.localdate(moment_in_month).replace(day=1)):
            month.owed = count
    return list(months_by_start.values())


def _get_first_of_month(day: date, *, months_after: int) -> date:
    """Return the first day of the month that is `months_after` months after that of a day."""
    number = day.year * 12 + day.month - 1 + months_after
    return date(number // 12, number % 12 + 1, 1)


@dataclass(frozen=True)
class DayFigures:
    """The entries due on a day (`on`): the number of all, and the first of them."""

    on: date
    entries: list[Entry]
    count: int


@dataclass(frozen=True)
class WeekFigures:
    """A week's entries: due in it and in the next, opened, closed, turned overdue (`reddened`), awaiting others."""

    first: date
    last: date
    days: list[DayFigures]
    next_count: int
    opened: list[tuple[str, int]]
    closed: list[tuple[str, int]]
    reddened: list[Entry]
    reddened_count: int
    waiting: int


def count_week(by: Actor, day: date | None = None) -> WeekFigures:
    """Return the week of a day: due by day, opened, closed, newly overdue."""
    today = day or timezone.localdate()
    monday = today - timedelta(days=today.weekday())
    sunday = monday + timedelta(days=6)
    start, end, moment = end_of_day(monday - timedelta(days=1)), end_of_day(sunday), timezone.now()
    entries = visible_to(by)
    due = entries.running().filter(due_at__gt=start, due_at__lte=end)
    late = entries.overdue(moment).filter(due_at__gt=start, due_at__lte=end)
    days = [_build_day(due, monday + timedelta(days=step)) for step in range(7)]
    reddened = list(late.select_related("body").order_by("due_at", "pk")[:MAX_LIST_ROWS])
    set_subjects([entry for day in days for entry in day.entries] + reddened, by)
    return WeekFigures(
        monday,
        sunday,
        days,
        entries.running().filter(due_at__gt=end, due_at__lte=end + timedelta(days=7)).count(),
        _count_by_kind(entries.filter(opened_at__gt=start, opened_at__lte=end)),
        _count_by_kind(entries.filter(closed_at__gt=start, closed_at__lte=end)),
        reddened,
        late.count(),
        entries.open().filter(make_waiting_filter()).count(),
    )


def _build_day(due: EntryQuerySet, on: date) -> DayFigures:
    """Return the entries due on a day, the first ones listed, and their number."""
    due_that_day = due.filter(due_at__gt=end_of_day(on - timedelta(days=1)), due_at__lte=end_of_day(on))
    return DayFigures(
        on, list(due_that_day.select_related("body").order_by("due_at", "pk")[:MAX_LIST_ROWS]), due_that_day.count()
    )


def _count_by_kind(entries: EntryQuerySet) -> list[tuple[str, int]]:
    """Return (label of a kind, number of entries), highest first."""
    rows = entries.order_by().values_list("kind").annotate(n=Count("*"))
    return sorted(
        ((ENTRY_KINDS_BY_NAME[kind].label, n) for kind, n in rows if kind in ENTRY_KINDS_BY_NAME),
        key=lambda one: -one[1],
    )


@dataclass(frozen=True)
class UnitComparison:
    """A unit's results next to those of all units; `place` is its rank `of` the rated units."""

    body: Body
    account: UnitEntryCounts
    everybody: UnitEntryCounts
    kinds: list[KindFigures]
    months: list[MonthFigures]
    late: list[Entry]
    late_count: int
    place: int | None
    of: int


def compare_unit(by: Actor, body: Body, year: int) -> UnitComparison:
    """Return a unit's figures; other units appear only as a sum and a rank."""
    moment = timezone.now()
    entries = filter_unit_entries(by, body)
    government = body.parent or body
    counted_of = Entry.objects.filter(body__path__startswith=government.path).exclude(kind__in=list_uncounted_kinds())
    accounts = count_by_unit(counted_of, year)
    rated = [account.in_time / account.settled for account in accounts if account.settled]
    figures = count_by_columns(entries, year, "kind", now=moment)
    mine = sum_unit_counts(figures.values())
    rate = mine.in_time / mine.settled if mine.settled else None
    return UnitComparison(
        body,
        mine,
        sum_unit_counts(accounts),
        build_kind_figures(figures),
        list_months(entries, moment),
        list(entries.overdue(moment).select_related("body").order_by("due_at", "pk")[:20]),
        entries.overdue(moment).count(),
        None if rate is None else 1 + sum(other_rate > rate for other_rate in rated),
        len(rated),
    )
