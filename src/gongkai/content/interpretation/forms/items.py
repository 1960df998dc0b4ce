"""Forms about one item: the plan, the link, the eight elements."""

from collections.abc import Iterator, Mapping
from typing import Unpack

from django import forms as django
from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.content.editions.models import Document
from gongkai.content.editions.vocabulary import POLICY_KINDS, ItemKind
from gongkai.content.interpretation.aspects import ASPECTS
from gongkai.content.interpretation.models import Field, Form, Interpretation, Plan
from gongkai.content.interpretation.queries import public_now, shown
from gongkai.content.publishing.documents import title_of, titles_of
from gongkai.core.widgets.fields import Day, WholeNumber
from gongkai.core.widgets.forms import FormFacts, Posted, Sent


class PlanForm(django.Form):
    """The plan of a policy item."""

    needed = django.TypedChoiceField(
        label="是否解读",
        choices=[("1", "需要解读"), ("", "不需要解读")],
        coerce=bool,
        empty_value="",
        required=False,
        widget=django.RadioSelect,
        initial="1",
    )
    exempt_reason = django.CharField(
        label="不解读的理由", required=False, max_length=300, help_text="选择“不需要解读”时必填"
    )
    forms = django.MultipleChoiceField(
        label="解读形式", choices=Form.choices, required=False, widget=django.CheckboxSelectMultiple
    )
    outline = django.CharField(label="解读提纲", required=False, widget=django.Textarea({"rows": 5}))
    channels = django.CharField(
        label="发布渠道", required=False, max_length=200, help_text="如：政府网站、“云岭发布”公众号"
    )
    field = django.ChoiceField(label="领域", choices=Field.choices, required=False)
    before_on = Day(label="日期", required=False)
    before_how = django.CharField(
        label="方式", required=False, max_length=200, help_text="如：征求意见说明、吹风会；不安排的写明理由"
    )
    release_on = Day(label="日期", required=False, help_text="不填则与文件同时公开")
    during_on = Day(label="日期", required=False)
    during_how = django.CharField(
        label="方式",
        required=False,
        max_length=200,
        help_text="根据执行情况和社会反映再次解读；不安排的写明理由",
    )

    groups = (
        ("出台前解读", ("before_on", "before_how")),
        ("出台时同步解读", ("release_on",)),
        ("执行中解读", ("during_on", "during_how")),
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        for name in (
            "needed",
            "exempt_reason",
            "forms",
            "before_on",
            "before_how",
            "during_on",
            "during_how",
        ):
            self.fields[name].either = True  # type: ignore[attr-defined]

    @staticmethod
    def start(plan: Plan | None) -> dict[str, object]:
        """Return what the form shows at first."""
        if plan is None:
            return {"forms": [Form.TEXT]}
        names = [name for name in PlanForm.base_fields if name != "needed"]
        return {"needed": "1" if plan.needed else "", **{name: getattr(plan, name) for name in names}}


class OrderForm(django.Form):
    """Forms that the 政务公开 office names for a document."""

    forms = django.MultipleChoiceField(
        label="指定解读形式", choices=Form.choices, required=False, widget=django.CheckboxSelectMultiple
    )


#: So many documents stand in a list, the newest; of more the title or the number is typed.
MOST_LISTED = 200


class DocumentLine(django.TextInput):
    """A line that offers the titles of the newest documents while somebody types."""

    template_name = "interpretation/document_line.html"

    def __init__(self, newest: Mapping[str, str]) -> None:
        super().__init__({"class": "gk-input", "autocomplete": "off", "placeholder": "输入标题的一部分或者文号"})
        self.newest = newest

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """Return what the line draws, with the titles that it offers."""
        return {**super().get_context(name, value, attrs), "newest": self.newest.items()}


class DocumentChoice(django.ModelChoiceField):  # type: ignore[type-arg]
    """A document by its title: a list, or where there are very many a line in which its title or its number is typed; `offer_public` says which."""

    titles: Mapping[int, str] = {}
    typed = unpublished = False

    def offer(self, documents: QuerySet[Document]) -> None:
        """Offer documents, those that are not public, too."""
        self.unpublished = True
        self._list(documents, list(documents))

    def offer_public(self, documents: QuerySet[Document]) -> None:
        """Offer those of some documents that are public, the newest first."""
        public = documents.filter(Exists(shown(OuterRef("pk")))).select_related("body")
        rows = public.order_by("-published_at", "-pk")
        self._list(rows, list(rows[: MOST_LISTED + 1]))

    def _list(self, rows: QuerySet[Document], read: list[Document]) -> None:
        """List the documents that were read, or where they are very many draw a line."""
        self.typed = len(read) > MOST_LISTED
        self.titles, self.queryset = titles_of(read), rows
        if self.typed:
            lines = {self.titles[document.pk]: document.body.label for document in read[: MOST_LISTED + 1]}
            self.widget = DocumentLine(lines)
            self.widget.is_required = self.required

    def label_from_instance(self, obj: Document) -> str:
        """Say what it is called, and whose it is."""
        return f"{self.titles.get(obj.pk, obj)}（{obj.body.label}）"[:120]

    def prepare_value(self, value: object) -> object:
        """Show a chosen document by its title in a line; what was typed as it was typed."""
        if not self.typed or not isinstance(value, int | Document):
            return super().prepare_value(value)
        document = value if isinstance(value, Document) else Document.objects.filter(pk=value).first()
        return title_of(document) if document else ""

    def to_python(self, value: object) -> Document | None:
        """Return the document that was chosen or typed.

        Raises:
            ValidationError: there is none of the title or number, or several.
        """
        words = str(value or "").strip()
        if not self.typed or not words or isinstance(value, Document):
            return super().to_python(value)
        for numbers in self._titled(words):
            if len(numbers) > 1:
                raise django.ValidationError(f"标题有“{words[:40]}”的不止一条，请输入完整的标题或者文号。")
            if numbers:
                return super().to_python(numbers.pop())
        raise django.ValidationError(
            f"没有标题或者文号是“{words[:40]}”的{'政策文件' if self.unpublished else '公开信息'}。"
        )

    def _titled(self, words: str) -> Iterator[set[int]]:
        """Yield the documents with this title, or this number where they are public; then those whose title holds the words."""
        assert self.queryset is not None
        if self.unpublished:
            yield {pk for pk, title in self.titles.items() if title == words}
        rows = public_now().filter(document__in=self.queryset.order_by().values("pk"))
        yield {*rows.filter(Q(title=words) | Q(number=words)).values_list("document", flat=True)[:2]}
        if self.unpublished:
            yield {pk for pk, title in self.titles.items() if words in title}
        yield {*rows.filter(title__icontains=words).values_list("document", flat=True)[:2]}


#: Kinds of items in which the public finds what a news release said.
RESULTS = (ItemKind.INTERPRETATION, ItemKind.NEWS)


class LinkForm(django.Form):
    """Which document an item explains, in which form."""

    document = DocumentChoice(label="所解读的政策文件", queryset=Document.objects.none(), empty_label="请选择")
    form = django.ChoiceField(label="形式", choices=Form.choices)

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        documents: QuerySet[Document],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["document"].offer(documents)  # type: ignore[attr-defined]


def linkable(body_id: int, kept: Interpretation | None) -> QuerySet[Document]:
    """Return the policy documents of a unit, newest first, the linked one included."""
    own = Document.objects.filter(kind__in=POLICY_KINDS, body_id=body_id)
    rows = own | Document.objects.filter(pk=kept.document_id if kept else 0)
    return rows.select_related("body").order_by("-pk")


class AspectsForm(django.Form):
    """The eight elements: for each, where the text answers it, or why not."""

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        kept: Interpretation | None,
        found: Mapping[str, str],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        """Begin with what was said; an element of which nothing was said with the heading `found` for it."""
        super().__init__(data, files, **kwargs)
        for key, (name, _) in ASPECTS.items():
            said = (kept.aspects if kept else {}).get(key, {})
            if not any(said.values()) and key in found:
                said = {"text": f"见“{found[key]}”"}
            for part, words in (("text", f"正文中何处说明“{name}”"), ("none", f"没有“{name}”的理由")):
                field = django.CharField(label=words, required=False, max_length=500)
                field.initial = said.get(part, "")
                field.widget.attrs |= {"aria-label": words, "class": "gk-input"}
                if part == "text":
                    field.widget.attrs["list"] = "headings"
                self.fields[f"{key}_{part}"] = field

    def pairs(self) -> Iterator[tuple[str, object, object]]:
        """Give (name, field for the words, field for the reason) of each element."""
        for key, (name, _) in ASPECTS.items():
            yield name, self[f"{key}_text"], self[f"{key}_none"]

    def said(self) -> dict[str, dict[str, str]]:
        """Return the elements as the action takes them."""
        return {key: {part: self.cleaned_data[f"{key}_{part}"] for part in ("text", "none")} for key in ASPECTS}


class SettingForm(django.Form):
    """How strict a government is."""

    strict = django.BooleanField(label="政策文件没有解读方案和解读稿，不得送审", required=False)
    copied_percent = WholeNumber(label="摘抄原文的句子超过多少（%）须由审核人员确认", min_value=0, max_value=100)
