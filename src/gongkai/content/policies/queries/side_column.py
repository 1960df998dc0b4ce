"""Build the side column of a policy document: state, history and relations.

Also find the visible responses to a document, and the documents based on it.
The unit of the other document creates the link, so it may lead to a draft that the reader may not know of;
only the number of such links is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import prefetch_related_objects
from django.utils import timezone

from gongkai.content.editions.models import Document, Shelf, ValidityState
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries import fetch_row, shelf_visible_to
from gongkai.content.editions.queries.prepared import fetch_numbers
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.policies.actions.relations import RESPONSE_ITEM_KINDS
from gongkai.content.policies.models import (
    BACKWARD_LABELS,
    FORWARD_LABELS,
    ComparisonResult,
    Decision,
    KeptText,
    PolicyRecord,
    Relation,
    RelationKind,
)
from gongkai.content.policies.models.texts import EDITION_PATTERN, TEXT_SOURCES
from gongkai.content.policies.policy_steps import list_response_relations
from gongkai.content.policies.queries.office import filter_nameable_records, visible_to
from gongkai.content.policies.source_comparison import ENFORCED_LEVELS
from gongkai.content.policies.validity import (
    EARLIEST_DATE,
    LATEST_DATE,
    ValidityFacts,
    ValidityPeriod,
    describe_validity,
    get_period,
    list_periods,
)
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.content.publishing.item_list import items_visible_to
from gongkai.content.publishing.models import map_document_titles
from gongkai.core.units.actors import ANONYMOUS, Actor
from gongkai.core.units.queries import format_name_then_and_now
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.official import remove_headnote_brackets


@dataclass(frozen=True)
class VisibleLink:
    """A relation as a reader may see it; `words`: its Chinese label.

    `own`: the reader may open the item in the office; otherwise it is public at `path`.
    """

    relation: Relation
    words: str
    title: str
    own: bool
    path: str = ""


def list_responses(record: PolicyRecord, by: Actor) -> tuple[list[VisibleLink], int]:
    """Return (visible responses to a document, newest first; number of hidden ones)."""
    return _list_relations_from_items(list_response_relations(record), by)


def list_dependents(record: PolicyRecord, by: Actor) -> tuple[list[VisibleLink], int]:
    """Return (visible documents, service guides and lists that name a document; number of hidden ones)."""
    rows = list(record.related_from.exclude(kind=RelationKind.RESPONDS).select_related("record", "user"))
    records = [row for row in rows if row.record]
    numbers = [row.record_id for row in records if row.record_id]
    named, own = (
        set(some.filter(pk__in=numbers).values_list("pk", flat=True))
        for some in (filter_nameable_records(by), visible_to(by))
    )
    links = [
        VisibleLink(row, BACKWARD_LABELS[RelationKind(row.kind)], str(row.record), row.record_id in own)
        for row in records
        if row.record_id in named
    ]
    items, hidden = _list_relations_from_items([row for row in rows if not row.record], by)
    return [*links, *items], hidden + len(records) - len(links)


def _list_relations_from_items(rows: Sequence[Relation], by: Actor) -> tuple[list[VisibleLink], int]:
    """Return (visible relations with titles, number of hidden ones): current titles in own units, else public ones.

    `own` is true for those whose item the user may open.
    """
    users = {row.user_id: row.user for row in rows if row.user}
    own = set(bodies_seen(by).filter(pk__in={u.body_id for u in users.values()}).values_list("pk", flat=True))
    titles = map_document_titles(user for user in users.values() if user.body_id in own)
    shelf = shelf_visible_to(by).filter(column=None, document__in=users).order_by("-website__is_default", "pk")
    public: dict[int, Shelf] = {}
    for one in shelf:
        public.setdefault(one.document_id, one)
    items = items_visible_to(by).filter(pk__in=[user.item_number for user in users.values() if user.item_number])
    opened = set(items.values_list("pk", flat=True))
    links = []
    for row in rows:
        number, text = row.user_id or 0, BACKWARD_LABELS[RelationKind(row.kind)]
        opens = row.user is not None and row.user.item_number in opened
        if number in titles and (opens or number not in public):
            links.append(VisibleLink(row, text, titles[number], opens))
        elif number in public:
            links.append(VisibleLink(row, text, public[number].title, False, public[number].path))
    return links, len(rows) - len(links)


#: Kinds of items that may be based on policies: guides and lists (L-09).
BASED_ITEM_KINDS = frozenset({ItemKind.GUIDE, ItemKind.ORGANISATION, ItemKind.LIVELIHOOD, ItemKind.OTHER})


def list_announced_documents(document: Document) -> list[int]:
    """Return the primary keys of the documents on whose validity a notice announces a decision; [] for other kinds."""
    rows = Decision.objects.filter(announced_in=document, undone_at=None).exclude(record__document=None)
    return list(rows.values_list("record__document", flat=True)) if document.kind == ItemKind.NOTICE else []


def find_announcing_texts(document: Document) -> list[int]:
    """Return the primary keys of the texts that announce a decision on this document; [] if it has no validity."""
    rows = Decision.objects.filter(record__document=document, undone_at=None).exclude(announced_in=None)
    return list(rows.values_list("announced_in", flat=True)) if document.standing else []


def list_document_bases(document: Document) -> list[int]:
    """Return the primary keys of a guide's or list's bases. The caller filters by visibility."""
    return _list_targets(document, RelationKind.USES) if document.kind in BASED_ITEM_KINDS else []


def list_answered_by(document: Document) -> list[int]:
    """Return the primary keys of the documents that a response answers."""
    return _list_targets(document, RelationKind.RESPONDS) if document.kind in RESPONSE_ITEM_KINDS else []


def list_documents_naming(document: Document) -> list[int]:
    """Return the primary keys of the documents that are based on a policy or respond to it."""
    rows = Relation.objects.filter(target__document=document, kind__in=(RelationKind.USES, RelationKind.RESPONDS))
    return [number for number in rows.values_list("user", flat=True) if number]


def _list_targets(document: Document, kind: RelationKind) -> list[int]:
    """Return the primary keys of the documents to which a document has the relation, in the order of their addition."""
    # Asked for each document that is read.
    numbers = fetch_numbers(Relation, "target", order="id", kind=kind.value, user=document.pk)
    if not numbers:
        return []
    rows = PolicyRecord.objects.filter(pk__in=numbers, document__isnull=False)
    found = dict(rows.values_list("pk", "document_id"))
    return [number for target in numbers if (number := found.get(target))]


def list_source_facts(record: PolicyRecord) -> list[tuple[str, str]]:
    """Return (label, value) of a text's source from its last comparison; [] for local documents.

    Free text from before sources and editions were fixed choices is returned as "".
    """
    if record.level not in ENFORCED_LEVELS:
        return []
    rows = KeptText.objects.filter(record=record).defer("text")
    kept_text = max(rows, key=lambda row: (str(row.checked_on or ""), row.pk), default=None)
    if kept_text is None:
        return []
    said = [("文字来源", kept_text.source if kept_text.source in TEXT_SOURCES else "")]
    said.append(("来源版本", kept_text.edition if EDITION_PATTERN.match(kept_text.edition) else ""))
    return [*said, ("核对日期", _describe_last_check(kept_text))]


def _describe_last_check(kept_text: KeptText) -> str:
    """Return the day of a regulation's last comparison, and that it differs if so."""
    if kept_text.checked_on is None:
        return "还没有核对"
    doubt = "（与来源有差异，正在核实）" if kept_text.result == ComparisonResult.DIFFERENT else ""
    return f"{kept_text.checked_on:%Y-%m-%d}{doubt}"


