"""Forms of open days and open meetings."""

from collections.abc import Sequence
from typing import Unpack

from django import forms

from gongkai.editions.models import Document, Shelf
from gongkai.files.models import PaperKind
from gongkai.ledger.models import Entry
from gongkai.participation.models import Opening, OpeningKind, OpeningPaper
from gongkai.publishing.documents import titles_of
from gongkai.ui.forms import FormFacts, Plain, Posted
from gongkai.units.forms.base import Day, words
from gongkai.units.forms.units import UnitField
from gongkai.units.models import Body

#: Texts of a unit that can be linked, the newest.
NEWEST = 100


class RecordForm(Plain):
    """What a record says; the numbers are filled in once it was held."""

    kind = forms.ChoiceField(label="类别", choices=OpeningKind)
    on = Day(label="日期", help_text="还没有举办的，填计划的日期")
    place = forms.CharField(label="地点", max_length=200)
    theme = forms.CharField(label="主题（会议名称、议题）", max_length=200)
    invited = forms.CharField(
        label="邀请对象",
        max_length=200,
        required=False,
        help_text="如：市民代表、利益相关方、专家、媒体；不写姓名",
    )
    guests = forms.IntegerField(
        label="参加人数",
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text="指邀请的公众，不含工作人员；计划举办的不填",
    )
    account = words("活动情况、意见建议", required=False, rows=4, most=2000)
    address = forms.URLField(
        label="报道网址",
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text="在其他网站、新媒体公开的填写；在本平台公开的，登记后关联",
    )
    groups = (
        ("安排", ("body", "kind", "on", "place", "theme", "invited")),
        ("举办情况（举办以后填）", ("guests", "account", "address")),
    )


class OpeningForm(RecordForm):
    """A new record."""

    field_order = ("body",)
    body = UnitField(label="举办单位", queryset=Body.objects.none())


class ReasonForm(Plain):
    """Why it is called off."""

    reason = forms.CharField(label="取消、作废的理由", max_length=300, min_length=2)


class TextChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A text by its title."""

    titles: dict[int, str] = {}

    def label_from_instance(self, obj: Document) -> str:
        """Say what it is called, and since when it is public."""
        since = f"（{obj.published_at:%Y-%m-%d}）" if obj.published_at else ""
        return f"{self.titles.get(obj.pk, obj)}"[:100] + since


class LinkForm(Plain):
    """Which public text of the unit belongs to the record, and as what."""

    document = TextChoice(label="本单位公开的信息", queryset=Document.objects.none(), empty_label="请选择")
    announces = forms.TypedChoiceField(
        label="是",
        choices=[("", "活动的报道、结果"), ("1", "活动的公告")],
        coerce=bool,
        empty_value="",
        required=False,
    )

    def __init__(self, data: Posted = None, *, opening: Opening, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, **kwargs)
        rows = Document.objects.filter(body=opening.body_id).exclude(published_at=None)
        rows = rows.exclude(pk__in=opening.documents.values("pk")).exclude(pk=opening.announcement_id or 0)
        newest = list(rows.order_by("-published_at").values_list("pk", flat=True)[:NEWEST])
        field = self.fields["document"]
        assert isinstance(field, TextChoice)
        field.queryset = Document.objects.filter(pk__in=newest).order_by("-published_at")
        field.titles = titles_of(field.queryset)


class TaskChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A task by number and title."""

    def label_from_instance(self, obj: Entry) -> str:
        """Say which it is."""
        return f"{obj.title}（{obj.number}，{obj.state_label}）"


class ProofForm(Plain):
    """Which task, and what of the record is its evidence; sign-in sheets are not ticked by themselves, for the persons in them."""

    entry = TaskChoice(
        label="任务", queryset=Entry.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    documents = forms.TypedMultipleChoiceField(
        label="公开的信息", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    link = forms.BooleanField(label="报道网址", required=False, initial=True)
    papers = forms.TypedMultipleChoiceField(
        label="材料",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="牵头单位能看到作为佐证的文件；签到表含个人信息，确有必要的再勾选。",
    )

    def fill(self, opening: Opening, texts: Sequence[Shelf], files: Sequence[OpeningPaper]) -> None:
        """Offer what there is; what there is none of is not asked for."""
        for name, rows in (
            ("documents", [(text.edition_id, text.title) for text in texts]),
            ("papers", [(file.pk, f"{file.get_what_display()}：{file.name}") for file in files]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.TypedMultipleChoiceField)
            field.choices = rows
            field.widget.attrs.pop("class", None)
            if not rows:
                del self.fields[name]
        self.initial["documents"] = [text.edition_id for text in texts]
        self.initial["papers"] = [
            opening_paper.pk for opening_paper in files if opening_paper.what != PaperKind.SIGN_IN
        ]
        if not opening.address:
            del self.fields["link"]
