"""Choices and previews for the forms of acts on one request."""

from gongkai.core.intake.deidentification import Deidentified
from gongkai.core.intake.forms.previews import marked
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.actions.ending import list_mergeable_requests
from gongkai.work.requests.actions.joint_answers import find_similar_open_requests
from gongkai.work.requests.actions.materials import list_current_materials
from gongkai.work.requests.deidentification import deidentify_for_addressee, deidentify_for_publication
from gongkai.work.requests.letters import quote_request
from gongkai.work.requests.models import Consultation


def pending_consultation_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the consulted parties that have not answered."""
    rows = Consultation.objects.filter(request=entry.pk, replied_on=None)
    return [(row.pk, f"{row.who.reveal()}（{row.asked_on}征求）") for row in rows]


def material_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the files that may be handed out."""
    return [
        (file.pk, f"{file.name}{'（已有遮盖副本）' if file.masked_id else ''}")
        for file in list_current_materials(entry)
    ]


def merge_target_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the requests of the same applicant that this one may be merged into."""
    return [
        (one.entry.number, f"{one.entry.number}（{one.received_on}收到）：{one.content.reveal()[:60]}")
        for one in list_mergeable_requests(entry)
    ]


def similar_request_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the similar requests that may get the same answer."""
    return [(one.pk, f"{one.entry.number}：{one.content.reveal()[:80]}") for one in find_similar_open_requests(entry)]


def preview_joint_answer(entry: Entry) -> list[str]:
    """Return the answer's texts as the other applicants read them, hidden passages marked."""
    decision = entry.request.decided
    texts = {"理由": decision.ground, "告知内容": decision.told} if decision else {}
    return [
        marked(
            f"写入其他答复书的{label}（标出的位置已经隐去）",
            deidentify_for_addressee(entry.request, text, ""),
        )
        for label, text in texts.items()
        if text
    ]


def preview_consultation_wording(entry: Entry) -> Deidentified:
    """Return the content of a request as the letter to a third party quotes it."""
    return deidentify_for_addressee(entry.request, quote_request(entry.request), "")


def preview_case(entry: Entry) -> list[str]:
    """Return the texts of a compiled case, hidden passages marked."""
    request = entry.request
    parts = {
        "申请内容": request.content.reveal(),
        "理由": request.decided.ground if request.decided else "",
    }
    return [marked(label, deidentify_for_publication(request, text)) for label, text in parts.items() if text]
