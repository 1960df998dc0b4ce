"""Public queries on the library by validity on a day and by filters."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from gongkai.content.editions import validity
from gongkai.content.editions.models import Document, EditionContent, Shelf, ValidityState
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.content.policies.industries import INDUSTRY_PATTERNS
from gongkai.content.policies.models import PolicyLevel, PolicyRecord, Span
from gongkai.content.policies.validity import (
    EARLIEST_DATE,
    ENDED_STANDINGS,
    LATEST_DATE,
    ValidityFacts,
    describe_validity,
    find_known_beginning,
    get_last_day,
    get_period,
)
from gongkai.content.policies.validity_periods import describe_cause, make_day_filter, map_validity_facts
from gongkai.content.search import fulltext_table
from gongkai.content.search.parser import interpret_search, list_looser_searches
from gongkai.content.search.rows import search_visible_to
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.query_parameters import parse_year
from gongkai.lib.chinese.document_numbers import canonical_number


@dataclass(frozen=True)
class Validity:
    """The validity of a document on a day: state ("" if not applicable), sentence, first day (None if unknown),
    note."""

    state: str = ""
    sentence: str = ""
    since: date | None = None
    note: str = ""


def get_validity(document: Document, day: date, facts: Mapping[str, object]) -> Validity:
    """Return the validity of a document on a day; `facts` are those of its edition."""
    return _make_validity(document, _load_validity_facts([document.pk]).get(document.pk), day, facts)


def map_validities(documents: Collection[Document], day: date) -> dict[int, Validity]:
    """Return the validity of public documents by primary key, in a constant number of queries."""
    numbers = [document.pk for document in documents]
    lives = _load_validity_facts(numbers)
    other_shelves = Shelf.objects.filter(column=None, document__in=set(numbers) - lives.keys())
    editions = dict(other_shelves.values_list("edition_id", "document_id"))
    contents = EditionContent.objects.filter(edition__in=editions)
    facts = {editions[content.edition_id]: content.facts for content in contents}
    return {
        document.pk: _make_validity(document, lives.get(document.pk), day, facts.get(document.pk, {}))
        for document in documents
    }


def _load_validity_facts(numbers: Collection[int]) -> dict[int, ValidityFacts]:
    """Return {document key: validity facts} of the documents that are in the library."""
    records = list(PolicyRecord.objects.filter(document__in=numbers))
    prefetch_related_objects(records, "decisions__actor")
    lives = map_validity_facts(records)
    return {record.document_id: lives[record.pk] for record in records if record.document_id}


def _make_validity(document: Document, life: ValidityFacts | None, day: date, facts: Mapping[str, object]) -> Validity:
    """Return the validity on a day, from the library's facts (`life`) or, outside the library, from the document's own `facts`."""
    if life is not None:
        now = get_period(life, day)
        return Validity(now.state, describe_validity(life, day), find_known_beginning(life, now), describe_cause(now))
    dated = validity.load_dated_standing(document, facts)
    state = validity.get_validity_on(dated, day)
    note = document.standing_note if state == document.standing else ""
    return Validity(state, validity.validity_sentence(dated, day).text, validity.find_validity_start(dated, day), note)


def find_documents_by_number(spellings: Collection[str]) -> list[int]:
    """Return the primary keys of documents filed or registered under these numbers. The caller
    filters by visibility."""
    records = PolicyRecord.objects.exclude(document=None).order_by()
    filed = records.filter(filed_number__in=spellings)
    registered = records.filter(unified_number__in=spellings).exclude(unified_number="")  # as its index says
    return list(filed.values_list("document", flat=True).union(registered.values_list("document", flat=True)))


#: Documents on one page.
PER_PAGE = 20
MAX_EXPORTED_ROWS = 10_000
#: Rows of a spreadsheet made while a visitor waits (about a second); longer ones use the daily file.
MAX_ROWS_EXPORTED_AT_ONCE = 2_000
MAX_MATCHES = 1000

#: Tab of the library (L-04) → (label, states).
LIBRARY_TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "valid": ("现行有效", (ValidityState.IN_FORCE, ValidityState.AMENDED)),
    "open_ended": ("没有宣布失效", (ValidityState.OPEN_ENDED,)),
    "ended": ("失效/废止", tuple(ENDED_STANDINGS)),
    "coming": ("尚未施行", (ValidityState.NOT_YET,)),
    "all": ("全部", ()),
}
#: Order of the library → (label, fields).
LIBRARY_ORDERS = {
    "": ("最新成文", ("-record__made_on", "-record_id")),
    "effective": ("施行日期", ("-record__effective_on", "-record_id")),
    "title": ("标题", ("record__title", "record_id")),
    "number": ("文号", ("record__number_key", "record_id")),
}


@dataclass(frozen=True)
class LibrarySearch:
    """The parameters of a library search; "" or None filters nothing.

    `state` is a validity, which holds `on` a day (None: today); `order` is the sorting.
    """

    tab: str = "valid"
    level: str = ""
    issuer: str = ""
    year: str = ""
    subject: str = ""
    industry: str = ""
    state: str = ""
    on: date | None = None
    words: str = ""
    order: str = ""
    page: int = 1


@dataclass(frozen=True)
class LibraryRow:
    """A document in a list: its validity (`state`, from `since` until `until`) on the day asked for, and
    its URL path. `ends_on` is the last day after extensions, known in exports only.
    """

    record: PolicyRecord
    state: str
    since: date | None
    until: date | None
    path: str
    ends_on: date | None = None

    @property
    def state_label(self) -> str:
        """Return the validity in Chinese."""
        return str(ValidityState(self.state).label)


@dataclass(frozen=True)
class LibraryPage:
    """A page of library results: rows, totals by tab (key, label, count) and level, and the filters' choices."""

    rows: list[LibraryRow]
    total: int
    pages: int
    tabs: list[tuple[str, str, int]]
    levels: list[tuple[str, int]] = field(default_factory=list)
    issuers: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)


