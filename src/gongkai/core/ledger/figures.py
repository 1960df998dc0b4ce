"""Cached counts over very many rows, shown with their time; small counts are always live.

class Matrix(CachedCount[Part]): …    # what to count, over which rows
register_cached_count(MATRIX)         # in AppConfig.ready, so that jobs can refresh it
load_counts(MATRIX, part, by=actor)   # the counts for a page, cached from `MIN_ROWS_FOR_CACHE` rows on
count_now(MATRIX, part, by=actor)     # the counts of this moment

It also holds the registry of score sources: figures about a unit that the assessment (考核) can use.

A source returns cases; its figure is their mean, and each case links to its row.

    register_score(make_timeliness_source("request", "依申请公开按期答复"))
"""

import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from django.contrib.auth import get_user_model
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, DatabaseError, router
from django.db.models import F, Model, Q, QuerySet
from django.utils import timezone

from gongkai.core.acts.digest import digest
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME, get_entry_url
from gongkai.core.ledger.lapses import filter_lapses
from gongkai.core.ledger.models import Entry, EntryQuerySet, Figure
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import end_of_day
from gongkai.lib.typed_json import Record


@dataclass(frozen=True)
class ScoredCase:
    """One case counted by a score: identifier (`ref`), label, score (0 to 1), reason (`why`) and link.

    `is_entry` is true if the identifier and the label are an entry's number and title.
    """

    ref: str
    label: str
    value: float
    why: str
    url: str = ""
    is_entry: bool = False

    @property
    def stored_label(self) -> str:
        """Return the label to store with a score; "" for an entry, whose title may be erased by law."""
        return "" if self.is_entry else self.label[:120]


