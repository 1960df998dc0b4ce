"""Verify for `audit verify` that editions are as signed and as recorded in the log."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db.models import Model
from django.utils import timezone

from gongkai.content.editions.actions.editions import has_valid_digest
from gongkai.content.editions.frozen import has_content_digest
from gongkai.content.editions.models import Address, Column, Document, Edition, EditionEffect, Placement, Shelf
from gongkai.content.editions.shelves import (
    EditionSpan,
    list_columns_showing,
    list_spans,
    make_shelf_fields,
    map_listings,
)
from gongkai.core.acts.models import Movement
from gongkai.core.acts.rows import BATCH_SIZE, split_into_batches
from gongkai.core.acts.seal import LogVerdict
from gongkai.lib.typed_json import read_number


def iterate_log_records(streams: Iterable[str], actions: Iterable[str]) -> Iterator[Movement]:
    """Yield the movements of these streams and actions, in order."""
    rows = Movement.objects.filter(stream__in=set(streams), action__in=tuple(actions))
    return rows.order_by("pk").iterator(2000)


def iterate_logged_facts(actions: Iterable[str]) -> Iterator[dict[str, object]]:
    """Yield the facts of all movements of these actions, oldest first."""
    rows = Movement.objects.filter(action__in=tuple(actions)).order_by("pk")
    return rows.values_list("facts", flat=True).iterator(2000)


#: Derived rows of other apps, one for each edition, such as the search.
DERIVED_ROW_CHECKS: list[tuple[type[Model], Callable[[Edition], bool]]] = []
#: Rows of one document: key → values of the verified fields.
RowValuesByKey = dict[tuple[object, ...], tuple[object, ...]]
_VERIFIED_FIELDS = (
    "document_id",
    "edition_id",
    "body_id",
    "from_at",
    "until_at",
    "published_at",
    "title",
    "number",
    "kind",
    "standing",
    "audience",
    "circle",
)


def verify_shelves() -> LogVerdict:
    """Rebuild all list and search rows in memory and compare them with the stored ones.

    Expired rows are ignored. Full-text words are not compared, as the verdict states.
    """
    count, broken, now = 0, [], timezone.now()
    for some in split_into_batches(Document.objects.order_by("pk").iterator(BATCH_SIZE)):
        number, differences = _verify_batch(some, now)
        count += number
        broken += differences
    return LogVerdict(count, broken[0] if broken else "", tuple(broken[1:20]), "检索用的正文、词和文号、索引号的写法")


def _verify_batch(documents: Sequence[Document], now: datetime) -> tuple[int, list[str]]:
    """Return (number of list rows, Chinese differences from the rows that the editions require)."""
    numbers = [one.pk for one in documents]
    editions: dict[int, list[Edition]] = defaultdict(list)
    for edition in (
        Edition.objects.filter(document__in=numbers).select_related("content").defer("content__html", "content__files")
    ):
        editions[edition.document_id].append(edition)
    placed: dict[int, list[Column]] = defaultdict(list)
    for placement in (
        Placement.objects.filter(document__in=numbers, column__opened_at__isnull=False)
        .select_related("column")
        .order_by("pk")
    ):
        placed[placement.document_id].append(placement.column)
    paths: dict[int, dict[int, str]] = defaultdict(dict)
    for document_id, site, path in Address.objects.filter(document__in=numbers, current=True).values_list(
        "document_id", "website_id", "path"
    ):
        paths[document_id][site] = path
    shelved = _load_stored_rows(Shelf, numbers, ("website_id", "column_id", "edition_id"), ("direct", "path"))
    count, broken = sum(map(len, shelved.values())), []
    for document in documents:
        spans = list_spans(editions[document.pk])
        derived = _derive_rows(document, spans, placed[document.pk], paths[document.pk])
        if difference := _find_difference(shelved[document.pk], derived, now):
            broken.append(f"列表中的信息{document.pk}{difference}")
    for model, has_row in DERIVED_ROW_CHECKS:
        rows = _load_stored_rows(model, numbers, ("edition_id",), ())
        count += sum(map(len, rows.values()))
        for document in documents:
            spans = [span for span in list_spans(editions[document.pk]) if has_row(span.edition)]  # type: ignore[arg-type]
            shelved_at_all = document.published_at is not None
            derived_rows: RowValuesByKey = {}
            if shelved_at_all:
                derived_rows = {(span.edition.pk,): _derive_shelf_values(document, span) for span in spans}  # type: ignore[attr-defined]
            if difference := _find_difference(rows[document.pk], derived_rows, now):
                broken.append(f"{model._meta.verbose_name}中的信息{document.pk}{difference}")
    return count, broken


def _load_stored_rows(
    model: type[Model], documents: Iterable[int], key: Sequence[str], more_fields: Sequence[str]
) -> dict[int, RowValuesByKey]:
    """Return {document key: its stored rows}: the fields `key` → values of the verified and `more_fields`."""
    stored_rows: dict[int, RowValuesByKey] = defaultdict(dict)
    rows = model._default_manager.filter(document__in=documents).values_list(*key, *_VERIFIED_FIELDS, *more_fields)
    for row in rows:
        values = row[len(key) :]
        stored_rows[values[0]][row[: len(key)]] = values
    return stored_rows


def _derive_rows(
    document: Document, spans: Iterable[EditionSpan], placed: list[Column], paths: Mapping[int, str]
) -> RowValuesByKey:
    """Return the list rows that a document should have, with their values."""
    if document.published_at is None:
        return {}
    listings = map_listings(list_columns_showing(document, placed))
    return {
        (site, column, span.edition.pk): (*_derive_shelf_values(document, span), direct, paths.get(site, ""))  # type: ignore[attr-defined]
        for span in spans
        for (site, column), direct in listings.items()
    }


def _derive_shelf_values(document: Document, span: EditionSpan) -> tuple[object, ...]:
    """Return the verified values that a list or search row of this period should have."""
    window = make_shelf_fields(document, span)
    window |= {"document_id": document.pk, "edition_id": span.edition.pk}  # type: ignore[attr-defined]
    return tuple(window[name] for name in _VERIFIED_FIELDS)


def _find_difference(stored_rows: RowValuesByKey, derived_rows: RowValuesByKey, now: datetime) -> str:
    """Return the first Chinese difference between stored and derived rows, or ""; ended rows may be absent."""
    until = _VERIFIED_FIELDS.index("until_at")
    for key, values in derived_rows.items():
        is_open = values[until] is None or values[until] > now  # type: ignore[operator]
        if key not in stored_rows and is_open:
            return "缺了一行"
        if key in stored_rows and stored_rows[key] != values:
            return "与公开版本不符"
    return "多出一行" if set(stored_rows) - set(derived_rows) else ""


#: Actions that write editions; other apps add theirs, whose log records have `edition`, `digest` and `ground`.
EDITION_ACTIONS = ["publishing.publish", "publishing.withdraw"]
#: Action → function called once for an audit; it returns a predicate of (ground, facts, content digest) for
#: editions without our signatures.
GROUND_CHECKS: dict[str, Callable[[], Callable[[str, dict[str, object], str], bool]]] = {}
#: Sources of editions without stored text, such as unpublished ones of a package; registered by other apps.
TEXTLESS_EDITION_SOURCES: list[Callable[[], set[int]]] = []


def verify_editions() -> LogVerdict:
    """Verify digests, numbers and contents of all editions against the log and recorded erasures, in batches."""
    count = 0
    broken = ""
    textless = {number for list_textless in TEXTLESS_EDITION_SOURCES for number in list_textless()}
    document, last = 0, 0
    for some in split_into_batches(_iterate_editions()):
        logged_digests = _map_logged_digests(some)
        for edition in some:
            count += 1
            last = last if edition.document_id == document else 0
            broken = broken or _find_edition_error(edition, logged_digests, textless)
            if not broken and edition.number != last + 1:
                broken = f"信息{edition.document_id}第{edition.number}版之前有版本缺失"
            document, last = edition.document_id, edition.number
    return LogVerdict(count, broken or _find_missing_edition())


def _iterate_editions() -> Iterator[Edition]:
    rows = Edition.objects.select_related("content", "erasure").order_by("document_id", "number")
    return rows.iterator(500)


def _map_logged_digests(editions: list[Edition]) -> dict[int, str]:
    """Return {edition key: digest in the log} of these editions' documents."""
    streams = {f"document/{edition.document_id}" for edition in editions}
    return {
        int(movement.facts["edition"]): str(movement.facts["digest"])
        for movement in iterate_log_records(streams, EDITION_ACTIONS)
        if "edition" in movement.facts
    }


