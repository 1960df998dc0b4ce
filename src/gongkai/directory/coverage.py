"""Coverage: which item of the catalogue has nothing public, by unit and by domain. Computed from shelves, nothing is stored."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef
from django.utils import timezone

from gongkai.chinese.numerals import percent
from gongkai.directory.cells import cycle_days
from gongkai.directory.models import Catalogue, CatalogueItem, CellFinding
from gongkai.editions.models import Column
from gongkai.editions.queries import shelf_visible_to
from gongkai.publishing.models import Disclosure
from gongkai.units.actors import ANONYMOUS
from gongkai.units.models import Body

#: State of a cell → its light and its words.
STATES: dict[str, tuple[str, str]] = {
    "published": ("green", "已公开"),
    "late": ("yellow", "有逾期"),
    "stale": ("red", "未按期更新"),
    "unsure": ("yellow", "多项共用栏目，待核对"),
    "missing": ("red", "没有公开"),
    "unmapped": ("blue", "没有对应栏目"),
}
GAPS = frozenset({"missing", "stale"})


@dataclass
class Cell:
    """One item and one unit: what the public has of it. `body` is None where the item names no unit that is known."""

    item: CatalogueItem
    body: Body | None
    state: str
    count: int = 0
    last: datetime | None = None
    columns: tuple[Column, ...] = ()

    @property
    def light(self) -> str:
        """Its light."""
        return STATES[self.state][0]

    @property
    def words(self) -> str:
        """Its state in words."""
        return STATES[self.state][1]

    @property
    def is_gap(self) -> bool:
        """Whether something has to be published."""
        return self.state in GAPS


@dataclass
class Sum:
    """How many cells stand how."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))

    def add(self, cell: Cell) -> None:
        """Count a cell."""
        self.counts[cell.state] += 1

    @property
    def total(self) -> int:
        """All cells."""
        return sum(self.counts.values())

    @property
    def covered(self) -> int:
        """Cells of which something is public."""
        return self.counts["published"] + self.counts["late"] + self.counts["stale"]

    @property
    def gaps(self) -> int:
        """Cells of which something has to be published."""
        return sum(self.counts[gap] for gap in GAPS)

    @property
    def rate(self) -> int | None:
        """Per cent covered; None where nothing is owed."""
        return percent(self.covered, self.total)


def cells_of(
    catalogues: Sequence[Catalogue], now: datetime | None = None, bodies: Iterable[int] | None = None
) -> list[Cell]:
    """Return every item with every unit that owes it; proactive items only (依申请 alone is not owed to the public).

    The number of queries does not grow with items or columns.

    Args:
        catalogues: whose items.
        now: the moment that counts.
        bodies: only items of these units.
    """
    moment = now or timezone.now()
    rows = CatalogueItem.objects.filter(catalogue__in=list(catalogues), proactive=True)
    if bodies is not None:
        rows = rows.filter(bodies__in=list(bodies)).distinct()
    items = list(
        rows.select_related("catalogue")
        .prefetch_related("columns__website", "bodies")
        .order_by("catalogue", "position")
    )
    columns = {column.pk for item in items for column in item.columns.all()}
    shelves, late = _shelves(columns, moment), _late(columns, moment)
    cells = [cell for item in items for cell in _cells(item, shelves, late, moment)]
    _doubt(cells, _decide(cells, moment), moment)
    return cells


def _decide(cells: Sequence[Cell], now: datetime) -> set[tuple[int, int]]:
    """Let what somebody found of a cell speak; return the (item, unit) that are decided by it."""
    some = {(one.item.pk, one.body.pk): one for one in cells if one.count and one.body}
    rows = CellFinding.objects.filter(item__in={item for item, _ in some}).prefetch_related("documents")
    findings = {(row.item_id, row.unit_id): row for row in rows if (row.item_id, row.unit_id) in some}
    if not findings:
        return set()
    named = {one.pk for row in findings.values() for one in row.documents.all()}
    shelf = shelf_visible_to(ANONYMOUS, now).filter(document__in=named).exclude(column=None)
    public = set(shelf.order_by().values_list("document", "column"))
    decided = set()
    for key, row in findings.items():
        cell, documents = some[key], [one.pk for one in row.documents.all()]
        places = [column.pk for column in cell.columns]
        if any((document, place) in public for document in documents for place in places):
            decided.add(key)
        elif not documents and cell.last is not None and cell.last <= row.found_at:
            cell.state = "missing"
            decided.add(key)
    return decided


