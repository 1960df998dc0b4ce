"""A unit's task list (任务清单), and a lead unit's report on checks, as .docx.

The list gives each task's content, path, responsible unit and deadline; the report one verdict for each responsible
unit (N-10).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.paper import PaperColumn, PaperDocument
from gongkai.lib.writing.titles import cite_title

UNCHECKED, HOLDS, FAILS = "未核验", "属实", "不符"


@dataclass(frozen=True)
class LeadCheck:
    """The result of a lead unit's check of one unit's part in one measure."""

    content: str
    unit: str
    state: str
    verdict: str
    addresses: Sequence[str]
    checked_at: datetime | None
    words: str = ""


@dataclass(frozen=True)
class LeadReport:
    """The report of one lead unit on one notice."""

    lead: str
    title: str
    doc_number: str
    year: int
    made_on: date
    rows: Sequence[LeadCheck]


#: Columns of the report's table.
LEAD_REPORT_COLUMNS = (
    PaperColumn("序号", 4),
    PaperColumn("贯彻举措", 26),
    PaperColumn("责任单位", 12),
    PaperColumn("完成情况", 9),
    PaperColumn("核验结论", 8),
    PaperColumn("公开地址", 28),
    PaperColumn("核验时间", 13),
)


def summarise_lead_checks(report: LeadReport) -> str:
    """Return the totals of a lead unit's report in a sentence."""
    named = cite_title(report.title, report.doc_number)
    counts = {verdict: sum(1 for row in report.rows if row.verdict == verdict) for verdict in (HOLDS, FAILS, UNCHECKED)}
    units = len({row.unit for row in report.rows})
    return (
        f"根据{named}，本单位对牵头的{len(report.rows)}项任务（涉及责任单位{units}个）进行了检查："
        f"属实{counts[HOLDS]}项，不符{counts[FAILS]}项，尚未核验{counts[UNCHECKED]}项。"
    )


def render_lead_report_docx(report: LeadReport) -> bytes:
    """Return a lead unit's report as .docx."""
    paper = PaperDocument(landscape=True)
    paper.title(f"{report.lead}\n{report.year}年政务公开牵头任务检查情况")
    paper.text(summarise_lead_checks(report))
    if report.rows:
        paper.table(
            LEAD_REPORT_COLUMNS, [_make_verdict_row(place, check) for place, check in enumerate(report.rows, start=1)]
        )
    paper.signature(report.lead, report.made_on)
    return paper.save()


def _make_verdict_row(place: int, check: LeadCheck) -> tuple[str, ...]:
    """Return the printed row of a checked task."""
    return (
        str(place),
        check.content,
        check.unit,
        check.state,
        check.verdict + (f"\n{check.words}" if check.words and check.verdict == FAILS else ""),
        "\n".join(check.addresses) or "—",
        f"{check.checked_at:%Y-%m-%d %H:%M}" if check.checked_at else "—",
    )


@dataclass(frozen=True)
class PrintedTask:
    """One task of the list; `period` is its month or quarter (2026年11月), "" for the whole year."""

    number: str
    section: str
    item: str
    content: str
    duties: Sequence[str]
    paths: Sequence[str]
    channels: Sequence[str]
    leads: Sequence[str]
    responsible: str
    limits: Sequence[str]
    due: date | None
    state: str
    period: str


@dataclass(frozen=True)
class TaskList:
    """The task list of a unit and year, with its source notices."""

    unit: str
    year: int
    made_on: date
    notices: Sequence[str]
    tasks: Sequence[PrintedTask]


#: Columns of the list.
TASK_COLUMNS = (
    PaperColumn("序号", 4),
    PaperColumn("工作任务", 12),
    PaperColumn("工作内容", 34),
    PaperColumn("公开路径", 18),
    PaperColumn("牵头单位", 9),
    PaperColumn("责任单位", 9),
    PaperColumn("完成时限", 10),
)


def render_task_list_docx(task_list: TaskList) -> bytes:
    """Return the list as .docx: a landscape table under title and source notices."""
    paper = PaperDocument(landscape=True)
    paper.title(f"{task_list.unit}\n{task_list.year}年政务公开工作任务清单")
    if task_list.notices:
        paper.text(f"根据{'、'.join(task_list.notices)}，结合本单位职责，制定任务清单如下。")
    if not task_list.tasks:
        paper.text("本年度没有任务。")
    else:
        paper.table(TASK_COLUMNS, [_make_row(place, task) for place, task in enumerate(task_list.tasks, start=1)])
    paper.signature(task_list.unit, task_list.made_on)
    return paper.save()


def _make_row(place: int, task: PrintedTask) -> tuple[str, ...]:
    """Return the printed row of a task."""
    return (
        str(place),
        "\n".join(heading for heading in (task.section, task.item) if heading),
        task.content,
        "\n".join([*task.paths, *(["、".join(task.channels)] if task.channels else [])]),
        "、".join(task.leads) or "—",
        task.responsible,
        describe_limit(task),
    )


def describe_limit(task: PrintedTask, *, period: bool = True) -> str:
    """Return a task's limit in Chinese, a line each: period (unless `period` is false), rules and resulting date."""
    words = [*([task.period] if task.period and period else []), *task.limits]
    if task.due:
        day = day_in_words(task.due)
        words += [] if any(day in word for word in words) else [f"{day}前"]
    return "\n".join(words) or "—"
