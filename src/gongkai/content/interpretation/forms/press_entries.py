"""Forms on ledger entries: planned news releases (年度新闻发布计划) and handovers of their results (成果移交)."""

from functools import partial

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.interpretation.actions import extend_results, postpone_release
from gongkai.content.interpretation.forms.items import RESULT_KINDS, DocumentChoice
from gongkai.content.interpretation.models import HandOver, PlannedRelease, PressEventKind, PressEventPlace, SpeakerRank
from gongkai.core.files.forms import FilesField
from gongkai.core.ledger.forms.base import EntryActionForm, register_entry_acts, register_entry_form
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms import base
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import YearCheckedDateField

_make_words_field = partial(base.words_field, rows=3, limit=300)
#: Help text that keeps personal data out of topics, which many people see.
TOPIC_HELP_TEXT = "写讲什么政策、什么事，不写姓名、电话等个人信息"


def offer_results(form: forms.Form, bodies: QuerySet[Body]) -> None:
    """Offer, in the form, documents published by these units as the result of a release."""
    public = Document.objects.filter(body__in=bodies, kind__in=RESULT_KINDS).exclude(published_at=None)
    form.fields["result"].offer_public_documents(public)  # type: ignore[attr-defined]
    for name in ("result", "address"):
        form.fields[name].either = True  # type: ignore[attr-defined]


def make_result_field() -> DocumentChoice:
    """Return a field for the document with the result."""
    return DocumentChoice(
        label="公开的结果",
        queryset=Document.objects.none(),
        required=False,
        empty_label="不在本平台",
        help_text="在“政策解读”等栏目公开的文字、图片、视频；和结果链接至少填一项",
    )


def make_result_url_field() -> forms.URLField:
    """Return a field for the URL of a release's result on another site or in social media."""
    return forms.URLField(
        label="结果链接",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="在其他网站、新媒体公开的填写",
    )


class HandoverResultForm(EntryActionForm):
    """Form for the URL of public results, on the handover's page."""

    result = make_result_field()
    address = make_result_url_field()

    def prepare(self) -> None:
        """Offer the documents published by the receiving and the sending unit."""
        offer_results(self, Body.objects.filter(pk__in=[self.entry.body_id, self.entry.handover.event.body_id]))


class HoldReleaseForm(EntryActionForm):
    """Form for a planned news release that took place."""

    on = YearCheckedDateField(label="日期")
    policy = forms.CharField(label="涉及的政策", max_length=200)
    speaker = forms.CharField(label="发布人", max_length=60)
    rank = forms.ChoiceField(label="发布人身份", choices=SpeakerRank.choices)
    place = forms.ChoiceField(label="活动场所", choices=[row for row in PressEventPlace.choices if row[0]])
    medium = forms.CharField(label="媒体", max_length=200, required=False)
    coverage = forms.CharField(label="报道情况", max_length=300, required=False)
    result = make_result_field()
    address = make_result_url_field()

    def prepare(self) -> None:
        """Start with the planned values and show the fields of this form of release."""
        planned = self.entry.planned_release
        offer_results(self, Body.objects.filter(pk=self.entry.body_id))
        self.initial.setdefault("policy", planned.policy)
        self.initial.setdefault("rank", planned.rank)
        self.initial.setdefault("on", timezone.localdate())
        planned_on = timezone.localdate(self.entry.opened_at)
        self.fields["on"].help_text = f"举办的日期。早于列入计划之日（{planned_on}）的，计划自列入之日算办结。"
        if planned.kind != PressEventKind.ON_SITE:
            del self.fields["place"]
        if planned.kind == PressEventKind.SUPPLY:
            self.fields["medium"].required, self.fields["speaker"].required = True, False


class CorrectReleaseForm(EntryActionForm):
    """Form for the corrected topic, form and rank of a planned release."""

    topic = forms.CharField(label="主题", max_length=200, help_text=TOPIC_HELP_TEXT)
    kind = forms.ChoiceField(label="形式", choices=PressEventKind.choices)
    policy = forms.CharField(label="涉及政策", max_length=200, required=False)
    rank = forms.ChoiceField(label="发布人身份", choices=SpeakerRank.choices)
    reason = _make_words_field("理由")

    def prepare(self) -> None:
        """Start with the current values."""
        planned = self.entry.planned_release
        values = {"topic": self.entry.title, "kind": planned.kind, "policy": planned.policy}
        for name, value in {**values, "rank": planned.rank}.items():
            self.initial.setdefault(name, value)


class SendAgainForm(EntryActionForm):
    """Form for the additions to returned results."""

    words = _make_words_field("补充了什么", required=False)
    files = FilesField(label="文件", required=False)  # type: ignore[assignment]  # Django keeps fields apart


def register_forms() -> None:
    """Register the forms of the actions on planned news releases and on handovers."""
    for name, form in (
        ("press_plan.hold", HoldReleaseForm),
        ("press_plan.correct", CorrectReleaseForm),
        ("press_result.show", HandoverResultForm),
        ("press_result.send_again", SendAgainForm),
    ):
        register_entry_form(name, form)
    register_entry_acts(
        Act(
            action=postpone_release,
            asks={"until": YearCheckedDateField(label="新的日期"), "reason": _make_words_field("理由")},
        ),
        model=PlannedRelease,
    )
    register_entry_acts(
        Act(
            action=extend_results,
            asks={"until": YearCheckedDateField(label="延长到"), "reason": _make_words_field("理由")},
        ),
        model=HandOver,
    )
