"""Urgent publication by one leader's signature, with a later review."""

from django.utils import timezone

from gongkai.content.editions.sources import find_source
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions import signing
from gongkai.content.reviewing.actions.publication import get_frozen_text, make_publishing_callback
from gongkai.content.reviewing.approval_faults import find_sheet_faults
from gongkai.content.reviewing.cases import ReviewCase, find_text_coordination, load_case
from gongkai.content.reviewing.models import Review, ReviewState, SignatureVerdict
from gongkai.content.reviewing.signers import find_signer_clash_errors, get_plan, get_role, list_approving_signatures
from gongkai.content.reviewing.unsettled_publications import (
    find_unsettled_with_same_text,
    has_unanswered_objection,
    is_review_overdue,
)
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.actors import Actor
from gongkai.core.units.another_person import is_among
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import as_day, day_in_words

#: Roles that may order urgent publication: the head of the unit, or the 政务公开办 above it.
ORDERING_ROLES = (Role.LEAD, Role.CHIEF)
#: No national rule gives a time for the review afterwards: two working days unless the site says otherwise (`ReviewPlan.after_days`).


def _check_urgent_orderer(by: Actor, review: Review) -> list[str]:
    """Return the Chinese reasons why the actor may not order it: without the role, or author or signer himself."""
    body = Body.objects.filter(pk=review.body_id).first()
    plan = get_plan(review)
    reasons = [] if body and get_role(by, ORDERING_ROLES, body) else ["紧急发布由本单位负责人或者政务公开办决定。"]
    return [*reasons, *find_signer_clash_errors(review, plan, list_approving_signatures(review), by, first=False)]


def _check_orderable(review: Review) -> list[str]:
    """Return the Chinese reasons why a review cannot be published urgently."""
    if review.state != ReviewState.WAITING:
        return [f"这次送审{review.get_state_display()}，不能紧急发布。"]
    if has_unanswered_objection(review.source):
        return ["这条信息上一次紧急发布补审没有通过，更正须经各级审签，不能再紧急发布。"]
    if is_review_overdue(review.source, timezone.now()):
        return ["这条信息上一次紧急发布超期未补审，不能再紧急发布。"]
    return _find_earlier_objection(review)


def _find_earlier_objection(review: Review) -> list[str]:
    """Return reasons against urgent publication: the text was objected to or not reviewed, in any item."""
    source = find_source(review.source)
    try:
        frozen = source.frozen(review.revision_id) if source else None
    except Refused:
        frozen = None
    if frozen is None:
        return []  # `get_frozen_text` says that it is gone
    debt = find_unsettled_with_same_text(review.source, frozen, timezone.now())
    if debt is None:
        return []
    return [f"内容与“{debt.title}”基本相同，那条信息紧急发布后补审没有通过或超期未补审，须经各级审签，不能紧急发布。"]


def _check_sheet_author(case: ReviewCase, by: Actor) -> list[str]:
    """Return the Chinese reason against a secrecy sheet that the ordering leader filled in."""
    if case.sheet and is_among(by, [case.sheet.person_id], [case.sheet.account_id]):
        return ["紧急发布的保密审查须由决定人以外的人办理，请先由其他审签人填写保密审查表。"]
    return []


@action("publishing.order_urgent", label="紧急发布", rule=_check_urgent_orderer, ready=_check_orderable)
def order_urgent(review: Review, *, by: Actor, reason: str, sheet: str = "") -> ActionResult:
    """Publish immediately by order of a named leader; the secrecy sheet and all gates still apply.

    Another person fills in the sheet, and the leader confirms its digest. Other persons sign the
    remaining stages afterwards, within the time of the scheme.
    """
    require_text(reason, "请写明紧急发布的理由。", 4)
    text, case = get_frozen_text(review), load_case(review)
    plan = case.plan
    if reasons := [*find_sheet_faults(case), *_check_sheet_author(case, by)]:
        raise Refused(reasons)
    if len(case.signed) >= plan.last:
        raise Refused(f"只差{plan.stages[plan.last].name}，请直接审签，无须紧急发布。")
    shown = required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())
    signature = signing.write_signature(
        review,
        plan,
        by,
        role=get_role(by, ORDERING_ROLES, text.source.unit),
        verdict=SignatureVerdict.YES,
        words=reason,
        stage=plan.last,
        urgent=True,
        shown_parts=signing.require_whole_reading(review, shown, find_text_coordination(text)),
        sheet=signing.require_confirmed_sheet(case, by, sheet, shown),
    )
    case.signed.append(signature)
    due = signing.add_working_days(timezone.now(), plan.after_days)
    review.urgent_by, review.urgent_reason, review.urgent_due = by.name, reason[:300], due
    review.visible_from = None
    signing.decide_review(review, by, ReviewState.AFTER, reason)
    persons = signing.assign_stage(review, plan, case.signed)
    review.save()
    author = signing.make_submitter_notification(review, by, "已紧急发布，待补审", urgent=True)
    chief = Notification(
        subject=f"紧急发布：{review.title}"[:200],
        body=f"{by.name}决定紧急发布，理由：{review.urgent_reason}。须在{day_in_words(as_day(due))}前补审。",
        link=signing.review_url(review),
        key=f"review/{review.pk}/urgent",
        posts=((Role.CHIEF, review.body_id),),
        urgent=True,
    )
    return ActionResult(
        words=review.urgent_reason,
        from_state=ReviewState.WAITING,
        to_state=review.state,
        facts={**signing.make_log_facts(signature), "urgent": True, "due": due.isoformat()},
        tell=(
            *signing.make_signer_notifications(review, plan, f"{by.name}决定紧急发布，须补审。", persons),
            *author,
            chief,
        ),
        stream=review.source,
        result=review,
        then=make_publishing_callback(text, case, by),
    )
