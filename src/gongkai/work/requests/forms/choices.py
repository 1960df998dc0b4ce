"""Choices and previews for the forms of acts on one request."""

from gongkai.core.intake.deidentification import Deidentified
from gongkai.core.intake.forms.previews import marked
from gongkai.core.ledger.models import Entry
from gongkai.work.requests.actions.ending import mergeable
from gongkai.work.requests.actions.joint_answers import answerable_alike
from gongkai.work.requests.actions.materials import standing
from gongkai.work.requests.deidentification import for_addressee, for_everybody
from gongkai.work.requests.letters import wanted_of
from gongkai.work.requests.models import Consultation


def asked_parties(entry: Entry) -> list[tuple[object, str]]:
    """Return the consulted parties that have not answered."""
    rows = Consultation.objects.filter(request=entry.pk, replied_on=None)
    return [(row.pk, f"{row.who.reveal()}（{row.asked_on}征求）") for row in rows]


def files_to_hand_out(entry: Entry) -> list[tuple[object, str]]:
    """Return the files that may be handed out."""
    return [
        (file.pk, f"{file.name}{'（已有遮盖副本）' if file.masked_id else ''}") for file in standing(entry)
    ]


def requests_of_applicant(entry: Entry) -> list[tuple[object, str]]:
    """Return the requests of the same applicant that this one may be merged into."""
    return [
        (one.entry.number, f"{one.entry.number}（{one.received_on}收到）：{one.content.reveal()[:60]}")
        for one in mergeable(entry)
    ]


def requests_alike(entry: Entry) -> list[tuple[object, str]]:
    """Return the similar requests that may get the same answer."""
    return [(one.pk, f"{one.entry.number}：{one.content.reveal()[:80]}") for one in answerable_alike(entry)]


def texts_for_others(entry: Entry) -> list[str]:
    """Return the answer's texts as the other applicants read them, hidden passages marked."""
    decision = entry.request.decided
    texts = {"理由": decision.ground, "告知内容": decision.told} if decision else {}
    return [
        marked(f"写入其他答复书的{label}（标出的位置已经隐去）", for_addressee(entry.request, text, ""))
        for label, text in texts.items()
        if text
    ]


def wording_of_letter(entry: Entry) -> Deidentified:
    """Return the content of a request as the letter to a third party quotes it."""
    return for_addressee(entry.request, wanted_of(entry.request), "")


def parts_of_case(entry: Entry) -> list[str]:
    """Return the texts of a compiled case, hidden passages marked."""
    request = entry.request
    parts = {
        "申请内容": request.content.reveal(),
        "理由": request.decided.ground if request.decided else "",
    }
    return [marked(label, for_everybody(request, text)) for label, text in parts.items() if text]
