"""Record signatures given on paper, with their scan."""

from collections.abc import Mapping
from datetime import date

from django.utils import timezone

from gongkai.content.editions.rules import writes
from gongkai.content.reviewing import seeing
from gongkai.content.reviewing.actions import signing
from gongkai.content.reviewing.actions.publication import (
    find_companions,
    find_state_obstacles,
    frozen_text,
    prepare_publication,
    publication_blockers,
)
from gongkai.content.reviewing.cases import case_of
from gongkai.content.reviewing.models import Review, ReviewState, Signature, SignatureVerdict
from gongkai.content.reviewing.scans import find_scan_errors
from gongkai.content.reviewing.signers import (
    SignerClash,
    SignerHand,
    find_clashes,
    find_signatures,
    find_signer_clashes,
    hand_of,
    plan_of,
    role_for,
    stage_of,
    writers_of,
)
from gongkai.content.reviewing.stage_assignments import find_stranded_stages
from gongkai.content.reviewing.verification import WRITER_RECORDS, find_sheet_faults
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.files.models import StoredFile
from gongkai.core.units.actors import Actor, actor_of_person
from gongkai.core.units.models import Body, Person
from gongkai.core.units.same_person import registrations


def find_paper_obstacles(review: Review, by: Actor, person: Person) -> list[str]:
    """Return reasons against recording a person's signature on paper."""
    plan = plan_of(review)
    stage = stage_of(review, plan)
    if stage is None:
        return ["各级审签已经完成。"]
    signed = find_signatures(review)
    signer = actor_of_person(person)
    hand = SignerHand(review.stage, person.pk, person.user_id, by.person_id, by.user_id)
    found = _clashes(review, hand)
    reasons = []
    if by.person_id is None:
        reasons.append("登记须由任职的人员本人办理。")
    elif SignerClash.OWN in found:
        reasons.append("不能登记本人的签批，请直接审签。")
    if SignerClash.RECORDER_SIGNED in found:
        reasons.append("您已审签过这次送审，登记须由其他人办理。")
    body = Body.objects.get(pk=review.body_id)
    if not role_for(signer, stage.roles, body):
        reasons.append(f"{person.name}没有{stage.name}的审签角色（{stage.role_words}）。")
    barred = find_signer_clashes(review, plan, signed, signer, first=review.stage == 0)
    barred = barred or find_stranded_stages(review, plan, signed, signer)
    return reasons + [reason.replace("您", person.name, 1) for reason in barred]


def _clashes(review: Review, hand: SignerHand) -> set[SignerClash]:
    others = [hand_of(signature) for signature in find_signatures(review)]
    plan = plan_of(review)
    return find_clashes(hand, others, writers_of(review), drafter_first=plan.drafter_first, same=registrations)


def find_record_errors(review: Review, by: Actor, signed_on: date, scan: StoredFile, scan_name: str) -> list[str]:
    """Return reasons against a record on paper: its recorder, day or scan. Authors and submitters
    may not record."""
    reasons = []
    recorder = SignerHand(review.stage, None, None, by.person_id, by.user_id)
    if SignerClash.RECORDER_WROTE in _clashes(review, recorder):
        reasons.append(WRITER_RECORDS)
    if signed_on > timezone.localdate():
        reasons.append("签批日期不能晚于今天。")
    if signed_on < timezone.localdate(review.submitted_at):
        reasons.append("签批日期不能早于送审之日：签批的须是送审的这一稿。")
    return [*reasons, *find_scan_errors(scan, scan_name, "签批件")]


def _open_scan(review: Review, *, by: Actor, scan: StoredFile, scan_name: str, **_: object) -> Mapping[str, object]:
    """Open the scan before the transaction begins."""
    find_scan_errors(scan, scan_name, "签批件")
    return {}


@action(
    "publishing.record_signature",
    label="登记纸质签批",
    rule=writes,
    ready=find_state_obstacles,
    ahead=_open_scan,
)
def record_signature(
    review: Review,
    *,
    by: Actor,
    person: Person,
    signed_on: date,
    scan: StoredFile,
    scan_name: str,
    words: str = "",
    effects_named: bool = False,
) -> ActionResult:
    """Record a signature for the pending stage that was given on paper or in an office system.

    The recorder is no signer and no author of the text; the day lies between submission and today;
    the scan is a picture or PDF. The signer is notified. `effects_named`: the signed paper names
    the effects besides the text (`seeing.EFFECT`).
    """
    text, case = frozen_text(review), case_of(review)
    reasons = [*find_paper_obstacles(review, by, person), *find_record_errors(review, by, signed_on, scan, scan_name)]
    reasons += seeing.changed_effects(review, text)
    effects = seeing.effects_in(review)
    if effects and not effects_named:
        reasons.append(f"请核对签批件上写明了“{'”“'.join(effects)}”，并勾选。")
    final = len(case.signed) + 1 == len(case.plan.stages)
    if not reasons and final and review.state == ReviewState.WAITING:
        reasons += find_sheet_faults(case)
    publishes = final and not find_companions(text)
    reasons += [] if reasons or publishes else publication_blockers(text)
    if reasons:
        raise Refused(reasons)
    signer = actor_of_person(person)
    signature = signing.write_signature(
        review,
        case.plan,
        by,
        role=role_for(signer, case.plan.stages[review.stage].roles, text.source.unit),
        verdict=SignatureVerdict.YES,
        words=words,
        signer=(person.name, person.pk, person.user_id),
        paper={
            "signed_on": signed_on,
            "recorder": by.name,
            "recorder_id": by.person_id,
            "scan": scan.pk,
            "scan_name": scan_name.strip()[-200:],
        },
    )
    step = signing.advance_review(
        case, signature, by, prepare_publication(text, case, by) if publishes or not final else None
    )
    return ActionResult(
        words=step.words,
        from_state=step.from_state,
        to_state=step.to_state,
        facts={**step.facts, "paper": signed_on.isoformat(), "recorder": by.person_id, "scan": scan.pk},
        tell=(*step.tell, _told(review, signature, signed_on, by)),
        stream=step.stream,
        result=step.result,
        then=step.then,
    )


def _told(review: Review, signature: Signature, signed_on: date, by: Actor) -> Notification:
    return Notification(
        subject=f"已登记您的纸质签批：{review.title}"[:200],
        body=f"{by.name}登记您于{signed_on}对这条信息的{signature.stage_name}签批。不是您签的，请立即退回，或者联系政务公开办。",
        link=signing.review_url(review),
        key=f"review/{review.pk}/paper/{signature.pk}",
        persons=(signature.person_id,),
    )
