"""Action that selects an inquiry for publication (网民留言公开).

Review, publication and withdrawal belong to the app `publishing`.
"""

from collections.abc import Iterable, Sequence

from django.utils import timezone

from gongkai.content.editions.actions import place
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.intake.deidentification import find_mentions
from gongkai.core.units.actors import Actor
from gongkai.lib.privacy import find
from gongkai.lib.privacy.organisations import find_named_premises
from gongkai.work.consultation import rules
from gongkai.work.consultation.models import Inquiry, InquiryCategory, MessagePublication, MessageText
from gongkai.work.consultation.rules import get_asker_identities
from gongkai.work.consultation.states import InquiryState


def _list_reasons_unless_inquiry_answered(inquiry: Inquiry) -> list[str]:
    if inquiry.entry.state != InquiryState.ANSWERED:
        return ["还没有答复，不能公开。"]
    return []


@action(
    "messages.prepare",
    label="选登留言",
    rule=rules.list_reasons_unless_unit_staff,
    ready=_list_reasons_unless_inquiry_answered,
)
def prepare_publication(
    inquiry: Inquiry,
    *,
    by: Actor,
    title: str,
    summary: str,
    answer: str,
    columns: Sequence[Column] = (),
    consent: str = "",
) -> ActionResult:
    """Store the masked text of an inquiry as the next draft for publication.

    Args:
        columns: further columns in which it is published.
        consent: how the asker agreed, if the form or register does not say so.

    Returns:
        The `MessagePublication`.
    """
    texts = [title.strip(), summary.strip(), answer.strip()]
    if not all(texts):
        raise Refused("请填写标题、留言摘要和答复内容。")
    _check_no_personal_data(inquiry, texts)
    _check_no_accused_named(inquiry, texts[:2])
    agreed = inquiry.may_publish
    if not agreed and consent.strip():
        inquiry.may_publish = True
        inquiry.save(update_fields=["may_publish"])
    if not inquiry.may_publish:
        raise Refused("提出人没有同意公开。已经征得同意的，请写明何时、怎样征得。")
    publication = _get_or_create_publication(inquiry)
    text = MessageText.objects.create(
        publication=publication,
        number=(publication.latest_revision_id or 0) + 1,
        title=texts[0][:120],
        summary=texts[1],
        answer=texts[2],
        category=publication.category,
        received_on=publication.received_on,
        answered_on=publication.answered_on,
        user_id=by.user_id,
        person_id=by.person_id,
        by=by.name,
    )
    if columns:
        place(ensure_document(publication), by=by, columns=columns)
    words = (
        f"第{text.number}稿“{text.title}”{f'；同意公开：{consent.strip()}' if consent.strip() and not agreed else ''}"
    )
    return ActionResult(
        words=words, facts={"inquiry": inquiry.pk, "text": text.number}, stream=publication.stream, result=publication
    )


def _get_or_create_publication(inquiry: Inquiry) -> MessagePublication:
    """Return the publication of an inquiry, created or updated, with a document."""
    answered = timezone.localdate(inquiry.answered_at) if inquiry.answered_at else timezone.localdate()
    facts = {
        "body": inquiry.entry.body,
        "category": inquiry.category,
        "received_on": inquiry.received_on,
        "answered_on": answered,
    }
    publication, _ = MessagePublication.objects.update_or_create(inquiry=inquiry, defaults=facts)
    if publication.document_id is None:
        publication.document = ensure_document(publication)
        publication.save(update_fields=["document"])
    return publication


def _check_no_accused_named(inquiry: Inquiry, texts: Iterable[str]) -> None:
    """Refuse texts of a complaint that name a school, shop or firm."""
    premises = find_named_premises("\n".join(texts)) if inquiry.category == InquiryCategory.COMPLAINT else []
    if premises:
        raise Refused(f"公开投诉的标题和摘要不点名被投诉的单位，请概括成“某学校”“某商户”：{'、'.join(premises[:5])}。")


def _check_no_personal_data(inquiry: Inquiry, texts: Iterable[str]) -> None:
    """Refuse texts that contain data of the asker or other personal data.

    Raises:
        Refused: with what was found.
    """
    text = "\n".join(texts)
    mentions = find_mentions(text, get_asker_identities(inquiry))
    personal_words = list(dict.fromkeys([*mentions, *(finding.text for finding in find(text))]))
    if personal_words:
        raise Refused(f"公开的内容不能有个人信息，请遮盖：{'、'.join(personal_words[:5])}。")
