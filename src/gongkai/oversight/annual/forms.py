"""Forms of a report's actions, and of importing reports and figures from files."""

from datetime import date
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.utils import timezone

from gongkai.core.ledger.forms import register_entry_acts
from gongkai.core.registers.forms import Act
from gongkai.core.units.forms.base import BodyChoice, words_field
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FieldFacts, FormFacts, Posted, Sent
from gongkai.oversight.annual.actions.publishing import reopen_for_correction
from gongkai.oversight.annual.actions.report_content import set_cut_off_day
from gongkai.oversight.annual.models import Report

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.core.units.models import Body

#: Maximum file size in megabytes.
MAX_FILE_MEGABYTES = 20


class ReportFileField(forms.FileField):
    """Upload field for a report's file; the content decides the type (`reading`)."""

    def __init__(self, **kwargs: Unpack[FieldFacts]) -> None:
        kwargs.setdefault("label", "年度报告文件")
        kwargs.setdefault("help_text", "Word、网页、Excel 或者 PDF 文件，含统一格式的表格。")
        kwargs["widget"] = forms.FileInput()
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: object, initial: object = None) -> object:
        """Return the upload; raise `ValidationError` if it is too large."""
        upload = super().clean(data, initial)
        if upload and (upload.size or 0) > MAX_FILE_MEGABYTES * 1024 * 1024:
            raise forms.ValidationError(f"文件超过{MAX_FILE_MEGABYTES} MB，请只保留年度报告本身。")
        return upload


class EarlierReportForm(forms.Form):
    """Form for importing an earlier year's report."""

    body = BodyChoice(label="编制单位")
    year = WholeNumberField(
        label="报告年度", min_value=2008, max_value=2100, required=False, help_text="不填的，按文件标题中的年度。"
    )
    file = ReportFileField()
    address = forms.URLField(label="公布网址", required=False, max_length=500, assume_scheme="https")
    published_on = YearCheckedDateField(label="公布日期", required=False)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: "QuerySet[Body]", **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]

    def clean_published_on(self) -> date | None:
        """Return the day, or None; refuse one in the future."""
        day: date | None = self.cleaned_data["published_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("公布日期不能晚于今天。")
        return day


class FiguresFileForm(forms.Form):
    """Form for importing this year's figures from a file."""

    file = ReportFileField(label="在别处编好的年度报告")


_REPORT_ACTS = (
    Act(
        action=reopen_for_correction,
        asks={
            "reason": words_field(
                "更正原因", limit=500, hint="写入更正后的报告。现在公布的报告在更正经各级审签发布以前不变。"
            )
        },
    ),
    Act(
        action=set_cut_off_day,
        asks={"until": YearCheckedDateField(label="统计截止日期")},
        initial=lambda by, entry: {"until": entry.annual_report.until},
    ),
)


def register_forms() -> None:
    """Register the forms of actions."""
    register_entry_acts(*_REPORT_ACTS, model=Report)
