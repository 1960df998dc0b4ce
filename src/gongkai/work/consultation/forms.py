"""Forms for registering inquiries and for acts on them."""

from collections.abc import Mapping
from functools import partial
from typing import Unpack

from django import forms
from django.db.models import Case, QuerySet, When
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.core.acts.actors import Actor
from gongkai.core.files.losses import find_losses
from gongkai.core.intake.declared_fields import add_declared_fields
from gongkai.core.intake.deidentification import DeidentifiedText
from gongkai.core.intake.forms.people import PhoneField
from gongkai.core.intake.forms.previews import PreviewForm, keep_reason_field
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.forms import EntryActionForm, register_entry_acts
from gongkai.core.ledger.forms.acts import HandOverForm, WorkingUnitChoice
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms import base
from gongkai.core.units.forms.base import INVALID_MAIL_ERROR, BodyChoice
from gongkai.core.units.models import Body
from gongkai.core.units.queries import filter_staffed_units
from gongkai.core.units.unit_filters import find_government
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent, style_inputs
from gongkai.work.consultation import actions, answer_index, queries
from gongkai.work.consultation.facts import describe_documents, find_named_document
from gongkai.work.consultation.models import (
    DECISIONS_BY_CATEGORY,
    AnswerSatisfaction,
    Inquiry,
    InquiryChannel,
    KnownAnswer,
    ProposalDecision,
    SortingDecision,
)
from gongkai.work.consultation.rules import deidentify_inquiry
from gongkai.work.consultation.states import SHOWN_STATES

# Fields about the asker; stored encrypted with the party only.
ASKER_FIELDS = ("name", "phone", "email")


@add_declared_fields(Inquiry, staff=True, before_field="name")
class InquiryRegistrationForm(forms.Form):
    """The form that registers an inquiry not made on the website. The asker may be left out."""

    channel = forms.ChoiceField(
        label="渠道",
        choices=[(c.value, c.label) for c in InquiryChannel if c != InquiryChannel.FORM],
        initial=InquiryChannel.PHONE,
    )
    title = forms.CharField(label="标题", max_length=120, help_text="一句话概括，如“公租房申请条件”")
    name = forms.CharField(label="姓名或者称呼", max_length=50, required=False)
    phone = PhoneField(
        required=False,
        help_text="回电、发送答复和查办理情况时使用，加密保存",
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label="电子邮箱", max_length=200, required=False, error_messages={"invalid": INVALID_MAIL_ERROR}
    )
    received_on = YearCheckedDateField(label="收到日期", initial=timezone.localdate)
    external_ref = forms.CharField(label="外部编号", max_length=120, required=False, help_text="12345工单编号等")
    receiver = BodyChoice(label="受理单位")
    body = BodyChoice(label="承办单位", required=False, help_text="可以确定的直接转办；不填则等待分办")

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        bodies: QuerySet[Body],
        units: QuerySet[Body],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["receiver"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].queryset = units  # type: ignore[attr-defined]
        style_inputs(self)
        for name in ASKER_FIELDS:
            self.fields[name].widget.attrs["autocomplete"] = (
                "off"  # the browser belongs to the office, not to the caller
            )
        if bodies:
            self.fields["receiver"].initial = bodies[0].pk

    def facts(self) -> dict[str, object]:
        """Return the inquiry's content without the asker."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ASKER_FIELDS}

    def said(self) -> SenderParticulars:
        """Return the asker's name and contact data."""
        return SenderParticulars.read({name: self.cleaned_data[name] for name in ASKER_FIELDS})


_text_area = partial(base.words_field, rows=4, limit=5000)


def _list_losses(entry: Entry) -> list[str]:
    """Return the lines on what the inquiry's text lacks, shown above a form."""
    losses = find_losses(entry.stream)
    return list(losses.lines) if losses else []


class LossConfirmationForm(EntryActionForm):
    """A form that asks for confirmation that a person compared the inquiry's text with its original."""

    def prepare(self) -> None:
        """Leave out the checkbox where nothing is to be confirmed."""
        super().prepare()
        losses = find_losses(self.entry.stream)
        if losses and not losses.seen_by:
            self.fields["losses_seen"].required = True
        else:
            del self.fields["losses_seen"]


class AssignForm(HandOverForm):
    """The form for assigning a unit, with proposals."""

    def prepare(self) -> None:
        """Preselect the best of the proposed units and list all of them with reasons."""
        super().prepare()
        units = queries.propose_units_for_inquiry(self.entry.inquiry)
        if units:
            self.fields["body"].initial = units[0][0].pk
            self.fields["body"].help_text = "建议：" + "、".join(
                f"{body.label}（{'；'.join(route.why)}）" for body, route in units
            )


class KnownAnswerChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice of answers; `said` holds the reasons for each match by key."""

    said: Mapping[int, str] = {}

    def label_from_instance(self, obj: KnownAnswer) -> str:
        """Return question, reasons and the beginning of the answer."""
        return f"{obj.question}（{self.said[obj.pk]}）——{obj.answer[:120]}"


class KnownAnswerActForm(LossConfirmationForm):
    """The form for answering with an answer of the Q&A base."""

    def prepare(self) -> None:
        """Offer the suggested answers in use, best first; ask about flags if one has any."""
        super().prepare()
        matches = answer_index.search_answers_for_inquiry(self.entry.inquiry).found
        reasons_by_key = {
            match.answer.pk: "；".join([*match.why, *(f"{flag}，请先核实" for flag in match.flags)])
            for match in matches
        }
        best_first = Case(
            *(When(pk=pk, then=place) for place, pk in enumerate(reasons_by_key)), default=len(reasons_by_key)
        )
        field = self.fields["known"]
        assert isinstance(field, KnownAnswerChoiceField)
        field.said = reasons_by_key
        field.queryset = KnownAnswer.objects.filter(pk__in=reasons_by_key, state__in=SHOWN_STATES).order_by(best_first)
        field.help_text = "最可能的排在最前。" if len(reasons_by_key) > 1 else ""
        if any(match.flags for match in matches):
            self.fields["checked"].help_text = "选了写着“请先核实”的，请写明怎样核实的，现行规定是什么。"
        else:
            del self.fields["checked"]


class DecisionRecordForm(EntryActionForm):
    """The form for the decision on a proposal or blockage."""

    def prepare(self) -> None:
        """Remove the document field unless a policy can be amended."""
        if ProposalDecision.AMENDED not in DECISIONS_BY_CATEGORY.get(self.entry.inquiry.category, ()):
            del self.fields["document"]

    def clean_document(self) -> Document | None:
        """Return the named document, or None if the field is empty; refuse an unknown name."""
        typed_name = self.cleaned_data["document"].strip()
        document = find_named_document(typed_name) if typed_name else None
        if typed_name and document is None:
            raise forms.ValidationError("没有找到已公开的文件，请核对文号或者标题。")
        return document


class ContributionRequestForm(PreviewForm):
    """The form for asking another unit, with a de-identified question."""

    leaving = ("asked",)

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return the question as the other unit reads it."""
        return deidentify_inquiry(self.entry.inquiry, text)

    def attached(self) -> dict[str, DeidentifiedText]:
        """Return the inquiry and the drafted answer as the other unit reads them."""
        inquiry = self.entry.inquiry
        texts = {"会办单位看到的留言": inquiry.text.reveal(), "会办单位看到的答复": inquiry.answer}
        return {label: self.deidentified(text) for label, text in texts.items() if text}