def spans_visible_to(user: object, website_id: int, day: date) -> QuerySet[Span]:
    """Return the spans on a day of the documents that the user may read on a site now."""
    return Span.objects.filter(_make_readable_condition(user, website_id, "record__document"), make_day_filter(day))


def _make_readable_condition(user: object, website_id: int, document: str) -> Exists:
    """Return the condition that a site shows a document to the user.

    A correlated subquery looks each record's document up by index; `IN` would collect all texts of the site first.
    """
    # "+ 0": SQLite keeps no statistics and would otherwise read an index of the site's texts for each record.
    shelf = shelf_visible_to(user).annotate(site=F("website_id") + 0)
    return Exists(shelf.filter(document=OuterRef(document), site=website_id, column=None))


def filter_spans(user: object, website_id: int, search: LibrarySearch) -> QuerySet[Span]:
    """Return the periods of validity that match all filters except the tab; words without a result search more loosely."""
    rows = spans_visible_to(user, website_id, search.on or timezone.localdate())
    if search.level in PolicyLevel.values:
        rows = rows.filter(record__level=search.level)
    if search.issuer:
        rows = rows.filter(record__issuers_key__contains=f"、{search.issuer}、")
    if year := parse_year(search.year):
        rows = rows.filter(record__made_on__year=year)
    if search.subject:
        rows = rows.filter(record__subject=search.subject)
    if search.industry in INDUSTRY_PATTERNS:
        named = INDUSTRY_PATTERNS[search.industry][1]
        query = Q(record__title__regex=named) | Q(record__subject__regex=named) | Q(record__applies_to__regex=named)
        rows = rows.filter(query)
    if search.state in ValidityState.values and search.state:
        rows = rows.filter(state=search.state)
    text = search.words.strip()[:100]
    if not text:
        return rows
    spans = rows.filter(_make_words_condition(user, text))
    if not spans.exists():
        for parts in list_looser_searches(text):
            apart = rows.filter(_make_text_condition(user, " ".join(parts)))
            if apart.exists():
                return apart
    return spans


def _make_words_condition(user: object, text: str) -> Q:
    """Return the condition for words in the title, in a number in any spelling, or in the text.

    Only the text of the edition now shown to this reader is searched, not one scheduled for a later day.
    """
    key = canonical_number(text)
    condition = Q(record__title__icontains=text) | Q(record__unified_number__iexact=text)
    if key:
        condition |= Q(record__number_key=key) | Q(record__number__icontains=text)
    return condition | _make_text_condition(user, text, *interpret_search(text).variants)


def _make_text_condition(user: object, *ways: str) -> Q:
    """Return the condition for words in the text in any of these spellings; all words of a spelling must match."""
    editions = [hit.edition for hit in fulltext_table.find_hits(ways, MAX_MATCHES)]
    search_rows = search_visible_to(user).filter(pk__in=editions).values("document")
    return Q(record__document__in=search_rows) if editions else Q(pk__in=[])