@dataclass(frozen=True)
class ScoreSource:
    """A statistic that assessments can score: its name, Chinese label and description (`about`), and cases.

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
    """Register a source of scores; the same name replaces the earlier one."""
    SCORE_SOURCES_BY_NAME[source.name] = source


def filter_entries_under(body: Body) -> EntryQuerySet:
    """Return the entries of a body and of all bodies below it."""
    return Entry.objects.filter(body__path__startswith=body.path)


def filter_settled_entries(entries: EntryQuerySet, first: date, until: date) -> EntryQuerySet:
    """Return entries closed in time in a period (days inclusive, up to now), or due in it and not closed in time.

    Each entry is settled once: on its closing day if in time, else on its due date.
    """
    start, end = end_of_day(first) - timedelta(days=1), end_of_day(until)
    end = min(end, timezone.now())
    query = Q(closed_at__gt=start, closed_at__lte=end) & (Q(due_at=None) | Q(closed_at__lte=F("due_at")))
    is_late = Q(due_at__gt=start, due_at__lte=end, paused=False) & (Q(closed_at=None) | Q(closed_at__gt=F("due_at")))
    return entries.filter(query | is_late)


def make_timeliness_source(kind: str, label: str) -> ScoreSource:
    """Return the score source for entries of a kind closed in time; missed deadlines count, cancelled entries do
    not."""

    def own(body: Body) -> EntryQuerySet:
        """Return the entries of a unit and those below it that count."""
        counting = Q(kind=kind) & ~Q(outcome__in=ENTRY_KINDS_BY_NAME[kind].outcomes_without_duty)
        return filter_entries_under(body).filter(counting | Q(pk__in=filter_lapses(kind)))

    def cases(body: Body, first: date, until: date) -> list[ScoredCase]:
        return [
            _make_score_case(entry)
            for entry in filter_settled_entries(own(body), first, until).order_by("due_at", "pk")
        ]

    def ahead(body: Body, until: date) -> list[Entry]:
        rows = own(body).running().filter(due_at__lte=end_of_day(until), due_at__gt=timezone.now())
        return list(rows.select_related("body").order_by("due_at", "pk"))

    about = "在考核期内办结或者到期的记录中，按期办结的比例"
    return ScoreSource(kind, label, about, cases, ahead)


def _make_score_case(entry: Entry) -> ScoredCase:
    """Return an entry as a case of the score: 1 if it was closed in time, else 0."""
    in_time = entry.closed_at is not None and (entry.due_at is None or entry.closed_at <= entry.due_at)
    result_label = "按期办结" if in_time else "逾期办结" if entry.closed_at else "逾期未办结"
    return ScoredCase(entry.number, entry.title, 1.0 if in_time else 0.0, result_label, get_entry_url(entry), True)


logger = logging.getLogger(__name__)
Subject = TypeVar("Subject")

#: Number of rows from which counts are cached; fewer are counted within 50 ms.
MIN_ROWS_FOR_CACHE = 50_000
#: Minimum age of counts that are refreshed; age from which counts are not shown if a recount
#: is possible.
MIN_RECOUNT_AGE, MAX_SHOWN_AGE = timedelta(minutes=2), timedelta(minutes=15)
#: Unviewed counts are deleted after this time (a leader looks once a week); a count running for
#: longer than RUNNING_RECOUNT_TIMEOUT belongs to a dead process.
UNVIEWED_RETENTION, RUNNING_RECOUNT_TIMEOUT = timedelta(days=8), timedelta(minutes=5)
#: Time limit of one run of `recount_stale_figures`, in seconds.
RECOUNT_TIMEOUT_SECONDS = 20.0
#: The primary database, named explicitly: after writing counts, a public page continues to read
#: from its replica.
_PRIMARY_FIGURES = Figure.objects.using(DEFAULT_DB_ALIAS)


@dataclass(frozen=True)
class CountResult:
    """The result of a count: the counts as JSON (`found`), and the number of rows counted."""

    found: object
    rows: int


@dataclass(frozen=True)
class DatedCounts:
    """Counts (`found`) and the time of counting; `kept` is true if they come from the cache."""

    found: object
    at: datetime
    kept: bool = False

    @property
    def as_of(self) -> datetime | None:
        """Return the time to show on the page; None if the counts are live."""
        return self.at if self.kept else None


class CachedCount(ABC, Generic[Subject]):
    """Base class of cached counts over many rows; the result depends only on the subject and its rows."""

    name: ClassVar[str]
    #: Number of rows from which its counts are cached, if counting needs more than an index;
    #: default `MIN_ROWS_FOR_CACHE`.
    many: ClassVar[int | None] = None

    @abstractmethod
    def asked(self, subject: Subject) -> Record:
        """Return the primary keys that identify the subject in the cache, as JSON."""

    @abstractmethod
    def subject(self, asked: Record) -> Subject | None:
        """Return the subject with these primary keys, or None if it was deleted."""

    @abstractmethod
    def rows(self, subject: Subject, by: Actor) -> "QuerySet[Model, Model]":
        """Return the rows of the subject that the actor may see."""

    @abstractmethod
    def count(self, subject: Subject, rows: "QuerySet[Model, Model]", now: datetime) -> CountResult:
        """Count the rows as of `now`."""


#: Question's name → question.
CACHED_COUNTS_BY_NAME: dict[str, CachedCount] = {}  # type: ignore[type-arg]


def register_cached_count(question: CachedCount[Subject]) -> None:
    """Register a cached count, so that the background job can recount it."""
    CACHED_COUNTS_BY_NAME[question.name] = question


def count_now(
    question: CachedCount[Subject], subject: Subject, *, by: object, now: datetime | None = None
) -> DatedCounts:
    """Count now, over the rows that the actor `by` may see."""
    moment = now or timezone.now()
    return DatedCounts(question.count(subject, question.rows(subject, get_actor(by)), moment).found, moment)


def load_counts(question: CachedCount[Subject], subject: Subject, *, by: object) -> DatedCounts:
    """Return the counts for a page; from the cache if there are very many rows, else counted now."""
    actor, now = get_actor(by), timezone.now()
    rows = question.rows(subject, actor)
    key = "" if actor.system else _make_cache_key(question, subject, rows)
    figure = Figure.objects.filter(pk=key).first() if key else None
    if figure and (figure.at > now - MAX_SHOWN_AGE or not _claim_recount(figure, now)):
        _mark_viewed(figure, now)
        return DatedCounts(figure.found, figure.at, kept=True)
    count_result = question.count(subject, rows, now)
    if key and (figure or count_result.rows >= _get_min_rows_for_cache(question)):
        _store_figure(key, question, subject, actor, count_result, now)
    return DatedCounts(count_result.found, now)


def recount_stale_figures(*, seconds: float = RECOUNT_TIMEOUT_SECONDS) -> dict[str, int]:
    """Job: recount cached counts that were viewed since their last count or will soon be too old, oldest first;
    delete those long unviewed; return {"recounted": number}."""
    end, done = time.monotonic() + seconds, 0
    Figure.objects.filter(wanted__lt=timezone.now() - UNVIEWED_RETENTION).delete()
    now = timezone.now()
    due = Q(at__lt=now - MIN_RECOUNT_AGE, wanted__gt=F("at")) | Q(at__lt=now - (MAX_SHOWN_AGE - 2 * MIN_RECOUNT_AGE))
    for figure in Figure.objects.filter(due).order_by("at"):
        if time.monotonic() > end:
            break
        done += _recount_figure(figure)
    return {"recounted": done}


def _recount_figure(figure: Figure) -> bool:
    """Count one cached figure again; return false if another process counts it, or it is obsolete and was deleted."""
    now, question = timezone.now(), CACHED_COUNTS_BY_NAME.get(figure.question)
    subject, actor = question and question.subject(figure.asked), _load_actor(figure.user)
    if question is None or subject is None or actor is None:
        figure.delete()
        return False
    rows = question.rows(subject, actor)
    if _make_cache_key(question, subject, rows) != figure.pk:
        figure.delete()
        return False
    if not _claim_recount(figure, now):
        return False
    _store_figure(figure.pk, question, subject, actor, question.count(subject, rows, now), now)
    return True


def _get_min_rows_for_cache(question: CachedCount[Subject]) -> int:
    return MIN_ROWS_FOR_CACHE if question.many is None else question.many


def _load_actor(user: int | None) -> Actor | None:
    """Return the actor of an account's id: `ANONYMOUS` for None; None if the account is gone or disabled."""
    if user is None:
        return ANONYMOUS
    account = get_user_model().objects.filter(pk=user, is_active=True).first()
    return get_actor(account) if account else None


