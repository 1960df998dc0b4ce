"""Forms about one item: the plan, the link, the eight elements."""

from collections.abc import Iterator, Mapping
from typing import Unpack

from django import forms as django
from django.db.models import Exists, OuterRef, QuerySet

from gongkai.editions.models import Document
from gongkai.editions.vocabulary import POLICY_KINDS, ItemKind
from gongkai.interpretation.aspects import ASPECTS
from gongkai.interpretation.models import Field, Form, Interpretation, Plan
from gongkai.interpretation.queries import shown
from gongkai.publishing.documents import titles_of
from gongkai.ui.forms import FormFacts, Posted, Sent
from gongkai.units.forms.base import Day


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


class DocumentChoice(django.ModelChoiceField):  # type: ignore[type-arg]
    """A policy document by its title; `offer` says which, and reads their titles at once."""

    titles: Mapping[int, str] = {}

    def offer(self, documents: QuerySet[Document]) -> None:
        """Say which documents can be chosen."""
        self.titles = titles_of(documents)
        self.queryset = documents

    def label_from_instance(self, obj: Document) -> str:
        """Say what it is called, and whose it is."""
        return f"{self.titles.get(obj.pk, obj)}（{obj.body.label}）"[:120]


#: Kinds of items in which the public finds what a news release said.
RESULTS = (ItemKind.INTERPRETATION, ItemKind.NEWS)


def newest(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Return the newest of some public documents, as a list offers them."""
    on_shelf = documents.filter(Exists(shown(OuterRef("pk"))))
    numbers = list(on_shelf.order_by("-published_at").values_list("pk", flat=True)[:200])
    return Document.objects.filter(pk__in=numbers).select_related("body").order_by("-published_at")


class LinkForm(django.Form):
    """Which document an item explains, in which form."""

    document = DocumentChoice(
        label="所解读的政策文件", queryset=Document.objects.none(), empty_label="请选择"
    )
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
    newest = rows.order_by("-pk").values("pk")[:300]
    return (
        Document.objects.filter(pk__in=list(newest.values_list("pk", flat=True)))
        .select_related("body")
        .order_by("-pk")
    )


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
        return {
            key: {part: self.cleaned_data[f"{key}_{part}"] for part in ("text", "none")} for key in ASPECTS
        }


class SettingForm(django.Form):
    """How strict a government is."""

    strict = django.BooleanField(label="政策文件没有解读方案和解读稿，不得送审", required=False)
    copied_percent = django.IntegerField(
        label="摘抄原文的句子超过多少（%）须由审核人员确认", min_value=0, max_value=100
    )
