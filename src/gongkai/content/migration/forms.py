"""Forms of migration."""

from typing import TYPE_CHECKING, Unpack

from django import forms

from gongkai.content.editions.models import Website
from gongkai.content.migration.actions.row_decisions import DECISION_LABELS
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent

if TYPE_CHECKING:
    from django.db.models import QuerySet

#: Largest spreadsheet that may be uploaded.
MAX_SHEET_BYTES = 20_000_000


class _NewRunForm(forms.Form):
    """Fields of both ways of migration."""

    website = forms.ModelChoiceField(Website.objects.none(), label="迁入的网站", empty_label="请选择")
    name = forms.CharField(
        label="这次迁移的名称",
        max_length=120,
        help_text="如“旧网站政策文件（2015—2020年）”；版本记录中会写明",
    )
    body = forms.ModelChoiceField(
        Body.objects.none(),
        label="默认发布单位",
        empty_label="不指定",
        required=False,
        help_text="没有写明单位的，归入这个单位",
    )
    base = forms.URLField(
        label="旧网站地址",
        required=False,
        assume_scheme="http",
        help_text="如 http://www.old.gov.cn/；用来认出网页原来的网址",
    )

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        sites: list[Website],
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        website, body = self.fields["website"], self.fields["body"]
        assert isinstance(website, forms.ModelChoiceField)
        assert isinstance(body, forms.ModelChoiceField)
        website.queryset = Website.objects.filter(pk__in=[site.pk for site in sites])
        website.initial = sites[0].pk if len(sites) == 1 else None
        body.queryset = bodies


class SpreadsheetRunForm(_NewRunForm):
    """Form to upload a spreadsheet of old texts and their files."""

    sheet = forms.FileField(
        label="表格",
        help_text=".xlsx、.xls、.et 或 .csv，不超过10MB、2万行",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.et,.csv"}),
    )
    bundle = forms.FileField(
        label="附件和正文文件",
        required=False,
        help_text="把表中写到的文件压缩成一个 .zip",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )

    def clean_sheet(self) -> object:
        """Refuse files too large for a spreadsheet."""
        given = self.cleaned_data["sheet"]
        if given.size > MAX_SHEET_BYTES:
            raise forms.ValidationError("表格过大，请拆分后分次迁移。")
        return given


class SavedPagesRunForm(_NewRunForm):
    """Form to upload saved pages with their pictures and files."""

    bundle = forms.FileField(
        label="网页文件",
        help_text="存有网页（.html、.htm）及其图片、附件的文件夹，压缩成一个 .zip；可以有多层文件夹",
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )


class MigrationWindowForm(forms.Form):
    """Form to request a migration window."""

    website = forms.ModelChoiceField(Website.objects.none(), label="迁入的网站", empty_label="请选择")
    reason = forms.CharField(label="事由", max_length=300, help_text="如“新网站建设方案批准，迁移2015年以来的信息”")
    live_on = YearCheckedDateField(
        label="新网站上线日期", help_text="从这一天起在旧网站发布的，不能直接迁移，存为草稿送审"
    )
    until = YearCheckedDateField(label="迁移期截止日期", help_text="最长120天")

    def __init__(
        self, data: Posted = None, files: Sent = None, *, sites: list[Website], **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        website = self.fields["website"]
        assert isinstance(website, forms.ModelChoiceField)
        website.queryset = Website.objects.filter(pk__in=[site.pk for site in sites])
        website.initial = sites[0].pk if len(sites) == 1 else None


class RowDecisionForm(PlainForm):
    """Form for the decision on one old text, with the parts that the user must check."""

    how = forms.ChoiceField(
        label="怎样处理",
        choices=list(DECISION_LABELS.items()),
        widget=forms.RadioSelect,
        help_text="照原样保留：有个人信息的存为草稿，经三审三校后公开。遮盖：标题、正文、附件中机器读得出的个人信息自动遮盖，图片上的不会。",
    )
    ground = forms.CharField(label="依据或说明", max_length=250, required=False, help_text="照原样保留个人信息的必填")
