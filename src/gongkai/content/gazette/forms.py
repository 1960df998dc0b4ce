"""Forms of the gazette: cover, article without a public document, files of the printed issue."""

from collections.abc import Iterable

from django import forms

from gongkai.content.gazette.models import DEFAULT_SECTIONS, Article, Issue
from gongkai.core.files.forms import FilesField
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES
from gongkai.core.units.forms.base import words_field
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import PlainForm, Posted
from gongkai.lib.richtext import make_paragraphs, to_plain_text


class IssueCoverForm(PlainForm):
    """Form for the cover of an issue."""

    name = forms.CharField(label="公报名称", max_length=120, required=False, help_text="不填的，为主办单位全称加“公报”")
    year = WholeNumberField(label="年份", min_value=1949, max_value=2100)
    number = WholeNumberField(label="期号", min_value=1, max_value=400)
    total = WholeNumberField(label="总期号", min_value=1, max_value=100_000, required=False)
    issued_on = YearCheckedDateField(label="出版日期")
    foreword = words_field("卷首语", rows=2, limit=500, required=False)

    def __init__(self, data: Posted = None, *, issue: Issue) -> None:
        super().__init__(data, auto_id="cover-%s", initial=issue.cover)


class IssueArticleForm(PlainForm):
    """Form for an article that is not a public document."""

    section = forms.CharField(label="栏目", max_length=40, help_text=f"如：{'、'.join(DEFAULT_SECTIONS[:5])}")
    title = forms.CharField(label="标题", max_length=300)
    number = forms.CharField(label="发文字号", max_length=80, required=False)
    page = WholeNumberField(label="页码", min_value=1, max_value=2000, required=False)
    text = forms.CharField(label="正文", required=False, widget=forms.Textarea(attrs={"rows": 6}))

    @classmethod
    def of(cls, article: Article) -> "IssueArticleForm":
        """Return the form of an existing article, with plain text if it has only paragraphs."""
        words = to_plain_text(article.text)
        facts = {name: getattr(article, name) for name in ("section", "title", "number", "page")}
        text = words if make_paragraphs(words) == article.text else article.text
        return cls(initial={**facts, "text": text}, auto_id=f"article-{article.pk}-%s")


class ArticleOrderForm(PlainForm):
    """Form for the order of an issue's articles, and the section of each."""

    def __init__(self, data: Posted = None, *, articles: Iterable[Article]) -> None:
        super().__init__(data)
        for one in articles:
            self.fields[f"place-{one.pk}"] = WholeNumberField(label=f"顺序：{one.title}", min_value=0, max_value=9999)
            self.fields[f"section-{one.pk}"] = forms.CharField(
                label=f"栏目：{one.title}", max_length=40, required=False
            )


class PrintedFilesForm(PlainForm):
    """Form for files of the printed issue; several past issues are matched by file names."""

    attachments = FilesField(
        content_checked_later=True, label="印刷版文件（PDF）", kinds=PUBLIC_FILE_TYPES, required=False
    )
