"""What settles an urgent publication that was not reviewed, or whose later review objected: withdrawal, or an edition that all signed."""

from gongkai.editions.models import Document, Edition
from gongkai.publishing.models import Review, ReviewState
from gongkai.publishing.models.reviews import MOVES, URGENT


def redress(document: Document, edition: Edition) -> dict[str, list[int]]:
    """Close the urgent reviews of an item whose text this edition takes from the public; return their numbers for the log.

    Called by `publish` and `withdraw` only, inside their transaction; a correction is never scheduled (`owed.postponed`).
    """
    settled: list[int] = []
    for review in Review.objects.filter(source=document.source, state__in=URGENT).order_by("pk"):
        if review.edition_id == edition.pk or ReviewState.REDRESSED not in MOVES[review.state]:
            continue
        review.state = ReviewState.REDRESSED
        review.holders, review.stage_due = "", None
        review.version += 1
        review.save()
        settled.append(review.pk)
    return {"redressed": settled} if settled else {}
