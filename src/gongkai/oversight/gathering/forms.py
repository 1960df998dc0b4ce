"""Form fields of sources."""

from collections.abc import Mapping

from django import forms
from django.db.models import QuerySet

from gongkai.content.editions.models import Column as SiteColumn
from gongkai.content.editions.models import Website
from gongkai.content.editions.models.editions import ItemKind
from gongkai.core.widgets.fields import WholeNumberField


def list_columns() -> QuerySet[SiteColumn]:
    """Return the open columns of the default site, by path."""
    website = Website.objects.filter(is_default=True).first()
    rows = SiteColumn.objects.filter(website=website, opened_at__isnull=False, archived_at=None)
    return rows.order_by("key")


class ColumnByPath(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Choice field of columns, labelled by full path."""

    def label_from_instance(self, obj: SiteColumn) -> str:
        """Return the path of the column."""
        return str(obj.title)


SOURCE_FIELDS = (
    *("name", "unit_name", "way", "address", "example"),
    *("whole", "hours", "expected", "column", "kind", "laws"),
)
SOURCE_ASKS: Mapping[str, forms.Field] = {
    "address": forms.CharField(
        label="地址", max_length=500, required=False, help_text="订阅源、列表页或者接口的网址；人工录入的可不填。"
    ),
    "example": forms.CharField(
        label="列表中的一个标题", max_length=300, required=False, help_text="列表页抓取的填写，用来认出是哪一个列表。"
    ),
    "whole": forms.BooleanField(label="读取全文和附件（用于转为草稿、发现改动）", required=False, initial=True),
    "hours": WholeNumberField(label="间隔（小时）", min_value=1, max_value=720, initial=12),
    "expected": WholeNumberField(label="应有条数", min_value=0, max_value=1_000_000, required=False),
    "column": ColumnByPath(
        SiteColumn.objects.none(), label="拟放栏目", required=False, empty_label="（转为草稿时再选）"
    ),
    "kind": forms.ChoiceField(label="类别", choices=ItemKind, initial=ItemKind.OTHER),
    "laws": forms.BooleanField(
        label="法规库：有新版或者改动时，要求执行该法规的单位核对",
        required=False,
        help_text="国家法律法规数据库、规章库等官方库勾选；首次收取的内容不算更新。",
    ),
}
SOURCE_GROUPS = (("来源", SOURCE_FIELDS[:5]), ("怎样收取、放到哪里", SOURCE_FIELDS[5:]))
