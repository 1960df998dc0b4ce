"""Base classes and field helpers of the forms for acts."""

from functools import partial

from django import forms
from django.core.validators import MaxValueValidator
from django.utils import timezone

from gongkai.core.intake.deidentification import DeidentifiedText
from gongkai.core.intake.forms.previews import PreviewForm, TextPreviewForm
from gongkai.core.ledger.clock import get_rules
from gongkai.core.ledger.models import Entry
from gongkai.core.units.forms import base
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.work.requests.actions.endings import list_mergeable_requests
from gongkai.work.requests.actions.joint_answers import find_obstacles, find_similar_open_requests
from gongkai.work.requests.actions.materials import list_current_materials
from gongkai.work.requests.actions.reuse import get_case_texts
from gongkai.work.requests.deidentification import deidentify_for_addressee, deidentify_for_publication
from gongkai.work.requests.letters import quote_request
from gongkai.work.requests.models import Case, Consultation, Dispute, PartyOpinion, Request
from gongkai.work.requests.pending_notices import LETTER_WRITING_ACTS, find_clock_objections
from gongkai.work.requests.states import REQUEST_ACTS


def list_pending_consultation_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return (primary key, label) of the consulted parties that have not answered."""
    rows = Consultation.objects.filter(request=entry.pk, replied_on=None)
    return [(row.pk, f"{row.who.reveal()}（{row.asked_on}征求）") for row in rows]


def list_opinion_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return (value, label) of the opinions; silence only if some party's time is over."""
    pending = Consultation.objects.filter(request=entry.pk, replied_on=None)
    over = any(consultation.until < timezone.localdate() for consultation in pending)
    return [("", "请选择"), *(choice for choice in PartyOpinion.choices if over or choice[0] != PartyOpinion.SILENT)]


def list_material_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the request's current files as (key, label)."""
    return [
        (file.pk, f"{file.name}{'（已有遮盖副本）' if file.masked_id else ''}")
        for file in list_current_materials(entry)
    ]


def list_merge_target_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return (number, label) of the requests into which this one may be merged."""
    return [
        (one.entry.number, f"{one.entry.number}（{one.received_on}收到）：{one.content.reveal()[:60]}")
        for one in list_mergeable_requests(entry)
    ]


def list_similar_request_choices(entry: Entry) -> list[tuple[object, str]]:
    """Return the similar requests that may get the same answer, as (key, label)."""
    return [
        (one.pk, f"{one.entry.number}：{one.content.reveal()[:80]}")
        for one in find_similar_open_requests(entry)
        if not find_obstacles(entry, one)
    ]


_CASE_LABELS = {"wanted": "申请内容", "ground": "理由", "dispute": "复议诉讼"}
# A multi-line text field.
make_text_area_field = partial(base.words_field, limit=5000)


def _list_texts(form: TextPreviewForm, request: Request) -> list[str]:
    """Return the filled texts that are published together: the case's and those typed."""
    typed = [str(form.data.get(form.add_prefix(name), "")) for name in form.leaving]
    return [text for text in (*get_case_texts(request).values(), *typed) if text.strip()]


class RequestActForm(PreviewForm):
    """Base of the forms of acts on requests: provision, day, objections of the clock."""

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as it is published; subclasses override this."""
        return deidentify_for_publication(self.entry.request, text, _list_texts(self, self.entry.request))

    def prepare(self) -> None:
        """Set the introduction, today as the day, and help for past records."""
        assert self.act
        verb = self.act.action.name.partition(".")[2]
        row = REQUEST_ACTS[verb]
        law = f"（{row.law}）" if row.law else ""
        self.intro = f"{row.describe(get_rules(self.entry).figures)}{law}{self.act.note}"
        if "on" in self.fields and not self.fields["on"].required:
            self.fields["on"].initial = timezone.localdate()
            self.order_fields([name for name in self.fields if name not in {"on", "past"}])
        if "past" in self.fields:
            self.warnings = find_clock_objections(self.entry, verb)
            if verb in LETTER_WRITING_ACTS:
                self.fields["on"].help_text = "文书现在生成，日期为今天；以前已经书面告知的，填写实际日期并勾选“补录”。"


class ExtensionForm(RequestActForm):
    """The form for an extension, limited to what the law allows for the case."""

    def prepare(self) -> None:
        """Set the longest lawful extension of the case as the initial and maximum number of days."""
        super().prepare()
        extension = get_rules(self.entry).extend
        assert extension
        assert extension.figure
        most, field = extension.figure, self.fields["days"]
        field.initial = most.count
        field.validators.append(
            MaxValueValidator(
                most.count,
                f"最长延长{most.words}（{extension.rule}），请填{most.count}以内；届时仍不能答复的，按已查明的情况答复。",
            )
        )


_PUBLISHED_FIELDS = ("title", "text", "comment", "tags")


class PublishedTextForm(RequestActForm):
    """A form whose texts are published, de-identified."""

    leaving = _PUBLISHED_FIELDS


class CaseRevisionForm(TextPreviewForm):
    """The form for revising a case."""

    leaving, leaves_as = _PUBLISHED_FIELDS, "案例"

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as the case shows it."""
        assert isinstance(self.target, Case)
        return deidentify_for_publication(self.target.request, text, _list_texts(self, self.target.request))


