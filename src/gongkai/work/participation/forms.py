"""Forms for catalogues, decisions, announcements and comments."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Unpack

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from gongkai.content.editions.models import Document, Shelf
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.queries import documents_visible_to
from gongkai.core.files.forms import FilesField, OneFileField
from gongkai.core.files.kinds import PUBLIC_FILE_TYPES
from gongkai.core.intake.declared_fields import add_declared_fields
from gongkai.core.ledger.forms import EntryActionForm, register_entry_acts, register_entry_form
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.forms import Act
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms import base
from gongkai.core.units.forms.base import BodyChoice
from gongkai.core.units.forms.units import SearchedField
from gongkai.core.units.unit_filters import find_government
from gongkai.core.widgets.fields import MomentField, YearCheckedDateField
from gongkai.core.widgets.forms import FormFacts, PlainForm, Posted, Sent
from gongkai.lib.richtext import TEXT_KINDS, convert_office_text, make_paragraphs, to_plain_text
from gongkai.work.participation.actions import catalogues, deciding
from gongkai.work.participation.actions.deciding import SUBMISSION_DOCUMENTS
from gongkai.work.participation.announcement_barriers import list_omitted_steps
from gongkai.work.participation.models import (
    AnnouncementKind,
    CatalogueChange,
    Comment,
    CommentChannel,
    Decision,
    DraftKind,
    Examination,
    ParticipationWay,
)
from gongkai.work.participation.queries import list_last_examinations
from gongkai.work.participation.texts import MEETING_FORMS

# A multi-line text field.
text_area_field = partial(base.words_field, rows=4, limit=20000)


class CatalogueDecisionForm(PlainForm):
    """The form for a decision in a catalogue; without `bodies` it has no field for the unit."""

    title = forms.CharField(label="决策事项", max_length=300)
    body = BodyChoice(label="承办单位")
    partners = forms.CharField(label="会同单位", max_length=200, required=False)
    draft_kind = forms.ChoiceField(label="类型", choices=DraftKind.choices)
    basis = forms.CharField(label="决策依据", max_length=300, required=False)
    planned_on = YearCheckedDateField(label="计划完成时间")
    timetable = forms.CharField(
        label="时间安排", max_length=200, required=False, help_text="如：6月征求意见，9月提请审议"
    )
    ways = forms.MultipleChoiceField(
        label="公众参与方式",
        choices=ParticipationWay.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[ParticipationWay.COMMENT],
    )
    reason = forms.CharField(
        label="调整的理由", max_length=300, required=False, help_text="目录已经公布的须填写，会随目录公布"
    )

    def __init__(
        self, data: Posted = None, files: Sent = None, *, bodies: object = None, **kwargs: Unpack[FormFacts]
    ) -> None:
        super().__init__(data, files, **kwargs)
        if bodies is None:
            del self.fields["body"]
        else:
            self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class AnnouncementForm(PlainForm):
    """The base form of announcements: title and attachments; `terms()` returns its fields."""

    title = forms.CharField(label="标题", max_length=300, required=False, help_text="不填的，用通常的标题")
    attachments = FilesField(
        content_checked_later=True,
        label="附件",
        kinds=PUBLIC_FILE_TYPES,
        required=False,
        help_text="重新上传的，替换原有附件",
    )

    # Fields that become HTML; each may be uploaded as a Word file (`<name>_file`).
    TEXTS: tuple[str, ...] = ()

    def terms(self, before: Mapping[str, object]) -> dict[str, object]:
        """Return the fields of the text as JSON values; unchanged ones keep their HTML.

        `before`: the fields of the last text.

        Raises:
            UnfitText: a Word file cannot be read.
        """
        term_values = {}
        for name, value in self.cleaned_data.items():
            if name in {"title", "attachments"} or name.endswith("_file"):
                continue
            term_values[name] = self._make_html(name, value, before) if name in self.TEXTS else _to_json_value(value)
        return term_values

    def _make_html(self, name: str, text: str, before: Mapping[str, object]) -> str:
        """Return the HTML of a text: of the uploaded file, else the earlier HTML if unchanged, else new paragraphs."""
        upload: UploadedFile[bytes] | None = self.cleaned_data.get(f"{name}_file")
        if upload:
            return convert_office_text(upload.read(), upload.name or "", _ignore_picture).html
        earlier_html = str(before.get(name, ""))
        return (
            earlier_html
            if earlier_html and to_plain_text(earlier_html) == text.replace("\r\n", "\n").strip()
            else make_paragraphs(text)
        )

    @classmethod
    def make_initial_values(cls, terms: Mapping[str, object]) -> dict[str, object]:
        """Return the initial values from the fields of the last text, HTML as plain text."""
        return {name: to_plain_text(str(value)) if name in cls.TEXTS else value for name, value in terms.items()}


def _ignore_picture(_data: bytes, _name: str) -> str:
    return ""


def _to_json_value(value: object) -> object:
    return value.isoformat() if hasattr(value, "isoformat") else value


class DraftAnnouncementForm(AnnouncementForm):
    """The form for a draft for comment."""

    TEXTS = ("draft", "explanation")
    # Fields that are required before review (国令第713号第十五条), not for saving.
    OWED = ("draft", "draft_file", "explanation", "explanation_file", "ways")
    intro = text_area_field("公告正文开头", rows=2, limit=1000, required=False)
    draft = text_area_field(
        "草案全文", rows=12, required=False, hint="送审前须有：在这里粘贴文字，或者在下面上传Word文件；图片放在附件里"
    )
    draft_file = OneFileField(label="草案（Word）", kinds=TEXT_KINDS, required=False)
    explanation = text_area_field(
        "起草说明", rows=8, required=False, hint="送审前须有：背景、依据、主要内容；粘贴文字，或者在下面上传Word文件"
    )
    explanation_file = OneFileField(label="起草说明（Word）", kinds=TEXT_KINDS, required=False)
    ends_on = YearCheckedDateField(label="征求意见截止日期")
    short = forms.CharField(
        label="缩短期限的理由", max_length=300, required=False, help_text="少于法定期限的须写明，会写进公告"
    )
    ways = text_area_field(
        "提交意见的方式", rows=3, limit=1000, required=False, hint="送审前须写明。已按网站和单位登记的信息填好，请核对"
    )
    field_order = (
        "title",
        "intro",
        "draft",
        "draft_file",
        "explanation",
        "explanation_file",
        "ends_on",
        "short",
        "ways",
        "attachments",
    )

    def __init__(self, data: Posted = None, files: Sent = None, **kwargs: Unpack[FormFacts]) -> None:
        super().__init__(data, files, **kwargs)
        for name in self.OWED:
            self.fields[name].either = True  # type: ignore[attr-defined]


class HearingForm(AnnouncementForm):
    """The form for a hearing or meeting."""

    form = forms.ChoiceField(label="形式", choices=list(MEETING_FORMS.items()))
    intro = text_area_field("公告正文开头", rows=2, limit=1000, required=False)
    held_at = MomentField(label="召开时间")
    place = forms.CharField(label="地点", max_length=200)
    matters = text_area_field("事项", rows=4, limit=4000)
    selection = text_area_field("参加人的产生和报名", rows=4, limit=4000, hint="名额、遴选办法、报名方式和截止时间")
    field_order = ("title", "form", "intro", "held_at", "place", "matters", "selection", "attachments")

    def clean_held_at(self) -> str:
        """Return the local time in ISO format, without time zone."""
        moment: datetime = self.cleaned_data["held_at"]
        return timezone.localtime(moment).replace(tzinfo=None).isoformat()


class TableAnnouncementForm(AnnouncementForm):
    """The form for a catalogue or adoption table; rows come from the ledger."""

    intro = text_area_field("正文开头", rows=3, limit=1000, required=False)
    field_order = ("title", "intro", "attachments")


class SingleTextForm(AnnouncementForm):
    """The form for a result or evaluation: one text."""

    TEXTS = ("text",)
    text = text_area_field("正文", rows=10, required=False, hint="直接粘贴文字，或者上传Word文件")
    text_file = OneFileField(label="正文（Word）", kinds=TEXT_KINDS, required=False)
    field_order = ("title", "text", "text_file", "attachments")


class SurveyAnnouncementForm(AnnouncementForm):
    """The form for a survey's announcement; the questions come from the survey."""

    intro = text_area_field("公告正文开头", rows=4, limit=2000, hint="为什么调研、请谁填写、结果怎样使用")
    ends_on = YearCheckedDateField(label="截止日期")
    field_order = ("title", "intro", "ends_on", "attachments")


