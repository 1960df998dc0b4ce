"""Forms of this room: the acts on an inquiry's page, an answer of the base."""

from functools import partial
from typing import TYPE_CHECKING, Unpack

from django import forms
from django.db.models import Case, When

from gongkai.consultation import recall, routing
from gongkai.consultation.basis import document_named, documents_in, documents_named
from gongkai.consultation.models import (
    DECISIONS,
    Category,
    Decision,
    KnownAnswer,
    Satisfaction,
    Sorted,
    Theme,
)
from gongkai.consultation.states import SHOWN
from gongkai.editions.models import Document
from gongkai.ledger.forms import ActForm, register_entry_form
from gongkai.ui.forms import FormFacts, Posted, Sent, dress
from gongkai.units.forms import base
from gongkai.units.forms.base import BodyChoice, Day
from gongkai.units.models import Body
from gongkai.units.reach import government_over

if TYPE_CHECKING:
    from django.db.models import QuerySet

_text = partial(base.words, rows=4, most=5000)


class AssignForm(ActForm):
    """The unit that answers: the proposals stand first."""

    body = BodyChoice(label="承办单位")
    words = _text("交办意见", rows=2, most=500, required=False)

    def prepare(self) -> None:
        """Offer what can be chosen, begin with what is known and say what bears on it."""
        choices = Body.objects.filter(
            active_to=None,
            merged_into=None,
            path__startswith=government_over(self.entry.inquiry.receiver).path,
        )
        self.fields["body"].queryset = choices.order_by("position", "pk")  # type: ignore[attr-defined]
        found = routing.propose_for(self.entry.inquiry)
        if found:
            self.fields["body"].initial = found[0][0].pk
            self.fields["body"].help_text = "建议：" + "、".join(
                f"{body.label}（{'；'.join(route.why)}）" for body, route in found
            )


class DeclineForm(ActForm):
    """Why another unit should answer."""

    reason = _text("退回理由（写明应由哪个单位办理）", rows=3, most=500)


class ReasonForm(ActForm):
    """A reason."""

    reason = _text("理由", rows=3, most=500)


class DraftForm(ActForm):
    """The answer, begun with what the base has."""

    answer = _text("答复内容", rows=10, most=10000)

    def prepare(self) -> None:
        """Begin with what is known."""
        self.fields["answer"].initial = self.entry.inquiry.answer