class CaseForm(PublishedTextForm):
    """The form for compiling a case, with the texts of the request that the case contains."""

    leaves_as = "案例"

    def attached(self) -> dict[str, DeidentifiedText]:
        """Return the content of the request, the ground of the answer and the disputes."""
        texts = get_case_texts(self.entry.request)
        return {_CASE_LABELS[name]: self.deidentified(text) for name, text in texts.items() if text}


class DisclosureForm(PublishedTextForm):
    """The form for publishing an answer to everybody, with a draft."""

    def proposed(self) -> dict[str, DeidentifiedText]:
        """Return the draft by field: the entry's title and the content of the answer, de-identified."""
        request = self.entry.request
        texts = {"title": self.entry.title[:200], "text": request.decided.told if request.decided else ""}
        return {name: self.deidentified(text) for name, text in texts.items() if text}


class AddresseeForm(RequestActForm):
    """A form whose texts leave for third parties or others de-identified, as letters quote them."""

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as letters to third parties quote it."""
        return deidentify_for_addressee(self.entry.request, text, "")


class JointAnswerForm(AddresseeForm):
    """The form for giving similar requests the same answer."""

    leaving, leaves_as = ("wishes_met",), "其他答复书的内容"

    def prepare(self) -> None:
        """Say which similar requests cannot get the answer yet, and why."""
        super().prepare()
        self.said = [
            f"{similar.entry.number}不能一并答复：{''.join(reasons)}"
            for similar in find_similar_open_requests(self.entry)
            if (reasons := find_obstacles(self.entry, similar))
        ]

    def attached(self) -> dict[str, DeidentifiedText]:
        """Return the answer's texts as the other applicants read them."""
        decision = self.entry.request.decided
        texts = {"理由": decision.ground, "告知内容": decision.told} if decision else {}
        return {f"写入其他答复书的{label}": self.deidentified(text) for label, text in texts.items() if text}


class ConsultationForm(AddresseeForm):
    """The form for a consultation, with the wording of the letter."""

    leaving: tuple[str, ...] = ("wording",)
    leaves_as = "意见书"

    def prepare(self) -> None:
        """Add the base class's notes, and skip the preview for a past record, which makes no letter."""
        super().prepare()
        past = self.fields.get("past")
        if past and past.widget.value_from_datadict(self.data, self.files, self.add_prefix("past")):
            self.leaving = ()

    def proposed(self) -> dict[str, DeidentifiedText]:
        """Return the de-identified content of the request as the proposed wording of the letter."""
        request = self.entry.request
        return {"wording": deidentify_for_addressee(request, quote_request(request), "")}

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as the letter to the consulted party quotes it."""
        return deidentify_for_addressee(self.entry.request, text, str(self.data.get("who") or "").strip())


def list_pending_disputes(entry: Entry) -> list[Dispute]:
    """Return the pending reviews and lawsuits over a request."""
    return list(Dispute.objects.filter(request=entry.pk, result=""))


def make_day_field(label: str) -> YearCheckedDateField:
    """Return an optional field for the day of an event; empty means today."""
    return YearCheckedDateField(label=label, required=False, help_text="不填为今天。")


def make_checkbox_field(label: str, hint: str = "") -> forms.BooleanField:
    """Return a checkbox field."""
    return forms.BooleanField(label=label, required=False, help_text=hint)


def make_row_choice_field(label: str) -> forms.TypedChoiceField:
    """Return a choice field for a related row; the act's declaration gives the choices."""
    return forms.TypedChoiceField(label=label, coerce=int)


def make_text_field(label: str, max_length: int, hint: str = "", *, required: bool = False) -> forms.CharField:
    """Return a single-line text field."""
    return forms.CharField(label=label, max_length=max_length, required=required, help_text=hint)


def make_radio_field(label: str, choices: object) -> forms.ChoiceField:
    """Return a radio-button field."""
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)  # type: ignore[arg-type]
