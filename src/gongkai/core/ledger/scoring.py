"""Registry of score sources: figures about a unit that the assessment (考核) can use.

A source returns cases; its figure is their mean, and each case links to its row.

    register_score(in_time("request", "依申请公开按期答复"))
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils import timezone

from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, url_of
from gongkai.core.ledger.lapses import lapses_of_kinds
from gongkai.core.ledger.models import Entry, EntryQuerySet
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day


@dataclass(frozen=True)
class ScoredCase:
    """One row of a figure: label, link and score (0 to 1)."""

    ref: str
    label: str
    value: float
    why: str
    url: str = ""


@dataclass(frozen=True)
class ScoreSource:
    """A figure that can be scored.

    `cases` returns what was settled from `first` to `until` (inclusive). `ahead` returns open
    entries that will be settled by `until`.
    """

    name: str
    label: str
    about: str
    cases: Callable[[Body, date, date], list[ScoredCase]]
    ahead: Callable[[Body, date], list[Entry]] | None = None


#: Source's name → source.
SCORE_SOURCES_BY_NAME: dict[str, ScoreSource] = {}


def register_score(source: ScoreSource) -> None:
    """Register a source; the same name replaces the earlier one."""
    SCORE_SOURCES_BY_NAME[source.name] = source


def entries_under(body: Body) -> EntryQuerySet:
    """Return the entries of a body and of all bodies below it."""
    return Entry.objects.filter(body__path__startswith=body.path)


def settled_entries(entries: EntryQuerySet, first: date, until: date) -> EntryQuerySet:
    """Return entries closed in time in a period, or due in it and not closed by then.

    Each entry is settled once: on its closing day if in time, else on its due date.
    """
    start, end = end_of_day(first) - timedelta(days=1), end_of_day(until)
    end = min(end, timezone.now())
    good = Q(closed_at__gt=start, closed_at__lte=end) & (Q(due_at=None) | Q(closed_at__lte=F("due_at")))
    late = Q(due_at__gt=start, due_at__lte=end, paused=False) & (Q(closed_at=None) | Q(closed_at__gt=F("due_at")))
    return entries.filter(good | late)


def timeliness_source(kind: str, label: str) -> ScoreSource:
    """Return the source for entries of a kind closed in time; lapses count, dropped entries do not."""

    def own(body: Body) -> EntryQuerySet:
        counting = Q(kind=kind) & ~Q(outcome__in=ENTRY_KINDS_BY_NAME[kind].fallen_away)
        return entries_under(body).filter(counting | Q(pk__in=lapses_of_kinds(kind)))

    def cases(body: Body, first: date, until: date) -> list[ScoredCase]:
        return [_make_case(entry) for entry in settled_entries(own(body), first, until).order_by("due_at", "pk")]

    def ahead(body: Body, until: date) -> list[Entry]:
        rows = own(body).running().filter(due_at__lte=end_of_day(until), due_at__gt=timezone.now())
        return list(rows.select_related("body").order_by("due_at", "pk"))

    about = "在考核期内办结或者到期的记录中，按期办结的比例"
    return ScoreSource(kind, label, about, cases, ahead)


def _make_case(entry: Entry) -> ScoredCase:
    good = entry.closed_at is not None and (entry.due_at is None or entry.closed_at <= entry.due_at)
    why = "按期办结" if good else "逾期办结" if entry.closed_at else "逾期未办结"
    return ScoredCase(entry.number, entry.title, 1.0 if good else 0.0, why, url_of(entry))