def search_library(user: object, website_id: int, search: LibrarySearch) -> LibraryPage:
    """Return a page of the library for a user, with the counts of all tabs and levels."""
    rows = filter_spans(user, website_id, search)
    each = list(rows.order_by().values_list("state", "record__level").annotate(n=Count("pk")))
    counts: dict[str, int] = {}
    for state, _, count in each:
        counts[state] = counts.get(state, 0) + count
    tabs = [(name, text, _sum_counts(counts, states)) for name, (text, states) in LIBRARY_TABS.items()]
    tabs = [one for one in tabs if one[2] or one[0] in {"valid", "all", search.tab}]
    tab = search.tab if search.tab in LIBRARY_TABS else "valid"
    states = LIBRARY_TABS[tab][1]
    total = _sum_counts(counts, states)
    pages = -(-total // PER_PAGE)
    page = min(max(search.page, 1), max(pages, 1))
    start = (page - 1) * PER_PAGE
    some = sort_spans(rows.filter(state__in=states) if states else rows, search.order)
    spans = list(some[start : start + PER_PAGE])
    levels = [
        (level.label, sum(n for state, of, n in each if of == level and state in (states or counts)))
        for level in PolicyLevel
    ]
    levels = [(label, count) for label, count in levels if count]
    return LibraryPage(_make_rows(spans, website_id), total, pages, tabs, levels, *_list_choices(user, website_id))


def list_subjects(website_id: int) -> list[str]:
    """Return the subjects of a site's public documents, most frequent first."""
    rows = PolicyRecord.objects.filter(_make_readable_condition(ANONYMOUS, website_id, "document")).exclude(subject="")
    counts = rows.order_by().values_list("subject").annotate(n=Count("pk"))
    return [subject for subject, _ in counts.order_by("-n", "subject")]


def _list_choices(user: object, website_id: int) -> tuple[list[str], list[str], list[int]]:
    """Return (issuers, subjects, years newest first) of the documents on a site that the user may read."""
    records = PolicyRecord.objects.filter(_make_readable_condition(user, website_id, "document"))
    pairs = set(records.values_list("issuers", "subject").distinct())
    issuers = {name for line, _ in pairs for name in line.split("、") if name}
    years = [day.year for day in records.order_by().dates("made_on", "year", order="DESC")]
    return sorted(issuers), sorted({subject for _, subject in pairs if subject}), years


def _sum_counts(counts: dict[str, int], states: tuple[str, ...]) -> int:
    return sum(count for state, count in counts.items() if not states or state in states)


def sort_spans(rows: QuerySet[Span], order: str) -> QuerySet[Span]:
    """Return spans in an order of `LIBRARY_ORDERS` (unknown: the newest), documents without the date last."""
    keys = LIBRARY_ORDERS.get(order, LIBRARY_ORDERS[""])[1]
    first = F(keys[0].lstrip("-"))
    ordering = first.desc(nulls_last=True) if keys[0].startswith("-") else first.asc(nulls_last=True)
    return rows.select_related("record__body").order_by(ordering, *keys[1:])


def _make_rows(spans: list[Span], website_id: int) -> list[LibraryRow]:
    """Return the rows of the public library for spans of validity, with the paths on a site."""
    numbers = [span.record.document_id for span in spans]
    shelf = Shelf.objects.filter(website=website_id, column=None, document__in=numbers)
    paths = dict(shelf.values_list("document_id", "path"))
    return [
        LibraryRow(
            span.record,
            span.state,
            span.since if span.since > EARLIEST_DATE else None,
            span.until if span.until < LATEST_DATE else None,
            paths.get(span.record.document_id or 0, ""),
        )
        for span in spans
    ]


def _add_last_days(rows: list[LibraryRow]) -> list[LibraryRow]:
    records = [row.record for row in rows]
    prefetch_related_objects(records, "decisions__actor")
    lives = map_validity_facts(records)
    return [replace(row, ends_on=get_last_day(lives[row.record.pk])) for row in rows]


def _filter_by_tab(user: object, website_id: int, search: LibrarySearch) -> QuerySet[Span]:
    """Return the validity periods found on any page that belong to the tab's states."""
    states = LIBRARY_TABS.get(search.tab, LIBRARY_TABS["valid"])[1]
    rows = filter_spans(user, website_id, replace(search, page=1))
    return rows.filter(state__in=states) if states else rows


def is_export_too_long(user: object, website_id: int, search: LibrarySearch) -> bool:
    """Return true if the spreadsheet of all results is too large for one request."""
    return _filter_by_tab(user, website_id, search)[: MAX_ROWS_EXPORTED_AT_ONCE + 1].count() > MAX_ROWS_EXPORTED_AT_ONCE


def list_export_rows(user: object, website_id: int, search: LibrarySearch) -> tuple[list[LibraryRow], int]:
    """Return (results for a spreadsheet, number of results beyond its limit)."""
    some = sort_spans(_filter_by_tab(user, website_id, search), search.order)
    rows = _add_last_days(_make_rows(list(some[:MAX_EXPORTED_ROWS]), website_id))
    return rows, some.count() - len(rows) if len(rows) == MAX_EXPORTED_ROWS else 0


def iterate_public_rows(website_id: int, *, portion: int = 500) -> Iterator[list[LibraryRow]]:
    """Yield all public documents of the library with today's validity, in batches that limit memory use."""
    rows = (
        _filter_by_tab(ANONYMOUS, website_id, LibrarySearch(tab="all"))
        .select_related("record__body")
        .order_by("record")
    )
    after = 0
    while some := list(rows.filter(record__gt=after)[:portion]):
        yield _add_last_days(_make_rows(some, website_id))
        after = some[-1].record_id
