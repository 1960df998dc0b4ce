"""The form for publishing an inquiry."""

from typing import Unpack

from django import forms

from gongkai.content.editions.models import Column, Placement
from gongkai.content.editions.queries.lists import site_over
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.publishing.forms.items import ColumnBoxes, ColumnChoice, choosable, offer
from gongkai.core.intake.deidentification import Deidentified
from gongkai.core.intake.forms.previews import RewrittenForm
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.forms import FormFacts, Posted, Sent
from gongkai.work.consultation.models import Inquiry
from gongkai.work.consultation.rules import deidentify_inquiry

# Words in the name of a column for messages, if none was used yet.
COLUMN_NAME_WORDS = ("留言", "来信", "答复")


def get_usual_column(body: Body) -> Column | None:
    """Return the column for messages: the last one used, else one with a matching name."""
    site = site_over(body)
    if site is None:
        return None
    rows = choosable().filter(website=site)
    last = Placement.objects.filter(
        document__kind=ItemKind.MESSAGE, column__website=site, column__archived_at=None
    ).order_by("-pk")
    used = last.select_related("column").first()
    if used:
        return used.intended or used.column
    return next((column for word in COLUMN_NAME_WORDS if (column := rows.filter(name__contains=word).first())), None)


class PublicationForm(RewrittenForm):
    """The form for the masked text of a published inquiry."""

    leaving, leaves_as = ("title", "summary", "answer"), "公开的留言"
    title = forms.CharField(label="标题", max_length=120)
    summary = forms.CharField(
        label="留言摘要",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="已按规则遮盖个人信息，请通读一遍：能猜出是谁的细节（单位、楼栋、就诊情况等）也要删去或概括。",
    )
    answer = forms.CharField(label="答复内容", max_length=10000, widget=forms.Textarea(attrs={"rows": 8}))
    consent = forms.CharField(
        label="怎样征得同意",
        max_length=200,
        help_text="提出人登记时没有表示同意公开，须先征得同意，如“11月20日电话征得本人同意”。",
    )
    columns = ColumnChoice(label="放入栏目", queryset=Column.objects.none(), widget=ColumnBoxes, required=False)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        inquiry: Inquiry,
        by: Actor,
        **kwargs: Unpack[FormFacts],
    ) -> None:
        self.inquiry = inquiry
        super().__init__(data, files, by=by, target=inquiry, **kwargs)
        if inquiry.may_publish:
            del self.fields["consent"]
        publication = getattr(inquiry, "publication", None)
        if publication and publication.document and publication.document.placements.exists():
            del self.fields["columns"]
        else:
            offer(self.fields["columns"], by, unit=inquiry.entry.body)
            self.fields["columns"].required = True

    def deidentified(self, text: str) -> Deidentified:
        """Return a text as the public reads it."""
        return deidentify_inquiry(self.inquiry, text)

    def proposed(self) -> dict[str, Deidentified]:
        """Return the texts of the message, or of its last draft."""
        inquiry, made = self.inquiry, getattr(self.inquiry, "publication", None)
        last = made.texts.last() if made else None
        texts = (
            (last.title, last.summary, last.answer)
            if last
            else (inquiry.subject.reveal(), inquiry.text.reveal(), inquiry.answer)
        )
        return {name: self.deidentified(text) for name, text in zip(self.leaving, texts, strict=True)}
