"""Find reasons against publishing on the given signatures. Read-only.

Nothing is trusted that code could have set: the submission, signatures and the sheet are compared
with the log, digests are recomputed, and authors are determined again.
"""

from datetime import datetime

from django.utils import timezone

from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.shelves import find_public_start
from gongkai.content.editions.sources import OutgoingText
from gongkai.content.reviewing import plan as plans
from gongkai.content.reviewing.cases import (
    ReviewCase,
    find_text_coordination,
    make_approval_facts,
    make_companion_facts,
    read_review_log,
)
from gongkai.content.reviewing.models import Review, ReviewState, Signature
from gongkai.content.reviewing.models import reviews as sheets
from gongkai.content.reviewing.models.reviews import compute_sheet_digest
from gongkai.content.reviewing.models.signatures import compute_signature_digest
from gongkai.content.reviewing.required_reading import has_seen_all, has_submitted_parts
from gongkai.content.reviewing.signers import ReviewAuthors, SignerClash, find_clashes, get_participants, list_authors
from gongkai.content.reviewing.states import UNSETTLED_URGENT_STATES
from gongkai.core.acts.action import Conflict
from gongkai.core.acts.digest import utc_timestamp
from gongkai.core.acts.joint_transactions import list_queued_facts
from gongkai.core.acts.rows import update_if_unchanged
from gongkai.core.units.another_person import match_registrations
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.typed_json import read_numbers

#: Error if an approval belongs to another text.
OTHER_ITEM_APPROVAL_ERROR = "所附审签记录不是对这条信息的签发。"
#: Error if an approval was used for a publication before.
APPROVAL_USED_ERROR = "这份审签已用于一次发布，再次发布须重新审签。"
#: Error if an author records a signature on paper.
WRITER_RECORDS_ERROR = "登记纸质签批须由没有参与起草和送审的人办理。"


def find_approval_faults(text: OutgoingText, case: ReviewCase) -> list[str]:
    """Return reasons against publishing this text on this review."""
    review = case.review
    if review.state not in {ReviewState.APPROVED, ReviewState.AFTER} or review.source != text.source.stream:
        return [OTHER_ITEM_APPROVAL_ERROR]
    if review.edition_id is not None:
        return [APPROVAL_USED_ERROR]
    if review.revision_id != text.revision or review.content_digest != text.frozen.digest:
        return ["审签之后文字有改动，须重新送审。"]
    authors = _find_all_authors(case, text)
    reasons = [
        *_find_difference_from_log(case),
        *find_column_change_errors(text, review),
        *_find_missing_stages(case),
        *_find_invalid_signature(case),
        *_find_signer_clash(case, authors),
        *find_sheet_faults(case, authors),
    ]
    return list(dict.fromkeys(reasons))


def _find_all_authors(case: ReviewCase, text: OutgoingText) -> ReviewAuthors:
    """Return all writers and submitters: from the review, the log and a new lookup."""
    review, logged = case.review, case.log.submission or {}
    accounts = [*review.authors, *read_numbers(logged, "authors")]
    people = [*review.author_people, *read_numbers(logged, "author_people")]
    people += [review.submitted_person, case.log.submitter]
    return list_authors(text.source, text.revision, accounts, people, first=not text.editions)


def _find_difference_from_log(case: ReviewCase) -> list[str]:
    """Return the Chinese reason that signatures, authors, parts or time differ from the log, if so."""
    facts, review = case.log.submission, case.review
    if facts is None:
        return ["流水中没有这次送审，审签无效。"]
    same = facts["revision"] == review.revision_id and facts["digest"] == review.content_digest
    if "plan" in facts:
        same = same and (
            facts["plan"] == case.plan.digest
            and facts["columns"] == review.columns
            and facts["authors"] == review.authors
            and facts["author_people"] == review.author_people
        )
    same = same and has_submitted_parts(review, facts)
    if "visible_from" in facts and not case.urgent:
        same = same and facts["visible_from"] == (utc_timestamp(review.visible_from) if review.visible_from else "")
    return [] if same else ["送审记录与流水不符，审签无效，请重新送审。"]


