"""What the room's pages share: what somebody may look at."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from gongkai.editions.reach import bodies_seen
from gongkai.reviewing.models import Review
from gongkai.units.actors import Actor


def review_seen(by: Actor, number: int) -> Review:
    """Return a review that somebody may look at.

    Raises:
        Http404: there is none, or it is another unit's.
    """
    review = get_object_or_404(Review, pk=number)
    if not bodies_seen(by).filter(pk=review.body_id).exists():
        raise Http404("没有这次送审")
    return review