class SurveyFindingsForm(AnnouncementForm):
    """The form for a survey's results; the tables come from the replies."""

    TEXTS = ("findings", "answers", "measures")
    findings = text_area_field("调研结果", rows=6, required=False, hint="送审前须有：总体情况、主要结论")
    answers = text_area_field(
        "共性问题和答复", rows=8, required=False, hint="送审前须有：填写的意见归纳成几个问题，逐项答复"
    )
    measures = text_area_field(
        "改进措施、责任单位和时限", rows=4, required=False, hint="由哪个单位、在什么时候以前做什么"
    )
    field_order = ("title", "findings", "answers", "measures", "attachments")


FORM_BY_KIND: dict[str, type[AnnouncementForm]] = {
    AnnouncementKind.CATALOGUE: TableAnnouncementForm,
    AnnouncementKind.DRAFT: DraftAnnouncementForm,
    AnnouncementKind.HEARING: HearingForm,
    AnnouncementKind.ADOPTION: TableAnnouncementForm,
    AnnouncementKind.RESULT: SingleTextForm,
    AnnouncementKind.EVALUATION: SingleTextForm,
    AnnouncementKind.SURVEY: SurveyAnnouncementForm,
    AnnouncementKind.FINDINGS: SurveyFindingsForm,
}


@add_declared_fields(Comment, staff=True, omitted=("clause", "text"))
class StaffCommentForm(PlainForm):
    """The form for a comment received by another channel."""

    channel = forms.ChoiceField(
        label="渠道", choices=[(one.value, one.label) for one in CommentChannel if one != CommentChannel.FORM]
    )
    received_on = YearCheckedDateField(label="收到日期")
    clause = forms.CharField(label="针对条款", max_length=120, required=False)
    text = text_area_field("意见", rows=6, limit=8000)
    paper = OneFileField(
        label="来信、邮件或者会议记录",
        required=False,
        help_text="信函、电子邮件、会议上的意见须上传扫描件或者照片，加密保存。",
    )


