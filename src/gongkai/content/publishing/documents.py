"""Find the documents of items, and the desk pages of units."""

from collections.abc import Collection, Iterable

from wagtail.models import Page

from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.publishing.models import ItemPage, UnitPage
from gongkai.core.acts.rows import find_row, lock_row
from gongkai.core.units.models import Body


def item_of(document: Document) -> ItemPage | None:
    """Return the item of a document, or None if it has another source or was deleted."""
    item: ItemPage | None = find_row(ItemPage.objects.filter(pk=document.item_number))
    return item


def find_item(number: int) -> ItemPage | None:
    """Return an item by primary key, or None."""
    item: ItemPage | None = find_row(ItemPage.objects.filter(pk=number))
    return item


def lock_item(number: int) -> ItemPage | None:
    """Return an item by primary key, locked until the end of the transaction, or None."""
    return lock_row(ItemPage, number)


def existing_items(numbers: Collection[int]) -> set[int]:
    """Return the primary keys in `numbers` that belong to items."""
    return set(ItemPage.objects.filter(pk__in=numbers).values_list("pk", flat=True))


def unit_page_of(body: Body) -> UnitPage:
    """Return a body's page in the editor's tree, created at first use."""
    desk: UnitPage | None = find_row(UnitPage.objects.filter(body=body))
    if desk is None:
        desk = UnitPage(title=body.name, slug=f"unit-{body.pk}", body=body, live=False)
        Page.objects.get(depth=1).add_child(instance=desk)
    return desk


def titles_of(documents: Iterable[Document]) -> dict[int, str]:
    """Return document titles by primary key, of the last edition or the draft, in two queries."""
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
