"""Who signed what: the facts that publishing asks for. Reads only."""

from collections.abc import Iterable, Sequence
from typing import Any

from wagtail.models import Revision

from gongkai.publishing.freezing import Frozen
from gongkai.publishing.models import ItemPage, Review, ReviewState
from gongkai.units.models import Person

#: Distinct signers besides the author. 三审三校 needs more and comes with its own rule.
SIGNERS_NEEDED = 1


def authors_of(item: ItemPage, revision: Revision) -> list[int]:
    """Return the accounts that wrote any revision since the last published one, up to this revision."""
    last = (
        Review.objects.filter(item_id=item.pk, edition_id__isnull=False)
        .order_by("-revision_id")
        .values_list("revision_id", flat=True)
        .first()
    )
    rows = Revision.objects.for_instance(item).filter(pk__lte=revision.pk, user__isnull=False)
    rows = rows.filter(pk__gt=last) if last and last < revision.pk else rows
    return sorted(set(rows.values_list("user_id", flat=True)))


def is_author(review: Review, by: Any) -> bool:
    """Whether somebody wrote or submitted what is under review, as an account or as a person."""
    wrote = by.user_id is not None and by.user_id in review.authors
    return wrote or (by.person_id is not None and by.person_id == review.submitted_person)


def speak_against(
    item: ItemPage, revision: Revision, frozen: Frozen, approvals: Sequence[Review]
) -> list[str]:
    """Return why these approvals do not allow this revision to be published; empty where they do."""
    if str(revision.object_id) != str(item.pk) or revision.base_content_type.model != "page":
        return ["这个修订不属于这条信息。"]
    reasons: list[str] = []
    signers: set[int] = set()
    for review in approvals:
        reason = _unfit(review, item, revision, frozen)
        if reason:
            reasons.append(reason)
        elif review.decided_person is not None:
            signers.add(review.decided_person)
    if len(signers) < SIGNERS_NEEDED:
        reasons.append(f"发布须有起草人以外的{SIGNERS_NEEDED}人审签，现有{len(signers)}人。")
    return reasons


def _unfit(review: Review, item: ItemPage, revision: Revision, frozen: Frozen) -> str:
    if review.state != ReviewState.APPROVED or review.item_id != item.pk:
        return "所附审签记录不是对这条信息的签发。"
    if review.edition_id is not None:
        return "这份审签已用于一次发布，再次发布须重新审签。"
    if review.revision_id != revision.pk or review.content_digest != frozen.digest:
        return "审签之后文字有改动，须重新送审。"
    authors = set(review.authors) | set(authors_of(item, revision))
    if review.decided_person == review.submitted_person or _account(review) in authors:
        return "审签人与起草人是同一人，审签无效。"
    return ""


def _account(review: Review) -> int | None:
    if review.decided_person is None:
        return None
    return Person.objects.filter(pk=review.decided_person).values_list("user_id", flat=True).first()


def fresh(approvals: Iterable[Review | int]) -> list[Review]:
    """Return the reviews as they are stored, whatever the caller holds in hand."""
    numbers = [a if isinstance(a, int) else a.pk for a in approvals]
    return list(Review.objects.filter(pk__in=numbers))
