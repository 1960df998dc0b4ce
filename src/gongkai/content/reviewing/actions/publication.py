"""Publication of a text: the last signature approves it, and `publish` creates the edition.

    freeze      `get_frozen_text` freezes the submitted revision again; text and columns must be those that were submitted
    gates       `publication_blockers` asks the rules of the text and the gates that other apps register
    signatures  `approve` writes the signature; `SignedText.faults` verifies all signatures against the text and the log;
                `publish` then runs as `ActionResult.then` of the last one
    edition     `publish_text` writes the edition, which nobody can change
    shelves     `publish_text` derives addresses, lists and the search index from it
    followers   `Action` calls the apps that follow "publishing.publish" for this kind of source

All of it runs in one transaction. Urgent publication, signatures on paper and texts that wait for another document enter
at `publish`, too: it is the only way to the public, except for content that is imported or carried in. An urgent publication that was objected
to or not reviewed is withdrawn; its case ends with a withdrawal, with an edition that all stages signed, or with the decision
that the text stays withdrawn.
"""

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone

from gongkai.content.editions import gates
from gongkai.content.editions.actions.editions import publish_text, run_edition_hooks, withdraw
from gongkai.content.editions.frozen import list_missing_parts
from gongkai.content.editions.models import Document, Edition, EditionEffect
from gongkai.content.editions.rules import check_writer
from gongkai.content.editions.sources import OutgoingText, Source, find_source, is_item, load_outgoing_text, lock_source
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions import signing
from gongkai.content.reviewing.approval_faults import OTHER_ITEM_APPROVAL_ERROR, SignedText, find_column_change_errors
from gongkai.content.reviewing.cases import ReviewCase, find_text_coordination, load_case
from gongkai.content.reviewing.models import Review, ReviewState, SignatureVerdict
from gongkai.content.reviewing.models.reviews import LoadedSignatures
from gongkai.content.reviewing.signers import (
    find_signer_clash_errors,
    get_participants,
    get_pending_stage,
    get_plan,
    get_role,
    get_writers,
    list_approving_signatures,
)
from gongkai.content.reviewing.stage_assignments import find_stranded_stages
from gongkai.content.reviewing.states import ALLOWED_MOVES, OPEN_STATES, UNSETTLED_URGENT_STATES
from gongkai.core.acts.action import ActionResult, Refused, action, require_text
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.another_person import is_among, match_registrations
from gongkai.core.units.models import Body, Role

#: Roles that decide on an objection: the unit's head or the 政务公开办 above, never the person who
#: ordered.
DECIDING_ROLES = (Role.LEAD, Role.CHIEF)


def settle_urgent_reviews(document: Document, edition: Edition) -> dict[str, list[int]]:
    """Close the urgent reviews whose text an edition replaces or withdraws; return {"redressed": keys}, {} for none.

    Called by `publish` and `withdraw` inside their transaction. A withdrawal by the system after an
    objection closes nothing: a person must decide.
    """
    if edition.number == 1:
        return {}  # only a text with an earlier edition can have an urgent review
    hidden = edition.act == EditionEffect.WITHDRAW and edition.made_by == SYSTEM.name
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


def withdraw_objected_publication(review: Review) -> None:
    """Withdraw an urgent publication with an objection, if it is still public."""
    document = Document.objects.filter(source=review.source).first()
    if document is None or withdraw.why_not(document, by=SYSTEM):
        return
    withdraw(document, by=SYSTEM, reason="补审不同意，暂停公开，等待处理")


def _check_decider(by: Actor, review: Review) -> list[str]:
    """Return the Chinese reasons why the actor may not decide: without the role, or having ordered the urgent publication."""
    body = Body.objects.filter(pk=review.body_id).first()
    if not body or not get_role(by, DECIDING_ROLES, body):
        return ["补审意见由本单位负责人或者政务公开办处理。"]
    urgent = [get_participants(signature) for signature in list_approving_signatures(review) if signature.urgent]
    if is_among(by, set().union(*(participants.signers for participants in urgent))):
        return ["决定紧急发布的人不能处理对它的补审意见，请由其他负责人或者政务公开办处理。"]
    return []


