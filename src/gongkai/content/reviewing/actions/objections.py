"""Withdraw an urgent publication that was objected to or not reviewed.

The case ends with a withdrawal, with an edition that all stages signed, or with the decision that
the text stays withdrawn.
"""

from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.models import Act, Document, Edition
from gongkai.content.reviewing.actions import signing
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.content.reviewing.signers import find_signatures, participants_of, role_for
from gongkai.content.reviewing.states import ALLOWED_MOVES, UNSETTLED_URGENT_STATES
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Body, Role

#: Roles that decide on an objection: the unit's head or the 政务公开办 above, never the person who
#: ordered.
DECIDING_ROLES = (Role.LEAD, Role.CHIEF)


def settle_urgent_reviews(document: Document, edition: Edition) -> dict[str, list[int]]:
    """Close the urgent reviews whose text an edition replaces or withdraws; return their keys.

    Called by `publish` and `withdraw` inside their transaction. A withdrawal by the system after an
    objection closes nothing: a person must decide.
    """
    if edition.number == 1:
        return {}  # what went out urgently has an edition
    hidden = edition.act == Act.WITHDRAW and edition.made_by == SYSTEM.name
    settled: list[int] = []
    for review in Review.objects.filter(source=document.source, state__in=UNSETTLED_URGENT_STATES).order_by("pk"):
        if review.edition_id == edition.pk or ReviewState.REDRESSED not in ALLOWED_MOVES[review.state]:
            continue
        if hidden and review.state == ReviewState.OBJECTED:
            continue
        review.state = ReviewState.REDRESSED
        review.holders, review.stage_due = "", None
        review.version += 1
        review.save()
        settled.append(review.pk)
    return {"redressed": settled} if settled else {}


def withdraw_objected(review: Review) -> None:
    """Withdraw an urgent publication with an objection, if it is still public."""
    document = Document.objects.filter(source=review.source).first()
    if document is None or withdraw.why_not(document, by=SYSTEM):
        return
    withdraw(document, by=SYSTEM, reason="补审不同意，暂停公开，等待处理")


def _check_decider(by: Actor, review: Review) -> list[str]:
    """Return the Chinese reasons why the actor may not decide: without the role, or having ordered the urgent publication."""
    body = Body.objects.filter(pk=review.body_id).first()
    if not body or not role_for(by, DECIDING_ROLES, body):
        return ["补审意见由本单位负责人或者政务公开办处理。"]
    urgent = [participants_of(signature) for signature in find_signatures(review) if signature.urgent]
    if is_among(by, set().union(*(hand.signers for hand in urgent))):
        return ["决定紧急发布的人不能处理对它的补审意见，请由其他负责人或者政务公开办处理。"]
    return []


def _check_is_objected(review: Review) -> list[str]:
    return [] if review.state == ReviewState.OBJECTED else ["没有待处理的补审意见。"]


@action("publishing.uphold_objection", label="维持不公开", rule=_check_decider, ready=_check_is_objected)
def uphold_objection(review: Review, *, by: Actor, reason: str) -> ActionResult:
    """Decide that an urgent publication stays withdrawn.

    It can only be replaced by a text that all stages signed.
    """
    if not reason.strip():
        raise Refused("请写明处理的理由。")
    before = review.state
    signing.decide_review(review, by, ReviewState.REDRESSED, reason)
    return ActionResult(
        words=review.words,
        from_state=before,
        to_state=review.state,
        facts={"review": review.pk},
        tell=signing.make_author_notification(review, by, "维持不公开"),
        stream=review.source,
        result=review,
    )
