"""Forms of the higher library and of uploads."""

from typing import Self

from django import forms
from django.http import QueryDict
from django.utils import timezone

from gongkai.content.policies.forms.text_fields import make_words_field
from gongkai.content.policies.models import SHOWN_STANDING_CHOICES, UploadedScope, UpperLibrary
from gongkai.core.files.forms import OneFileField
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import PlainForm

#: Choices on whether a change concerns the same library or another one.
SAME_LIBRARY_CHOICES = [("", "没有改"), ("same", "还是原来的库，只是改名、换址"), ("other", "换了另一个库")]


#: Fields of the setting that decide which uploads are due.
OBLIGATION_FIELD_NAMES = ("covers", "days", "working_days", "since", "active", "same")


class UpperLibraryForm(forms.Form):
    """Form for the settings of a government's higher library."""

    name = forms.CharField(label="上级文件库名称", max_length=60, help_text="上级的政策文件库的全称")
    address = forms.URLField(
        label="上级文件库网址",
        required=False,
        max_length=300,
        assume_scheme="https",
        help_text="登录或者填报的网址",
    )
    same = forms.TypedChoiceField(
        label="名称或者网址改了的，是哪一种",
        choices=SAME_LIBRARY_CHOICES,
        coerce=lambda value: value == "same",
        empty_value=None,
        required=False,
        help_text="换了另一个库的，此前登记的上传不计，须重新上传",
    )
    covers = forms.ChoiceField(label="上传哪些文件", choices=UploadedScope.choices)
    days = WholeNumberField(
        label="公开或者有效性变化后，几天内上传",
        min_value=1,
        max_value=365,
        help_text="按上级的要求或者本级的决定",
    )
    working_days = forms.BooleanField(label="按工作日计算", required=False)
    refuses = forms.BooleanField(
        label="没有登记上传回执的，不得公开（先入库，后公开）",
        required=False,
    )
    since = YearCheckedDateField(label="自何日起执行", help_text="此前已经公开的现行有效文件，期限从这一天起算")
    basis = make_words_field("依据", hint="上级的通知、办法，或者本级的决定，写明名称和文号")
    active = forms.BooleanField(label="正在执行", required=False, initial=True)

    @staticmethod
    def values_of(row: UpperLibrary | None) -> dict[str, object]:
        """Return the initial values of the form."""
        if row is None:
            start = UpperLibrary(since=timezone.localdate())
            return {"days": start.days, "working_days": True, "since": start.since, "active": True}
        return {name: getattr(row, name) for name in UpperLibraryForm.base_fields if name != "same"}

    @classmethod
    def of(cls, row: UpperLibrary | None, sent: QueryDict | None) -> Self:
        """Return the form of a setting; an existing one also asks whether the library changes."""
        form = cls(sent, initial=cls.values_of(row))
        if row is None:
            del form.fields["same"]
        else:
            form.fields["same"].either = True  # type: ignore[attr-defined]
        return form

    def make_setting(self, body: Body) -> UpperLibrary:
        """Return the unsaved setting from the form, to count its effects."""
        row = UpperLibrary.objects.filter(body=body).first() or UpperLibrary(body=body)
        for name, value in self.cleaned_data.items():
            if name != "same":
                setattr(row, name, value)
        row.turn += self.cleaned_data.get("same") is False
        return row

    @property
    def stamp(self) -> str:
        """Return a fingerprint of the counted settings.

        A save applies only to what was previewed.
        """
        return "/".join(str(self.cleaned_data.get(name)) for name in OBLIGATION_FIELD_NAMES)


class LibraryUploadForm(forms.Form):
    """Form for one document uploaded to the higher library, with its receipt."""

    on = YearCheckedDateField(label="上传日期")
    standing = forms.ChoiceField(
        label="上传时的有效性", choices=SHOWN_STANDING_CHOICES, help_text="上级文件库中现在显示的有效性"
    )
    number = forms.CharField(
        label="回执号",
        required=False,
        max_length=80,
        help_text="上级文件库给的编号；没有编号的，上传回执或者截图",
    )
    address = forms.URLField(label="在上级库的网址", required=False, max_length=500, assume_scheme="https")
    file = OneFileField(label="回执文件或者截图", required=False)
    shared = forms.BooleanField(label="整批回执：同一天上传的几份文件共用这张回执", required=False)


class UploadBatchForm(PlainForm):
    """Form for several documents uploaded to the higher library with one receipt."""

    on = YearCheckedDateField(label="上传日期", initial=timezone.localdate)
    standing = forms.ChoiceField(
        label="上传时的有效性",
        choices=[("", "各份文件当天的有效性"), *SHOWN_STANDING_CHOICES],
        required=False,
        help_text="上级文件库中现在显示的有效性",
    )
    number = forms.CharField(
        label="回执号",
        required=False,
        max_length=80,
        help_text="整批的编号；没有编号的，上传回执或者截图。还没有拿到回执的，先不填，拿到后再登记一次",
    )
    file = OneFileField(label="回执文件或者截图", required=False)