def _check_has_objection(review: Review) -> list[str]:
    """Return the refusal of an action that needs a pending objection, as a list; [] if there is one."""
    return [] if review.state == ReviewState.OBJECTED else ["没有待处理的补审意见。"]


@action("publishing.uphold_objection", label="维持不公开", rule=_check_decider, ready=_check_has_objection)
def uphold_objection(review: Review, *, by: Actor, reason: str) -> ActionResult:
    """Decide that an urgent publication stays withdrawn.

    It can only be replaced by a text that all stages signed.
    """
    reason = require_text(reason, "请写明处理的理由。")
    before = review.state
    signing.decide_review(review, by, ReviewState.REDRESSED, reason)
    return ActionResult(
        words=review.words,
        from_state=before,
        to_state=review.state,
        facts={"review": review.pk},
        tell=signing.make_submitter_notification(review, by, "维持不公开"),
        stream=review.source,
        result=review,
    )


TEXT_DELETED_ERROR = "送审的文字已被删除，请退回重新起草。"
NO_COLUMN_ERROR = "请选择至少一个栏目。"


# Freeze


def get_frozen_text(review: Review, *, locked: bool = False) -> OutgoingText:
    """Return the text under review as it was submitted; with `locked` its source is locked, if its kind can be.

    Raises:
        Refused: the text is gone, or text or columns are not those that were submitted.
    """
    source, holds = lock_source(review.source) if locked else (find_source(review.source), False)
    if source is None:
        raise Refused(TEXT_DELETED_ERROR)
    try:
        text = load_outgoing_text(source, review.revision_id, locked=holds)
    except Refused as refused:
        raise Refused(TEXT_DELETED_ERROR) from refused
    if text.frozen.digest != review.content_digest:
        raise Refused("送审之后文字有改动，请退回后重新送审。")
    if moved := find_column_change_errors(text, review):
        raise Refused(moved)
    return text


# Gates


def publication_blockers(text: "OutgoingText") -> dict[str, str]:
    """Return {reason against publishing a text: panel for the correction}.

    The reasons come from the text's own rules, the gates and its columns. The panel is "" for the
    editor.
    """
    own = [sentence for _, sentence in list_missing_parts(text.frozen)]
    blockers = dict.fromkeys([*own, *text.source.publication_blockers(text.frozen)], "")
    for gate in sorted(gates.GATES_BY_NAME.values(), key=lambda gate: gate.position):
        if gate.any_source or is_item(text.source):
            for reason in gate.find_reasons(text):
                blockers.setdefault(reason, gate.panel or gate.name)
    return blockers if text.columns else {**blockers, NO_COLUMN_ERROR: ""}


def find_companions(text: OutgoingText) -> set[int]:
    """Return the keys of the unpublished documents that must be published together with a text.

    For an interpretation this is its document.
    """
    return text.once("goes_out_with", lambda: {number for ask in gates.COMPANION_FINDERS for number in ask(text)})


# Signatures


def find_state_obstacles(review: Review) -> list[str]:
    """Return the reasons why a review accepts no more decisions."""
    return [] if review.state in OPEN_STATES else [f"这次送审{review.get_state_display()}，不能再处理。"]


def find_signing_obstacles(by: Actor, review: Review) -> list[str]:
    """Return reasons against signing: no role of the pending stage, or an author or earlier signer.

    The signatures are cached in `Review.loaded_signatures`, and the action on the same locked
    review uses them once (`load_case`).
    """
    plan = get_plan(review)
    stage = get_pending_stage(review, plan)
    if stage is None or review.state not in OPEN_STATES:
        return find_state_obstacles(review) or ["各级审签已经完成。"]
    body = review.unit
    signed = list_approving_signatures(review)
    signers = {number for signature in signed for number in get_participants(signature).people}
    people = {by.person_id, *by.acts_for, *signers, *get_writers(review).people}
    signer_registrations = match_registrations(people)
    review.loaded_signatures = LoadedSignatures(signed, signer_registrations)
    own = find_signer_clash_errors(
        review, plan, signed, by, first=review.stage == 0, same=signer_registrations.__getitem__
    )
    if body and get_role(by, stage.roles, body):
        return own
    return [f"现在是{stage.name}，由本单位的{stage.role_labels}审签。", *own]


