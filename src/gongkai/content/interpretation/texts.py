"""Return the text of an item or document, for comparison with an interpretation."""

from gongkai.content.editions.models import Document, EditionContent
from gongkai.content.publishing.documents import item_of
from gongkai.content.publishing.freezing import freeze_page
from gongkai.content.publishing.models import ItemPage
from gongkai.lib.richtext import plain


def words_of_item(item: ItemPage) -> str:
    """Return title and text of an item's last draft."""
    frozen = freeze_page(item.get_latest_revision_as_object(), item.unit)
    return f"{frozen.title}\n{plain(frozen.html)}"


def words_of(document: Document) -> str:
    """Return the text of a document: its draft where it has one (that is what will go out), else its last edition."""
    item = item_of(document)
    if item is not None:
        return words_of_item(item)
    content = EditionContent.objects.filter(edition__document=document).order_by("-edition__number").first()
    return f"{content.title}\n{plain(content.html)}" if content else ""
