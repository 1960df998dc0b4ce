"""What the office's pages share: who acts, and what they may look at."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from gongkai.editions.models import Document
from gongkai.editions.reach import bodies_seen
from gongkai.publishing.models import ItemPage
from gongkai.units.actors import Actor


def item_seen(by: Actor, number: int) -> ItemPage:
    """Return an item that somebody may look at in the office.

    Raises:
        Http404: there is none, or it is another unit's.
    """
    # By its own number: through the page above, Django does not see that a number is too large for the database.
    item: ItemPage = get_object_or_404(ItemPage, id=number)
    if not bodies_seen(by).filter(pk=item.unit.pk).exists():
        raise Http404("没有这条信息")
    return item


def document_seen(by: Actor, number: int) -> Document:
    """Return a document that somebody may look at in the office."""
    return get_object_or_404(Document, pk=number, body__in=bodies_seen(by))