def find_approval_obstacles(by: Actor, review: Review) -> list[str]:
    """Return reasons against approving.

    They are those against signing, and that a later stage would have no signer left.
    """
    if reasons := find_signing_obstacles(by, review):
        return reasons
    plan = get_plan(review)
    if review.stage + 1 >= len(plan.stages):
        return []
    signed = review.loaded_signatures.signatures if review.loaded_signatures else list_approving_signatures(review)
    return find_stranded_stages(review, plan, signed, by)


@action(
    "publishing.approve",
    label="审签",
    rule=find_approval_obstacles,
    ready=find_state_obstacles,
    quiet=True,
    joined=True,
)
def approve(review: Review, *, by: Actor, words: str = "", sheet: str = "") -> ActionResult:
    """Sign the pending stage, for all five gates. The last stage publishes.

    A text that is published with another document (`find_companions`) is signed, and published later with it.

    Args:
        review: the review.
        by: the signer, who was shown all parts of the text.
        words: a remark.
        sheet: the digest of the secrecy sheet that the signer confirms.
    """
    case = load_case(review)
    last = len(case.signed) + 1 == len(case.plan.stages)
    text = get_frozen_text(review, locked=last)
    publishes = last and not find_companions(text)
    if changed := required_reading.find_changed_effects(review, text):
        raise Refused(changed)
    if not publishes and (reasons := publication_blockers(text)):
        raise Refused(list(reasons))
    shown = required_reading.load_shown_marks([review.pk], by.person_id).get(review.pk, set())
    signature = signing.write_signature(
        review,
        case.plan,
        by,
        role=get_role(by, case.plan.stages[review.stage].roles, text.source.unit),
        verdict=SignatureVerdict.YES,
        words=words,
        shown_parts=signing.require_whole_reading(review, shown, find_text_coordination(text)),
        sheet=signing.require_confirmed_sheet(case, by, sheet, shown),
    )
    return signing.advance_review(case, signature, by, make_publishing_callback(text, case, by) if publishes else None)


def make_publishing_callback(text: OutgoingText, case: ReviewCase, by: Actor) -> Callable[[], object]:
    """Return a callback that publishes after the last signature was logged, for a signature counts only if the log has it.

    The text appears at the signed time, or at once if it has passed.
    """

    def publish_after_signature() -> object:
        """Publish with the approval, at the review's time if it is in the future.

        `text.held`: the source is already locked, so the action does not lock it again.
        """
        due = case.review.visible_from
        start = due if due and due > timezone.now() else None
        run = publish.within if text.held else publish
        return run(text.source, by=by, approval=SignedText(text, case), visible_from=start)

    return publish_after_signature


# Edition, shelves, followers


@action("publishing.publish", label="发布", rule=check_writer)
def publish(source: Source, *, by: Actor, approval: SignedText, visible_from: datetime | None = None) -> ActionResult:
    """Publish a signed text: run the gates, verify signatures, create the edition, show it in its columns.

    Args:
        source: where the text comes from.
        by: the caller; the permission is the approval.
        approval: the text and its signatures. They publish once.
        visible_from: a time in the future is a schedule, and must be the signed one. A time in the past is refused,
            except for the system, which records content published elsewhere (migration).
    """
    now = timezone.now()
    start = visible_from or now
    if start < now and visible_from is not None and not by.system:
        raise Refused("公开时间不能早于现在；要马上公开的，不填时间。")
    text = approval.text
    if text.source.stream != source.stream:
        raise Refused(OTHER_ITEM_APPROVAL_ERROR)
    text.start = start
    if reasons := [*publication_blockers(text), *approval.faults(visible_from, now)]:
        raise Refused(reasons)
    signed = approval.rows()
    edition = publish_text(text, start, by=by, approvals=signed)
    approval.use(edition)
    settled = run_edition_hooks(text.document, edition) if approval.settles else {}
    return ActionResult(
        words=f"发布第{edition.number}版",
        facts={
            "edition": edition.pk,
            "number": edition.number,
            "digest": edition.digest,
            "visible_from": utc_timestamp(start),
            "revision": text.revision,
            "signed": [row["signature"] for row in signed if row["kind"] == "signature"],
            **settled,
        },
        to_state="published",
        stream=f"document/{text.document.pk}",
        result=edition,
    )
