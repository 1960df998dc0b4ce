"""Registers of guidance (指导督促), upward submissions (向上级报送) and look-backs (回头看)."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.acts.many_targets import act_on_each
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.bulk_actions import BulkAction
from gongkai.core.registers.columns import FILE_AND_RECORD, FILE_ONLY, LIST_ONLY, Column, render_light, row_link
from gongkai.core.registers.filters import YearFilter
from gongkai.core.registers.forms import New
from gongkai.core.registers.register import Register
from gongkai.core.units.actors import Actor
from gongkai.core.units.forms.base import words_field
from gongkai.core.units.models import Body, Role
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import list_units_of_government
from gongkai.core.widgets.fields import YearCheckedDateField
from gongkai.core.widgets.forms import PlainForm
from gongkai.core.widgets.templatetags.ui import light
from gongkai.work.notices import actions
from gongkai.work.notices import actions as act
from gongkai.work.notices.models import Assignment, Carry, Guidance, Measure, Notice, Upward
from gongkai.work.notices.queries.visible import assignments_visible_to, make_involvement_condition, visible_to
from gongkai.work.notices.states import NoticeState, UpwardState
from gongkai.work.notices.views.timeline import list_own_bodies


def _get_guided_name(row: Guidance) -> Body | str:
    return row.guided or row.counterpart


def list_own_measures(by: Actor, row: Guidance | None) -> QuerySet[Measure]:
    """Return the measures of visible notices in force that the user's units owe or lead."""
    rows = Measure.objects.filter(notice__in=visible_to(by), notice__state=NoticeState.LIVE)
    return rows.filter(make_involvement_condition(list_own_bodies(by)))


def list_guidable_bodies(by: Actor, row: Guidance | None) -> QuerySet[Body]:
    """Return the units for which the user's unit may record guidance."""
    home = list_own_bodies(by).order_by("path").first()
    return list_units_of_government(home) if home else Body.objects.none()


class GuidanceRegister(Register[Guidance]):
    """Register of guidance given and received."""

    name, route, model, title = "notices.guidance", "notices_guidance", Guidance, "指导督促记录"
    section = (("任务分工", "notices_list"),)
    columns = (
        "on",
        "kind",
        "guiding",
        Column("guided", "对象", value=_get_guided_name, order="guided__name"),
        "words",
        Column("measure", value=lambda row: row.measure.title if row.measure else ""),
        Column("recorded_by", at=FILE_AND_RECORD),
    )
    filters = (YearFilter("on"), "kind", "guiding", "guided")
    search_fields = ("words", "counterpart", "measure__text")
    unit = "guiding"
    intro = "谁在何时就哪项举措指导了谁。指导类任务要有每个对象单位的记录才能销号。"
    empty = "还没有指导记录。"
    new = New(
        action=actions.record_guidance,
        label="登记",
        targets=list_own_bodies,
        target="guiding",
        fields=("kind", "on", "guided", "counterpart", "measure", "words"),
        offers={"guided": list_guidable_bodies, "measure": list_own_measures},
        initial=lambda by, row: {"on": timezone.localdate()},
    )
    template = "notices/guidance.html"

    def rows(self, by: Actor) -> QuerySet[Guidance]:
        """Return records of one's own and supervised units."""
        return super().rows(by).select_related("guiding", "guided", "measure")

    def get_heading(self, row: Guidance) -> str:
        """Return the kind of guidance and the guided unit."""
        return f"{row.get_kind_display()}{row.guided.label if row.guided else row.counterpart}"


def list_notices_in_force(by: Actor, row: Upward | None) -> QuerySet[Notice]:
    """Return visible notices in force."""
    return visible_to(by).filter(state=NoticeState.LIVE)


def _get_due_date(row: Upward) -> date | None:
    return timezone.localdate(row.entry.due_at) if row.entry.due_at else None


def _get_sent_time(row: Upward) -> object:
    """Return when an upward submission was sent, else Chinese words: not sent, or no longer required."""
    return "不再报送" if row.entry.outcome == UpwardState.CANCELLED else row.sent_at or "未报送"


def _get_next_step(row: Upward) -> tuple[str, str]:
    """Return (action, label) of the next step of a submission."""
    return ("upward.receipt", "登记回执") if row.sent_at else ("upward.send", "登记已报送")