class AnswerDraftForm(LossConfirmationForm, PreviewForm):
    """The form for drafting an answer, with the version that contributing units read."""

    leaves_as = "会办单位看到的答复"

    def prepare(self) -> None:
        """Show the preview if another unit reads the draft."""
        super().prepare()
        if self.entry.inquiry.contributions.exists():
            self.leaving = ("answer",)

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return the draft as the other unit reads it."""
        return deidentify_inquiry(self.entry.inquiry, text)


def _list_staffed_units_of_government(by: Actor, entry: Entry) -> QuerySet[Body]:
    top = find_government(entry.inquiry.receiver)
    return filter_staffed_units().filter(path__startswith=top.path)


def _list_similar_answers(by: Actor, entry: Entry) -> QuerySet[KnownAnswer]:
    numbers = [known_answer.pk for known_answer in answer_index.list_first_answer_hits(entry.inquiry.question[:400])]
    return KnownAnswer.objects.filter(pk__in=numbers)


def _list_decision_choices(entry: Entry) -> list[tuple[object, str]]:
    return [(decision.value, decision.label) for decision in DECISIONS_BY_CATEGORY.get(entry.inquiry.category, ())]


def _get_initial_decision(by: Actor, entry: Entry) -> dict[str, object]:
    outcome = getattr(entry.inquiry, "outcome", None)
    if outcome is None:
        return {}
    document = describe_documents([outcome.document]) if outcome.document else ""
    return {"decision": outcome.decision, "words": outcome.words, "document": document}


_LOSSES_FIELD = {"losses_seen": forms.BooleanField(label="已对照原文件核对", required=False)}
_REASON_FIELDS = {"reason": _text_area("理由", rows=3, limit=500)}
INQUIRY_ACTS = (
    Act(
        action=actions.assign_inquiry,
        base=AssignForm,
        said=_list_losses,
        asks={
            "body": WorkingUnitChoice(label="承办单位"),
            "words": _text_area("交办意见", rows=2, limit=500, required=False),
        },
        offers={"body": _list_staffed_units_of_government},
    ),
    Act(
        action=actions.decline_inquiry,
        asks={"reason": _text_area("退回理由（写明应由哪个单位办理）", rows=3, limit=500)},
    ),
    Act(
        action=actions.draft_answer,
        base=AnswerDraftForm,
        said=_list_losses,
        asks={"answer": _text_area("答复内容", rows=10, limit=10000), **_LOSSES_FIELD},
        initial=lambda by, entry: {"answer": entry.inquiry.answer},
    ),
    Act(action=actions.return_draft_answer, asks=_REASON_FIELDS),
    Act(
        action=actions.answer_with_known_answer,
        base=KnownAnswerActForm,
        note="以问答库中已签发的内容答复，不需要再审核。",
        said=_list_losses,
        fields=("known", "checked", "losses_seen"),
        asks={
            **_LOSSES_FIELD,
            "known": KnownAnswerChoiceField(
                label="问答", queryset=KnownAnswer.objects.none(), empty_label=None, widget=forms.RadioSelect
            ),
            "checked": _text_area("核实情况", rows=2, limit=300, required=False),
        },
    ),
    Act(
        action=actions.request_contribution,
        base=ContributionRequestForm,
        asks={
            "body": BodyChoice(label="会办单位"),
            "asked": _text_area("会办内容", rows=3, limit=300),
            "kept_because": keep_reason_field(),
        },
        offers={"body": lambda by, entry: _list_staffed_units_of_government(by, entry).exclude(pk=entry.body_id)},
    ),
    Act(action=actions.submit_contribution, asks={"text": _text_area("会办意见", rows=6)}),
    Act(action=actions.extend_inquiry, asks=_REASON_FIELDS),
    Act(
        action=actions.classify_inquiry,
        initial=lambda by, entry: {"category": entry.inquiry.category, "complex": entry.inquiry.complex},
        asks={
            "complex": forms.BooleanField(label="情况复杂", required=False),
            "words": _text_area("说明", rows=2, limit=300, required=False),
        },
    ),
    Act(
        action=actions.record_decision,
        base=DecisionRecordForm,
        asks={
            "decision": forms.ChoiceField(label="研究结果", widget=forms.RadioSelect),
            "words": _text_area("理由或者解决办法", rows=4, limit=2000),
            "document": forms.CharField(
                label="修改后的文件",
                max_length=300,
                required=False,
                help_text="采纳并修改政策的填写：文号、标题或者本网站的网址；还没有公布的，公布后再补。",
            ),
        },
        choices={"decision": _list_decision_choices},
        initial=_get_initial_decision,
    ),
    Act(action=actions.append_to_inquiry, asks={"text": _text_area("提出人补充的情况", rows=4)}),
    Act(
        action=actions.reject_inquiry,
        base=LossConfirmationForm,
        said=_list_losses,
        fields=("reason", "losses_seen"),
        asks={**_REASON_FIELDS, **_LOSSES_FIELD},
    ),
    Act(
        action=actions.record_follow_up_call,
        asks={
            "words": _text_area("回访情况", rows=3, limit=500),
            "satisfaction": forms.ChoiceField(
                label="电话中表示",
                choices=[("", "没有表示"), *AnswerSatisfaction.choices],
                required=False,
                help_text="记入回访情况，不代替提出人本人的评价。",
            ),
        },
    ),
    Act(
        action=actions.decide_on_inclusion,
        note="收入问答库的，请在留言页面点“收入问答库”；已有相近问答的并入，不具有普遍性的不收入。",
        asks={
            "decision": forms.ChoiceField(
                label="梳理结果",
                choices=[(kind.value, kind.label) for kind in (SortingDecision.MERGED, SortingDecision.SKIPPED)],
                widget=forms.RadioSelect,
            ),
            "known": forms.ModelChoiceField(
                label="并入哪一条", queryset=KnownAnswer.objects.none(), required=False, empty_label="不并入"
            ),
        },
        offers={"known": _list_similar_answers},
    ),
    Act(action=actions.reopen_inquiry, asks=_REASON_FIELDS),
)


def register_forms() -> None:
    """Register the forms for acts on inquiries."""
    register_entry_acts(*INQUIRY_ACTS, model=Inquiry)
