"""Filters and keyset pages of the ledger list, shared by page, counts, bulk actions and export."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import MAXYEAR, MINYEAR, date, datetime, time
from urllib.parse import urlencode

from django.db import connections
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from gongkai.core.ledger import queries
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, list_uncounted_kinds
from gongkai.core.ledger.models import Counter, Entry, EntryQuerySet
from gongkai.core.ledger.models.entry import choose_light_moment, make_closed_late_filter
from gongkai.core.ledger.outside_texts import search_limit_note, search_outside_texts
from gongkai.core.units.actors import Actor
from gongkai.core.widgets.query_parameters import TypedFilter, parse_day_filter, parse_whole_number
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.chinese.normalisation import clean_query

#: By due date, nearest first, entries without date last (ties by id).
ORDER_BY_DUE_DATE = "due"
#: By opening time, newest first.
ORDER_BY_OPENING = "opened"


@dataclass(frozen=True)
class EntryPage:
    """Rows of one page, and the cursor of the next page ("" if there is none)."""

    rows: list[Entry]
    next: str = ""


def load_entry_page(
    entries: QuerySet[Entry],
    after: str = "",
    size: int = 50,
    order: str = ORDER_BY_DUE_DATE,
    since: datetime | None = None,
) -> EntryPage:
    """Return one page of entries after a cursor; an invalid cursor gives the first page.

    `since`: no entry is due before that moment, so the index scan starts there.
    """
    at, number = _parse_page_mark(after)
    rows = (
        _list_by_due(entries, at, number, size + 1, since)
        if order == ORDER_BY_DUE_DATE
        else _list_by_opened(entries, at, number, size + 1)
    )
    if len(rows) <= size:
        return EntryPage(rows)
    rows = rows[:size]
    last_entry = rows[-1]
    return EntryPage(
        rows,
        _format_page_mark(last_entry.due_at if order == ORDER_BY_DUE_DATE else last_entry.opened_at, last_entry.pk),
    )


def _list_by_due(
    entries: QuerySet[Entry], moment: datetime | None, number: int, size: int, earliest: datetime | None
) -> list[Entry]:
    """Return up to `size` entries by due date after the position (`moment`, `number`), undated ones last."""
    rows: list[Entry] = []
    if moment or not number:
        dated_entries = entries.filter(due_at__isnull=False)
        if moment:
            dated_entries = dated_entries.filter(due_at__gte=moment).filter(Q(due_at__gt=moment) | Q(pk__gt=number))
        elif earliest:
            dated_entries = dated_entries.filter(due_at__gte=earliest)
        # Select ids first: the index contains what the light needs, so only shown rows
        # are read.
        numbers = dated_entries.order_by("due_at", "pk").values("pk")[:size]
        rows = list(entries.filter(pk__in=numbers).order_by("due_at", "pk"))
    if len(rows) < size:
        undated_entries = entries.filter(due_at=None)
        if number and not moment:
            undated_entries = undated_entries.filter(pk__gt=number)
        rows += undated_entries.order_by("pk")[: size - len(rows)]
    return rows


def _list_by_opened(entries: QuerySet[Entry], moment: datetime | None, number: int, size: int) -> list[Entry]:
    """Return up to `size` entries, newest first, after the position (`moment`, `number`)."""
    if moment:
        entries = entries.filter(opened_at__lte=moment).filter(Q(opened_at__lt=moment) | Q(pk__lt=number))
    return list(entries.order_by("-opened_at", "-pk")[:size])


def _format_page_mark(moment: datetime | None, number: int) -> str:
    return f"{moment.isoformat() if moment else ''}~{number}"


def _parse_page_mark(mark: str) -> tuple[datetime | None, int]:
    """Return (time, id) of a page mark (`time~id`), the time None if empty; (None, 0) if it is malformed."""
    text, _, number = mark.replace(" ", "+").partition("~")
    pk = parse_whole_number(number)
    if pk is None:
        return None, 0
    try:
        moment = parse_datetime(text) if text else None
    except ValueError:
        return None, 0
    # Times in the first and last year cannot be converted to the database's time zone.
    if text and (moment is None or moment.tzinfo is None or not MINYEAR < moment.year < MAXYEAR):
        return None, 0
    return moment, pk


#: A smaller ledger is searched row by row, which is as fast.
MIN_ROWS_FOR_TITLE_INDEX = 50_000
#: Maximum number of index steps; the rest of the index is read at once.
MAX_INDEX_STEPS = 20_000
#: With more matching titles, `find_titles_with` returns None; the rows are filtered directly, which fills a page soon.
MAX_MATCHING_TITLES = 500

#: Recursive query that steps to the next greater title in the index.
_NEXT_TITLES_SQL = """
WITH RECURSIVE step(title, n) AS (
    SELECT min(title), 1 FROM {table}
    UNION ALL
    SELECT (SELECT min(e.title) FROM {table} e WHERE e.title > step.title), step.n + 1
    FROM step WHERE step.title IS NOT NULL AND step.n < %s
)
SELECT title, n, {match} FROM step WHERE title IS NOT NULL AND ({match} OR n = %s) LIMIT %s
"""
_TITLES_AFTER_SQL = "SELECT DISTINCT title FROM {table} WHERE title > %s AND {match} LIMIT %s"


def filter_by_title(entries: EntryQuerySet, text: str) -> EntryQuerySet:
    """Return entries whose title contains the whole text, ignoring case."""
    titles = find_titles_with(text, entries.db) if _has_many_entries(entries.db) else None
    if titles is not None:
        return entries.filter(title__in=titles) if titles else entries.none()
    # Without letters in the words, a case-insensitive comparison is needless work.
    has_case = text.upper() != text or text.lower() != text
    return entries.filter(**{"title__icontains" if has_case else "title__contains": text})


def _has_many_entries(alias: str) -> bool:
    """Return true if the highest id exceeds `MIN_ROWS_FOR_TITLE_INDEX`; nothing is counted."""
    last_pk = Entry.objects.using(alias).order_by("-pk").values_list("pk", flat=True).first()
    return last_pk is not None and last_pk > MIN_ROWS_FOR_TITLE_INDEX


def find_titles_with(text: str, alias: str = "default") -> list[str] | None:
    """Return all titles that contain the text, ignoring case; None if there are more than `MAX_MATCHING_TITLES`."""
    connection = connections[alias]
    table = connection.ops.quote_name(Entry._meta.db_table)
    match = r"UPPER(title) LIKE UPPER(%s) ESCAPE '\'"
    like_pattern = f"%{connection.ops.prep_for_like_query(text)}%"
    with connection.cursor() as cursor:
        cursor.execute(
            _NEXT_TITLES_SQL.format(table=table, match=match),
            [MAX_INDEX_STEPS, like_pattern, like_pattern, MAX_INDEX_STEPS, MAX_MATCHING_TITLES + 1],
        )
        rows: list[tuple[str, int, bool]] = cursor.fetchall()
        titles = [title for title, _, matches in rows if matches]
        last_title = next((title for title, n, _ in rows if n == MAX_INDEX_STEPS), None)
        if last_title is not None:
            cursor.execute(
                _TITLES_AFTER_SQL.format(table=table, match=match), [last_title, like_pattern, MAX_MATCHING_TITLES + 1]
            )
            titles += [title for (title,) in cursor.fetchall()]
    return titles if len(titles) <= MAX_MATCHING_TITLES else None


#: Values of "mine": one's own office, the whole unit, the unit's other offices.
OWNERSHIP_CHOICES = frozenset({"office", "body", "rest"})
#: Values of "light", with Chinese labels.
LIGHT_FILTER_LABELS: dict[str, str] = {
    "open": "未办结",
    "red": "逾期",
    "yellow": "临期",
    "green": "正常",
    "blue": "暂停",
    "waiting": "待审核",
    "closed": "已办结",
    "late": "逾期办结",
    "all": "全部",
}

#: An entry's number or its beginning: 任务2026-0001.
_ENTRY_NUMBER_PATTERN = re.compile(r"[^\d\s]{1,12}\d{4}-\d*")
#: The end of a number, with or without year: 00120, 2026-00120.
_ENTRY_NUMBER_END_PATTERN = re.compile(r"(?:(?P<year>\d{4})?-)?(?P<last>\d{3,9})")


@dataclass(frozen=True)
class LedgerFilter:
    """The filters that a user chose in the ledger; empty fields filter nothing.

    `q` is the searched text, `mine` one of `OWNERSHIP_CHOICES`. With `turn` ("1") only entries on which the unit must
    act, with `owed` ("1") only those that statistics count.

    Invalid values are dropped; invalid dates match nothing.
    """

    light: str = "open"
    kind: str = ""
    state: str = ""
    body: int | None = None
    office: int | None = None
    year: int | None = None
    q: str = ""
    due_from: TypedFilter[date] = field(default_factory=TypedFilter)
    due_to: TypedFilter[date] = field(default_factory=TypedFilter)
    mine: str = ""
    turn: str = ""
    order: str = ""
    owed: str = ""

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "LedgerFilter":
        """Read a filter from URL parameters."""
        light = parameters.get("light", "")
        kind = parameters.get("kind", "")
        return cls(
            light=light if light in LIGHT_FILTER_LABELS else "open",
            kind=kind if kind in ENTRY_KINDS_BY_NAME else "",
            state=parameters.get("state", "")[:24],
            body=parse_whole_number(parameters.get("body", "")),
            office=parse_whole_number(parameters.get("office", "")),
            year=parse_whole_number(parameters.get("year", ""), maximum=9999),
            q=clean_query(parameters.get("q", ""), 80),
            due_from=parse_day_filter(parameters.get("due_from", "")),
            due_to=parse_day_filter(parameters.get("due_to", "")),
            mine=parameters.get("mine", "") if parameters.get("mine") in OWNERSHIP_CHOICES else "",
            turn="1" if parameters.get("turn") == "1" else "",
            owed="1" if parameters.get("owed") == "1" else "",
            order=parameters.get("order", "")
            if parameters.get("order") in {ORDER_BY_DUE_DATE, ORDER_BY_OPENING}
            else "",
        )

    @property
    def ordering(self) -> str:
        """Return the sort order: by due date while open entries are shown, else newest first."""
        return self.order or (ORDER_BY_OPENING if self.light in {"closed", "late", "all"} else ORDER_BY_DUE_DATE)

    @property
    def countable(self) -> bool:
        """Return true if the lights can be counted from indexes alone."""
        return not (self.q or self.state or self.office or self.due_from or self.due_to or self.owed or self.turn)

    def query(self, **changed: object) -> str:
        """Return the filter as URL parameters, with some of them changed."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changed
        return urlencode({k: v for k, v in values.items() if v and (k, v) != ("light", "open")})

    def apply(self, entries: EntryQuerySet, by: Actor, now: datetime | None = None) -> EntryQuerySet:
        """Filter entries that the actor may see."""
        return filter_by_light(self.apply_except_light(entries, by), self.light, now)

    def beyond(self, entries: EntryQuerySet, by: Actor) -> str:
        """Return a Chinese note if the texts of older entries were not searched, else ""."""
        if not self.q or _ENTRY_NUMBER_PATTERN.fullmatch(self.q):
            return ""
        return search_limit_note(replace(self, q="").apply_except_light(entries, by), by)

    def apply_except_light(self, entries: EntryQuerySet, by: Actor) -> EntryQuerySet:
        """Apply all filters except the light; the counts of lights use this set."""
        exact = {"kind": self.kind, "state": self.state, "year": self.year}
        exact |= {"body_id": self.body, "office_id": self.office}
        entries = entries.filter(**{key: value for key, value in exact.items() if value})
        if self.owed:
            entries = entries.exclude(queries.make_no_duty_filter())
            if not self.kind:  # 统计 counts nothing twice in a sum of all kinds
                entries = entries.exclude(kind__in=list_uncounted_kinds())
        if self.turn:
            entries = entries.filter(queries.make_turn_filter())
        if self.mine:
            entries = filter_own_units(entries, by, whole_body=self.mine != "office")
        if self.mine == "rest":
            entries = entries.exclude(make_own_office_filter(by))
        if self.q:
            entries = _search_entries(entries, by, self.q)
        if self.due_from.value:
            begin = timezone.make_aware(datetime.combine(self.due_from.value, time()))
            entries = entries.filter(due_at__gte=begin)
        if self.due_to.value:
            entries = entries.filter(due_at__lte=end_of_day(self.due_to.value))
        # Otherwise an invalid date would select all rows.
        return entries.none() if self.due_from.reason or self.due_to.reason else entries


