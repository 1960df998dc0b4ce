"""Look-backs (回头看): carry over unfinished tasks of last year, and list those carried over."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django_filters import ChoiceFilter

from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.models import Entry
from gongkai.core.registers.columns import ASIDE, FILED, LISTED, Column, link, sign
from gongkai.core.registers.filters import Year
from gongkai.core.registers.register import Register
from gongkai.core.registers.ticking import Ticks
from gongkai.core.units.actors import Actor
from gongkai.core.units.door import visible
from gongkai.core.units.forms.base import words
from gongkai.core.units.models import Role
from gongkai.core.widgets.fields import Day
from gongkai.core.widgets.forms import Plain
from gongkai.core.widgets.templatetags.ui import light
from gongkai.work.notices import actions as act
from gongkai.work.notices.models import Assignment, Carry
from gongkai.work.notices.queries.visible import assignments_visible_to

# Tasks carried over at a time, in one transaction.
MAX_CARRIED_TASKS = 300


class LookbackForm(Plain):
    """A reason and the due date of the look-backs."""

    reason = words("转入的原因", rows=2)
    until = Day(label="回头看期限", required=False, help_text="不填为下年年底")


def _carry_over_selected(
    request: HttpRequest, by: Actor, rows: QuerySet[Entry], facts: Mapping[str, object]
) -> bool:
    """Carry over the selected tasks, all or none."""

    def work() -> None:
        with transaction.atomic():
            for entry in rows.select_related("body"):
                try:
                    act.carry_over_assignment(entry, by=by, **facts)
                except Refused as refused:
                    said = f"“{entry.body.label}　{entry.title[:40]}”：{refused}。这次一项也没有转入。"
                    raise Refused(said) from refused

    return run_with_messages(request, work, "已转入下一年回头看。")


def _filter_remaining(rows: QuerySet[Entry], name: str, value: str) -> QuerySet[Entry]:
    return rows.filter(closed_at=None) if value == "open" else rows.filter(outcome=value)


def _due_date(entry: Entry) -> date | None:
    return timezone.localdate(entry.due_at) if entry.due_at else None


def _statement_of(row: Entry) -> str:
    task = row.task  # type: ignore[attr-defined]
    return task.statement if task else ""


class LookbackCandidates(Register[Entry]):
    """Tasks of a year that are open or partly done and not carried over."""

    name, route, model, title = "notices.lookback", "notices_lookback", Entry, "任务回头看"
    section = (("任务分工", "notices_list"),)
    columns = (
        Column("light", "灯", cell=lambda row: light(row.light), value=lambda row: "", at=LISTED),
        Column("title", width=40),
        Column("number", at=FILED),
        "body",
        Column("state", "状态", value=lambda row: row.state_label, order="state"),
        Column("due_at", "期限", value=_due_date, order="due_at"),
        Column("statement", "完成情况", value=_statement_of, width=40),
    )
    main = "title"
    filters = (
        Year("year", usual=True, back=1),
        (
            "left",
            ChoiceFilter(
                label="情况",
                choices=[("open", "没有办结"), ("partly", "部分完成")],
                empty_label="全部",
                method=_filter_remaining,
            ),
        ),
        "body",
    )
    words = ("title", "number")
    order = ("due_at",)
    has_record = False
    intro = "上年没有办结和部分完成的任务，勾选后转入下一年继续办理；原任务留有记录。"
    empty = "没有需要回头看的任务。"
    template = "notices/lookback.html"
    ticks = Ticks(
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

    def loaded(self, rows: Sequence[Entry], by: Actor) -> Sequence[Entry]:
        """Attach the assignments to the rows in one query."""
        tasks = Assignment.objects.in_bulk([row.pk for row in rows])
        for row in rows:
            row.task = tasks.get(row.pk)  # type: ignore[attr-defined]
        return rows

    def url_of(self, row: Entry) -> str:
        """Return the URL of the task."""
        return row.url


@visible(Carry)
def carried_visible_to(user: object) -> QuerySet[Carry]:
    """Return carry-overs of visible tasks."""
    return Carry.objects.filter(source__in=assignments_visible_to(user))


def _link_target(row: Carry) -> SafeString | str:
    entry = row.target.entry
    return link(entry, sign(entry.light, entry.number))


class CarriedTasks(Register[Carry]):
    """Tasks that were carried over into the look-back of the following year."""

    name, route, model, title = "notices.carried", "notices_carried", Carry, "已转入回头看的任务"
    section = (("任务分工", "notices_list"), ("任务回头看", "notices_lookback"))
    columns = (
        Column("source", "原任务", value=lambda row: row.source.entry.title, width=40, order=""),
        Column(
            "year", "年度", value=lambda row: row.source.entry.year, number=True, order="source__entry__year"
        ),
        Column("source__entry__body", "单位"),
        "reason",
        Column("target", "下一年的任务", value=lambda row: row.target.entry.number, cell=_link_target),
        Column("target__entry__body", "责任单位"),
        Column("office", "责任处室", value=lambda row: row.target.entry.office or "", at=ASIDE),
        Column("due", "期限", value=lambda row: _due_date(row.target.entry), order="target__entry__due_at"),
        Column("by", at=ASIDE),
        Column("at", at=ASIDE),
    )
    filters = (Year("source__entry__year"), "source__entry__body")
    words = ("source__entry__title", "reason", "target__entry__number")
    order = ("-pk",)
    has_record = False
    unit = "source__entry__body"
    empty = "还没有转入回头看的任务。"

    def rows(self, by: Actor) -> QuerySet[Carry]:
        """Return carry-overs with both tasks."""
        return (
            super()
            .rows(by)
            .select_related("source__entry__body", "target__entry__body", "target__entry__office")
        )

    def url_of(self, row: Carry) -> str:
        """Return the URL of the source task."""
        return row.source.entry.url