def find_time_faults(signed: datetime | None, visible_from: datetime | None, now: datetime) -> list[str]:
    """Return reasons against a publication time other than the signed one.

    A later time is refused, too, because a delay affects the public. An urgent order overrides a
    time.

    Args:
        signed: the time that was signed for this text or for the document it waits for; None: at once, or by urgent order.
        visible_from: the wanted time; None: at once.
        now: the current time.
    """
    if signed is not None and (visible_from or now) < signed:
        moment = timezone.localtime(signed)
        return [f"审签的公开时间是{day_in_words(moment)}，不能提前公开；要改公开时间，请重新送审。"]
    if visible_from is not None and visible_from > now and visible_from != signed:
        return ["定时公开的时间须随文送审，不能在审签之后另定。"]
    return []


def find_column_change_errors(text: OutgoingText, review: Review) -> list[str]:
    """Return reasons against columns other than the submitted ones, which determine the signers."""
    if not review.plan or text.column_numbers == review.columns:
        return []
    return ["送审之后栏目有改动，请退回后重新送审。"]


def _find_missing_stages(case: ReviewCase) -> list[str]:
    """Return the Chinese reason why signatures are missing, or the urgent order after publication."""
    stages = case.plan.stages
    if not plans.is_plan_complete(case.plan):
        return ["审签程序不完整，审签无效。"]
    if case.review.state == ReviewState.AFTER:
        return [] if case.urgent else ["紧急发布没有负责人的决定。"]
    done = {signature.stage for signature in case.signed}
    waiting = [stage.name for number, stage in enumerate(stages) if number not in done]
    if not waiting:
        return []
    return [f"发布须经{len(stages)}级审签，还缺{'、'.join(waiting)}。"]


def _find_invalid_signature(case: ReviewCase) -> list[str]:
    """Return the first invalid signature: of another text, plan or sheet, altered, or not in the log."""
    return next(([words] for signature in case.signed if (words := _find_signature_error(case, signature))), [])


def _find_signature_error(case: ReviewCase, signature: Signature) -> str:
    """Return the error of a signature, or ""."""
    review = case.review
    checks = (
        (
            signature.content_digest != review.content_digest or signature.revision_id != review.revision_id,
            f"{signature.stage_name}签的不是这一稿。",
        ),
        (signature.plan_digest != case.plan.digest, "审签期间审签程序有改动，请退回后重新送审。"),
        (
            signature.digest != compute_signature_digest(signature)
            or case.log.signatures.get(signature.pk) != signature.digest,
            f"{signature.stage_name}的签名与流水不符，审签无效。",
        ),
        (
            not signature.on_paper and not has_seen_all(review, signature.seen),
            f"{signature.stage_name}的签名人没有看全送审的内容，审签无效。",
        ),
        (
            case.sheet is not None and signature.sheet_digest not in {"", case.sheet.digest},
            f"{signature.stage_name}签字所依据的保密审查表不是现在这一份，请退回后重新送审。",
        ),
        (
            signature.on_paper and signature.confirmer_id is None,
            f"{signature.stage_name}的纸质签批没有经另一人核对，请退回后重新送审。",
        ),
        (not _is_role_allowed(case, signature), f"{signature.stage_name}的签名人没有这一级的审签角色。"),
    )
    return next((text for wrong, text in checks if wrong), "")


def _is_role_allowed(case: ReviewCase, signature: Signature) -> bool:
    """Return true if the signature's role is allowed for its stage, or for an urgent order."""
    if signature.urgent:
        return signature.role in {"lead", "chief"}
    return signature.stage < len(case.plan.stages) and signature.role in case.plan.stages[signature.stage].roles


#: Error messages by clash at publication; the first clash that applies is reported.
_CLASH_MESSAGES = {
    SignerClash.AGAIN: "同一人签了两级，每一级须由不同的人审签。",
    SignerClash.RECORDED: "登记纸质签批的人不能又是审签人。",
    SignerClash.RECORDER_SIGNED: "登记纸质签批的人不能又是审签人。",
    SignerClash.OWN: "登记纸质签批的人不能又是审签人。",
    SignerClash.RECORDER_WROTE: WRITER_RECORDS_ERROR,
    SignerClash.CONFIRMER_RECORDED: "纸质签批须由登记人以外的人核对。",
    SignerClash.CONFIRMER_WROTE: "核对纸质签批须由没有参与起草和送审的人办理。",
    SignerClash.WROTE: "审签人与起草人是同一人，审签无效。",
}