class KnownForm(ActForm):
    """Which answer of the base is given, word for word."""

    intro = "以问答库中已签发的内容答复，不需要再审核。"
    known = forms.ModelChoiceField(
        label="问答", queryset=KnownAnswer.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    checked = _text("核实情况", rows=2, most=300, required=False)

    def prepare(self) -> None:
        """Offer what can be chosen and say what bears on it."""
        found = recall.of_inquiry(self.entry.inquiry).found
        said = {
            match.answer.pk: "；".join([*match.why, *(f"{flag}，请先核实" for flag in match.flags)])
            for match in found
        }
        best_first = Case(*(When(pk=pk, then=place) for place, pk in enumerate(said)), default=len(said))
        rows = KnownAnswer.objects.filter(pk__in=said, state__in=SHOWN)
        field = self.fields["known"]
        field.queryset = rows.order_by(best_first)  # type: ignore[attr-defined]
        field.label_from_instance = (  # type: ignore[attr-defined]
            lambda one: f"{one.question}（{said[one.pk]}）——{one.answer[:120]}"
        )
        field.help_text = "最可能的排在最前。" if len(said) > 1 else ""
        if any(match.flags for match in found):
            self.fields["checked"].help_text = "选了写着“请先核实”的，请写明怎样核实的，现行规定是什么。"
        else:
            del self.fields["checked"]


class JointForm(ActForm):
    """Another unit, and what it is asked."""

    body = BodyChoice(label="会办单位")
    asked = _text("会办内容", rows=3, most=300)

    def prepare(self) -> None:
        """Offer what can be chosen."""
        top = government_over(self.entry.inquiry.receiver)
        rows = Body.objects.filter(active_to=None, merged_into=None, path__startswith=top.path)
        self.fields["body"].queryset = rows.exclude(pk=self.entry.body_id).order_by("position", "pk")  # type: ignore[attr-defined]


class ContributeForm(ActForm):
    """One's part."""

    text = _text("会办意见", rows=6)


class SupplementForm(ActForm):
    """What the asker said further."""

    text = _text("提出人补充的情况", rows=4)


class ClassifyForm(ActForm):
    """What it is."""

    category = forms.ChoiceField(label="类别", choices=Category.choices)
    complex = forms.BooleanField(label="情况复杂", required=False)
    words = _text("说明", rows=2, most=300, required=False)


class ConcludeForm(ActForm):
    """What was decided of a proposal or a blockage."""

    decision = forms.ChoiceField(label="研究结果", choices=(), widget=forms.RadioSelect)
    words = _text("理由或者解决办法", rows=4, most=2000)
    document = forms.CharField(
        label="修改后的文件",
        max_length=300,
        required=False,
        help_text="采纳并修改政策的填写：文号、标题或者本网站的网址；还没有公布的，公布后再补。",
    )

    def prepare(self) -> None:
        """Offer what can be chosen, begin with what is known, ask only what this case needs and say what bears on it."""
        inquiry = self.entry.inquiry
        choices = DECISIONS.get(inquiry.category, ())
        self.fields["decision"].choices = [(decision.value, decision.label) for decision in choices]  # type: ignore[attr-defined]
        if Decision.AMENDED not in choices:
            del self.fields["document"]
        if before := getattr(inquiry, "outcome", None):
            self.fields["decision"].initial, self.fields["words"].initial = before.decision, before.words

    def clean_document(self) -> Document | None:
        """Return the document that was named."""
        named = self.cleaned_data["document"].strip()
        found = document_named(named) if named else None
        if named and found is None:
            raise forms.ValidationError("没有找到已公开的文件，请核对文号或者标题。")
        return found


class SortForm(ActForm):
    """What becomes of an answered inquiry at the tidying."""

    intro = "收入问答库的，请在留言页面点“收入问答库”；已有相近问答的并入，不具有普遍性的不收入。"
    decision = forms.ChoiceField(
        label="梳理结果",
        choices=[(one.value, one.label) for one in (Sorted.MERGED, Sorted.SKIPPED)],
        widget=forms.RadioSelect,
    )
    known = forms.ModelChoiceField(
        label="并入哪一条", queryset=KnownAnswer.objects.none(), required=False, empty_label="不并入"
    )

    def prepare(self) -> None:
        """Offer what can be chosen."""
        numbers = [known_answer.pk for known_answer in recall.suggest(self.entry.inquiry.question[:400])]
        self.fields["known"].queryset = KnownAnswer.objects.filter(pk__in=numbers)  # type: ignore[attr-defined]


class CallBackForm(ActForm):
    """What the asker said when called back."""

    words = _text("回访情况", rows=3, most=500)
    satisfaction = forms.ChoiceField(
        label="满意度", choices=[("", "未评价"), *Satisfaction.choices], required=False
    )


def enter_forms() -> None:
    """Enter the forms of the acts on an inquiry."""
    forms_of: dict[str, type[ActForm]] = {
        "assign": AssignForm,
        "decline": DeclineForm,
        "draft": DraftForm,
        "send_back": ReasonForm,
        "answer_at_once": KnownForm,
        "ask_joint": JointForm,
        "contribute": ContributeForm,
        "extend": ReasonForm,
        "classify": ClassifyForm,
        "conclude": ConcludeForm,
        "supplement": SupplementForm,
        "reject": ReasonForm,
        "call_back": CallBackForm,
        "sort": SortForm,
        "reopen": ReasonForm,
    }
    for verb, form in forms_of.items():
        register_entry_form(f"inquiry.{verb}", form)


class AnswerForm(forms.Form):
    """An answer of the base."""

    body = BodyChoice(label="答复单位")
    question = forms.CharField(label="问题", max_length=300)
    variants = _text("其他问法", rows=3, required=False, hint="每行一种，群众的说法也写上，如“低保怎么办”")
    answer = _text("答复", rows=10, most=10000)
    basis = forms.CharField(label="依据", max_length=600, required=False, help_text="文件名称、文号和条款")
    documents = _text(
        "依据的文件",
        rows=2,
        most=2000,
        required=False,
        hint="每行一件：文号、标题或者本网站的网址。文件废止、失效后，这条问答自动停止对外显示。不填时从依据中的文号识别。",
    )
    visuals = _text(
        "图解、动画、短视频", rows=2, most=2000, required=False, hint="每行一件：标题或者本网站的网址"
    )
    themes = forms.ModelMultipleChoiceField(
        label="主题", queryset=Theme.objects.all(), required=False, widget=forms.CheckboxSelectMultiple
    )
    contact = forms.CharField(label="咨询电话", max_length=60, required=False)
    valid_until = Day(label="有效期至", required=False, help_text="有期限的政策填写，到期后不再显示")
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
        bodies: "QuerySet[Body]",
        **kwargs: Unpack[FormFacts],
    ) -> None:
        super().__init__(data, files, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]
        if len(bodies) == 1:
            self.fields["body"].initial = bodies[0].pk
        dress(self)

    def _documents(self, name: str) -> list[Document]:
        lines = [line for line in self.cleaned_data[name].splitlines() if line.strip()]
        found, unknown = documents_named(lines)
        if unknown:
            raise forms.ValidationError(f"没有找到已公开的文件：{'、'.join(unknown[:3])}")
        return found

    def clean_documents(self) -> list[Document]:
        """Return the documents that were named; where none was, those whose numbers stand in the basis."""
        return self._documents("documents") or documents_in(self.cleaned_data.get("basis", ""))

    def clean_visuals(self) -> list[Document]:
        """Return the documents that were named."""
        return self._documents("visuals")

    def clean_variants(self) -> list[str]:
        """Return the lines."""
        return [line.strip() for line in self.cleaned_data["variants"].splitlines() if line.strip()]
