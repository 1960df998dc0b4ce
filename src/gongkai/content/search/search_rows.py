"""Derive search rows and full-text tokens from editions, in the transaction of shelves."""

from collections.abc import Sequence

from django.utils import timezone

from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.shelves import EditionSpan, Stands, shelf_fields_of
from gongkai.content.search import facets as by
from gongkai.content.search import table
from gongkai.content.search.models import SearchRow
from gongkai.content.search.parser import index_key, short_number
from gongkai.lib.matching.folding import find_document_numbers
from gongkai.lib.richtext import to_plain_text


class SearchIndex:
    """The search index, which `editions.shelves` updates together with the lists."""

    def derive(
        self, document: Document, spans: Sequence[EditionSpan], stands: Stands, *, words: bool, first: bool
    ) -> None:
        """Rebuild a document's rows (`first`: there are none); without `words` only its facets."""
        facets = make_facet_tokens(document, stands)
        if words:
            if not first:
                _delete_rows(document)
            _index_spans(document, spans, facets)
        else:
            numbers = [span.edition.pk for span in spans]  # type: ignore[attr-defined]
            SearchRow.objects.filter(pk__in=numbers).update(facets=" ".join(facets))
            for number in numbers:
                table.replace_facets(number, facets)

    def clear(self) -> None:
        """Delete all search rows before a rebuild."""
        SearchRow.objects.all().delete()
        table.clear_table()


def make_facet_tokens(document: Document, stands: Stands) -> list[str]:
    """Return the facet tokens of a document."""
    return by.make_tokens(
        sites=sorted({site for site, _ in stands}),
        columns=sorted({column for _, column in stands if column}),
        kind=document.kind,
        body=document.body_id,
        published=document.published_at or timezone.now(),
        standing=document.standing,
    )


def _delete_rows(document: Document) -> None:
    """Delete the document's rows from the table and the full-text index."""
    old = list(SearchRow.objects.filter(document=document).values_list("pk", flat=True))
    table.delete_editions(old)
    SearchRow.objects.filter(pk__in=old).delete()


def _index_spans(document: Document, open_spans: Sequence[EditionSpan], facets: list[str]) -> None:
    """Index the editions that have their content."""
    for span in open_spans:
        edition = span.edition
        content = getattr(edition, "content", None)
        if content is None:
            continue
        row, words = make_row(document, span, facets)
        row.save(force_insert=True)
        table.index_new_editions([words])


def make_row(document: Document, span: EditionSpan, facets: list[str]) -> tuple[SearchRow, table.New]:
    """Return (unsaved search row, full-text row) of an edition with text."""
    edition = span.edition
    assert isinstance(edition, Edition)
    content = edition.content
    text = to_plain_text(content.html)
    key = number_key(content.facts.get("document_number", ""))
    row = SearchRow(
        text=text,
        facets=" ".join(facets),
        number_key=key,
        number_short=short_number(key),
        index_key=index_key(document.index_number),
        **shelf_fields_of(document, span),
    )
    names = [f["name"] for f in content.files if not f["picture"]]
    also = [content.facts.get(name, "") for name in ("document_number", "issuer", "keywords", "summary")]
    return row, (edition.pk, content.title, "\n".join([*also, text, *names]), facets)


def number_key(number: str) -> str:
    """Return the canonical document number, or ""."""
    document_numbers = find_document_numbers(number)
    return document_numbers[0][:80] if document_numbers else ""
