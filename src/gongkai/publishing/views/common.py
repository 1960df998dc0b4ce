"""What the office's pages share: who acts, and what they may look at."""

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from gongkai.editions.models import Document, Website
from gongkai.editions.reach import websites_of
from gongkai.editions.rules import WRITING
from gongkai.publishing.models import ItemPage, Review
from gongkai.publishing.waiting import bodies_of
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role


def bodies_seen(by: Actor) -> QuerySet[Body]:
    """Return the bodies whose items somebody may look at in the office: own ones, and those supervised."""
    condition = bodies_of(by, *WRITING)
    for post in by.posts:
        if post.role in {Role.AUDITOR, Role.ADMINISTRATOR}:
            condition |= bodies_of(by) | Q(path__startswith=post.reach)
    return Body.objects.filter(condition)


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


def review_seen(by: Actor, number: int) -> Review:
    """Return a review that somebody may look at.

    Raises:
        Http404: there is none, or it is another unit's.
    """
    review = get_object_or_404(Review, pk=number)
    if not bodies_seen(by).filter(pk=review.body_id).exists():
        raise Http404("没有这次送审")
    return review


def document_seen(by: Actor, number: int) -> Document:
    """Return a document that somebody may look at in the office."""
    return get_object_or_404(Document, pk=number, body__in=bodies_seen(by))


def website_chosen(request: HttpRequest, by: Actor) -> Website | None:
    """Return the site that a page is about: the one in `?site=`, else the first.

    A site out of reach is never replaced by another one: what was meant for it must not happen elsewhere.
    """
    sites = websites_of(by)
    given = request.GET.get("site", "")
    if not given:
        return sites[0] if sites else None
    chosen = next((w for w in sites if str(w.pk) == given), None)
    if chosen is None:
        raise Http404("没有这个网站，或者不归您管理")
    return chosen