def _make_cache_key(question: CachedCount[Subject], subject: Subject, rows: "QuerySet[Model, Model]") -> str:
    """Return the key of a count in the cache, by subject and rows; empty if no row is possible."""
    try:
        statement, values = rows.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return ""
    return digest(repr((question.name, sorted(question.asked(subject).items()), statement, values)), "sha256")


def _claim_recount(figure: Figure, now: datetime) -> bool:
    """Claim the recount of a figure; return false if another process counts it, or if the primary database is not in
    use."""
    unclaimed = Q(counting=None) | Q(counting__lt=now - RUNNING_RECOUNT_TIMEOUT)
    return _reads_primary() and bool(_PRIMARY_FIGURES.filter(unclaimed, pk=figure.pk).update(counting=now))


def _mark_viewed(figure: Figure, now: datetime) -> None:
    """Note that a figure was viewed, at intervals only."""
    if figure.wanted < max(figure.at, now - MIN_RECOUNT_AGE) and _reads_primary():
        _PRIMARY_FIGURES.filter(pk=figure.pk).update(wanted=now)


def _reads_primary() -> bool:
    return router.db_for_read(Figure) == DEFAULT_DB_ALIAS


def _store_figure(
    key: str, question: CachedCount[Subject], subject: Subject, actor: Actor, count_result: CountResult, now: datetime
) -> None:
    """Store counts in the cache, or delete the figure if so few rows are counted live; log database errors."""
    try:
        if count_result.rows < _get_min_rows_for_cache(question):
            _PRIMARY_FIGURES.filter(pk=key).delete()
            return
        facts = {"found": count_result.found, "at": now, "counting": None}
        if not _PRIMARY_FIGURES.filter(pk=key).update(**facts):
            question_facts = {"question": question.name, "asked": dict(question.asked(subject)), "user": actor.user_id}
            _PRIMARY_FIGURES.update_or_create(pk=key, defaults=facts | question_facts | {"wanted": now})
    except DatabaseError:
        # Show the page even if the counts cannot be stored (a replica is read while the
        # primary is down).
        logger.exception("figures are not kept (%s)", question.name)
