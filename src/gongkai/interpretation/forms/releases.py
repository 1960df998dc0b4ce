"""Forms of the yearly plan of news releases and of what comes after a release."""

from datetime import date
from functools import partial
from typing import TypedDict

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.editions.models import Document
from gongkai.files.forms import FilesField
from gongkai.files.store import Named, receive
from gongkai.interpretation.actions.results import receivers
from gongkai.interpretation.forms.items import DocumentChoice
from gongkai.interpretation.forms.registers import RESULTS, newest
from gongkai.interpretation.models import EventKind, Material, Place, PressEvent, Rank
from gongkai.ledger.forms.base import ActForm, register_entry_form
from gongkai.units.actors import Actor
from gongkai.units.forms import base
from gongkai.units.forms.base import BodyChoice, Day
from gongkai.units.models import Body, Office

_words = partial(base.words, rows=3, most=300)
#: What the words of a plan are not for: many see them, and the speaker has a field of his own once the release is held.
NOBODY = "写讲什么政策、什么事，不写姓名、电话等个人信息"


class PlanReleaseForm(forms.Form):
    """One row of the yearly plan."""

    body = BodyChoice(label="单位")
    kind = forms.ChoiceField(label="形式", choices=EventKind.choices)
    topic = forms.CharField(label="主题", max_length=200, help_text=NOBODY)
    policy = forms.CharField(label="涉及政策", max_length=200, required=False)
    until = Day(label="计划日期", help_text="最迟在这一天举办；只定月份的，填当月最后一天")
    rank = forms.ChoiceField(label="发布人身份", choices=Rank.choices, initial=Rank.SPOKESPERSON)

    def __init__(self, *args: object, bodies: QuerySet[Body], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class HandOverFacts(TypedDict):
    """What `hand_over` is called with, beside the release and who does it."""

    body: Body
    office: Office | None
    sender: str
    materials: list[str]
    place: str
    files: list[Named]
    note: str
    until: date


def _by_unit(offices: QuerySet[Office]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return offices below the names of their units, as a list shows them."""
    found: dict[str, list[tuple[int, str]]] = {}
    for office in offices.select_related("body").order_by("body__position", "body", "position", "pk"):
        found.setdefault(office.body.label, []).append((office.pk, office.name))
    return list(found.items())


class HandOverForm(forms.Form):
    """Results handed to those who publish them."""

    materials = forms.MultipleChoiceField(
        label="移交内容", choices=Material.choices, widget=forms.CheckboxSelectMultiple
    )
    files = FilesField(  # type: ignore[assignment]  # Django keeps fields apart
        label="文件", required=False, help_text="和存放位置至少填一项"
    )
    place = forms.CharField(
        label="存放位置", max_length=300, required=False, help_text="网盘、内网共享、光盘编号等"
    )
    sender = forms.CharField(label="移交处室", max_length=80, required=False, help_text="如宣传科")
    body = BodyChoice(label="接收单位")
    office = forms.ModelChoiceField(
        label="接收处室", queryset=Office.objects.none(), required=False, empty_label="不指定"
    )
    until = Day(label="公开期限", help_text="请在这一天之前在“政策解读”栏目公开")
    note = forms.CharField(label="说明", max_length=300, required=False)
    groups = (
        ("移交什么", ("materials", "files", "place", "note")),
        ("移交给谁", ("sender", "body", "office", "until")),
    )

    def __init__(self, *args: object, event: PressEvent, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        bodies = receivers(event.body)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["body"].initial = event.body_id
        offices = Office.objects.filter(body__in=bodies, active_to=None)
        office = self.fields["office"]
        office.queryset = offices  # type: ignore[attr-defined]
        office.choices = [("", "不指定"), *_by_unit(offices)]  # type: ignore[attr-defined]
        for name in ("files", "place"):
            self.fields[name].either = True  # type: ignore[attr-defined]

    def facts(self, by: Actor) -> HandOverFacts:
        """Return the action's facts; files are stored here.

        Raises:
            Refused: a file cannot be stored.
        """
        given = dict(self.cleaned_data)
        given["files"] = [receive(one, by) for one in given["files"]]
        return HandOverFacts(**given)  # type: ignore[typeddict-item]


def _offer_results(form: forms.Form, bodies: QuerySet[Body]) -> None:
    public = Document.objects.filter(body__in=bodies, kind__in=RESULTS).exclude(published_at=None)
    form.fields["result"].offer(newest(public))  # type: ignore[attr-defined]
    for name in ("result", "address"):
        form.fields[name].either = True  # type: ignore[attr-defined]


def _result_field() -> DocumentChoice:
    return DocumentChoice(
        label="公开的结果",
        queryset=Document.objects.none(),
        required=False,
        empty_label="不在本平台",
        help_text="在“政策解读”等栏目公开的文字、图片、视频；和结果链接至少填一项",
    )


def _address_field() -> forms.URLField:
    return forms.URLField(
        label="结果链接",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="在其他网站、新媒体公开的填写",
    )


class ResultForm(forms.Form):
    """Where the public finds the results of a release."""

    result = _result_field()
    address = _address_field()

    def __init__(self, *args: object, bodies: QuerySet[Body], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        _offer_results(self, bodies)


class CorrectResultForm(ResultForm):
    """Where the public finds them in truth, and why it is said anew."""

    reason = _words("更正的理由")


class ShowForm(ActForm):
    """The same, from the hand-over's page."""

    result = _result_field()
    address = _address_field()

    def prepare(self) -> None:
        """Offer what the receiving and the sending unit published."""
        _offer_results(
            self, Body.objects.filter(pk__in=[self.entry.body_id, self.entry.handover.event.body_id])
        )


class HoldForm(ActForm):
    """The release that took place."""

    on = Day(label="日期")
    policy = forms.CharField(label="涉及的政策", max_length=200)
    speaker = forms.CharField(label="发布人", max_length=60)
    rank = forms.ChoiceField(label="发布人身份", choices=Rank.choices)
    place = forms.ChoiceField(label="活动场所", choices=[row for row in Place.choices if row[0]])
    medium = forms.CharField(label="媒体", max_length=200, required=False)
    coverage = forms.CharField(label="报道情况", max_length=300, required=False)
    address = _address_field()

    def prepare(self) -> None:
        """Begin with what was planned; ask for what this form of release needs."""
        planned = self.entry.planned_release
        self.initial.setdefault("policy", planned.policy)
        self.initial.setdefault("rank", planned.rank)
        self.initial.setdefault("on", timezone.localdate())
        planned_on = timezone.localdate(self.entry.opened_at)
        self.fields[
            "on"
        ].help_text = f"举办的日期。早于列入计划之日（{planned_on}）的，计划自列入之日算办结。"
        if planned.kind != EventKind.ON_SITE:
            del self.fields["place"]
        if planned.kind == EventKind.SUPPLY:
            self.fields["medium"].required, self.fields["speaker"].required = True, False


class CorrectReleaseForm(ActForm):
    """What the planned release is about."""

    topic = forms.CharField(label="主题", max_length=200, help_text=NOBODY)
    kind = forms.ChoiceField(label="形式", choices=EventKind.choices)
    policy = forms.CharField(label="涉及政策", max_length=200, required=False)
    rank = forms.ChoiceField(label="发布人身份", choices=Rank.choices)
    reason = _words("理由")

    def prepare(self) -> None:
        """Begin with what stands there."""
        planned = self.entry.planned_release
        given = {"topic": self.entry.title, "kind": planned.kind, "policy": planned.policy}
        for name, value in {**given, "rank": planned.rank}.items():
            self.initial.setdefault(name, value)


class PostponeForm(ActForm):
    """Another day, and why."""

    until = Day(label="新的日期")
    reason = _words("理由")


class ExtendForm(ActForm):
    """Until when, and why."""

    until = Day(label="延长到")
    reason = _words("理由")


class ReasonForm(ActForm):
    """Why."""

    reason = _words("理由")


class SendAgainForm(ActForm):
    """What was added."""

    words = _words("补充了什么", required=False)
    files = FilesField(label="文件", required=False)  # type: ignore[assignment]  # Django keeps fields apart


def enter() -> None:
    """Say which of them belongs to which action."""
    for name, form in (
        ("press_plan.hold", HoldForm),
        ("press_plan.postpone", PostponeForm),
        ("press_plan.correct", CorrectReleaseForm),
        ("press_plan.cancel", ReasonForm),
        ("press_result.show", ShowForm),
        ("press_result.send_back", ReasonForm),
        ("press_result.send_again", SendAgainForm),
        ("press_result.extend", ExtendForm),
        ("press_result.withdraw", ReasonForm),
    ):
        register_entry_form(name, form)
