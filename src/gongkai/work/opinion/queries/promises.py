"""Queries of promises, based on `visible_to`, and their public list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.core.units.object_access import register_visible_to
from gongkai.work.opinion.models import Promise, Statement, StatementSort
from gongkai.work.opinion.states import PUBLIC_PROMISE_STATES, PromiseState

#: Tabs of the list by name, with their labels.
PROMISE_TABS: dict[str, str] = {
    "open": "未办结",
    "registered": "待公开",
    "running": "兑现中",
    "late": "逾期",
    "soon": "临期",
    "reported": "结果待公开",
    "kept": "已兑现",
    "broken": "未兑现",
    "all": "全部",
}


@register_visible_to(Promise)
def visible_to(user: object) -> QuerySet[Promise]:
    """Return the promises whose entries the user may see."""
    entries = visible_entries(user).filter(kind="promise")
    return Promise.objects.filter(entry__in=entries).select_related("entry__body", "topic")


def filter_promises_by_tab(rows: QuerySet[Promise], tab: str) -> QuerySet[Promise]:
    """Return the promises of a tab; all promises for an unknown tab."""
    now = timezone.now()
    running = Q(entry__closed_at=None, entry__paused=False)
    conditions = {
        "open": Q(entry__closed_at=None),
        "late": running & Q(entry__due_at__lt=now),
        "soon": running & Q(entry__warn_at__lte=now, entry__due_at__gte=now),
        "all": Q(),
    }
    if tab in conditions:
        return rows.filter(conditions[tab])
    return rows.filter(entry__state=tab) if tab in PROMISE_TABS else rows


# Public list


@dataclass(frozen=True)
class DateChange:
    """A change of a promise's date from `before` to `until`, published on the day `on`."""

    before: date | None
    until: date | None
    reason: str
    on: date


@dataclass(frozen=True)
class PublishedStatement:
    """A published statement on a promise: label, text, and day of the event (`on`)."""

    label: str
    text: str
    on: date | None


@dataclass(frozen=True)
class PublicPromise:
    """A promise as shown to the public; `moves` are changes of date, `told` are statements.

    `standing` is kept, kept_late, broken, late or running.
    """

    number: int
    document: int
    title: str
    unit: Body
    topic: str
    promised_on: date
    promised_by: str
    occasion: str
    due: date | None
    standing: str
    ended_on: date | None
    moves: tuple[DateChange, ...]
    told: tuple[PublishedStatement, ...]

    @property
    def word(self) -> str:
        """Return the status of the promise in Chinese."""
        return STANDING_LABELS[self.standing][0]

    @property
    def sign(self) -> str:
        """Return the icon of the promise's status."""
        return STANDING_LABELS[self.standing][1]


#: Status → (label, icon), in the order of the public filter.
STANDING_LABELS: dict[str, tuple[str, str]] = {
    "running": ("未到期限", "○"),
    "late": ("逾期未兑现", "▲"),
    "kept": ("按期兑现", "✓"),
    "kept_late": ("逾期兑现", "✓"),
    "broken": ("未兑现", "✗"),
}


def map_public_documents(website: int) -> dict[int, int]:
    """Map the promises public on a site to their documents, by primary key."""
    rows = shelf_visible_to(ANONYMOUS).filter(website=website, column=None, document__source__startswith="promise/")
    return {
        int(source.partition("/")[2]): document for source, document in rows.values_list("document__source", "document")
    }


def list_public_promises(website: int) -> list[PublicPromise]:
    """Return a site's public promises: late, running, then ended ones."""
    public_documents = map_public_documents(website)
    rows = (
        Promise.objects.filter(pk__in=public_documents, entry__state__in=PUBLIC_PROMISE_STATES)
        .select_related("entry__body", "topic")
        .prefetch_related("revisions")
    )
    order = list(STANDING_LABELS)
    promises = [_make_public_promise(promise, public_documents[promise.pk]) for promise in rows]
    rank_by_standing = {"late": 0, "running": 1}
    return sorted(
        promises,
        key=lambda one: (
            rank_by_standing.get(one.standing, 2),
            -(one.ended_on or date.min).toordinal(),
            one.due or date.max,
            order.index(one.standing),
            one.number,
        ),
    )


