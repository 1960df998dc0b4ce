"""Actions on reviews: submit, sign, return, recall. Every stage another person, none of them who wrote it, whatever their role."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.utils import timezone

from gongkai.acts.action import ActionResult, Refused, action
from gongkai.acts.actors import Actor
from gongkai.acts.digest import moment
from gongkai.editions.actions.publishing import HOMELESS, frozen_already, publish
from gongkai.editions.frozen import Frozen
from gongkai.editions.gates import publication_blockers
from gongkai.editions.rules import writes
from gongkai.editions.shelving import editions_of
from gongkai.editions.sources import Source, document_of, source_named
from gongkai.editions.windows import spans
from gongkai.reviewing import plan as plans
from gongkai.reviewing import seeing
from gongkai.reviewing.actions import signing
from gongkai.reviewing.actions.redress import hide
from gongkai.reviewing.authors import completed, is_author, wrote
from gongkai.reviewing.cases import read
from gongkai.reviewing.lists import longest_list
from gongkai.reviewing.models import Review, ReviewState, Verdict
from gongkai.reviewing.models.reviews import OPEN
from gongkai.reviewing.owed import postponed
from gongkai.reviewing.schemes import column_numbers, columns_of, plan_for
from gongkai.reviewing.turn import AUTHOR, bars, plan_of, role_for, stage_of, unit_of, yeses
from gongkai.units.models import Body
from gongkai.units.same_person import is_self

GONE = "送审的文字已被删除，请退回重新起草。"
UNCHANGED = "内容与已发布的版本相同，无须再次送审。"


def _submittable(source: Source) -> list[str]:
    if Review.objects.filter(source=source.stream, state=ReviewState.WAITING).exists():
        return ["已经送审，正在等待审签；要改动请先撤回送审。"]
    if source.latest_revision_id is None:
        return ["请先保存草稿。"]
    frozen = source.frozen(source.latest_revision_id)
    reasons = publication_blockers(source, frozen)
    document = document_of(source)
    if not document.placements.exists():
        reasons.append(HOMELESS)
    last = [span for span in spans(editions_of(document)) if span.until is None]
    if last and getattr(last[0].edition, "content_digest", "") == frozen.digest:
        reasons.append(UNCHANGED)
    return reasons


def read_ahead(source: Source, *, by: Actor, **_: object) -> Mapping[str, object]:
    """Open the attachments of what is submitted before the transaction begins: they are checked, rows are counted, pages looked at."""
    revision = source.latest_revision_id
    if revision is not None:
        frozen = source.frozen(revision)
        publication_blockers(source, frozen)
        longest_list(frozen)
        seeing.parts_of(source, document_of(source), frozen)
    return {}


@action("publishing.submit", label="送审", rule=writes, ready=_submittable, ahead=read_ahead)
def submit(
    source: Source, *, by: Actor, visible_from: datetime | None = None, note: str = ""
) -> ActionResult:
    """Submit the latest revision for signing: from now on this very text is what may be published.

    The plan (stages, roles) is that of its columns now, and stays with the review whatever is changed in the schemes later.
    """
    if late := postponed(source.stream, visible_from, timezone.now()):
        raise Refused(late)
    revision = source.latest_revision_id
    assert revision is not None  # `_submittable`
    frozen = source.frozen(revision)
    document = document_of(source)
    plan = plan_for(columns_of(document))
    author = wrote(source, revision)
    author = completed(
        {*author.accounts, *([by.user_id] if by.user_id is not None else [])},
        {*author.people, *([by.person_id] if by.person_id is not None else [])},
    )
    review = Review(
        source=source.stream,
        revision_id=revision,
        body_id=source.unit.pk,
        title=frozen.title,
        content_digest=frozen.digest,
        visible_from=visible_from,
        plan=plan.to_json(),
        columns=column_numbers(document),
        authors=sorted(author.accounts),
        author_people=sorted(author.people),
        rows=longest_list(frozen),
        parts=seeing.parts_of(source, document, frozen),
        submitted_by=by.name,
        submitted_person=by.person_id,
        submitted_at=timezone.now(),
        note=note.strip()[:500],
    )
    persons = signing.hold(review, plan, [])
    review.save(force_insert=True)
    return ActionResult(
        words=review.note,
        facts={
            "review": review.pk,
            "revision": revision,
            "digest": frozen.digest,
            "plan": plan.digest,
            "columns": review.columns,
            "authors": review.authors,
            "author_people": review.author_people,
            "visible_from": moment(visible_from) if visible_from else "",
            "parts": [[part["kind"], part["digest"]] for part in review.parts],
        },
        to_state=ReviewState.WAITING,
        tell=signing.tell_next(review, plan, f"{by.name}送审。{review.note}", persons),
        result=review,
    )


def _may_sign(by: Actor, review: Review) -> list[str]:
    """A role of the stage that waits, and another person than all who wrote or signed."""
    plan = plan_of(review)
    stage = stage_of(review, plan)
    if stage is None or review.state not in OPEN:
        return _open(review) or ["各级审签已经完成。"]
    body = unit_of(review)
    own = bars(review, plan, yeses(review), by, first=review.stage == 0)
    if body and role_for(by, stage.roles, body):
        return own
    return [f"现在是{stage.name}，由本单位的{stage.role_words}审签。", *own]


def _may_return(by: Actor, review: Review) -> list[str]:
    """Whoever may sign now, and whoever signed before: a signature is taken back by returning the text."""
    if any(is_self(by, signature.person_id) for signature in yeses(review)):
        return []
    return [AUTHOR] if is_author(review, by) else _may_sign(by, review)


def _open(review: Review) -> list[str]:
    return [] if review.state in OPEN else [f"这次送审{review.get_state_display()}，不能再处理。"]


def under_review(review: Review) -> tuple[Source, int, Frozen]:
    """Return the source, the revision and what it says, as they are stored.

    Raises:
        Refused: they are gone, or the text is not the one that was submitted.
    """
    source = source_named(review.source)
    if source is None:
        raise Refused(GONE)
    try:
        frozen = source.frozen(review.revision_id)
    except Refused as refused:
        raise Refused(GONE) from refused
    if frozen.digest != review.content_digest:
        raise Refused("送审之后文字有改动，请退回后重新送审。")
    if review.plan and column_numbers(document_of(source)) != review.columns:
        raise Refused("送审之后栏目有改动，请退回后重新送审。")
    return source, review.revision_id, frozen


@action("publishing.approve", label="审签", rule=_may_sign, ready=_open)
def approve(
    review: Review, *, by: Actor, words: str = "", release: bool = True, sheet: str = ""
) -> ActionResult:
    """Sign the stage that waits, for all five gates. The last stage publishes (with `release=False` only signs; publish later).

    The text is frozen again and must have the digest that was submitted; whoever signs was shown all of it. The secrecy sheet stands before
    the first signature: who filled it in signs under it, everybody else confirms it by its digest (`sheet`).
    """
    source, revision, frozen = under_review(review)
    plan = plan_of(review)
    body = source.unit
    stage = plan.stages[review.stage]
    signed = yeses(review)
    final = len(signed) + 1 == len(plan.stages)
    reasons = [] if final and release else publication_blockers(source, frozen)
    if reasons:
        raise Refused(reasons)
    seen = signing.looked(review, by)
    signature = signing.write(
        review,
        plan,
        by,
        role=role_for(by, stage.roles, body),
        verdict=Verdict.YES,
        words=words,
        sheet=signing.confirmed_sheet(read([review])[0], by, sheet),
        seen=seen,
    )
    goes = publisher(source, revision, frozen, by) if release else None  # else somebody releases it later
    return signing.go_on(review, plan, [*signed, signature], signature, by, goes)


def publisher(source: Source, revision: int, frozen: Frozen, by: Actor) -> Callable[[Review], object]:
    """Return what publishes once the last signature stands in the log."""

    def go(review: Review) -> object:
        start = review.visible_from if review.visible_from and review.visible_from > timezone.now() else None
        with frozen_already(source, revision, frozen):
            return publish(source, by=by, revision=revision, approvals=[review], visible_from=start)

    return go


@action("publishing.return_review", label="退回修改", rule=_may_return, ready=_open)
def return_review(
    review: Review, *, by: Actor, words: str, gate: str = "", unmet: tuple[str, ...] | list[str] = ()
) -> ActionResult:
    """Say no: the text goes back to its author with the reason and the gate it failed, and no signature on it counts again.

    What went out urgently is hidden by a no at once, and stays red until somebody decides: it stays away, or a text that all
    stages signed takes its place.
    """
    if not words.strip():
        raise Refused("请写明退回的理由。")
    if gate and gate not in plans.GATES:
        raise Refused("没有这一关。")
    plan = plan_of(review)
    signature = signing.write(
        review,
        plan,
        by,
        role=signing.any_role(by, plan, Body.objects.get(pk=review.body_id)),
        verdict=Verdict.NO,
        words=words,
        gate=gate,
        unmet=list(unmet),
    )
    before = review.state
    after = ReviewState.OBJECTED if before == ReviewState.AFTER else ReviewState.RETURNED
    signing.decide(review, by, after, words)
    said = f"（{plans.GATES[gate]}）" if gate else ""
    return ActionResult(
        words=review.words,
        from_state=before,
        to_state=review.state,
        facts={"review": review.pk, "gate": gate, **signing.facts_of(signature)},
        tell=signing.tell_author(
            review, by, f"{signature.stage_name}退回{said}", urgent=after == ReviewState.OBJECTED
        ),
        stream=review.source,
        then=(lambda: hide(review)) if after == ReviewState.OBJECTED else None,
    )


def _recallable(review: Review) -> list[str]:
    return (
        [] if review.state == ReviewState.WAITING else [f"这次送审{review.get_state_display()}，不能撤回。"]
    )


@action("publishing.recall", label="撤回送审", rule=writes, ready=_recallable)
def recall(review: Review, *, by: Actor) -> ActionResult:
    """Take a submission back, to change the text. Signatures given so far are lost."""
    signing.decide(review, by, ReviewState.RECALLED, "")
    return ActionResult(
        from_state=ReviewState.WAITING,
        to_state=review.state,
        facts={"review": review.pk},
        stream=review.source,
    )
