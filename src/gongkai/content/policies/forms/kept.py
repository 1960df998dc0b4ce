"""Forms of the texts that a unit enforces: source, comparison."""

from django import forms

from gongkai.core.widgets.fields import Day


class CompareForm(forms.Form):
    """A source's text: a file, or fetched from its address."""

    file = forms.FileField(label="来源文件", required=False, help_text=".docx、.pdf 或 .txt；不选时从来源网址读取")
    address = forms.URLField(label="来源网址", required=False, max_length=500, assume_scheme="https")
    edition = forms.CharField(label="来源版本", required=False, max_length=120, help_text="如：2024年3月10日修订")
    checked_on = Day(label="核对日期", required=False, help_text="不填为今天")
