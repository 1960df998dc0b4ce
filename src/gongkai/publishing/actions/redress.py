"""What settles an urgent publication that was not reviewed, or whose later review objected: withdrawal, or an edition that all signed."""

from gongkai.publishing.models import Edition, Review, ReviewState
from gongkai.publishing.models.reviews import MOVES, URGENT


def redress(item_number: int | None, edition: Edition) -> list[int]:
    """Close the urgent reviews of an item whose text this edition takes from the public; return their numbers.

    Called by `publish` and `withdraw` only, inside their transaction; a correction is never scheduled (`owed.postponed`).
    """
    settled: list[int] = []
    if item_number is None:
        return settled
    for review in Review.objects.filter(item_id=item_number, state__in=URGENT).order_by("pk"):
        if review.edition_id == edition.pk or ReviewState.REDRESSED not in MOVES[review.state]:
            continue
        review.state = ReviewState.REDRESSED
        review.holders, review.stage_due = "", None
        review.version += 1
        review.save()
        settled.append(review.pk)
    return settled
