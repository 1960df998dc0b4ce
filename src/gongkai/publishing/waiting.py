"""What waits for a signature: the queue, and its block on the first page."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from gongkai.publishing.models import Review, ReviewState
from gongkai.publishing.rules import SIGNING, WRITING
from gongkai.units.actors import Actor
from gongkai.units.models import Body, Role


def bodies_of(by: Actor, *roles: str) -> Q:
    """Return the condition on bodies where one of the roles is held, or that the 政务公开 office above reaches."""
    condition = Q(pk__in=[post.body_id for post in by.posts if post.role in roles])
    for post in by.posts:
        if post.role == Role.CHIEF:
            condition |= Q(path__startswith=post.reach)
    return condition


def reviews_for(by: Actor) -> QuerySet[Review]:
    """Return the reviews of the bodies that somebody writes or signs for."""
    bodies = Body.objects.filter(bodies_of(by, *WRITING)).values("pk")
    return Review.objects.filter(body_id__in=bodies)


def to_sign(by: Actor) -> QuerySet[Review]:
    """Return what waits for this person's signature; their own texts do not."""
    bodies = Body.objects.filter(bodies_of(by, *SIGNING)).values("pk")
    rows = Review.objects.filter(state=ReviewState.WAITING, body_id__in=bodies)
    return rows.exclude(submitted_person=by.person_id) if by.person_id else rows


def waiting_for_signature(by: Actor) -> dict[str, Any] | None:
    """The block 待审信息 of the first page, for those who sign."""
    if not by.has(*SIGNING, Role.CHIEF):
        return None
    rows = list(to_sign(by).order_by("submitted_at", "pk")[:6])
    if not rows:
        return None
    names = Body.objects.in_bulk({row.body_id for row in rows})
    return {
        "title": "等我审签的信息",
        "reviews": [(row, names.get(row.body_id)) for row in rows[:5]],
        "cut": len(rows) > 5,
        "more": reverse("publishing:reviews"),
    }