class DecisionSubmissionForm(EntryActionForm):
    """The form for submitting a decision to the government."""

    on = YearCheckedDateField(label="提请审议日期")
    pack = forms.MultipleChoiceField(
        label="随附的材料", choices=list(SUBMISSION_DOCUMENTS.items()), widget=forms.CheckboxSelectMultiple
    )
    words = text_area_field("说明", rows=2, limit=500, required=False)

    def prepare(self) -> None:
        """Preselect the registered steps as documents, and require words if steps were omitted."""
        registered_steps = [
            examination.what
            for examination in list_last_examinations(self.entry.decision)
            if examination.result != Examination.Result.NEEDLESS
        ]
        self.fields["pack"].initial = registered_steps
        if omitted_steps := list_omitted_steps(self.entry.decision):
            self.fields["words"].required = True
            self.fields["words"].help_text = f"没有登记{'、'.join(omitted_steps)}，请写明不进行的理由。"


class PolicyDocumentChoice(SearchedField):
    """A choice of public policy documents, found by typed parts of title and number."""

    def look(self, rows: QuerySet[Model], typed: str) -> QuerySet[Model]:
        """Return documents with a public row whose title or number contains the typed words."""
        title, _, number = typed.partition("　")
        query = Q(title__icontains=title) | Q(number__icontains=number or title)
        return rows.filter(pk__in=Shelf.objects.filter(query, column=None).values("document"))

    def label_from_instance(self, obj: Document) -> str:
        """Return title and number."""
        row = next((shelf for shelf in obj.shelf.all() if shelf.column_id is None), None)
        return f"{row.title}　{row.number}".strip() if row else obj.source