def _make_receipt_cell(row: Upward) -> SafeString | str:
    """Return the receipt, or the button for the next step of a reader who may do it."""
    name, text = _get_next_step(row)
    if not getattr(row, "may_record", False):
        return row.receipt
    address = f"{reverse('ledger_act', args=[row.entry_id, name])}?next={reverse('notices_upward')}"
    return format_html(
        '<a class="gk-btn gk-btn--small" href="{}">{}<span class="gk-sr">：{}</span></a>',
        address,
        text,
        row.entry.title,
    )


class UpwardRegister(Register[Upward]):
    """Submissions of a year to higher offices, by due date."""

    name, route, model, title = "notices.upward", "notices_upward", Upward, "向上级报送"
    section = (("任务分工", "notices_list"),)
    columns = (
        Column("light", "灯", cell=lambda row: light(row.entry.light), value=lambda row: "", at=LIST_ONLY),
        Column("entry__title", "标题", width=40),
        Column("kind", at=FILE_AND_RECORD),
        Column("entry__number", "编号", at=FILE_AND_RECORD),
        Column("entry__body", "报送单位"),
        Column("addressee", width=20),
        Column("due", "期限", value=_get_due_date, order="entry__due_at"),
        Column("sent_at", "报送时间", value=_get_sent_time, order="sent_at"),
        Column("receipt", cell=_make_receipt_cell, width=20),
        Column("notice", at=FILE_AND_RECORD),
        Column("words", at=FILE_AND_RECORD),
    )
    main = "entry__title"
    filters = (YearFilter("entry__year", this_year=True), "kind", "entry__body")
    search_fields = ("entry__title", "entry__number", "addressee", "receipt")
    ordering = ("entry__due_at",)
    unit = "entry__body"
    has_record = False
    shown_at = "entry.url"
    intro = "任务清单、完成情况、正负面清单等九类报送事项：报给谁、何时报、是否收到。"
    empty = "这一年还没有登记报送事项。"
    template = "notices/upward.html"
    new = New(
        action=actions.register_upward,
        label="登记报送事项",
        targets=list_own_bodies,
        target_label="报送单位",
        fields=("kind", "addressee", "due", "notice", "title", "words"),
        asks={
            "due": YearCheckedDateField(label="期限"),
            "title": forms.CharField(label="标题", max_length=300, required=False, help_text="不填则自动生成。"),
        },
        offers={"notice": list_notices_in_force},
    )

    def rows(self, by: Actor) -> QuerySet[Upward]:
        """Return the submissions of visible entries."""
        return super().rows(by).select_related("entry__body", "notice")

    def prefetch(self, rows: Sequence[Upward], by: Actor) -> Sequence[Upward]:
        """Attach to each row whether the user may record its next step."""
        for row in rows:
            waits = not row.receipt and row.entry.outcome != UpwardState.CANCELLED
            row.may_record = waits and not ACTIONS_BY_NAME[_get_next_step(row)[0]].why_not(row.entry, by=by)  # type: ignore[attr-defined]
        return rows


# Tasks carried over at a time.
MAX_CARRIED_TASKS = 300


class LookbackForm(PlainForm):
    """The form for a reason and the due date of the look-backs."""

    reason = words_field("转入的原因", rows=2)
    until = YearCheckedDateField(label="回头看期限", required=False, help_text="不填为下年年底")


def _carry_over_selected(request: HttpRequest, by: Actor, rows: QuerySet[Entry], facts: Mapping[str, object]) -> bool:
    """Carry over the selected tasks; all are checked before the first."""
    entries = list(rows.select_related("body"))

    def carry_over_each() -> None:
        act_on_each(act.carry_over_assignment, entries, by=by, **facts)

    return run_with_messages(request, carry_over_each, "已转入下一年回头看。")


def _get_entry_due_date(entry: Entry) -> date | None:
    return timezone.localdate(entry.due_at) if entry.due_at else None


def _get_statement(row: Entry) -> str:
    task = row.task  # type: ignore[attr-defined]
    return task.statement if task else ""