def _find_missing_edition() -> str:
    """Return the Chinese error if an edition in the log does not exist, or ""."""
    for some in split_into_batches(iterate_logged_facts(EDITION_ACTIONS), 2000):
        named = {read_number(facts, "edition") for facts in some if "edition" in facts}
        lost = named - set(Edition.objects.filter(pk__in=named).values_list("pk", flat=True))
        if lost:
            return f"流水中记有的第{min(lost)}号版本已不在"
    return ""


def _find_edition_error(edition: Edition, logged_digests: dict[int, str], textless: set[int]) -> str:
    """Return in Chinese how an edition or its content was changed, or ""; `logged_digests` by edition."""
    name = f"信息{edition.document_id}第{edition.number}版"
    if not has_valid_digest(edition) or logged_digests.get(edition.pk) != edition.digest:
        return f"{name}被改动"
    content = getattr(edition, "content", None)
    if edition.act == EditionEffect.WITHDRAW:
        return ""
    if content is None:
        allowed = hasattr(edition, "erasure") or edition.pk in textless
        return "" if allowed else f"{name}的内容缺失，且没有依法删除的记录"
    stored_content = (content.title, content.html, content.facts, content.files, edition.audience, edition.circle)
    return "" if has_content_digest(edition.content_digest, *stored_content) else f"{name}的内容被改动"
