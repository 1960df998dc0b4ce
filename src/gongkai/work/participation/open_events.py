"""Queries on open days and open meetings: visibility, tasks, public view, statistics."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from gongkai.content.editions.models import Shelf
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.kinds import get_ordering_text, make_ordering_filter
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to as entries_visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_actor_bodies, own_units_q
from gongkai.work.participation.models import TASK_WORDS_BY_KIND, OpenEventKind, Opening, OpeningProof

# Days for which an event stays in the public list.
PUBLIC_LIST_DAYS = 365


@register_visible_to(Opening)
def open_events_visible_to(by: Actor) -> QuerySet[Opening, Opening]:
    """Return the events of the user's and supervised units, dropped ones included."""
    rows = Opening.objects.all() if by.system else Opening.objects.filter(own_units_q(by))
    return rows.select_related("body")


def list_registering_units(by: Actor) -> QuerySet[Body, Body]:
    """Return the units for which the user registers events and surveys; governments themselves hold none."""
    return list_actor_bodies(by, roles=ENTRY_STAFF_ROLES, supervising=(Role.CHIEF,)).exclude(kind=BodyKind.GOVERNMENT)


def _map_public_shelf_rows(documents: Iterable[int], site: int | None = None) -> dict[int, Shelf]:
    """Return a public row of each document by id, preferably of `site`."""
    rows = shelf_visible_to(ANONYMOUS).filter(column=None, document__in=set(documents))
    public_shelves: dict[int, Shelf] = {}
    ordered = rows.select_related("document", "website").order_by("-website__is_default", "website")
    for row in sorted(ordered, key=lambda one: one.website_id != site):
        public_shelves.setdefault(row.document_id, row)
    return public_shelves


def list_public_documents(opening: Opening) -> list[Shelf]:
    """Return the public shelf rows of the linked documents, the announcement first."""
    documents = opening.documents.order_by("published_at", "pk").values_list("pk", flat=True)
    numbers = dict.fromkeys([*filter(None, [opening.announcement_id]), *documents])
    shelves = _map_public_shelf_rows(numbers)
    return [shelves[number] for number in numbers if number in shelves]


def list_evidence_uses(opening: Opening) -> QuerySet[OpeningProof, OpeningProof]:
    """Return the uses of an event as evidence that was not withdrawn."""
    rows = OpeningProof.objects.filter(opening=opening, evidence__withdrawn=False)
    return rows.select_related("evidence__entry")


def list_open_tasks(opening: Opening) -> QuerySet[Entry, Entry]:
    """Return the unit's open tasks that require an event of the opening's kind."""
    return Entry.objects.filter(
        make_ordering_filter(TASK_WORDS_BY_KIND[opening.kind]), body=opening.body_id, closed_at=None
    )


def list_visible_tasks(opening: Opening, by: Actor) -> QuerySet[Entry, Entry]:
    """Return the tasks of `list_open_tasks` that the user may see, by due date."""
    return entries_visible_to(by).filter(pk__in=list_open_tasks(opening)).order_by("due_at", "pk")


def list_required_event_kinds(entry: Entry) -> list[str]:
    """Return the kinds of events that a task requires, by words of its text."""
    order = get_ordering_text(entry)
    return [kind for kind, kind_words in TASK_WORDS_BY_KIND.items() if any(word in order for word in kind_words)]


def list_matching_open_events(entry: Entry, kinds: Iterable[str]) -> QuerySet[Opening, Opening]:
    """Return the unit's events of these kinds in the year of a task."""
    rows = Opening.objects.filter(body=entry.body_id, kind__in=list(kinds), dropped="")
    return rows.filter(on__year=entry.year or timezone.localdate().year)


@dataclass(frozen=True)
class OpenEventCounts:
    """A unit's events: held by kind, guests, planned and unrecorded (`due`)."""

    body: Body
    held: Counter[str]
    guests: int
    planned: int
    due: int

    @property
    def cells(self) -> list[int]:
        """Return the number of held events by kind."""
        return [self.held[kind] for kind in OpenEventKind.values]


def count_open_events_by_unit(rows: Iterable[Opening]) -> list[OpenEventCounts]:
    """Return each unit's counts, the most held events first; cancelled events are left out."""
    by_body: dict[int, list[Opening]] = {}
    for row in rows:
        if not row.dropped:
            by_body.setdefault(row.body_id, []).append(row)
    counts = [
        OpenEventCounts(
            openings[0].body,
            Counter(opening.kind for opening in openings if opening.held),
            sum(opening.guests or 0 for opening in openings),
            sum(1 for opening in openings if not opening.held and not opening.is_due),
            sum(1 for opening in openings if opening.is_due),
        )
        for openings in by_body.values()
    ]
    return sorted(counts, key=lambda one: (-sum(one.held.values()), one.body.position, one.body.pk))


def count_open_events_held_between(unit_condition: Q, first_day: date, until: date) -> dict[str, tuple[int, int]]:
    """Return kind → (held events, guests) in a period, both days included."""
    rows = Opening.objects.filter(unit_condition, on__range=(first_day, until), dropped="", guests__isnull=False)
    sums = rows.order_by().values_list("kind").annotate(Count("pk"), Sum("guests"))
    return {kind: (count, guests or 0) for kind, count, guests in sums}


@dataclass(frozen=True)
class PublicOpenEvent:
    """An open day or meeting in the public list, with its public documents as (title, URL)."""

    kind: str
    on: date
    body: Body
    texts: list[tuple[str, str]]


def _get_public_path(row: Shelf) -> str:
    return row.path


def list_public_open_events(
    government: Body,
    today: date | None = None,
    *,
    site: int | None = None,
    address: Callable[[Shelf], str] = _get_public_path,
) -> tuple[list[PublicOpenEvent], list[PublicOpenEvent]]:
    """Return (announced events, those held in the last year) with public documents.

    Args:
        government: the government whose units are shown.
        site: the website that shows them, whose own copies of documents are preferred.
        address: returns the URL of a document.
    """
    day = today or timezone.localdate()
    rows = list(
        Opening.objects.filter(
            body__path__startswith=government.path, dropped="", on__gte=day - timedelta(days=PUBLIC_LIST_DAYS)
        )
        .select_related("body")
        .prefetch_related("documents")
    )
    linked = {
        opening.pk: [*filter(None, [opening.announcement_id]), *(d.pk for d in opening.documents.all())]
        for opening in rows
    }
    shelves = _map_public_shelf_rows((number for numbers in linked.values() for number in numbers), site)
    coming, past = [], []
    for opening in sorted(rows, key=lambda row: (row.on, row.pk)):
        public_rows = [shelves[number] for number in dict.fromkeys(linked[opening.pk]) if number in shelves]
        public_opening = PublicOpenEvent(
            opening.get_kind_display(),
            opening.on,
            opening.body,
            [(shelf.title, address(shelf)) for shelf in public_rows],
        )
        if not public_rows:
            continue
        if opening.on >= day and opening.announcement_id in shelves:
            coming.append(public_opening)
        elif opening.held:
            past.append(public_opening)
    return coming, past[::-1]