@dataclass(frozen=True)
class SideColumn:
    """The side column of a policy page: the validity `on` a day with a sentence, and lists for display.

    `history`: (period, state); `relations`: (label, [(title, URL path)]); `facts`: (label, value).
    """

    record: PolicyRecord
    state: str
    sentence: str
    on: date
    history: list[tuple[str, str]] = field(default_factory=list)
    relations: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)

    @property
    def banner(self) -> bool:
        """Return true if the document is not in force as published."""
        return self.state != ValidityState.IN_FORCE

    def headnote(self, text: str) -> str:
        """Return the 题注 under the title (GB/T 9704-2012), or "" if the text contains it."""
        words = remove_headnote_brackets(self.record.headnote)
        return "" if "".join(words.split()) in "".join(text.split()) else words


def make_side_column(document: Document, user: object = ANONYMOUS, *, website: int) -> SideColumn | None:
    """Return the side column of a document, or None without a record. The number of queries is constant."""
    record = fetch_row(PolicyRecord, document=document.pk)  # asked for each policy document that is read
    if record is None:
        return None
    prefetch_related_objects([record], "decisions__actor")
    on = timezone.localdate()
    life = load_validity_facts(record)
    now = get_period(life, on)
    return SideColumn(
        record,
        now.state,
        describe_validity(life, on),
        on,
        list_validity_history(life),
        list_relations(record, user, website),
        _list_facts(record, document),
    )


