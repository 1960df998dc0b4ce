"""Find items that a signer returned and that were not submitted again. Read-only."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse

from gongkai.content.editions.sources import item_number
from gongkai.content.publishing.clock.syncing import ATTRIBUTES_TO_DISCLOSE
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.reviewing.models import Review, ReviewState, Signature, Verdict
from gongkai.core.ledger.row_presence import Rows
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.same_person import is_self

#: Rows that the first page shows; the rest is one link away.
MAX_LISTED_REVIEWS = 10


@dataclass(frozen=True)
class Returned:
    """A returned review, the signer who returned it, and the URL for correction."""

    review: Review
    said: Signature | None
    body: Body | None
    url: str


def needed(by: Actor) -> list[Rows]:
    """Skip the block without returned reviews in the user's units."""
    return [Rows(Review, {"state": ReviewState.RETURNED, "body_id": _writes_for(by)})]


def block(by: Actor) -> dict[str, object] | None:
    """Return the home page block of returned items, those submitted by the user first."""
    later = Review.objects.filter(source=OuterRef("source"), pk__gt=OuterRef("pk"))
    rows = Review.objects.filter(~Exists(later), state=ReviewState.RETURNED, body_id__in=_writes_for(by))
    items = {item_number(review.source): review for review in rows.order_by("decided_at", "pk")}
    wanted = ItemPage.objects.filter(pk__in=items, attribute__in=ATTRIBUTES_TO_DISCLOSE).values_list("pk", flat=True)
    reviews = [items[number] for number in wanted]
    reviews.sort(key=lambda one: (not is_self(by, one.submitted_person), one.decided_at, one.pk))
    if not reviews:
        return None
    clocks = Disclosure.objects.filter(item_id__in=wanted, entry__closed_at=None)
    shown = reviews[:MAX_LISTED_REVIEWS]
    return {
        "title": "退回给您修改的信息",
        "rows": _rows(shown),
        "cut": len(reviews) > MAX_LISTED_REVIEWS,
        "more": f"{reverse('publishing:items')}?state=returned",
        "stands_for": frozenset(clocks.values_list("entry", flat=True)),
    }


def _rows(reviews: list[Review]) -> list[Returned]:
    said = Signature.objects.filter(review_id__in=[review.pk for review in reviews], verdict=Verdict.NO)
    by_review = {signature.review_id: signature for signature in said.select_related("note").order_by("pk")}
    bodies = Body.objects.in_bulk([review.body_id for review in reviews])
    return [
        Returned(
            review,
            by_review.get(review.pk),
            bodies.get(review.body_id),
            reverse("publishing:item", args=(item_number(review.source),)),
        )
        for review in reviews
    ]


def _writes_for(by: Actor) -> list[int]:
    """Return the units for which the user drafts."""
    return sorted({post.body_id for post in by.posts if post.role == Role.CLERK})
