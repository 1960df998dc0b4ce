"""Coverage of the catalogue by unit and domain, computed and never stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from gongkai.content.editions.models import Column
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.editions.user_scope import columns_seen
from gongkai.content.publishing.models import Disclosure
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.numerals import compute_percent
from gongkai.lib.matching.disclosures import (
    DisclosureMatch,
    extract_matter_name,
    get_sufficient_years,
    is_yearly,
    list_author_words,
    make_comparable_text,
    match_title,
)
from gongkai.work.directory.models import Catalogue, CatalogueItem, CellFinding
from gongkai.work.directory.sheet_rows import is_blank, parse_cycle_days
from gongkai.work.directory.states import CURRENT_STATES

#: Names of fewer characters (其他, 预算) occur in titles by accident.
MIN_NAME_CHARS = 3


@dataclass(frozen=True)
class ItemName:
    """The words by which an item of the catalogue is recognised.

    Attributes:
        name: must occur in the title.
        contexts: where several items have this name, one of these must occur in the title or in the column's path; empty where the name is unique.
        parent: may occur beside the name.
    """

    name: str
    contexts: frozenset[str]
    parent: str

    def match(
        self, title: str, column: str, *, unit: Iterable[str] = (), day: date, yearly: bool = False
    ) -> DisclosureMatch:
        """Decide whether a text belongs to this item on a day.

        Args:
            column: the path of the column that contains the text, from `make_comparable_text`.
            unit: words that name the unit that publishes it.
            yearly: a title without a year proves nothing, as for yearly items.
        """
        return match_title(
            title,
            self.name,
            years=get_sufficient_years(self.name, day),
            yearly=yearly or is_yearly(self.name, self.parent),
            allowed_words=[*unit, self.parent],
            contexts=self.contexts,
            column=column,
        )


def make_item_names(items: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], ItemName]:
    """Return {(domain, first, second): words by which the item is recognised}.

    >>> names = make_item_names([("救助", "低保", "机构职能"), ("救助", "特困", "机构职能"), ("救助", "综合", "救助电话")])
    >>> names["救助", "综合", "救助电话"].match("云岭市救助电话", "", unit=["云岭市"], day=date(2026, 11, 27))
    <DisclosureMatch.IS: 'is'>
    >>> [names["救助", "低保", "机构职能"].match(title, "", day=date(2026, 11, 27)).value for title in ("机构职能", "低保机构职能")]
    ['unsure', 'is']

    Args:
        items: (domain, first, second) of all items among which a name must be clear.
    """
    comparable_names = {
        item: (
            make_comparable_text(item[0]),
            make_comparable_text(item[1]),
            extract_matter_name(item[1] if is_blank(item[2]) else item[2]),
        )
        for item in set(items)
    }
    groups_by_name: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for domain, first_level, name in comparable_names.values():
        groups_by_name[name].add((domain, first_level))
    item_names = {}
    for item, (domain, first_level, name) in comparable_names.items():
        parent = domain if is_blank(item[2]) else first_level
        contexts = frozenset[str]()
        is_in_other_group = any(
            other_domain == domain and other_first != first_level for other_domain, other_first in groups_by_name[name]
        )
        if is_in_other_group or len(name) < MIN_NAME_CHARS or name.startswith(("其他", "其它")):
            contexts = frozenset({parent})
        elif len(groups_by_name[name]) > 1:
            contexts = frozenset({domain, first_level})
        item_names[item] = ItemName(name, contexts, parent)
    return item_names


#: State of a cell → its light and its label.
CELL_STATES: dict[str, tuple[str, str]] = {
    "published": ("green", "已公开"),
    "late": ("yellow", "有逾期"),
    "stale": ("red", "未按期更新"),
    "unsure": ("yellow", "待核对"),
    "missing": ("red", "没有公开"),
    "unmapped": ("blue", "没有对应栏目"),
}
#: States of a cell in which something must be published.
GAP_STATES = frozenset({"missing", "stale"})
#: Days after which the newest text of a yearly item is too old, where its time limit names no cycle:
#: accounts of one year may be approved half a year later than those of the year before.
MAX_YEARLY_AGE_DAYS = 549


@dataclass
class CoverageCell:
    """One cell of the coverage table: a catalogue item and a unit.

    `body` is None if the item names no known unit. `state` is a key of `CELL_STATES`. `counted` are texts of the
    item, `asked` texts in its columns that a person must check; `last` is the time of the newest of `counted`, else
    of `asked`.
    """

    item: CatalogueItem
    body: Body | None
    state: str
    last: datetime | None = None
    columns: tuple[Column, ...] = ()
    counted: tuple["PublicText", ...] = ()
    asked: tuple["PublicText", ...] = ()
    finding: CellFinding | None = None

    @property
    def count(self) -> int:
        """Return the number of texts that count as this item."""
        return len(self.counted)

    @property
    def newest_asked(self) -> "PublicText | None":
        """Return the newest text that nobody has checked, or None."""
        return max(self.asked, key=lambda text: text.at, default=None)

    @property
    def light(self) -> str:
        """Return the traffic light of the cell's state."""
        return CELL_STATES[self.state][0]

    @property
    def words(self) -> str:
        """Return the state of the cell in Chinese."""
        return CELL_STATES[self.state][1]

    @property
    def is_gap(self) -> bool:
        """Return true if something must be published."""
        return self.state in GAP_STATES