class DecisionDocumentForm(EntryActionForm):
    """The form for linking the policy document."""

    document = PolicyDocumentChoice(
        label="决定文件",
        queryset=Document.objects.none(),
        required=False,
        help_text="输入文件标题或者文号的一部分，选政策库中已公开的文件，它的解读会一并显示；留空为不关联",
    )

    def prepare(self) -> None:
        """Offer the visible policy documents of the unit's government, newest first."""
        rows = documents_visible_to(self.by).filter(kind__in=POLICY_KINDS)
        field = self.fields["document"]
        documents = rows.filter(body__path__startswith=find_government(self.entry.body).path)
        field.queryset = documents.prefetch_related("shelf").order_by("-published_at")  # type: ignore[attr-defined]
        field.initial = self.entry.decision.document_id


def _get_initial_facts(by: Actor, entry: Entry) -> dict[str, object]:
    return {"title": entry.title, **{name: getattr(entry.decision, name) for name in _ALTERED_FIELDS}}


_ALTERED_FIELDS = ("partners", "draft_kind", "basis", "planned_on", "timetable", "ways")
_DECISION_ACTS = (
    Act(action=catalogues.remove_decision, model=CatalogueChange),
    Act(
        action=catalogues.alter_decision,
        fields=("title", *_ALTERED_FIELDS, "reason"),
        asks={
            "title": forms.CharField(label="决策事项", max_length=300),
            "partners": forms.CharField(label="会同单位", max_length=200, required=False),
            "draft_kind": forms.ChoiceField(label="类型", choices=DraftKind.choices),
            "basis": forms.CharField(label="决策依据", max_length=300, required=False),
            "planned_on": YearCheckedDateField(label="计划完成时间"),
            "timetable": forms.CharField(label="时间安排", max_length=200, required=False),
            "ways": forms.MultipleChoiceField(
                label="公众参与方式", choices=ParticipationWay.choices, widget=forms.CheckboxSelectMultiple
            ),
            "reason": forms.CharField(
                label="调整的理由", max_length=300, required=False, help_text="目录已经公布的须填写，会随目录公布"
            ),
        },
        initial=_get_initial_facts,
    ),
    Act(
        action=deciding.exempt_from_comment,
        asks={"reason": text_area_field("依据和理由", rows=3, limit=300, hint="法律法规名称和条款，具体理由")},
        note="决策草案依法不公开征求意见的（如涉及国家秘密），不发布草案，直接进入提请审议。",
    ),
    Act(
        action=deciding.record_examination,
        asks={
            "what": forms.ChoiceField(label="环节", choices=Examination.What.choices),
            "on": YearCheckedDateField(label="完成日期"),
            "organ": forms.CharField(label="组织、审查单位", max_length=120, help_text="如：市司法局"),
            "result": forms.ChoiceField(label="结论", choices=Examination.Result.choices),
            "words": text_area_field("说明", rows=2, limit=300, required=False, hint="不通过、不适用的写明理由"),
        },
        note="意见书、报告在下面附上，由另一人打开核对后生效。同一环节再次登记的，以最后一次为准。",
    ),
    Act(
        action=deciding.record_meeting_decision,
        asks={
            "on": YearCheckedDateField(label="决定日期"),
            "meeting": forms.CharField(label="审议会议", max_length=200, help_text="如：市政府第20次常务会议"),
            "words": text_area_field("说明", rows=2, limit=500, required=False),
        },
    ),
    Act(
        action=deciding.order_evaluation,
        asks={"words": text_area_field("后评估的缘由、组织单位和时间", rows=3, limit=300)},
    ),
)


def register_forms() -> None:
    """Register the forms of acts on decisions."""
    register_entry_acts(*_DECISION_ACTS, model=Decision)
    register_entry_form("decision.submit", DecisionSubmissionForm)
    register_entry_form("decision.link", DecisionDocumentForm)