def _doubt(cells: Sequence[Cell], decided: Set[tuple[int, int]], now: datetime) -> None:
    """Where more items of a unit share columns than it has documents there, count those only that a title names: five texts are not 75 items."""
    sharing: dict[tuple[int, frozenset[int]], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.count:
            columns = frozenset(column.pk for column in cell.columns)
            sharing[cell.body.pk if cell.body else 0, columns].append(cell)
    crowded = {key: some for key, some in sharing.items() if len(some) > some[0].count}
    if not crowded:
        return
    titles: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = shelf_visible_to(ANONYMOUS, now).filter(
        column__in={number for _, columns in crowded for number in columns}
    )
    for column, body, title in rows.order_by().values_list("column", "body", "title"):
        titles[column].append((body, title))
    for (whose, columns), some in crowded.items():
        said = " ".join(title for column in columns for body, title in titles[column] if whose in (0, body))
        for cell in some:
            if (cell.item.pk, cell.body.pk if cell.body else 0) in decided:
                continue
            if (cell.item.second or cell.item.first) not in said:
                cell.state = "unsure"


def unpublished(catalogues: Sequence[Catalogue]) -> int:
    """Count the cells that are missing, for the first page: as many as `cells_of` finds, in three queries that read no items."""
    shelf, some = shelf_visible_to(ANONYMOUS), {"catalogue__in": list(catalogues), "proactive": True}
    mapped = CatalogueItem.objects.filter(
        Exists(CatalogueItem.columns.through.objects.filter(catalogueitem=OuterRef("pk"))), **some
    )
    owed = CatalogueItem.bodies.through.objects.filter(catalogueitem__in=mapped)
    there = shelf.filter(column__catalogue_items=OuterRef("catalogueitem"), body=OuterRef("body"))
    nobodys = mapped.filter(bodies=None).exclude(Exists(shelf.filter(column__catalogue_items=OuterRef("pk"))))
    found = shelf.filter(column__catalogue_items=OuterRef("item"), body=OuterRef("unit"))
    none = CellFinding.objects.filter(item__in=mapped, item__bodies=F("unit"), documents=None)
    none = none.filter(Exists(found)).exclude(Exists(found.filter(from_at__gt=OuterRef("found_at"))))
    return owed.exclude(Exists(there)).count() + nobodys.count() + none.count()


def _shelves(columns: Iterable[int], now: datetime) -> dict[int, dict[int, tuple[int, datetime]]]:
    """Return for each column and body how many documents the public has there, and when the last came."""
    rows = shelf_visible_to(ANONYMOUS, now).filter(column__in=columns)
    found: dict[int, dict[int, tuple[int, datetime]]] = defaultdict(dict)
    for column, body, count, last in (
        rows.order_by().values_list("column", "body").annotate(n=Count("document"), last=Max("from_at"))
    ):
        found[column][body] = (count, last)
    return found


def _late(columns: Iterable[int], now: datetime) -> set[tuple[int, int]]:
    """Return the (column, body) of which something came out behind its term of disclosure (条例第二十六条), by its clock."""
    behind = Disclosure.objects.filter(entry__closed_at__gt=F("entry__due_at")).values("item_id")
    rows = shelf_visible_to(ANONYMOUS, now).filter(column__in=columns, document__item_number__in=behind)
    return set(rows.order_by().values_list("column", "body").distinct())


def _cells(
    item: CatalogueItem,
    shelves: dict[int, dict[int, tuple[int, datetime]]],
    late: set[tuple[int, int]],
    now: datetime,
) -> list[Cell]:
    columns = tuple(item.columns.all())
    bodies: list[Body | None] = list(item.bodies.all()) or [None]
    if not columns:
        return [Cell(item, body, "unmapped") for body in bodies]
    cycle = cycle_days(item.time_limit)
    made = []
    for body in bodies:
        found = [
            (count, last)
            for column in columns
            for number, (count, last) in shelves.get(column.pk, {}).items()
            if body is None or number == body.pk
        ]
        count, last = sum(n for n, _ in found), max((at for _, at in found), default=None)
        behind = any(
            (column.pk, number) in late
            for column in columns
            for number in ([body.pk] if body else shelves.get(column.pk, {}))
        )
        made.append(Cell(item, body, _state(count, last, cycle, behind, now), count, last, columns))
    return made


def _state(count: int, last: datetime | None, cycle: int, behind: bool, now: datetime) -> str:
    if not count or last is None:
        return "missing"
    if cycle and last < now - timedelta(days=cycle):
        return "stale"
    return "late" if behind else "published"


def sums(cells: Iterable[Cell]) -> tuple[Sum, dict[str, Sum], dict[int, tuple[Body | None, Sum]]]:
    """Return the sums of all cells, by domain, and by unit (0: no unit known)."""
    whole, domains, units = Sum(), dict[str, Sum](), dict[int, tuple[Body | None, Sum]]()
    for cell in cells:
        whole.add(cell)
        domains.setdefault(cell.item.catalogue.domain, Sum()).add(cell)
        key = cell.body.pk if cell.body else 0
        units.setdefault(key, (cell.body, Sum()))[1].add(cell)
    return whole, domains, units