@dataclass
class StateCounts:
    """The number of cells of the coverage table by state."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CELL_STATES, 0))

    def add(self, cell: CoverageCell) -> None:
        """Count a cell."""
        self.counts[cell.state] += 1

    @property
    def total(self) -> int:
        """Return the number of all cells."""
        return sum(self.counts.values())

    @property
    def covered(self) -> int:
        """Return the number of cells with public information."""
        return self.counts["published"] + self.counts["late"] + self.counts["stale"]

    @property
    def gaps(self) -> int:
        """Return the number of cells for which something must be published."""
        return sum(self.counts[gap] for gap in GAP_STATES)

    @property
    def rate(self) -> int | None:
        """Return the covered share in percent, or None without cells."""
        return compute_percent(self.covered, self.total)


@dataclass(frozen=True)
class PublicText:
    """One public text of a unit in a column; `late` if it was published after its deadline."""

    document: int
    column: int
    body: int
    title: str
    path: str
    at: datetime
    late: bool


def list_cells(
    catalogues: Sequence[Catalogue], now: datetime | None = None, bodies: Iterable[int] | None = None
) -> list[CoverageCell]:
    """Return each proactive item with each responsible unit; items only on request are left out.

    A text in an item's columns counts as the item where its title names the item or where a person confirmed it
    (`CellFinding`); other texts make the cell a question, never an answer. Of an item that returns every year only the text of the year
    owed counts, and a confirmation holds until the next edition is owed. The number of queries does not grow with items or columns.

    Args:
        bodies: only items of these units, with the cells of all their units.
    """
    moment = now or timezone.now()
    rows = CatalogueItem.objects.filter(catalogue__in=list(catalogues), proactive=True)
    if bodies is not None:
        rows = rows.filter(bodies__in=list(bodies)).distinct()
    items = list(
        rows.select_related("catalogue__government")
        .prefetch_related("columns__website", "bodies", "findings__documents")
        .order_by("catalogue", "position")
    )
    texts = _map_texts_by_column({column.pk for item in items for column in item.columns.all()}, moment)
    names = _load_item_names(items) if texts else {}
    return [_make_cell(item, body, texts, names, moment) for item in items for body in (item.bodies.all() or (None,))]


def find_seen_columns(by: Actor, cells: Iterable[CoverageCell]) -> set[int]:
    """Return the ids of the cells' columns that the user sees in the office."""
    column_ids = {column.pk for cell in cells for column in cell.columns}
    return set(columns_seen(by).filter(pk__in=column_ids).values_list("pk", flat=True))


