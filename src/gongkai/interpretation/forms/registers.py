"""Forms of the registers: news releases, targets, specialists; the government's setting."""

from typing import Unpack

from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from gongkai.editions.models import Document
from gongkai.editions.vocabulary import POLICY_KINDS, ItemKind
from gongkai.interpretation.forms.items import DocumentChoice
from gongkai.interpretation.kind import PLANNED_KIND
from gongkai.interpretation.models import EventKind, Place, Rank
from gongkai.interpretation.queries import shown
from gongkai.ledger.models import Entry
from gongkai.ui.forms import FormFacts, Posted, Sent
from gongkai.units.forms.base import BodyChoice, Day
from gongkai.units.models import Body

#: Kinds of items in which the public finds what a news release said.
RESULTS = (ItemKind.INTERPRETATION, ItemKind.NEWS)


def newest(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Return the newest of some public documents, as a list offers them."""
    on_shelf = documents.filter(Exists(shown(OuterRef("pk"))))
    numbers = list(on_shelf.order_by("-published_at").values_list("pk", flat=True)[:200])
    return Document.objects.filter(pk__in=numbers).select_related("body").order_by("-published_at")


class PlannedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One release of the yearly plan, with its day and unit."""

    def label_from_instance(self, obj: Entry) -> str:
        """What was planned, by when, whose."""
        day = f"，计划{timezone.localdate(obj.due_at):%-m月%-d日}前" if obj.due_at else ""
        return f"{obj.title[:60]}（{obj.body.label}{day}）"


class EventForm(forms.Form):
    """One news release, on-site event or supply to the media."""

    planned = PlannedChoice(
        label="对应的计划", queryset=Entry.objects.none(), required=False, empty_label="不在年度计划中"
    )
    body = BodyChoice(label="单位")
    kind = forms.ChoiceField(label="形式", choices=EventKind.choices)
    on = Day(label="日期")
    topic = forms.CharField(label="主题", max_length=200)
    policy = forms.CharField(
        label="涉及的政策",
        max_length=200,
        required=False,
        help_text="文件名称；已在本平台公开的也可以只选择涉及的文件",
    )
    document = DocumentChoice(
        label="涉及的文件", queryset=Document.objects.none(), required=False, empty_label="不选择"
    )
    speaker = forms.CharField(
        label="发布人", max_length=60, required=False, help_text="向媒体提供素材的可不填"
    )
    rank = forms.ChoiceField(label="发布人身份", choices=Rank.choices, initial=Rank.SPOKESPERSON)
    place = forms.ChoiceField(
        label="活动场所", choices=Place.choices, required=False, help_text="“发言人来了”活动必选"
    )
    medium = forms.CharField(label="媒体", max_length=200, required=False, help_text="参加或接受素材的媒体")
    coverage = forms.CharField(label="报道情况", max_length=300, required=False)
    result = DocumentChoice(
        label="公开的结果",
        queryset=Document.objects.none(),
        required=False,
        empty_label="还没有公开，或者不在本平台",
        help_text="本单位在“政策解读”等栏目公开的文字、图片、视频",
    )
    address = forms.URLField(
        label="结果链接",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="在其他网站、新媒体公开的填写",
    )
    groups = (
        ("发布", ("planned", "body", "kind", "on", "topic", "speaker", "rank", "place")),
        ("政策和媒体", ("policy", "document", "medium", "coverage")),
        ("公开的结果", ("result", "address")),
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        for name in ("policy", "document", "speaker"):
            self.fields[name].either = True  # type: ignore[attr-defined]
        planned = Entry.objects.filter(kind=PLANNED_KIND.name, body__in=bodies).open()
        self.fields["planned"].queryset = planned.select_related("body").order_by("due_at", "pk")  # type: ignore[attr-defined]
        public = Document.objects.filter(body__in=bodies).exclude(published_at=None)
        self.fields["document"].offer(newest(public.filter(kind__in=POLICY_KINDS)))  # type: ignore[attr-defined]
        self.fields["result"].offer(newest(public.filter(kind__in=RESULTS)))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        """Refuse a plan of another unit."""
        given = super().clean() or {}
        planned, body = given.get("planned"), given.get("body")
        if planned and body and planned.body_id != body.pk:
            self.add_error("planned", f"这是{planned.body.label}的计划，与所选单位不一致。")
        return given

    def facts(self) -> dict[str, object]:
        """Return the action's facts."""
        facts = {name: value for name, value in self.cleaned_data.items() if name not in {"body", "planned"}}
        document = facts.pop("document")
        return {**facts, "documents": [document] if document else []}


class TargetForm(forms.Form):
    """How many releases a unit owes in a year."""

    body = BodyChoice(label="单位")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    least = forms.IntegerField(label="至少场次", min_value=0, max_value=366, initial=4)
    led = forms.IntegerField(label="其中负责人出席", min_value=0, max_value=366, initial=2)
    source = forms.CharField(label="依据", max_length=200, help_text="如某份任务分工通知的文号")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        self.fields["year"].initial = timezone.localdate().year


class SettingForm(forms.Form):
    """How strict a government is."""

    strict = forms.BooleanField(label="政策文件没有解读方案和解读稿，不得送审", required=False)
    copied_percent = forms.IntegerField(
        label="摘抄原文的句子超过多少（%）须由审核人员确认", min_value=0, max_value=100
    )
