"""The page of a consulted party (条例第三十二条至第三十四条): letter, deadline and opinion form."""

from collections.abc import Mapping
from typing import Unpack

from django import forms
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.intake.actions import is_code_known_to_staff
from gongkai.core.intake.declared_fields import erase_words
from gongkai.core.intake.matter_access import has_second_key
from gongkai.core.intake.matters import (
    AskerDocument,
    FetchedDocument,
    FollowUp,
    MatterKind,
    MatterProgress,
    ProgressSection,
    ProgressStage,
)
from gongkai.core.intake.uploads import FileRule, list_sent_files
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import check_may_work
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.lib.chinese.days import day_in_words, end_of_day
from gongkai.work.requests.actions import hand_out_letter, record_party_opinion
from gongkai.work.requests.letter_signing import get_handed_out_letter
from gongkai.work.requests.letters import LETTER_KINDS
from gongkai.work.requests.models import Consultation, Letter, PartyOpinion
from gongkai.work.requests.states import RequestState

# Prefix of matters: `asked/12` is consultation 12.
CONSULTATION_MATTER_NAME = "asked"


def list_reasons_unless_consultation_reader(by: Actor, number: int) -> list[str]:
    """Return reasons against reading the consulted party's data."""
    entry = Entry.objects.select_related("body").filter(request__consultations=number).first()
    return check_may_work(by, entry) if entry else ["没有这条记录。"]


class ConsultedOpinionForm(forms.Form):
    """The form for a consulted party's opinion on disclosure."""

    opinion = forms.ChoiceField(
        label="意见",
        choices=[choice for choice in PartyOpinion.choices if choice[0] != PartyOpinion.SILENT],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择意见。"},
    )
    reason = forms.CharField(
        label="不能公开的内容和理由",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "class": "gk-input"}),
        help_text="同意公开的不用填写。其他意见请写明哪些内容不能公开、公开会造成什么损害；涉及商业秘密的，可以附证明材料。",
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["reason"].either = True  # type: ignore[attr-defined]  # its help says when it is needed

    def clean(self) -> dict[str, object]:
        """Require reasons of at least 4 characters for an objection, also a partial one."""
        data = super().clean() or {}
        if (
            data.get("opinion") in {PartyOpinion.OBJECTS, PartyOpinion.PARTLY}
            and len(data.get("reason", "").strip()) < 4
        ):
            self.add_error("reason", "请写明理由：有合理理由的才不予公开（《条例》第三十二条）。")
        return data


def _submit_opinion(number: int, data: Mapping[str, object]) -> None:
    """Record the opinion that a consulted party sends online."""
    consultation = Consultation.objects.get(pk=number)
    record_party_opinion(
        Entry.objects.get(pk=consultation.request_id),
        by=ANONYMOUS,
        consultation=number,
        opinion=data["opinion"],
        reason=data["reason"],
        files=[upload.digest for upload in list_sent_files(data)],
    )


def _can_answer_online(number: int) -> bool:
    """Return true if the opinion is pending and the party's page asks for phone digits as well as the code."""
    return _is_opinion_awaited(number) and has_second_key(f"{CONSULTATION_MATTER_NAME}/{number}")


def _is_opinion_awaited(number: int) -> bool:
    open_ones = Consultation.objects.filter(pk=number, replied_on=None)
    return open_ones.filter(request__entry__state=RequestState.CONSULTING).exists()


def get_consultation_progress(number: int) -> MatterProgress | None:
    """Return the progress that the consulted party sees, or None if there is no such consultation."""
    consultation = Consultation.objects.select_related("request__entry__body").filter(pk=number).first()
    if consultation is None:
        return None
    entry, until = consultation.request.entry, consultation.until
    waits, over = _is_opinion_awaited(number), timezone.localdate() > until
    late = "，逾期" if consultation.late else ""
    stages = [ProgressStage("发出征求意见书", detail=f"{consultation.asked_on:%Y-%m-%d}", done=True)]
    if consultation.replied_on and consultation.opinion != PartyOpinion.SILENT:
        detail = f"{consultation.replied_on:%Y-%m-%d}，{consultation.get_opinion_display()}{late}"
        stages.append(ProgressStage("收到您的意见", detail=detail, done=True))
    elif waits:
        stages.append(ProgressStage("等待您的意见", detail=f"{until:%Y-%m-%d}以前", current=True))
    stages.append(ProgressStage("行政机关作出决定", done=entry.closed_at is not None))
    return MatterProgress(
        title="政府信息公开征求意见",
        number=entry.number,
        state=_describe_consultation_state(consultation, waits=waits, is_over=over),
        received_at=end_of_day(consultation.asked_on),
        began="发出",
        closed=not waits,
        stages=stages,
        unit=entry.body.successor.label,
        contact=entry.body.successor.phone,
        parts=tuple(_make_opinion_request_parts(consultation, waits=waits, is_over=over)),
    )


