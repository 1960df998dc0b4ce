"""Action that fills in the secrecy sheet, by a reviewer who is no author."""

from collections.abc import Mapping

from django.utils import timezone

from gongkai.content.reviewing.models import Review, ReviewState, SecrecySheet, Signature
from gongkai.content.reviewing.models import reviews as sheets
from gongkai.content.reviewing.models.reviews import sheet_digest
from gongkai.content.reviewing.signers import is_author, plan_of, role_for, unit_of
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.acts.actors import Actor


def _check_sheet_writer(by: Actor, review: Review) -> list[str]:
    """Restrict to possible signers of any stage who did not write the text."""
    body = unit_of(review)
    roles = [role for stage in plan_of(review).stages for role in stage.roles]
    reasons = [] if body and role_for(by, roles, body) else ["只有这次送审的审签人可以办理保密审查。"]
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

    After the first signature no other sheet is accepted, because signatures were given for that
    sheet.
    """
    bulk = review.rows >= plan_of(review).bulk_rows
    known = {q.name for q in sheets.list_questions(bulk=bulk)}
    given = {name: str(answer) for name, answer in answers.items() if name in known}
    wrong = sheets.find_sheet_errors(given, conclusion, words, consulted, bulk=bulk)
    if by.person_id is None:
        wrong.append("保密审查须由任职的人员本人办理。")
    if wrong or by.person_id is None:
        raise Refused(wrong)
    sheet = SecrecySheet(
        review_id=review.pk,
        source=review.source,
        revision_id=review.revision_id,
        content_digest=review.content_digest,
        answers=given,
        consulted=consulted.strip()[:300],
        rows=review.rows,
        conclusion=conclusion,
        words=words.strip()[:500],
        name=by.name,
        person_id=by.person_id,
        account_id=by.user_id,
        at=timezone.now(),
    )
    sheet.digest = sheet_digest(sheet)
    sheet.save(force_insert=True)
    return ActionResult(
        words=sheets.CONCLUSION_LABELS[conclusion],
        facts={"review": review.pk, "sheet": sheet.pk, "digest": sheet.digest, "conclusion": conclusion},
        stream=review.source,
        result=sheet,
    )
