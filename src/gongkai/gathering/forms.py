"""Forms of collections, sources, entries and decisions."""

from typing import Unpack

from django import forms
from django.db.models import QuerySet

from gongkai.editions.models import Column
from gongkai.editions.vocabulary import ItemKind
from gongkai.gathering.models import Way
from gongkai.ledger.forms import ActForm, register_entry_form
from gongkai.ui.forms import FormFacts, Plain, Posted, Sent
from gongkai.units.forms.base import BodyChoice, Day
from gongkai.units.models import Body


class CollectionForm(Plain):
    """A new collection."""

    body = BodyChoice(label="归集单位", empty_label=None)
    name = forms.CharField(
        label="名称", max_length=80, help_text="如：专项规划、市场规则和标准、部门重要信息。"
    )
    about = forms.CharField(label="说明（向社会公开）", max_length=300, required=False)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: QuerySet[Body], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class ColumnByPath(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A column by its full path: many sites have several of one name."""

    def label_from_instance(self, obj: Column) -> str:
        """Its path."""
        return str(obj.title)


class SourceForm(Plain):
    """A new source."""

    groups = (
        ("来源", ("name", "unit_name", "way", "address", "example")),
        ("怎样收取、放到哪里", ("whole", "hours", "expected", "column", "kind", "laws")),
    )

    name = forms.CharField(
        label="来源名称", max_length=80, help_text="网站和栏目，如：青溪县政府网>规划信息。"
    )
    unit_name = forms.CharField(label="来源单位", max_length=120)
    way = forms.ChoiceField(label="方式", choices=Way)
    address = forms.CharField(
        label="地址",
        max_length=500,
        required=False,
        help_text="订阅源、列表页或者接口的网址；人工录入的可不填。",
    )
    example = forms.CharField(
        label="列表中的一个标题",
        max_length=300,
        required=False,
        help_text="列表页抓取的填写，用来认出是哪一个列表。",
    )
    whole = forms.BooleanField(label="读取全文和附件（用于转为草稿、发现改动）", required=False, initial=True)
    hours = forms.IntegerField(label="间隔（小时）", min_value=1, max_value=720, initial=12)
    expected = forms.IntegerField(label="应有条数", min_value=0, max_value=1_000_000, required=False)
    column = ColumnByPath(
        Column.objects.none(), label="拟放栏目", required=False, empty_label="（转为草稿时再选）"
    )
    kind = forms.ChoiceField(label="类别", choices=ItemKind, initial=ItemKind.OTHER)
    laws = forms.BooleanField(
        label="法规库：有新版或者改动时，要求执行该法规的单位核对",
        required=False,
        help_text="国家法律法规数据库、规章库等官方库勾选；首次收取的内容不算更新。",
    )

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        columns: QuerySet[Column],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["column"].queryset = columns  # type: ignore[attr-defined]


class EntryForm(Plain):
    """One entry by hand."""

    title = forms.CharField(label="标题", max_length=300)
    address = forms.CharField(label="原文网址", max_length=500)
    written_on = Day(label="来源发布日期", required=False)
    text = forms.CharField(label="内容", required=False, widget=forms.Textarea(attrs={"rows": 4}))


class ListingForm(Plain):
    """A decision to list links."""

    until = Day(label="有效期至")
    reason = forms.CharField(label="理由", max_length=300, help_text="来源是哪个党政机关的网站，为什么可信。")


class WordsForm(ActForm):
    """A remark on a comparison."""

    words = forms.CharField(label="说明", required=False, max_length=300)


class ReasonForm(ActForm):
    """Why a library's entry asks for nothing."""

    reason = forms.CharField(label="理由", max_length=300)


class RelearnForm(Plain):
    """A title that stands in the list."""

    example = forms.CharField(label="列表中的一个标题", max_length=300)


def enter() -> None:
    """Enter the forms of entries."""
    register_entry_form("law_update.finish", WordsForm)
    register_entry_form("law_update.drop", ReasonForm)
