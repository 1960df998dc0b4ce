"""Forms of actions on cases and their duties."""

from functools import partial

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from gongkai.core.files.forms import OneFileField
from gongkai.core.ledger.forms import EntryActionForm, register_entry_acts, register_entry_form
from gongkai.core.ledger.models import Audience, Entry
from gongkai.core.registers.forms import Act
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms import base
from gongkai.core.units.forms.base import BodiesChoice, BodyChoice, format_today
from gongkai.core.units.models import Body, Role
from gongkai.core.units.unit_filters import list_actor_bodies, list_units_of_government
from gongkai.core.widgets.fields import MomentField, YearCheckedDateField, lazy_figures
from gongkai.work.opinion import actions
from gongkai.work.opinion.actions.case_judgment import NEEDS_CONSULTATION_MESSAGE, RESTRICTED_CASE_MESSAGE
from gongkai.work.opinion.models import (
    AnswerEffect,
    AnswerMeans,
    GravityLevel,
    OpinionCase,
    OpinionKind,
    ResponseText,
    TalkSort,
)
from gongkai.work.opinion.rules import is_supervising_office
from gongkai.work.opinion.states import CaseState

#: Multi-line text field.
make_text_area_field = partial(base.words_field, rows=4, limit=5000)


def make_line_field(label: str, *, max_length: int = 120, required: bool = True, hint: str = "") -> forms.CharField:
    """Return a single-line text field."""
    return forms.CharField(label=label, max_length=max_length, required=required, help_text=hint)