def _find_signer_clash(case: ReviewCase, authors: ReviewAuthors) -> list[str]:
    """Return the Chinese reason that a signer is an author or signed twice, if so."""
    all_participants = [get_participants(signature) for signature in case.signed]
    people = authors.people.union(*(participants.people for participants in all_participants))
    same = (case.same if people <= case.same.keys() else match_registrations(people)).__getitem__
    for place, participants in enumerate(all_participants):
        others = [*all_participants[:place], *all_participants[place + 1 :]]
        clashes = find_clashes(participants, others, authors, drafter_first=case.plan.drafter_first, same=same)
        if clashes:
            return [next(text for clash, text in _CLASH_MESSAGES.items() if clash in clashes)]
    return []


def find_sheet_faults(case: ReviewCase, authors: ReviewAuthors | None = None) -> list[str]:
    """Return the errors of the secrecy sheet, required for the final stage and for urgent publication."""
    sheet, review = case.sheet, case.review
    if sheet is None or sheet.content_digest != review.content_digest:
        return ["还没有填写保密审查表（保守国家秘密法第三十五条：公开前须经保密审查）。"]
    if sheet.digest != compute_sheet_digest(sheet) or case.log.sheets.get(sheet.pk) != sheet.digest:
        return ["保密审查表与流水不符，请重新填写。"]
    if sheet.conclusion == sheets.CLOSED:
        return ["保密审查结论为不予公开，请退回。"]
    if authors and (sheet.person_id in authors.people or sheet.account_id in authors.accounts):
        return ["保密审查须由起草人以外的人办理。"]
    bulk = review.rows >= case.plan.bulk_rows
    return sheets.find_sheet_errors(sheet.answers, sheet.conclusion, sheet.words, sheet.consulted, bulk=bulk)


class SignedText:
    """A text with the review that signed it, as proof for `publish`.

    With `companion`, it is published at the time of that document. `faults` reads the log again for
    the last signature; movements that are not written yet (`acts.joint_transactions`) are included.
    """

    def __init__(self, text: OutgoingText, case: ReviewCase, *, companion: Document | None = None) -> None:
        self.text = text
        self.case = case
        self.companion = companion
        self.start = find_public_start(companion.editions.all()) if companion else case.review.visible_from
        self.settles = not case.urgent

    def faults(self, visible_from: datetime | None, now: datetime) -> list[str]:
        """Return reasons against publication, from text, submission, signatures, sheet and log."""
        self._read_log()
        return [
            *find_approval_faults(self.text, self.case),
            *find_time_faults(None if self.case.urgent else self.start, visible_from, now),
            *find_schedule_errors(self.text.source.stream, visible_from, now),
        ]

    def _read_log(self) -> None:
        """Read the review's log, from the facts queued in this transaction where there are any."""
        review = self.case.review
        if said := list_queued_facts(review.source):
            for one in said:
                self.case.log.take(review, *one)
        else:
            self.case.log = read_review_log(review)

    def rows(self) -> list[dict[str, object]]:
        """Return the edition's record of the approval: signatures, sheet, urgency, opinions."""
        rows = make_approval_facts(self.case, find_text_coordination(self.text))
        if self.companion and self.start:
            rows.append(make_companion_facts(self.case, self.companion, self.start))
        return rows

    def use(self, edition: Edition) -> None:
        """Mark the review as used by an edition, because an approval publishes only once.

        Raises:
            Conflict: the review was used since it was read.
        """
        review, seen = self.case.review, self.case.review.version
        review.edition_id, review.version = edition.pk, seen + 1
        if not update_if_unchanged(review, version=seen):
            raise Conflict(APPROVAL_USED_ERROR)


def find_schedule_errors(source: str, visible_from: datetime | None, now: datetime) -> list[str]:
    """Return reasons against scheduling a correction while the urgent text is still public."""
    owes = Review.objects.filter(source=source, state__in=UNSETTLED_URGENT_STATES)
    if visible_from is None or visible_from <= now or not owes.exists():
        return []
    return ["这条信息紧急发布后还没有补审通过，更正须签发后立即公开，不能定时。"]
