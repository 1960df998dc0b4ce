"""Helpers of the office views: the actor, and visible items."""

from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.units.actors import Actor


def get_item(by: Actor, number: int) -> ItemPage:
    """Return an item that the user sees in the office.

    Raises:
        Http404: there is none, or it belongs to another unit.
    """
    return get_visible_or_404(by, ItemPage, number)


def get_document(by: Actor, number: int) -> Document:
    """Return a document that the user sees in the office."""
    return get_visible_or_404(by, Document, number)