def _describe_consultation_state(consultation: Consultation, *, waits: bool, is_over: bool) -> str:
    """Return the state of a consultation as its party reads it."""
    if consultation.replied_on and consultation.opinion != PartyOpinion.SILENT:
        return "已收到您的意见"
    if not waits:
        return "征求意见已经结束"
    return "已过答复期限" if is_over else "等待您的意见"


def _make_opinion_request_parts(consultation: Consultation, *, waits: bool, is_over: bool) -> list[ProgressSection]:
    """Return the section that asks a party for its opinion; [] if none is awaited."""
    if not waits:
        return []
    agency = consultation.kind == Consultation.Kind.AGENCY
    silence = (
        "由您单位与本机关共同制作的信息，逾期未提出意见的，视为同意公开（《条例》第三十四条）。"
        if agency
        else "逾期未提出意见的，由行政机关依照《条例》的规定决定是否公开（《条例》第三十二条）。"
    )
    last_day = day_in_words(consultation.until)
    text = f"请在{last_day}（含当日）以前提出意见。"
    if is_over:
        text = f"期限已于{last_day}届满，您仍可以提出意见，将按实际日期登记为逾期，供决定时参考。"
    return [ProgressSection("请您提出意见", (text, silence))]


def list_consultation_papers(number: int) -> list[AskerDocument]:
    """Return the letters to the consulted party that are not erased."""
    return [
        AskerDocument(
            f"letter-{letter.pk}",
            f"{LETTER_KINDS[letter.kind].title}{'（已撤销）' if letter.revoked_on else ''}",
            f"{letter.number}，{letter.made_on:%Y-%m-%d}",
        )
        for letter in Letter.objects.filter(consultation=number).exclude(key="").defer("content")
    ]


def fetch_consultation_paper(number: int, ref: str) -> FetchedDocument:
    """Hand out a letter to the consulted party (`letter-7`) and log the access.

    Raises:
        Refused: the letter does not exist.
    """
    key = ref.partition("-")[2]
    letter = Letter.objects.filter(pk=int(key) if key.isdecimal() else 0, consultation=number).first()
    if letter is None:
        raise Refused("没有这份文书。")
    counts = not is_code_known_to_staff(f"{CONSULTATION_MATTER_NAME}/{number}")
    paper = get_handed_out_letter(hand_out_letter(letter, by=ANONYMOUS, counts=counts))
    return FetchedDocument(paper.content, f"{letter.number}.{paper.suffix}", paper.media_type)


def erase_consultation(number: int) -> None:
    """Erase the consulted party's name, reasons and wording; kind, opinion and dates stay."""
    erase_words(Consultation.objects.get(pk=number))


CONSULTATION_MATTER = MatterKind(
    name=CONSULTATION_MATTER_NAME,
    label="征求意见",
    asker="被征求意见的一方",
    may_read=list_reasons_unless_consultation_reader,
    progress=get_consultation_progress,
    erase=erase_consultation,
    office=lambda number: reverse(
        "ledger_entry", kwargs={"pk": Consultation.objects.values_list("request", flat=True).get(pk=number)}
    ),
    papers=list_consultation_papers,
    fetch=fetch_consultation_paper,
    follow_ups=(
        FollowUp(
            "answer",
            "提出意见",
            ConsultedOpinionForm,
            _submit_opinion,
            _can_answer_online,
            "您的意见已收到。",
            "提交意见",
            FileRule(label="证明材料", help="加密保存，只有办理人员可以打开。"),
            decides=True,
        ),
    ),
)
