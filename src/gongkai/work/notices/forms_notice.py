"""Forms of a notice: front page, date of issue, awaited acts."""

from django import forms

from gongkai.core.widgets.fields import Day, WholeNumber
from gongkai.core.widgets.forms import Plain


class IssueForm(Plain):
    """Number and date of a draft for comment that was issued."""

    doc_number = forms.CharField(label="发文字号", max_length=80)
    issued_on = Day(label="印发日期")


class AwaitedActForm(Plain):
    """An awaited act, from whose date deadlines run."""

    title = forms.CharField(label="文件标题", max_length=300, required=False)
    doc_number = forms.CharField(label="发文字号", max_length=80, required=False)
    dated = Day(label="文件日期")


class FrontForm(Plain):
    """The fields of the front page."""

    title = forms.CharField(label="标题", max_length=300)
    issuer = forms.CharField(label="印发单位", max_length=200)
    doc_number = forms.CharField(label="发文字号", max_length=80, required=False)
    issued_on = Day(label="印发日期", required=False)
    year = WholeNumber(label="年度", min_value=2000, max_value=2100)
    for_comment = forms.BooleanField(label="征求意见稿", required=False)