def _map_texts_by_column(columns: Iterable[int], now: datetime) -> dict[int, list[PublicText]]:
    disclosures = Disclosure.objects.filter(entry__closed_at__gt=F("entry__due_at")).values("item_id")
    rows = shelf_visible_to(ANONYMOUS, now).filter(column__in=columns)
    rows = rows.annotate(late=Exists(disclosures.filter(item_id=OuterRef("document__item_number"))))
    texts: dict[int, list[PublicText]] = defaultdict(list)
    for row in rows.order_by().values_list("document", "column", "body", "title", "path", "from_at", "late"):
        texts[row[1]].append(PublicText(*row))
    return texts


def _load_item_names(items: Sequence[CatalogueItem]) -> dict[tuple[str, str, str], ItemName]:
    """Return the words that identify an item, by (domain, first level, second level)."""
    catalogues = {item.catalogue_id: item.catalogue for item in items}
    rows = CatalogueItem.objects.filter(
        Q(catalogue__in=catalogues.keys())
        | Q(
            catalogue__government__in={catalogue.government_id for catalogue in catalogues.values()},
            catalogue__state__in=CURRENT_STATES,
        )
    )
    return make_item_names(rows.order_by().values_list("catalogue__domain", "first", "second").distinct())


def _get_item_name(item: CatalogueItem, names: Mapping[tuple[str, str, str], ItemName]) -> ItemName:
    """Return the words by which an item is recognised."""
    return names[item.catalogue.domain, item.first, item.second]


def _is_of_this_edition(
    item: CatalogueItem, names: Mapping[tuple[str, str, str], ItemName], finding: CellFinding, today: date
) -> bool:
    """Return true if no newer edition of a yearly item is owed since its confirmation."""
    name, found_on = _get_item_name(item, names).name, timezone.localtime(finding.found_at).date()
    return get_sufficient_years(name, found_on).start == get_sufficient_years(name, today).start


def _make_cell(
    item: CatalogueItem,
    body: Body | None,
    texts: Mapping[int, list[PublicText]],
    names: Mapping[tuple[str, str, str], ItemName],
    now: datetime,
) -> CoverageCell:
    """Return the cell of an item and unit, from titles and findings."""
    columns = tuple(item.columns.all())
    if not columns:
        return CoverageCell(item, body, "unmapped")
    finding = next(
        (item_finding for item_finding in item.findings.all() if body and item_finding.unit_id == body.pk), None
    )
    chosen = {document.pk for document in finding.documents.all()} if finding else set[int]()
    limit_days, today = parse_cycle_days(item.time_limit), timezone.localtime(now).date()
    is_yearly_by_limit = is_yearly(item.time_limit)
    yearly = is_yearly_by_limit or is_yearly(item.first, item.second)
    finding_holds = finding is not None and (not yearly or _is_of_this_edition(item, names, finding, today))
    government = item.catalogue.government.name
    unit_words = list_author_words(*([body.name, body.label] if body else []), government=government)
    counted, doubtful, other_years = dict[int, PublicText](), dict[int, PublicText](), False
    for column in columns:
        for text in texts.get(column.pk, ()):
            if body is not None and text.body != body.pk:
                continue
            if text.document in chosen:
                (counted if finding_holds else doubtful)[text.document] = text
                other_years = other_years or not finding_holds
                continue
            if finding and text.at <= finding.found_at:
                continue  # a person saw it and did not choose it
            # A title without a year is of the year in which it came out, unless the name itself asks for a year (预算).
            must_name_year = is_yearly_by_limit and timezone.localtime(text.at).year != today.year
            match = _get_item_name(item, names).match(
                text.title, make_comparable_text(column.key), unit=unit_words, day=today, yearly=must_name_year
            )
            (counted if match is DisclosureMatch.IS else doubtful)[text.document] = text
            other_years = other_years or match is DisclosureMatch.OTHER_YEAR
    open_texts = tuple(text for number, text in doubtful.items() if number not in counted)
    cell = CoverageCell(item, body, "missing", columns=columns, finding=finding)
    days = limit_days or (MAX_YEARLY_AGE_DAYS if yearly else 0)
    since = now - timedelta(days=days) if days else None
    _set_cell_state(cell, tuple(counted.values()), open_texts, since, is_named=bool(counted) or other_years)
    return cell