def _search_entries(entries: EntryQuerySet, by: Actor, query: str) -> EntryQuerySet:
    """Return the entries whose number or texts match the query, also texts outside the ledger."""
    if _ENTRY_NUMBER_PATTERN.fullmatch(query):
        return entries.filter(number__startswith=query)
    matches = filter_by_title(entries, query) | entries.filter(pk__in=search_outside_texts(entries, by, query))
    end = _ENTRY_NUMBER_END_PATTERN.fullmatch(query)
    if end is None:
        return matches
    # The entry number is series, year and counter; the few that end so are looked up by
    # index.
    counters = Counter.objects.filter(**({"year": end["year"]} if end["year"] else {}))
    numbers = [f"{series}{year}-{int(end['last']):05d}" for series, year in counters.values_list("series", "year")]
    return matches | entries.filter(number__in=numbers)


def filter_by_light(entries: EntryQuerySet, light: str, now: datetime | None = None) -> EntryQuerySet:
    """Return the entries of one light (a key of `LIGHT_FILTER_LABELS`), as an index range."""
    moment = now or timezone.now()
    closed_entries = entries.filter(closed_at__isnull=False)
    chosen: dict[str, EntryQuerySet] = {
        "open": entries.open(),
        "red": entries.overdue(moment),
        "yellow": entries.due_soon(moment),
        "green": entries.on_schedule(moment),
        "blue": entries.paused(),
        "waiting": entries.open().filter(queries.make_waiting_filter()),
        "closed": closed_entries,
        "late": closed_entries.filter(make_closed_late_filter()).exclude(queries.make_no_duty_filter()),
        "all": entries,
    }
    return chosen[light]


