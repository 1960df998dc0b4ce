"""What an item still owes for having gone out urgently: a text that all stages signed. Reads only.

Withdrawing a text puts the red light out, not the debt: else whoever orders urgent publication could send the same text out again and again.
"""

from datetime import datetime

from gongkai.publishing.models import Review, ReviewState, Signature, Verdict


def signed_since(item_number: int, review_number: int) -> bool:
    """Whether a later submission of an item was signed by all stages and published."""
    return Review.objects.filter(
        item_id=item_number, pk__gt=review_number, state=ReviewState.APPROVED, edition_id__isnull=False
    ).exists()


def unanswered_objection(item_number: int) -> bool:
    """Whether somebody said no to an item after it went out urgently, and no text signed by all stages followed.

    Asked of the signatures, which nobody can change, not of the state: a withdrawal or a correction changes that.
    """
    urgent = Review.objects.filter(item_id=item_number, urgent_due__isnull=False).order_by("-pk")
    numbers = list(urgent.values_list("pk", flat=True))
    said_no = Signature.objects.filter(review_id__in=numbers, verdict=Verdict.NO).order_by("-review_id")
    last = said_no.values_list("review_id", flat=True).first()
    open_still = urgent.filter(state=ReviewState.OBJECTED).exists()
    return open_still or (last is not None and not signed_since(item_number, last))


def owed_too_long(item_number: int, now: datetime) -> bool:
    """Whether a review afterwards is overdue: still waiting, or escaped by withdrawing the text, and none signed by all stages followed."""
    late = Review.objects.filter(item_id=item_number, urgent_due__lt=now)
    if late.filter(state=ReviewState.AFTER).exists():
        return True
    last = late.filter(state=ReviewState.REDRESSED).order_by("-pk").values_list("pk", flat=True).first()
    return last is not None and not signed_since(item_number, last)
