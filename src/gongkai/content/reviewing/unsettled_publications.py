"""Urgent publications whose review afterwards (补审) is missing or failed. Read-only.

Withdrawing such a text ends its red light but not the duty of a review. Otherwise the same text
could be published urgently again and again, also as a copy in a new item
(`find_unsettled_with_same_text`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.content.editions.frozen import FrozenContent
from gongkai.content.editions.models import EditionContent
from gongkai.content.reviewing.models import Review, ReviewState, Signature, SignatureVerdict
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.matching.folding import fold
from gongkai.lib.richtext import to_plain_text

#: Length of the character runs that are compared.
SHINGLE_CHARACTERS = 4
#: Share of a text's characters in runs of the other text from which both count as the same.
SIMILARITY_THRESHOLD = 0.8
#: Number of runs below which a text is too short to be compared.
MIN_SHINGLES = 20
_PUNCTUATION_PATTERN = re.compile(r"[\W_]+")


def is_near_duplicate(text: str, other: str) -> bool:
    """Return true if one text nearly contains the other; small changes of wording are ignored."""
    mine, theirs = _normalize_text(text), _normalize_text(other)
    runs, others = _get_shingles(mine), _get_shingles(theirs)
    both = runs & others
    return any(
        _count_kept_characters(value, both) >= SIMILARITY_THRESHOLD * len(value)
        and (len(own) >= MIN_SHINGLES or runs == others)
        for value, own in ((mine, runs), (theirs, others))
        if own
    )


def _normalize_text(text: str) -> str:
    """Return a text for comparison, without white space, punctuation, width, case and traditional characters."""
    return _PUNCTUATION_PATTERN.sub("", fold(text))


def _get_shingles(bare: str) -> set[str]:
    """Return the overlapping runs of characters of a text."""
    return (
        {bare[index : index + SHINGLE_CHARACTERS] for index in range(max(1, len(bare) - SHINGLE_CHARACTERS + 1))}
        if bare
        else set()
    )


def _count_kept_characters(bare: str, runs: set[str]) -> int:
    """Return the number of characters of a text that are in one of these shingles."""
    kept = end = 0
    for index in range(max(1, len(bare) - SHINGLE_CHARACTERS + 1)):
        if bare[index : index + SHINGLE_CHARACTERS] in runs:
            kept += min(index + SHINGLE_CHARACTERS, len(bare)) - max(index, end)
            end = min(index + SHINGLE_CHARACTERS, len(bare))
    return kept


def was_signed_since(source: str, review_number: int) -> bool:
    """Return true if a later submission of an item was fully signed and published."""
    return Review.objects.filter(
        source=source, pk__gt=review_number, state=ReviewState.APPROVED, edition_id__isnull=False
    ).exists()


def has_unanswered_objection(source: str) -> bool:
    """Return true if an urgent publication was objected to and no fully signed text followed.

    Reads signatures, which cannot change, instead of states.
    """
    urgent = Review.objects.filter(source=source, urgent_due__isnull=False).order_by("-pk")
    numbers = list(urgent.values_list("pk", flat=True))
    said_no = Signature.objects.filter(review_id__in=numbers, verdict=SignatureVerdict.NO).order_by("-review_id")
    last = said_no.values_list("review_id", flat=True).first()
    open_still = urgent.filter(state=ReviewState.OBJECTED).exists()
    return open_still or (last is not None and not was_signed_since(source, last))


def is_review_overdue(source: str, now: datetime) -> bool:
    """Return true if a review after urgent publication is overdue or was evaded by withdrawal, and
    no fully signed text followed."""
    late = Review.objects.filter(source=source, urgent_due__lt=now)
    if late.filter(state=ReviewState.AFTER).exists():
        return True
    last = late.filter(state=ReviewState.REDRESSED).order_by("-pk").values_list("pk", flat=True).first()
    return last is not None and not was_signed_since(source, last)


def list_unsettled_urgent_reviews(now: datetime) -> QuerySet[Review]:
    """Return urgent publications that were objected to or not reviewed in time, without a later fully signed text."""
    no = Signature.objects.filter(review_id=OuterRef("pk"), verdict=SignatureVerdict.NO)
    later = Review.objects.filter(
        source=OuterRef("source"), pk__gt=OuterRef("pk"), state=ReviewState.APPROVED, edition_id__isnull=False
    )
    late = Q(urgent_due__lt=now, state__in=[ReviewState.AFTER, ReviewState.REDRESSED])
    owed = Q(state=ReviewState.OBJECTED) | Exists(no) | late
    return Review.objects.filter(owed, ~Exists(later), urgent_due__isnull=False)


def find_unsettled_with_same_text(source: str, frozen: FrozenContent, now: datetime) -> Review | None:
    """Return an unsettled urgent publication of another item with an equal text, or None."""
    debts = {r.edition_id: r for r in list_unsettled_urgent_reviews(now).exclude(source=source) if r.edition_id}
    contents = EditionContent.objects.filter(edition__in=debts).order_by("edition")
    for content in contents.iterator(100):
        debt = debts[content.edition_id]
        if _is_repetition(frozen, content) and not was_signed_since(source, debt.pk):
            return debt
    return None


def _is_repetition(frozen: FrozenContent, content: EditionContent) -> bool:
    """Return true if the text repeats an edition, or has its attachments if the text only refers to them."""
    theirs = to_plain_text(content.html)
    if is_near_duplicate(f"{frozen.title}{to_plain_text(frozen.html)}", f"{content.title}{theirs}"):
        return True
    if len(theirs) >= MIN_SHINGLES and is_near_duplicate(to_plain_text(frozen.html), theirs):
        return True
    files = _list_digests(content.files)
    return bool(files) and len(theirs) < 5 * MIN_SHINGLES and files <= _list_digests(frozen.files)


def _list_digests(listed: Sequence[Mapping[str, object]]) -> set[str]:
    return {str(file["digest"]) for file in listed}