def make_url_field(label: str, *, hint: str = "") -> forms.CharField:
    """Return a URL field."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=500,
        help_text=hint,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )


def make_evidence_field(label: str, *, hint: str = "") -> OneFileField:
    """Return an upload field for evidence."""
    return OneFileField(label=label, required=False, help_text=hint)


class ConsultUnitsForm(EntryActionForm):
    """Form with the consulted units and the question, or the result of a meeting."""

    intro = "请有关单位提出意见，或者直接填写会商情况；两项至少填一项。"
    bodies = BodiesChoice(label="会商单位")
    asked = make_text_area_field("请会商的内容", rows=3, limit=300, required=False)
    held = make_text_area_field("会商情况", rows=4, required=False, hint="已经开会会商的，写明时间、参加单位和结论。")

    def prepare(self) -> None:
        """Offer other units to consult; none for a case that only the office may read."""
        consulted = self.entry.opinion_case.consulted.filter(guidance=False).values("body")
        rows = list_units_of_government(self.entry.body).exclude(pk__in=consulted).exclude(pk=self.entry.body_id)
        if self.entry.audience == Audience.CHIEF:
            rows, self.warnings = Body.objects.none(), [RESTRICTED_CASE_MESSAGE]
        self.offer("bodies", rows)


class JudgeCaseForm(EntryActionForm):
    """Form with kind, grade, assessment, and the need for an answer."""

    kind = forms.ChoiceField(label="舆情类型", choices=OpinionKind, widget=forms.RadioSelect)
    level = forms.ChoiceField(
        label="等级",
        choices=GravityLevel,
        initial=GravityLevel.GENERAL,
        help_text=lazy_figures(
            "涉及突发事件的特别重大、重大舆情，<opinion.authoritative>内发布权威信息，<opinion.press>内举行新闻发布会；其他舆情<opinion.response>内回应。"
        ),
    )
    occurred_at = MomentField(
        label="事件发生时间",
        required=False,
        help_text="突发事件填写，时限自发生时起算；还不清楚的填写已知的最早时间，查明后重新研判。",
    )
    words = make_text_area_field("研判意见", rows=4, hint="事实是否清楚，公众关心什么，由谁回应、怎样回应。")
    needed = forms.TypedChoiceField(
        label="是否回应",
        choices=[("1", "需要回应"), ("0", "不需要回应（写明理由）")],
        coerce=lambda value: value == "1",
        initial="1",
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """Set the initial values, and offer 不需要回应 only to the office above."""
        case = self.entry.opinion_case
        self.fields["kind"].initial = case.kind or None
        self.fields["level"].initial = case.level
        self.fields["occurred_at"].initial = case.occurred_at
        self.warnings = [] if case.consulted_at else [NEEDS_CONSULTATION_MESSAGE]
        if not is_supervising_office(self.by, self.entry):
            self.fields["needed"].choices = [("1", "需要回应")]  # type: ignore[attr-defined]


class ResponseDraftForm(EntryActionForm):
    """Form with the answer for the website."""

    intro = "保存后送审；起草的人不参加审签，单位负责人请由经办人起草。"

    title = make_line_field("标题", max_length=200)
    text = make_text_area_field("回应内容", rows=10, limit=10000, hint="事实、依据、措施、进展，说清楚下一步做什么。")
    speaker = make_line_field("回应单位或者发言人", required=False)

    def prepare(self) -> None:
        """Set the initial values from the last unpublished draft, or a usual title."""
        last_text = ResponseText.objects.filter(response__case_id=self.entry.pk, response__responded_at=None).last()
        title = last_text.title if last_text else f"关于{self.entry.title.rstrip('。')}有关情况的回应"
        self.fields["title"].initial = title[:200]
        self.fields["text"].initial = last_text.text if last_text else ""
        self.fields["speaker"].initial = last_text.response.speaker if last_text else self.entry.body.name


class RecordedResponseForm(EntryActionForm):
    """Form for a public answer, with its time, speaker and evidence."""

    intro = "登记新闻发布会、吹风会、媒体采访和政务新媒体上已经作出的回应。网站回应请起草后送审。"
    means = forms.ChoiceField(
        label="回应方式",
        choices=[choice for choice in AnswerMeans.choices if choice[0] != AnswerMeans.WEBSITE],
        widget=forms.RadioSelect,
    )
    channel = make_line_field("媒体或者渠道", hint="如“云岭日报”“云岭发布公众号”“市政府新闻发布厅”。")
    speaker = make_line_field("回应人", hint="姓名和职务。")
    at = MomentField(label="回应时间")
    text = make_text_area_field("回应内容", rows=6)
    url = make_url_field("报道网址", hint="网址和文件至少填一项。")
    file = make_evidence_field("新闻通稿、照片等文件")
    why_late = make_line_field(
        "补登原因", required=False, hint="时限已过、回应其实在时限以内作出的，写明为什么现在才登记；政务公开办核实。"
    )

    def prepare(self) -> None:
        """Set the initial values; ask for the reason only if the record is late."""
        self.fields["at"].initial = timezone.localtime().replace(second=0, microsecond=0)
        self.fields["speaker"].initial = self.by.name
        due = self.entry.due_at
        if due is None or due > timezone.now() or self.entry.state != CaseState.JUDGED:
            del self.fields["why_late"]


def _list_units(by: Actor, entry: Entry) -> QuerySet[Body]:
    return list_units_of_government(entry.body)


register_entry_acts(
    Act(
        action=actions.assign_case,
        asks={"body": BodyChoice(label="首要责任单位"), "reason": make_text_area_field("理由", rows=3, limit=500)},
        offers={"body": _list_units},
    ),
    Act(action=actions.submit_consulted_opinion, asks={"text": make_text_area_field("会商意见", rows=6)}),
    Act(
        action=actions.record_guidance,
        asks={"body": BodyChoice(label="指导单位"), "text": make_text_area_field("指导意见")},
        offers={"body": _list_units},
    ),
    Act(
        action=actions.submit_response,
        asks={"words": make_text_area_field("送审说明", rows=2, limit=300, required=False)},
        note="送审后由审核人、签发人、负责人依次审签，最后一级通过即在网站公开，回应时间以公开时间为准。",
    ),
    Act(
        action=actions.evaluate_response,
        asks={
            "effect": forms.ChoiceField(label="回应效果", choices=AnswerEffect, widget=forms.RadioSelect),
            "evaluation": make_text_area_field("效果评估", hint="回应后的传播和评论情况，公众关心的问题是否说清。"),
            "lessons": make_text_area_field("经验教训", hint="发现、会商、回应各环节哪些做得好，哪些要改进。"),
        },
    ),
    Act(
        action=actions.order_measure,
        asks={
            "body": BodyChoice(label="落实单位"),
            "what": make_text_area_field("措施", rows=3, limit=1000),
            "until": YearCheckedDateField(label="完成期限"),
        },
        offers={"body": _list_units},
    ),
    Act(
        action=actions.link_case,
        asks={
            "address": make_line_field("编号或者网址", max_length=500),
            "words": make_line_field("关系", max_length=100, required=False, hint="如“同一事件”“所涉政策”。"),
        },
        note="可以关联其他舆情、咨询留言、依申请公开等台账记录，也可以关联已公开的政策文件和解读。",
    ),
    Act(
        action=actions.record_accountability_talk,
        asks={
            "body": BodyChoice(label="单位"),
            "sort": forms.ChoiceField(label="方式", choices=TalkSort, widget=forms.RadioSelect),
            "on": YearCheckedDateField(label="日期", initial=format_today),
            "words": make_text_area_field("事由和要求", limit=1000),
        },
        offers={"body": lambda by, entry: list_actor_bodies(by, supervising=(Role.CHIEF,))},
        initial=lambda by, entry: {"body": entry.body_id},
    ),
    Act(
        action=actions.duties.report_duty,
        asks={
            "text": make_text_area_field("落实情况", rows=5, limit=3000),
            "at": MomentField(label="举行时间", required=False, help_text="新闻发布会填写。"),
            "url": make_url_field("网址", hint="网址和文件至少填一项。"),
            "file": make_evidence_field("文件"),
        },
    ),
    Act(
        action=actions.duties.extend_duty,
        asks={"until": YearCheckedDateField(label="延长到"), "reason": make_text_area_field("理由", rows=3, limit=500)},
    ),
    model=OpinionCase,
)
for _name, _form in (
    ("consult", ConsultUnitsForm),
    ("consult_further", ConsultUnitsForm),
    ("judge", JudgeCaseForm),
    ("draft_response", ResponseDraftForm),
    ("draft_further", ResponseDraftForm),
    ("record_response", RecordedResponseForm),
    ("record_further", RecordedResponseForm),
):
    register_entry_form(f"opinion.{_name}", _form)