class LookbackCandidateRegister(Register[Entry]):
    """Tasks of a year that are open or partly done and not carried over."""

    name, route, model, title = "notices.lookback", "notices_lookback", Entry, "任务回头看"
    section = (("任务分工", "notices_list"),)
    columns = (
        Column("light", "灯", cell=lambda row: light(row.light), value=lambda row: "", at=LIST_ONLY),
        Column("title", width=40),
        Column("number", at=FILE_ONLY),
        "body",
        Column("state", "状态", value=lambda row: row.state_label, order="state"),
        Column("due_at", "期限", value=_get_entry_due_date, order="due_at"),
        Column("statement", "完成情况", value=_get_statement, width=40),
    )
    main = "title"
    filters = (
        YearFilter("year", this_year=True, back=1),
        (
            "left",
            ChoiceFilter(
                label="情况",
                choices=[("open", "没有办结"), ("partly", "部分完成")],
                empty_label="全部",
                method=lambda rows, name, value: (
                    rows.filter(closed_at=None) if value == "open" else rows.filter(outcome=value)
                ),
            ),
        ),
        "body",
    )
    search_fields = ("title", "number")
    ordering = ("due_at",)
    has_record = False
    shown_at = "url"
    intro = "上年没有办结和部分完成的任务，勾选后转入下一年继续办理；原任务留有记录。"
    empty = "没有需要回头看的任务。"
    template = "notices/lookback.html"
    bulk_action = BulkAction(
        words="把所选转入下一年",
        do=_carry_over_selected,
        may=lambda by, listing: by.has(Role.CHIEF),
        form=LookbackForm,
        title="转入下一年回头看",
        most=MAX_CARRIED_TASKS,
    )

    def rows(self, by: Actor) -> QuerySet[Entry]:
        """Return the tasks that can be carried over."""
        rows = super().rows(by).filter(Q(closed_at=None) | Q(outcome="partly"), kind="assignment")
        return rows.exclude(Exists(Carry.objects.filter(source=OuterRef("pk")))).select_related("body")

    def prefetch(self, rows: Sequence[Entry], by: Actor) -> Sequence[Entry]:
        """Attach the assignments to the rows in one query."""
        tasks = Assignment.objects.in_bulk([row.pk for row in rows])
        for row in rows:
            row.task = tasks.get(row.pk)  # type: ignore[attr-defined]
        return rows


@register_visible_to(Carry)
def carried_visible_to(user: object) -> QuerySet[Carry]:
    """Return carry-overs of visible tasks."""
    return Carry.objects.filter(source__in=assignments_visible_to(user))


def _link_following_task(row: Carry) -> SafeString | str:
    entry = row.target.entry
    return row_link(entry, render_light(entry.light, entry.number))


class CarriedTaskRegister(Register[Carry]):
    """Tasks that were carried over into the next year's look-back (回头看)."""

    name, route, model, title = "notices.carried", "notices_carried", Carry, "已转入回头看的任务"
    section = (("任务分工", "notices_list"), ("任务回头看", "notices_lookback"))
    columns = (
        Column("source", "原任务", value=lambda row: row.source.entry.title, width=40, order=""),
        Column("year", "年度", value=lambda row: row.source.entry.year, number=True, order="source__entry__year"),
        Column("source__entry__body", "单位"),
        "reason",
        Column("target", "下一年的任务", value=lambda row: row.target.entry.number, cell=_link_following_task),
        Column("target__entry__body", "责任单位"),
        Column("office", "责任处室", value=lambda row: row.target.entry.office or "", at=FILE_AND_RECORD),
        Column("due", "期限", value=lambda row: _get_entry_due_date(row.target.entry), order="target__entry__due_at"),
        Column("by", at=FILE_AND_RECORD),
        Column("at", at=FILE_AND_RECORD),
    )
    filters = (YearFilter("source__entry__year"), "source__entry__body")
    search_fields = ("source__entry__title", "reason", "target__entry__number")
    ordering = ("-pk",)
    has_record = False
    shown_at = "source.entry.url"
    unit = "source__entry__body"
    empty = "还没有转入回头看的任务。"

    def rows(self, by: Actor) -> QuerySet[Carry]:
        """Return carry-overs with both tasks."""
        return super().rows(by).select_related("source__entry__body", "target__entry__body", "target__entry__office")
