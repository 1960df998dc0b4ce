"""Actions on answers of the Q&A base: write, check, release, confirm, retire."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Required, TypedDict, Unpack

from django.urls import reverse
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.publishing.models import get_document_title
from gongkai.core.acts.action import ActionResult, Notification, Refused, action, require_text
from gongkai.core.acts.machine import machine_action
from gongkai.core.acts.rows import insert_row, write_inserts
from gongkai.core.intake.deidentification import find_mentions
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib.privacy import find
from gongkai.lib.writing.titles import cite_title
from gongkai.work.consultation import rules
from gongkai.work.consultation.actions.answer_search import record_answer_use
from gongkai.work.consultation.answer_reviews import get_released_fields
from gongkai.work.consultation.models import Inquiry, KnownAnswer, SortingDecision, Theme, UseWay
from gongkai.work.consultation.queries import ENDED_VALIDITY_STATES
from gongkai.work.consultation.states import ANSWER_MACHINE, InquiryState

#: Maximum number of alternative wordings of an answer's question.
MAX_QUESTION_VARIANTS = 20
#: Kinds of personal data that may be general statements; an answer that contains them is not
#: refused.
GENERAL_FINDING_KINDS = frozenset({"health", "birth", "person"})


class AnswerTexts(TypedDict, total=False):
    """The texts of an answer; `kept_because`: the reason why words that look like personal data are none."""

    question: Required[str]
    answer: Required[str]
    variants: Sequence[str]
    basis: str
    contact: str
    valid_until: date | None
    kept_because: str


def _set_answer_fields(known_answer: KnownAnswer, texts: AnswerTexts) -> None:
    """Check and set the texts of an answer, unsaved.

    Raises:
        Refused: when a text is missing, too long, or has certain personal data.
    """
    question, answer = texts["question"].strip(), texts["answer"].strip()
    variants, basis, contact = texts.get("variants", ()), texts.get("basis", ""), texts.get("contact", "")
    kept_because = texts.get("kept_because", "").strip()
    if not question or not answer:
        raise Refused("请填写问题和答复。")
    if len(question) > 300:
        raise Refused("问题不能超过300个字。")
    findings = [finding for text in (question, answer, basis, contact, *variants) for finding in find(text)]
    certain = [finding.text for finding in findings if finding.kind not in GENERAL_FINDING_KINDS]
    if known_answer.source:
        certain += find_mentions(
            "\n".join((question, answer, basis, *variants)), rules.get_asker_identities(known_answer.source)
        )
    if certain:
        raise Refused(f"问答中不能有个人信息，请删去或者改写：{_join_first_five(certain)}。")
    if findings and not kept_because:
        listed = _join_first_five([finding.text for finding in findings])
        raise Refused(
            f"问答中疑似有个人信息：{listed}。有的请删去或者改写；没有的（如病种名称、出生日期的范围），"
            "请写明“不是个人信息的理由”再保存，初审和签发时能看到。"
        )
    known_answer.kept_because = kept_because[:300] if findings else ""
    known_answer.question, known_answer.answer = question, answer
    known_answer.variants = list(dict.fromkeys(variant.strip() for variant in variants if variant.strip()))[
        :MAX_QUESTION_VARIANTS
    ]
    known_answer.basis, known_answer.contact = basis.strip(), contact.strip()
    known_answer.valid_until = texts.get("valid_until")


def _make_reason_facts(answer: KnownAnswer) -> dict[str, object]:
    return {"kept_because": answer.kept_because} if answer.kept_because else {}


def _join_first_five(items: Sequence[str]) -> str:
    return "、".join(list(dict.fromkeys(items))[:5])


@action("answers.write", label="新增问答", rule=rules.list_reasons_unless_unit_staff, quiet=True, held=False)
def write_answer(
    body: Body,
    *,
    by: Actor,
    themes: Iterable[Theme] = (),
    documents: Iterable[Document] = (),
    visuals: Iterable[Document] = (),
    source: Inquiry | None = None,
    **texts: Unpack[AnswerTexts],
) -> ActionResult:
    """Write a new draft for the Q&A base, perhaps from an inquiry; return the `KnownAnswer`.

    The inquiry is decided by that for its periodic review if it is answered and the user works for its unit.
    """
    new_answer = KnownAnswer(body=body, source=source, written_by=by.person_id)
    _set_answer_fields(new_answer, texts)
    insert_row(new_answer)
    themes, documents, visuals = list(themes), list(documents), list(visuals)
    if themes or documents or visuals:
        write_inserts()
        new_answer.themes.set(themes)
        new_answer.documents.set(documents)
        new_answer.media.set(visuals)
    if source is not None:
        if source.entry.state == InquiryState.ANSWERED and not rules.list_reasons_unless_unit_staff(by, source):
            type(source).objects.filter(pk=source.pk).update(sorted=SortingDecision.ADDED)
        record_answer_use(new_answer, UseWay.ADDED, inquiry=source)
    return ActionResult(
        words=f"新增“{new_answer.question}”",
        facts=_make_reason_facts(new_answer),
        to_state=new_answer.state,
        result=new_answer,
        stream=new_answer.stream,
    )


@machine_action(
    "answers.revise", machine=ANSWER_MACHINE, verb="revise", label="修改", rule=rules.list_reasons_unless_unit_staff
)
def revise_answer(
    known_answer: KnownAnswer,
    *,
    by: Actor,
    themes: Iterable[Theme] = (),
    documents: Iterable[Document] = (),
    visuals: Iterable[Document] = (),
    **texts: Unpack[AnswerTexts],
) -> ActionResult:
    """Replace the texts of an answer of the Q&A base, hidden until released again."""
    earlier_text = {"question": known_answer.question, "answer": known_answer.answer}
    earlier_documents = list(known_answer.documents.values_list("pk", flat=True))
    _set_answer_fields(known_answer, texts)
    known_answer.written_by, known_answer.checked_by = by.person_id, None
    known_answer.save()
    known_answer.themes.set(themes)
    known_answer.documents.set(documents)
    known_answer.media.set(visuals)
    return ActionResult(
        words=f"修改“{known_answer.question}”",
        facts={"before": earlier_text, "documents": earlier_documents, **_make_reason_facts(known_answer)},
    )


@machine_action(
    "answers.submit", machine=ANSWER_MACHINE, verb="submit", label="提交初审", rule=rules.list_reasons_unless_unit_staff
)
def submit_answer(known_answer: KnownAnswer, *, by: Actor) -> ActionResult:
    """Submit an answer of the Q&A base to a reviewer."""
    roles = (Role.REVIEWER, Role.LEAD, Role.SIGNER)
    return ActionResult(
        words="提交初审", tell=(_make_reviewers_notification(known_answer, "问答待初审", roles, "submit"),)
    )


def _make_reviewers_notification(answer: KnownAnswer, subject: str, roles: Iterable[str], key: str) -> Notification:
    """Return a notification on an answer to the holders of the roles in its unit."""
    return Notification(
        subject=f"{subject}：{answer.question[:60]}",
        body=f"“{answer.question}”",
        link=reverse("consultation:answer", args=[answer.pk]),
        key=f"answers.{key}:{answer.pk}:{answer.version}",
        posts=tuple((role, answer.body_id) for role in roles),
    )


@machine_action(
    "answers.check", machine=ANSWER_MACHINE, verb="check", label="初审通过", rule=rules.list_reasons_unless_reviewer
)
def check_answer(known_answer: KnownAnswer, *, by: Actor, words: str = "") -> ActionResult:
    """Pass the check by a second person."""
    known_answer.checked_by = by.person_id
    known_answer.save(update_fields=["checked_by"])
    return ActionResult(
        words=words or "初审通过",
        tell=(_make_reviewers_notification(known_answer, "问答待签发", (Role.LEAD, Role.SIGNER), "check"),),
    )


@machine_action(
    "answers.return", machine=ANSWER_MACHINE, verb="return", label="退回修改", rule=rules.list_reasons_unless_reviewer
)
def return_answer(known_answer: KnownAnswer, *, by: Actor, reason: str) -> ActionResult:
    """Return an answer of the Q&A base, with a reason, to the clerks of its unit."""
    reason = require_text(reason, "请写明退回的理由。")
    return ActionResult(
        words=reason,
        tell=(_make_reviewers_notification(known_answer, "问答退回修改", (Role.CLERK,), "return"),),
    )


@machine_action(
    "answers.release", machine=ANSWER_MACHINE, verb="release", label="签发", rule=rules.list_reasons_unless_releaser
)
def release_answer(known_answer: KnownAnswer, *, by: Actor, words: str = "") -> ActionResult:
    """Release an answer, by a third person: it is public and counts as confirmed from now on."""
    known_answer.released_at, known_answer.confirmed_on = timezone.now(), timezone.localdate()
    known_answer.save(update_fields=["released_at", "confirmed_on", "changed_at"])
    return ActionResult(words=words or "签发", facts=get_released_fields(known_answer))


@machine_action(
    "answers.confirm",
    machine=ANSWER_MACHINE,
    verb="confirm",
    label="梳理确认",
    rule=rules.list_reasons_unless_answer_manager,
)
def confirm_answer(known_answer: KnownAnswer, *, by: Actor, valid_until: date | None = None) -> ActionResult:
    """Confirm at a periodic review (定期梳理) that an answer is still valid.

    An answer whose basis ended (C-01) cannot be confirmed. An expired answer needs a new `valid_until`; without
    one the present date stays.
    """
    if ended := [
        get_document_title(document) for document in known_answer.documents.filter(standing__in=ENDED_VALIDITY_STATES)
    ]:
        raise Refused(f"依据的文件已失效：{'、'.join(map(cite_title, ended))}。请修改依据后重新审核，或者停用。")
    known_answer.confirmed_on = timezone.localdate()
    known_answer.valid_until = valid_until or known_answer.valid_until
    if known_answer.valid_until and known_answer.valid_until < timezone.localdate():
        raise Refused("有效期已过，请填写新的有效期，或者修改、停用。")
    known_answer.save(update_fields=["confirmed_on", "valid_until"])
    return ActionResult(words="梳理确认，仍然有效")


@machine_action(
    "answers.retire", machine=ANSWER_MACHINE, verb="retire", label="停用", rule=rules.list_reasons_unless_answer_manager
)
def retire_answer(known_answer: KnownAnswer, *, by: Actor, reason: str) -> ActionResult:
    """Retire an answer of the Q&A base, so that it is no longer shown."""
    reason = require_text(reason, "请写明停用的理由。")
    return ActionResult(words=reason)
