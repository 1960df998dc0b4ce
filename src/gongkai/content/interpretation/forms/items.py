"""Forms about one item: the plan, the link, the eight elements."""

from collections.abc import Iterator, Mapping
from typing import Unpack

from django import forms as django
from django.db.models import Exists, OuterRef, Q, QuerySet

from gongkai.content.editions.models import Document
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.interpretation.aspects import ASPECT_WORDS
from gongkai.content.interpretation.models import Interpretation, InterpretationMedium, Plan, PolicyField
from gongkai.content.interpretation.queries import filter_public_shelf, list_public_shelf_rows
from gongkai.content.publishing.models import get_document_title, map_document_titles
from gongkai.core.widgets.fields import WholeNumberField, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, Posted, Sent


class InterpretationPlanForm(django.Form):
    """Form for the interpretation plan of a policy item."""

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
        label="解读形式", choices=InterpretationMedium.choices, required=False, widget=django.CheckboxSelectMultiple
    )
    outline = django.CharField(label="解读提纲", required=False, widget=django.Textarea({"rows": 5}))
    channels = django.CharField(
        label="发布渠道", required=False, max_length=200, help_text="如：政府网站、“云岭发布”公众号"
    )
    field = django.ChoiceField(label="领域", choices=PolicyField.choices, required=False)
    before_on = YearCheckedDateField(label="日期", required=False)
    before_how = django.CharField(
        label="方式", required=False, max_length=200, help_text="如：征求意见说明、吹风会；不安排的写明理由"
    )
    release_on = YearCheckedDateField(label="日期", required=False, help_text="不填则与文件同时公开")
    during_on = YearCheckedDateField(label="日期", required=False)
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
        """Return the initial form values of an interpretation plan."""
        if plan is None:
            return {"forms": [InterpretationMedium.TEXT]}
        names = [name for name in InterpretationPlanForm.base_fields if name != "needed"]
        return {"needed": "1" if plan.needed else "", **{name: getattr(plan, name) for name in names}}


class InterpretationOrderForm(django.Form):
    """Form for the forms of interpretation that the 政务公开办 requires for a document."""

    forms = django.MultipleChoiceField(
        label="指定解读形式", choices=InterpretationMedium.choices, required=False, widget=django.CheckboxSelectMultiple
    )


#: Number of newest documents in a select; if there are more, the user types title or number.
MAX_LISTED_DOCUMENTS = 200


class DocumentInput(django.TextInput):
    """A text input with suggestions of the newest document titles."""

    template_name = "interpretation/document_line.html"

    def __init__(self, newest: Mapping[str, str]) -> None:
        super().__init__({"class": "gk-input", "autocomplete": "off", "placeholder": "输入标题的一部分或者文号"})
        self.newest = newest

    def get_context(self, name: str, value: object, attrs: dict[str, object] | None) -> dict[str, object]:
        """Add the suggestions to the template context."""
        return {**super().get_context(name, value, attrs), "newest": self.newest.items()}