def find_earliest_due_date(light: str, now: datetime) -> datetime | None:
    """Return a moment before which no entry with this light is due: `now` for yellow and green, else None."""
    return now if light in {"yellow", "green"} else None


def filter_own_units(entries: EntryQuerySet, by: Actor, *, whole_body: bool = False) -> EntryQuerySet:
    """Return the entries of the actor's units: all (`whole_body`), or those of the actor's offices and without
    office."""
    if whole_body:
        return entries.filter(body_id__in=by.bodies)
    condition = Q(pk__in=[])
    for post in by.posts:
        query = Q(body_id=post.body_id)
        if post.office_id:
            query &= Q(office_id=post.office_id) | Q(office_id=None)
        condition |= query
    return entries.filter(condition)


def make_own_office_filter(by: Actor) -> Q:
    """Return the filter for entries of the actor's offices, and of no office; not limited to the actor's units."""
    return Q(office_id__in=[post.office_id for post in by.posts if post.office_id]) | Q(office_id=None)


def count_lights(entries: EntryQuerySet, now: datetime | None = None, limit: int = 9999) -> dict[str, int]:
    """Return light → number of open, red, yellow and blue entries, each counted up to `limit` + 1 to bound the cost."""
    return {
        light: count_up_to(filter_by_light(entries, light, now), limit) for light in ("open", "red", "yellow", "blue")
    }


def count_lights_of_unit(entries: EntryQuerySet, now: datetime | None = None, limit: int = 9999) -> dict[str, int]:
    """Return the same as `count_lights`, in one pass if there are at most `limit` open entries."""
    moment = choose_light_moment(now)
    rows = entries.open().order_by().values("due_at", "warn_at", "paused")[: limit + 1]
    late, soon = Q(paused=False, due_at__lt=moment), Q(paused=False, warn_at__lte=moment, due_at__gte=moment)
    counts: dict[str, int] = rows.aggregate(
        open=Count("*"),
        red=Count("paused", filter=late),
        yellow=Count("paused", filter=soon),
        blue=Count("paused", filter=Q(paused=True)),
    )
    return counts if counts["open"] <= limit else count_lights(entries, moment, limit)


def count_up_to(entries: EntryQuerySet, limit: int = 9999) -> int:
    """Count rows up to `limit` + 1 through the index of due dates."""
    return entries.order_by().values("due_at")[: limit + 1].count()