def get_public_promise(website: int, number: int) -> tuple[PublicPromise, Document] | None:
    """Return (public promise, its document) of a site, or None."""
    public_documents = map_public_documents(website)
    rows = Promise.objects.filter(pk=number, entry__state__in=PUBLIC_PROMISE_STATES).select_related(
        "entry__body", "topic"
    )
    promise = rows.prefetch_related("revisions").first() if number in public_documents else None
    if promise is None:
        return None
    return _make_public_promise(promise, public_documents[number]), Document.objects.get(pk=public_documents[number])


def find_promise_of_source(website: int, source: str) -> int | None:
    """Return the primary key of a site's public promise by the name of its source (`promise/12`), or None."""
    source_kind, _, number = source.partition("/")
    if source_kind != Promise.source_name or not number.isdecimal():
        return None
    rows = Promise.objects.filter(pk__in=map_public_documents(website), entry__state__in=PUBLIC_PROMISE_STATES)
    return rows.filter(pk=int(number)).values_list("pk", flat=True).first()


def _make_public_promise(promise: Promise, document: int) -> PublicPromise:
    """Return a promise as the public sees it, from its published statements only."""
    public: Sequence[Statement] = [row for row in promise.revisions.all() if row.public_at]
    promise_statement = next((row for row in public if row.sort == StatementSort.PROMISE), None)
    moves = tuple(
        DateChange(row.due_before, row.until, row.text, timezone.localdate(row.public_at))
        for row in public
        if row.sort == StatementSort.DATE
    )
    statements = tuple(
        PublishedStatement(row.get_sort_display(), row.text, row.on)
        for row in public
        if row.sort not in {StatementSort.PROMISE, StatementSort.DATE}
    )
    due = timezone.localdate(promise.entry.due_at) if promise.entry.due_at else promise.first_until
    return PublicPromise(
        number=promise.pk,
        document=document,
        title=promise_statement.title if promise_statement else promise.entry.title,
        unit=promise.entry.body,
        topic=promise.topic.name if promise.topic else "",
        promised_on=promise.promised_on,
        promised_by=promise.promised_by,
        occasion=promise.occasion,
        due=due,
        standing=_find_standing(promise, due, moves),
        ended_on=promise.ended_on,
        moves=moves,
        told=statements,
    )


def _find_standing(promise: Promise, due: date | None, moves: Sequence[DateChange]) -> str:
    """Return the standing of a promise: kept, kept_late, broken, late or running.

    A date that had passed when it was changed still counts: a promise kept after it is kept late.
    """
    if promise.entry.state == PromiseState.KEPT:
        term = next((move.before for move in moves if move.before and move.on > move.before), due)  # had passed
        return "kept_late" if term and promise.ended_on and promise.ended_on > term else "kept"
    if promise.entry.state == PromiseState.BROKEN:
        return "broken"
    return "late" if due and due < timezone.localdate() else "running"


# Statistics


def count_promises_by_unit(rows: QuerySet[Promise]) -> list[dict[str, object]]:
    """Return promise statistics by unit, as records, without voided promises."""
    moment = timezone.now()
    open_now = Q(entry__closed_at=None)
    query = Q(entry__state=PromiseState.KEPT)
    counted = (
        rows.exclude(entry__state=PromiseState.VOIDED)
        .order_by()
        .values("entry__body")
        .annotate(
            total=Count("pk"),
            kept=Count("pk", filter=query & Q(entry__closed_at__lte=F("entry__due_at"))),
            kept_late=Count("pk", filter=query & Q(entry__closed_at__gt=F("entry__due_at"))),
            broken=Count("pk", filter=Q(entry__state=PromiseState.BROKEN)),
            running=Count("pk", filter=open_now),
            overdue=Count("pk", filter=open_now & Q(entry__paused=False, entry__due_at__lt=moment)),
            unpublished=Count("pk", filter=Q(entry__state=PromiseState.REGISTERED)),
        )
    )
    rows_by_unit = list(counted)
    bodies = Body.objects.in_bulk([row["entry__body"] for row in rows_by_unit])
    rows_with_unit = [(bodies[row["entry__body"]], row) for row in rows_by_unit]
    rows_with_unit.sort(key=lambda pair: (pair[0].position, pair[0].pk))
    return [{**row, "body": body} for body, row in rows_with_unit]
