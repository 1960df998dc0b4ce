"""States of the review of a text. See docs/reviews.md for adding one."""

from django.db import models


class ReviewState(models.TextChoices):
    """State of the review of a text by its signers.

    `AFTER`: published urgently, signatures follow. `OBJECTED`: refused afterwards, publication is suspended.
    `REDRESSED`: then withdrawn or corrected.
    """

    WAITING = "waiting", "待审签"
    RETURNED = "returned", "已退回"
    RECALLED = "recalled", "已撤回送审"
    APPROVED = "approved", "已签发"
    AFTER = "after", "已紧急发布，待补审"
    OBJECTED = "objected", "补审不同意，已暂停公开"
    REDRESSED = "redressed", "已撤回或更正"


#: State → states that may follow.
ALLOWED_MOVES: dict[str, tuple[str, ...]] = {
    ReviewState.WAITING: (
        ReviewState.RETURNED,
        ReviewState.RECALLED,
        ReviewState.APPROVED,
        ReviewState.AFTER,
    ),
    ReviewState.APPROVED: (ReviewState.RECALLED,),  # only while it waits for another document
    ReviewState.AFTER: (ReviewState.APPROVED, ReviewState.OBJECTED, ReviewState.REDRESSED),
    ReviewState.OBJECTED: (ReviewState.REDRESSED,),
}
#: States in which a signature is due.
OPEN_STATES = (ReviewState.WAITING, ReviewState.AFTER)
#: States of an urgent publication that is not settled.
UNSETTLED_URGENT_STATES = (ReviewState.AFTER, ReviewState.OBJECTED)