def _set_cell_state(
    cell: CoverageCell,
    public_texts: tuple[PublicText, ...],
    undecided_texts: tuple[PublicText, ...],
    since: datetime | None,
    *,
    is_named: bool,
) -> None:
    """Set the state of a cell from counted texts, or those a person must decide on.

    `is_named`: a text of any year names the item, so that the cell is out of date rather than a question once its cycle is over.
    """
    cell.counted, cell.asked = public_texts, undecided_texts
    cell.last = max((text.at for text in public_texts or undecided_texts), default=None)
    if public_texts and _is_any_since(public_texts, since):
        cell.state = "late" if any(text.late for text in public_texts) else "published"
    elif undecided_texts and (not is_named or _is_any_since(undecided_texts, since)):
        cell.state = "unsure"
    else:
        cell.state = "stale" if is_named else "missing"


def _is_any_since(texts: Iterable[PublicText], since: datetime | None) -> bool:
    """Return true if one of the texts is not older than `since`; without a limit always."""
    return since is None or any(text.at >= since for text in texts)


def count_unpublished(catalogues: Sequence[Catalogue]) -> int:
    """Count the catalogue cells without a public text, for the home page.

    The number equals the `missing` cells of `list_cells`, but no items are loaded.
    """
    shelf, criteria = shelf_visible_to(ANONYMOUS), {"catalogue__in": list(catalogues), "proactive": True}
    mapped = CatalogueItem.objects.filter(
        Exists(CatalogueItem.columns.through.objects.filter(catalogueitem=OuterRef("pk"))), **criteria
    )
    item_units = CatalogueItem.bodies.through.objects.filter(catalogueitem__in=mapped)
    unit_texts = shelf.filter(column__catalogue_items=OuterRef("catalogueitem"), body=OuterRef("body"))
    items_without_unit = mapped.filter(bodies=None).exclude(
        Exists(shelf.filter(column__catalogue_items=OuterRef("pk")))
    )
    published = shelf.filter(column__catalogue_items=OuterRef("item"), body=OuterRef("unit"))
    chosen = published.filter(document__catalogue_findings=OuterRef("pk"))
    negative_findings = CellFinding.objects.filter(Exists(published), item__in=mapped, item__bodies=F("unit"))
    negative_findings = negative_findings.exclude(Exists(chosen)).exclude(
        Exists(published.filter(from_at__gt=OuterRef("found_at")))
    )
    return item_units.exclude(Exists(unit_texts)).count() + items_without_unit.count() + negative_findings.count()


def sum_cells(
    cells: Iterable[CoverageCell],
) -> tuple[StateCounts, dict[str, StateCounts], dict[int, tuple[Body | None, StateCounts]]]:
    """Return (sum of all cells, {domain: sum}, {primary key of the unit or 0: (unit or None, sum)})."""
    total_counts, domains, units = StateCounts(), dict[str, StateCounts](), dict[int, tuple[Body | None, StateCounts]]()
    for cell in cells:
        total_counts.add(cell)
        domains.setdefault(cell.item.catalogue.domain, StateCounts()).add(cell)
        key = cell.body.pk if cell.body else 0
        units.setdefault(key, (cell.body, StateCounts()))[1].add(cell)
    return total_counts, domains, units
