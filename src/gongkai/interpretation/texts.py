"""The words behind an item or a document: what an interpretation is compared with."""

from collections.abc import Iterable

from gongkai.publishing.documents import item_of
from gongkai.publishing.freezing import freeze_page
from gongkai.publishing.models import Document, EditionContent, ItemPage
from gongkai.publishing.text import plain


def words_of_item(item: ItemPage) -> str:
    """Return title and text of an item's last draft."""
    frozen = freeze_page(item.get_latest_revision_as_object(), item.unit)
    return f"{frozen.title}\n{plain(frozen.html)}"


def titles_of(documents: Iterable[Document]) -> dict[int, str]:
    """Return the titles of documents by number, of their last editions, else of their drafts; two queries."""
    given = {document.pk: document for document in documents}
    rows = EditionContent.objects.filter(edition__document__in=given).order_by("edition__number")
    titles = dict(rows.values_list("edition__document_id", "title"))
    drafts = {given[pk].item_number: pk for pk in given if pk not in titles}
    for number, title in ItemPage.objects.filter(pk__in=drafts).values_list("pk", "draft_title"):
        titles[drafts[number]] = title
    return {pk: titles.get(pk, str(document)) for pk, document in given.items()}


def title_of(document: Document) -> str:
    """Return the title of a document: of its last edition, else of its draft."""
    return titles_of([document])[document.pk]


def words_of(document: Document) -> str:
    """Return the text of a document: its draft where it has one (that is what will go out), else its last edition."""
    item = item_of(document)
    if item is not None:
        return words_of_item(item)
    content = EditionContent.objects.filter(edition__document=document).order_by("-edition__number").first()
    return f"{content.title}\n{plain(content.html)}" if content else ""
