"""Forms of texts for the public: a published inquiry, an answer of the Q&A base."""

from typing import Unpack

from django import forms
from django.db.models import QuerySet

from gongkai.content.editions.models import Column, Document, Placement
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.editions.queries.lists import find_nearest_site
from gongkai.content.publishing.forms.items import (
    ColumnBoxes,
    ColumnChoice,
    filter_selectable_columns,
    set_column_choices,
)
from gongkai.core.intake.deidentification import DeidentifiedText
from gongkai.core.intake.forms.previews import RewrittenForm
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import BodyChoice, LinesField, words_field
from gongkai.core.units.models import Body
from gongkai.core.widgets.fields import RowChoices, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.work.consultation.facts import find_named_documents, find_numbered_documents
from gongkai.work.consultation.models import Inquiry, Theme
from gongkai.work.consultation.rules import deidentify_inquiry, hide_asker

# Words in the name of a column for messages, if none was used yet.
COLUMN_NAME_WORDS = ("留言", "来信", "答复")


def get_message_column(body: Body) -> Column | None:
    """Return the column for published inquiries of the unit's nearest site: last used, else by name, or None."""
    site = find_nearest_site(body)
    if site is None:
        return None
    rows = filter_selectable_columns().filter(website=site)
    placements = Placement.objects.filter(
        document__kind=ItemKind.MESSAGE, column__website=site, column__archived_at=None
    ).order_by("-pk")
    last_placement = placements.select_related("column").first()
    if last_placement:
        return last_placement.intended or last_placement.column
    return next((column for word in COLUMN_NAME_WORDS if (column := rows.filter(name__contains=word).first())), None)


class MessagePublicationForm(RewrittenForm):
    """The form for the masked text of a published inquiry, with consent and columns."""

    leaving, leaves_as = ("title", "summary", "answer"), "公开的留言"
    title = forms.CharField(label="标题", max_length=120)
    summary = forms.CharField(
        label="留言摘要",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="已按规则遮盖个人信息，请通读一遍：能猜出是谁的细节（单位、楼栋、就诊情况等）也要删去或概括；投诉不点名被投诉的学校、商家和个人。",
    )
    answer = forms.CharField(label="答复内容", max_length=10000, widget=forms.Textarea(attrs={"rows": 8}))
    consent = forms.CharField(
        label="怎样征得同意",
        max_length=200,
        help_text="提出人登记时没有表示同意公开，须先征得同意，如“11月20日电话征得本人同意”。",
    )
    columns = ColumnChoice(label="放入栏目", queryset=Column.objects.none(), widget=ColumnBoxes, required=False)

    def __init__(
        self, data: Posted = None, files: Sent = None, *, inquiry: Inquiry, by: Actor, **kwargs: Unpack[FormFacts]
    ) -> None:
        self.inquiry = inquiry
        super().__init__(data, files, by=by, target=inquiry, **kwargs)
        if inquiry.may_publish:
            del self.fields["consent"]
        publication = getattr(inquiry, "publication", None)
        if publication and publication.document and publication.document.placements.exists():
            del self.fields["columns"]
        else:
            set_column_choices(self.fields["columns"], by, unit=inquiry.entry.body)
            self.fields["columns"].required = True

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text as the public reads it."""
        return deidentify_inquiry(self.inquiry, text, public=True)

    def proposed(self) -> dict[str, DeidentifiedText]:
        """Return the texts of the last draft, else of the inquiry and its answer, de-identified."""
        inquiry, publication = self.inquiry, getattr(self.inquiry, "publication", None)
        last_text = publication.texts.last() if publication else None
        texts = (
            (last_text.title, last_text.summary, last_text.answer)
            if last_text
            else (inquiry.subject.reveal(), inquiry.text.reveal(), inquiry.answer)
        )
        return {name: self.deidentified(text) for name, text in zip(self.leaving, texts, strict=True)}


class KnownAnswerForm(RewrittenForm):
    """The form for an answer of the Q&A base, without the asker of its inquiry."""

    leaves_as = "问答"

    body = BodyChoice(label="答复单位")
    question = forms.CharField(label="问题", max_length=300)
    variants = LinesField(
        label="其他问法", most=5000, required=False, help_text="每行一种，群众的说法也写上，如“低保怎么办”"
    )
    answer = words_field("答复", rows=10, limit=10000)
    basis = forms.CharField(label="依据", max_length=600, required=False, help_text="文件名称、文号和条款")
    documents = words_field(
        "依据的文件",
        rows=2,
        limit=2000,
        required=False,
        hint="每行一件：文号、标题或者本网站的网址。文件废止、失效后，这条问答自动停止对外显示。不填时从依据中的文号识别。",
    )
    visuals = words_field(
        "图解、动画、短视频", rows=2, limit=2000, required=False, hint="每行一件：标题或者本网站的网址"
    )
    themes = RowChoices(label="主题", queryset=Theme.objects.all(), required=False, widget=forms.CheckboxSelectMultiple)
    contact = forms.CharField(label="咨询电话", max_length=60, required=False)
    valid_until = YearCheckedDateField(label="有效期至", required=False, help_text="有期限的政策填写，到期后不再显示")
    kept_because = forms.CharField(
        label="不是个人信息的理由",
        max_length=300,
        required=False,
        help_text="保存时提示有个人信息、而实际没有的（如病种名称、出生日期的范围）填写，初审和签发时能看到",
    )

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        by: Actor,
        source: Inquiry | None,
        bodies: QuerySet[Body],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        self.source = source
        if source:
            self.leaving = ("question", "answer", "basis")
        super().__init__(data, files, by=by, target=source, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0].pk

    def deidentified(self, text: str) -> DeidentifiedText:
        """Return a text in which the asker of the inquiry is hidden."""
        assert self.source
        return hide_asker(self.source, text)

    def proposed(self) -> dict[str, DeidentifiedText]:
        """Return the initial question, answer and basis without the asker."""
        return {name: self.deidentified(text) for name in self.leaving if (text := str(self.initial.get(name) or ""))}

    def _list_documents(self, name: str) -> list[Document]:
        """Return the public documents named in a field, one a line.

        Raises:
            ValidationError: when one is not found.
        """
        lines = [line for line in self.cleaned_data[name].splitlines() if line.strip()]
        documents, unknown = find_named_documents(lines)
        if unknown:
            raise forms.ValidationError(f"没有找到已公开的文件：{'、'.join(unknown[:3])}")
        return documents

    def clean_documents(self) -> list[Document]:
        """Return the named documents, else those whose numbers occur in the basis."""
        return self._list_documents("documents") or find_numbered_documents(self.cleaned_data.get("basis", ""))

    def clean_visuals(self) -> list[Document]:
        """Return the documents named as 图解、动画、短视频."""
        return self._list_documents("visuals")