def list_validity_history(life: ValidityFacts) -> list[tuple[str, str]]:
    """Return the validity history as (period, state), newest first."""
    rows = [
        stretch
        for stretch in list_periods(life)
        if not (stretch.since == EARLIEST_DATE and stretch.state == ValidityState.NOT_YET)
    ]
    return [(_describe_period(stretch), _describe_state(stretch)) for stretch in reversed(rows)]


def _describe_period(period: ValidityPeriod) -> str:
    start = day_in_words(period.since) if period.since > EARLIEST_DATE else "此前"
    return f"{start}起" if period.until == LATEST_DATE else f"{start}至{day_in_words(period.until)}"


def _describe_state(period: ValidityPeriod) -> str:
    """Return a period's state with its deciding document; a future end reads 届时…."""
    by = f"（{period.cause.by}）" if period.cause and period.cause.by else ""
    updated = (
        "，按修改后的文本"
        if period.cause and period.state in {ValidityState.IN_FORCE, ValidityState.OPEN_ENDED}
        else ""
    )
    label = str(period.state.label)
    if period.since > timezone.localdate() and label.startswith("已"):
        label = f"届时{label.removeprefix('已')}"
    return f"{label}{updated}{by}"


def _list_facts(record: PolicyRecord, document: Document) -> list[tuple[str, str]]:
    """Return the facts of a record as (label, value), without empty ones."""
    public = timezone.localdate(document.published_at) if document.published_at else None
    issued_on = record.published_on or record.passed_on or public
    days = (("通过日期", record.passed_on), ("公布日期", record.published_on))
    rows = [
        ("效力级别", record.get_level_display()),
        ("统一登记编号", record.unified_number),
        *((label, day.isoformat() if day else "") for label, day in days),
        ("适用对象", record.applies_to),
        ("起草单位", format_name_then_and_now(record.body, issued_on)),
        ("备案号", record.filed_number),
        *list_source_facts(record),
    ]
    return [(label, value) for label, value in rows if value]


def list_relations(record: PolicyRecord, user: object, website: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the relations in both directions as (label, [(title, URL path)]), without hidden documents.

    The path of a document outside the library is "".
    """
    rows = list(Relation.objects.filter(record=record).select_related("target"))
    back = list(Relation.objects.filter(target=record).select_related("record"))
    numbers = {r.target.document_id for r in rows if r.target} | {
        r.record.document_id if r.record else r.user_id for r in back
    }
    shelf = shelf_visible_to(user).filter(website=website, column=None, document__in=numbers - {None})
    seen: dict[int, Shelf] = {row.document_id: row for row in shelf}
    relations: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        line = _make_link(row.target, seen) if row.target else (row.cited, "")
        if line:
            relations.setdefault(FORWARD_LABELS[RelationKind(row.kind)], []).append(line)
    for row in back:
        found = _make_link(row.record, seen) if row.record else _make_guide_link(row.user_id, seen)
        if found:
            relations.setdefault(BACKWARD_LABELS[RelationKind(row.kind)], []).append(found)
    return list(relations.items())


def _make_link(record: PolicyRecord, shelf_rows: dict[int, Shelf]) -> tuple[str, str] | None:
    """Return (name, path) of a record if its document is public (`shelf_rows`: list rows by document), else None."""
    row = shelf_rows.get(record.document_id or 0)
    return (str(record), row.path) if row else None


def _make_guide_link(document: int | None, shelf_rows: dict[int, Shelf]) -> tuple[str, str] | None:
    """Return (title, path) of a document if it is in `shelf_rows`, else None."""
    row = shelf_rows.get(document or 0)
    return (row.title, row.path) if row else None
