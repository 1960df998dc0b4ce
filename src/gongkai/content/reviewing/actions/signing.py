"""Shared steps of signing within an action's transaction (row, log facts, next stage, notifications), and the action
that fills in the secrecy sheet.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.approval_faults import find_sheet_faults
from gongkai.content.reviewing.cases import ReviewCase
from gongkai.content.reviewing.models import Coordination, Review, ReviewState, SecrecySheet, Signature, SignatureNote
from gongkai.content.reviewing.models import reviews as sheets
from gongkai.content.reviewing.models.reviews import compute_sheet_digest
from gongkai.content.reviewing.models.signatures import compute_signature_digest
from gongkai.content.reviewing.plan import ReviewPlan, ReviewStage
from gongkai.content.reviewing.signers import (
    encode_barred_persons,
    get_pending_stage,
    get_plan,
    get_role,
    is_author,
    list_candidates,
)
from gongkai.content.reviewing.states import ALLOWED_MOVES
from gongkai.core.acts.action import ActionResult, Notification, Refused, action
from gongkai.core.acts.actors import Actor
from gongkai.core.acts.digest import digest
from gongkai.core.acts.rows import update_if_unchanged
from gongkai.core.outbox.outbox import find_administrators, mark_messages_read_on_close
from gongkai.core.units.another_person import is_self
from gongkai.core.units.models import Body, Role
from gongkai.lib import law
from gongkai.lib.chinese.days import as_day, day_in_words

#: Beginning of `holders` while nobody can sign the pending stage: not a role.
NOBODY = "nobody"


def _check_sheet_writer(by: Actor, review: Review) -> list[str]:
    """Restrict to possible signers of any stage, without authors of the text."""
    body = review.unit
    roles = [role for stage in get_plan(review).stages for role in stage.roles]
    reasons = [] if body and get_role(by, roles, body) else ["只有这次送审的审签人可以办理保密审查。"]
    return [*reasons, *(["保密审查须由起草人以外的人办理。"] if is_author(review, by) else [])]


def _check_may_fill(review: Review) -> list[str]:
    """Return reasons against filling in a sheet: the review is closed, or was signed under another sheet."""
    if review.state != ReviewState.WAITING:
        return [f"这次送审{review.get_state_display()}，不能再审查。"]
    signed = Signature.objects.filter(review_id=review.pk).exclude(sheet_digest="").order_by("pk").first()
    if signed is None:
        return []
    return [f"{signed.name}已按现在的保密审查表签字，不能改填；不同意其中内容的，请退回并写明，由起草人重新送审。"]


@action("publishing.fill_sheet", label="保密审查", rule=_check_sheet_writer, ready=_check_may_fill, quiet=True)
def fill_sheet(
    review: Review,
    *,
    by: Actor,
    answers: Mapping[str, str],
    conclusion: str = sheets.OPEN,
    words: str = "",
    consulted: str = "",
) -> ActionResult:
    """Store a secrecy sheet (保密审查表) for the text under review; the last one applies.

    `words` explains the `conclusion`; `consulted` names those consulted. After the first signature no other
    sheet is accepted, because signatures were given for that sheet.
    """
    bulk = review.rows >= get_plan(review).bulk_rows
    known = {q.name for q in sheets.list_questions(bulk=bulk)}
    values = {name: str(answer) for name, answer in answers.items() if name in known}
    wrong = sheets.find_sheet_errors(values, conclusion, words, consulted, bulk=bulk)
    if by.person_id is None:
        wrong.append("保密审查须由任职的人员本人办理。")
    if wrong or by.person_id is None:
        raise Refused(wrong)
    sheet = SecrecySheet(
        review_id=review.pk,
        source=review.source,
        revision_id=review.revision_id,
        content_digest=review.content_digest,
        answers=values,
        consulted=consulted.strip()[:300],
        rows=review.rows,
        conclusion=conclusion,
        words=words.strip()[:500],
        name=by.name,
        person_id=by.person_id,
        account_id=by.user_id,
        at=timezone.now(),
    )
    sheet.digest = compute_sheet_digest(sheet)
    sheet.save(force_insert=True)
    return ActionResult(
        words=sheets.CONCLUSION_LABELS[conclusion],
        facts={"review": review.pk, "sheet": sheet.pk, "digest": sheet.digest, "conclusion": conclusion},
        stream=review.source,
        result=sheet,
    )


def write_signature(
    review: Review,
    plan: ReviewPlan,
    by: Actor,
    *,
    role: str,
    verdict: str,
    words: str = "",
    gate: str = "",
    unmet: list[str] | None = None,
    stage: int | None = None,
    urgent: bool = False,
    signer: tuple[str, int, int | None] | None = None,
    paper: Mapping[str, object] | None = None,
    sheet: str = "",
    shown_parts: list[list[str]] | None = None,
) -> Signature:
    """Create the actor's signature, or one on paper that the actor compared with its scan.

    For a signature on paper, `signer` is the person who signed and `paper` the record.

    Raises:
        Refused: there is no person; jobs, commands and logins without a person cannot sign.
    """
    name, person, account = signer or (by.name, by.person_id, by.user_id)
    if person is None or by.person_id is None:
        raise Refused("审签须由任职的人员本人办理。")
    number = review.stage if stage is None else stage
    text = words.strip()[:500]
    signature = Signature(
        review_id=review.pk,
        source=review.source,
        revision_id=review.revision_id,
        content_digest=review.content_digest,
        plan_digest=plan.digest,
        stage=number,
        stage_name=plan.stages[number].name if number < len(plan.stages) else "",
        verdict=verdict,
        gate=gate,
        unmet=unmet or [],
        role=role,
        name=name,
        person_id=person,
        account_id=account,
        at=timezone.now(),
        urgent=urgent,
        words_digest=digest(text) if text else "",
        sheet_digest=sheet,
        seen=shown_parts or [],
        **(paper or {"covered": sorted(by.acts_for)}),
    )
    signature.digest = compute_signature_digest(signature)
    Signature.objects.bulk_create([signature])
    if text:
        SignatureNote.objects.create(signature=signature, text=text)
        signature.note = SignatureNote(signature=signature, text=text)
    return signature


def require_whole_reading(
    review: Review, marks: required_reading.Marks, flag: Coordination | None = None
) -> list[list[str]]:
    """Return the record of the parts that the signer was shown; refuse if one was not shown.

    `flag` is the consultation on the text.

    Raises:
        Refused: parts were not shown; each reason names one.
    """
    if reasons := required_reading.find_unseen_errors(review, marks, flag):
        raise Refused(reasons)
    return required_reading.list_shown_parts(review, marks)


def require_confirmed_sheet(case: ReviewCase, by: Actor, sheet_digest: str, marks: required_reading.Marks) -> str:
    """Return the digest of the secrecy sheet that a signature confirms; `marks`: the parts shown to the signer.

    It is the signer's own sheet, or one that was shown.

    Raises:
        Refused: there is no valid sheet, or it was not confirmed.
    """
    if reasons := find_sheet_faults(case):
        raise Refused(reasons)
    assert case.sheet is not None  # `find_sheet_faults`
    if is_self(by, case.sheet.person_id):
        return case.sheet.digest
    if sheet_digest != case.sheet.digest or (required_reading.SHEET, sheet_digest) not in marks:
        raise Refused("请逐项核对保密审查表，勾选确认后再签字。")
    return sheet_digest


def make_log_facts(signature: Signature) -> dict[str, object]:
    """Return the fields of a signature for the log, by which its row can be verified."""
    return {
        "review": signature.review_id,
        "signature": signature.pk,
        "signature_digest": signature.digest,
        "stage": signature.stage_name,
        "signer": signature.person_id,
        "revision": signature.revision_id,
        "digest": signature.content_digest,
    }


def find_role(by: Actor, plan: ReviewPlan, body: Body) -> str:
    """Return the first role of any stage of the plan that the user has for a body, or ""."""
    return get_role(by, [role for stage in plan.stages for role in stage.roles], body)


def assign_stage(review: Review, plan: ReviewPlan, signed: list[Signature]) -> tuple[int, ...]:
    """Set the pending stage, its due time and its roles, without saving; return the persons to notify.

    The first role with a possible signer comes first in `holders`.
    """
    done = {signature.stage for signature in signed}
    review.stage = next((n for n in range(len(plan.stages)) if n not in done), len(plan.stages))
    stage = get_pending_stage(review, plan)
    review.barred = encode_barred_persons(review, plan, signed)
    if stage is None:
        review.holders, review.held_since, review.stage_due = "", None, None
        return ()
    now = timezone.now()
    able = list_candidates(review, stage)
    review.holders = order_roles(stage, able)
    review.held_since = now
    review.stage_due = review.urgent_due or add_working_days(now, stage.days)
    return tuple(able[0][1]) if able else ()


def order_roles(stage: ReviewStage, able: Sequence[tuple[str, list[int]]]) -> str:
    """Return the roles of a stage as "|role|role|" for `Review.holders`: first that of `able` (role and persons who can sign), or `NOBODY`."""
    first = able[0][0] if able else NOBODY
    roles = dict.fromkeys([first, *map(str, stage.roles)])
    return "|" + "".join(f"{role}|" for role in roles)


def add_working_days(start: datetime, days: int) -> datetime:
    """Return the end of the n-th working day after a time; the first day is not counted (民法典第二百零一条)."""
    due: date = law.add_workdays(timezone.localtime(start).date(), days).due
    return law.end_of_day(due)


def advance_review(
    case: ReviewCase, signature: Signature, by: Actor, publish: Callable[[], object] | None
) -> ActionResult:
    """Move a review to the next stage after an approval; after the last stage approve it.

    `publish` then publishes the text: None before the last stage, or if the text waits for another
    document or a later release. An urgent text is public already and is not published again.
    """
    case.signed.append(signature)
    review, plan = case.review, case.plan
    before = review.state
    persons = assign_stage(review, plan, case.signed)
    finished = review.stage >= len(plan.stages)
    then = publish if finished and before == ReviewState.WAITING else None
    if finished:
        decide_review(review, by, ReviewState.APPROVED, signature.words, save=then is None)
        tell = make_submitter_notification(
            review, by, "已签发" if before == ReviewState.WAITING else "补审通过", settled=True
        )
    else:
        review.version += 1
        update_if_unchanged(review)
        tell = make_signer_notifications(review, plan, f"{signature.name}{signature.stage_name}同意。", persons)
    return ActionResult(
        words=signature.words,
        from_state=before,
        to_state=review.state,
        facts=make_log_facts(signature),
        tell=tell,
        stream=review.source,
        result=review,
        then=then,
    )


def decide_review(review: Review, by: Actor, state: str, text: str, *, save: bool = True) -> None:
    """Set the state of a review with the decider's `text`; mark its messages as read (Refused: no such move).

    `save=False` leaves saving to `SignedText.use`.
    """
    if state not in ALLOWED_MOVES.get(review.state, ()):
        raise Refused(f"这次送审{review.get_state_display()}，不能再处理；请刷新页面查看结果。")
    mark_messages_read_on_close(review_url(review))
    review.state = state
    review.decided_by, review.decided_person = by.name, by.person_id
    review.decided_at, review.words = timezone.now(), text.strip()[:500]
    review.holders, review.stage_due = "", None
    if save:
        review.version += 1
        update_if_unchanged(review)


def review_url(review: Review) -> str:
    """Return the office URL of a review."""
    return reverse("reviewing:review", args=(review.pk,))


def make_signer_notifications(
    review: Review, plan: ReviewPlan, text: str, persons: tuple[int, ...], *, again: str = ""
) -> tuple[Notification, ...]:
    """Return the notification to the signers of the pending stage; mark that of the previous stage as read.

    Without `persons`, notify the 政务公开办 and the administrators that nobody can sign. `text` is the sentence
    before the request to sign (市司法局同意。). `again` distinguishes a second message about the same stage.
    """
    mark_messages_read_on_close(review_url(review))
    stage = get_pending_stage(review, plan)
    if stage is None:
        return ()
    if not persons:
        return _make_vacancy_notifications(review, stage, again)
    return (
        Notification(
            subject=f"待{stage.name}：{review.title}"[:200],
            body=f"{text}请{stage.name}，{_describe_stage_end(review)}前办结。",
            link=review_url(review),
            key=f"review/{review.pk}/stage/{review.stage}/{review.state}{again}",
            settled=True,
            persons=persons,
            urgent=review.state == ReviewState.AFTER,
        ),
    )


def _make_vacancy_notifications(review: Review, stage: ReviewStage, again: str) -> tuple[Notification, ...]:
    """Return the notifications that no person can sign. Administrators may not read the text: theirs names no title."""
    body = review.unit
    if body is None:
        return ()
    key = f"review/{review.pk}/nobody/{review.stage}/{review.state}{again}"
    advice = f"请系统管理员任命{stage.role_labels}（不能是起草人和前面的审签人）。"
    office = Notification(
        subject=f"没有人能{stage.name}：{review.title}"[:200],
        body=f"{body.label}没有人能{stage.name}：每一级须由不同的人审签。{advice}",
        link=review_url(review),
        key=key,
        posts=((Role.CHIEF, body.pk),),
    )
    administrators = (
        Notification(
            subject=f"{body.label}有信息没有人能{stage.name}",
            body=f"{body.label}送审的信息在等{stage.name}，没有人能办。{advice}",
            link=reverse("units:body", args=(body.pk,)),
            key=f"{key}/appointing",
            persons=persons,
        )
        for persons in find_administrators([body])
    )
    return office, *administrators


def _describe_stage_end(review: Review) -> str:
    return day_in_words(as_day(review.stage_due)) if review.stage_due else "尽快"


def make_submitter_notification(
    review: Review, by: Actor, result: str, *, urgent: bool = False, settled: bool = False
) -> tuple[Notification, ...]:
    """Return the notification to the submitter, if there is one.

    `result` is the outcome in Chinese (已签发); `settled` marks earlier messages on the review as read.
    """
    if review.submitted_person is None:
        return ()
    return (
        Notification(
            subject=f"{result}：{review.title}"[:200],
            body=f"{by.name}：{result}。{review.words}",
            link=review_url(review),
            key=f"review/{review.pk}/{review.state}",
            persons=(review.submitted_person,),
            urgent=urgent,
            settled=settled,
        ),
    )