class DocumentChoice(django.ModelChoiceField):  # type: ignore[type-arg]
    """A document by title: a select, or for many documents a text input for title or number; see
    `offer_public_documents`."""

    titles: Mapping[int, str] = {}
    typed = unpublished = False

    def offer(self, documents: QuerySet[Document]) -> None:
        """Set the choices to these documents, including unpublished ones."""
        self.unpublished = True
        self._fill_choices(documents, list(documents))

    def offer_public_documents(self, documents: QuerySet[Document]) -> None:
        """Set the choices to those of the documents that are public, newest first."""
        public = documents.filter(Exists(list_public_shelf_rows(OuterRef("pk")))).select_related("body")
        rows = public.order_by("-published_at", "-pk")
        self._fill_choices(rows, list(rows[: MAX_LISTED_DOCUMENTS + 1]))

    def _fill_choices(self, rows: QuerySet[Document], read: list[Document]) -> None:
        """Use a select for the loaded documents, or a text input if there are too many."""
        self.typed = len(read) > MAX_LISTED_DOCUMENTS
        self.titles, self.queryset = map_document_titles(read), rows
        if self.typed:
            lines = {self.titles[document.pk]: document.body.label for document in read[: MAX_LISTED_DOCUMENTS + 1]}
            self.widget = DocumentInput(lines)
            self.widget.is_required = self.required

    def label_from_instance(self, obj: Document) -> str:
        """Return a document's title and body."""
        return f"{self.titles.get(obj.pk, obj)}（{obj.body.label}）"[:120]

    def prepare_value(self, value: object) -> object:
        """Return the title of a chosen document for a text input, or the text as typed."""
        if not self.typed or not isinstance(value, int | Document):
            return super().prepare_value(value)
        document = value if isinstance(value, Document) else Document.objects.filter(pk=value).first()
        return get_document_title(document) if document else ""

    def to_python(self, value: object) -> Document | None:
        """Return the chosen or typed document.

        Raises:
            ValidationError: there is none of the title or number, or several.
        """
        text = str(value or "").strip()
        if not self.typed or not text or isinstance(value, Document):
            return super().to_python(value)
        for numbers in self._iterate_documents_titled(text):
            if len(numbers) > 1:
                raise django.ValidationError(f"标题有“{text[:40]}”的不止一条，请输入完整的标题或者文号。")
            if numbers:
                return super().to_python(numbers.pop())
        raise django.ValidationError(
            f"没有标题或者文号是“{text[:40]}”的{'政策文件' if self.unpublished else '公开信息'}。"
        )

    def _iterate_documents_titled(self, words: str) -> Iterator[set[int]]:
        """Yield documents with this title or (if public) number, then those with the words in the title."""
        assert self.queryset is not None
        if self.unpublished:
            yield {pk for pk, title in self.titles.items() if title == words}
        rows = filter_public_shelf().filter(document__in=self.queryset.order_by().values("pk"))
        yield {*rows.filter(Q(title=words) | Q(number=words)).values_list("document", flat=True)[:2]}
        if self.unpublished:
            yield {pk for pk, title in self.titles.items() if words in title}
        yield {*rows.filter(title__icontains=words).values_list("document", flat=True)[:2]}


#: Kinds of items in which the public finds what a news release said.
RESULT_KINDS = (ItemKind.INTERPRETATION, ItemKind.NEWS)


class InterpretationLinkForm(django.Form):
    """Form for the document that an item interprets, and the form of interpretation."""

    document = DocumentChoice(label="所解读的政策文件", queryset=Document.objects.none(), empty_label="请选择")
    form = django.ChoiceField(label="形式", choices=InterpretationMedium.choices)

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


def list_linkable(body_id: int, interpretation: Interpretation | None) -> QuerySet[Document]:
    """Return a unit's policy documents, the last created first, and the one that `interpretation` links."""
    documents = Document.objects.filter(kind__in=POLICY_KINDS, body_id=body_id)
    rows = documents | Document.objects.filter(pk=interpretation.document_id if interpretation else 0)
    return rows.select_related("body").order_by("-pk")


class AspectsForm(django.Form):
    """Form for the eight elements: where the text answers each, or why not."""

    def __init__(
        self,
        data: Posted = None,
        files: Sent = None,
        *,
        stored: Interpretation | None,
        headings: Mapping[str, str],
        **kwargs: Unpack[FormFacts],
    ) -> None:
        """Start with the stored answers, or for unanswered elements the heading that was found."""
        super().__init__(data, files, **kwargs)
        for key, (name, _) in ASPECT_WORDS.items():
            said = (stored.aspects if stored else {}).get(key, {})
            if not any(said.values()) and key in headings:
                said = {"text": f"见“{headings[key]}”"}
            for part, text in (("text", f"正文中何处说明“{name}”"), ("none", f"没有“{name}”的理由")):
                field = django.CharField(label=text, required=False, max_length=500)
                field.initial = said.get(part, "")
                field.widget.attrs |= {"aria-label": text, "class": "gk-input"}
                if part == "text":
                    field.widget.attrs["list"] = "headings"
                self.fields[f"{key}_{part}"] = field

    def pairs(self) -> Iterator[tuple[str, object, object]]:
        """Yield (name, answer field, reason field) of each element."""
        for key, (name, _) in ASPECT_WORDS.items():
            yield name, self[f"{key}_text"], self[f"{key}_none"]

    def get_answers(self) -> dict[str, dict[str, str]]:
        """Return {element: {"text": answer, "none": reason}} as arguments of the action."""
        return {key: {part: self.cleaned_data[f"{key}_{part}"] for part in ("text", "none")} for key in ASPECT_WORDS}


class InterpretationSettingForm(django.Form):
    """Form for the gate settings of a government."""

    strict = django.BooleanField(label="政策文件没有解读方案和解读稿，不得送审", required=False)
    copied_percent = WholeNumberField(label="摘抄原文的句子超过多少（%）须由审核人员确认", min_value=0, max_value=100)
