"""Actions on reviews: submit, approve, return, recall. Whoever wrote may not sign, whatever their role."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from wagtail.models import Revision

from gongkai.acts.action import Refused, Step, Tell, action
from gongkai.publishing.actions.editions import publish
from gongkai.publishing.documents import document_of
from gongkai.publishing.freezing import freeze, lacks
from gongkai.publishing.models import ItemPage, Review, ReviewState
from gongkai.publishing.models.reviews import MOVES
from gongkai.publishing.reviewing import authors_of, is_author
from gongkai.publishing.rules import signs, writes
from gongkai.publishing.windows import spans
from gongkai.units.models import Role

UNCHANGED = "内容与已发布的版本相同，无须再次送审。"


def _submittable(item: ItemPage) -> list[str]:
    if Review.objects.filter(item_id=item.pk, state=ReviewState.WAITING).exists():
        return ["已经送审，正在等待审签；要改动请先撤回送审。"]
    revision = item.get_latest_revision()
    if revision is None:
        return ["请先保存草稿。"]
    frozen = freeze(item, revision)
    reasons = lacks(item, frozen)
    document = document_of(item)
    if not document.placements.exists():
        reasons.append("请选择至少一个栏目。")
    last = [span for span in spans(document.editions.all()) if span.until is None]
    if last and getattr(last[0].edition, "content_digest", "") == frozen.digest:
        reasons.append(UNCHANGED)
    return reasons


@action("publishing.submit", label="送审", rule=writes, ready=_submittable)
def submit(item: ItemPage, *, by: Any, visible_from: datetime | None = None, note: str = "") -> Step:
    """Submit the latest revision for signing: from now on this very text is what may be published."""
    revision = item.get_latest_revision()
    frozen = freeze(item, revision)
    authors = authors_of(item, revision)
    if by.user_id is not None:
        authors = sorted({*authors, by.user_id})
    body = item.unit
    review = Review.objects.create(
        item_id=item.pk,
        revision_id=revision.pk,
        body_id=body.pk,
        title=frozen.title,
        content_digest=frozen.digest,
        visible_from=visible_from,
        authors=authors,
        submitted_by=by.name,
        submitted_person=by.person_id,
        submitted_at=timezone.now(),
        note=note.strip()[:500],
    )
    tell = Tell(
        subject=f"待审签：{frozen.title}"[:200],
        body=f"{by.name}送审，请审签。{review.note}",
        link=f"/admin/publishing/reviews/{review.pk}/",
        key=f"review/{review.pk}/submitted",
        posts=((Role.SIGNER, body.pk), (Role.LEAD, body.pk)),
    )
    return Step(
        words=review.note,
        facts={"review": review.pk, "revision": revision.pk, "digest": frozen.digest},
        to_state=ReviewState.WAITING,
        tell=(tell,),
        result=review,
    )


def _not_author(by: Any, review: Review) -> list[str]:
    own = ["您参与了这条信息的起草或送审，须由其他人审签。"] if is_author(review, by) else []
    return [*signs(by, review), *own]


def _waiting(review: Review) -> list[str]:
    return [] if review.state in MOVES else [f"这次送审{review.get_state_display()}，不能再处理。"]


@action("publishing.approve", label="签发", rule=_not_author, ready=_waiting)
def approve(review: Review, *, by: Any, words: str = "", release: bool = True) -> Step:
    """Sign the very revision under review and publish it (with `release=False` only sign; publish later).

    The text is frozen again and must have the digest that was submitted.
    """
    revision = Revision.objects.filter(pk=review.revision_id).first()
    item = ItemPage.objects.filter(pk=review.item_id).first()
    if revision is None or item is None:
        raise Refused("送审的文字已被删除，请退回重新起草。")
    if freeze(item, revision).digest != review.content_digest:
        raise Refused("送审之后文字有改动，请退回后重新送审。")
    _decide(review, by, ReviewState.APPROVED, words)
    edition = None
    if release:
        edition = publish(
            item, by=by, revision=revision, approvals=[review], visible_from=_not_past(review.visible_from)
        )
    return Step(
        words=review.words,
        from_state=ReviewState.WAITING,
        to_state=review.state,
        facts={"revision": revision.pk, "digest": review.content_digest},
        tell=_tell_author(review, by, "已签发"),
        stream=item.stream,
        result=edition or review,
    )


def _not_past(visible_from: datetime | None) -> datetime | None:
    return visible_from if visible_from and visible_from > timezone.now() else None


@action("publishing.return_review", label="退回修改", rule=_not_author, ready=_waiting)
def return_review(review: Review, *, by: Any, words: str) -> Step:
    """Send a text back to its author, with the reason."""
    if not words.strip():
        raise Refused("请写明退回的理由。")
    _decide(review, by, ReviewState.RETURNED, words)
    return Step(
        words=review.words,
        from_state=ReviewState.WAITING,
        to_state=review.state,
        tell=_tell_author(review, by, "已退回"),
        stream=f"item/{review.item_id}",
    )


@action("publishing.recall", label="撤回送审", rule=writes, ready=_waiting)
def recall(review: Review, *, by: Any) -> Step:
    """Take a submission back, to change the text."""
    _decide(review, by, ReviewState.RECALLED, "")
    return Step(from_state=ReviewState.WAITING, to_state=review.state, stream=f"item/{review.item_id}")


def _decide(review: Review, by: Any, state: str, words: str) -> None:
    if state not in MOVES.get(review.state, ()):
        raise Refused(f"这次送审{review.get_state_display()}，不能再处理。")
    review.state = state
    review.decided_by, review.decided_person = by.name, by.person_id
    review.decided_at, review.words = timezone.now(), words.strip()[:500]
    review.version += 1
    review.save()


def _tell_author(review: Review, by: Any, what: str) -> tuple[Tell, ...]:
    if review.submitted_person is None:
        return ()
    return (
        Tell(
            subject=f"{what}：{review.title}"[:200],
            body=f"{by.name}{what}。{review.words}",
            link=f"/admin/publishing/reviews/{review.pk}/",
            key=f"review/{review.pk}/{review.state}",
            persons=(review.submitted_person,),
        ),
    )
