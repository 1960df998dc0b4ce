"""A unit's task list (任务清单) as .docx: content, path, responsible unit and limit, for filing (备案)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.writing.paper import Paper, PaperColumn


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


def render_task_list_docx(made: TaskList) -> bytes:
    """Return the list as .docx: a landscape table under title and source notices."""
    paper = Paper(landscape=True)
    paper.title(f"{made.unit}\n{made.year}年政务公开工作任务清单")
    if made.notices:
        paper.text(f"根据{'、'.join(made.notices)}，结合本单位职责，制定任务清单如下。")
    if not made.tasks:
        paper.text("本年度没有任务。")
    else:
        paper.table(TASK_COLUMNS, [_make_row(place, task) for place, task in enumerate(made.tasks, start=1)])
    paper.signature(made.unit, made.made_on)
    return paper.save()


def _make_row(place: int, task: PrintedTask) -> tuple[str, ...]:
    return (
        str(place),
        "\n".join(part for part in (task.section, task.item) if part),
        task.content,
        "\n".join([*task.paths, *(["、".join(task.channels)] if task.channels else [])]),
        "、".join(task.leads) or "—",
        task.responsible,
        describe_limit(task),
    )


def describe_limit(task: PrintedTask, *, period: bool = True) -> str:
    """Return a task's limit in Chinese: period, rules and resulting date."""
    words = [*([task.period] if task.period and period else []), *task.limits]
    if task.due:
        day = day_in_words(task.due)
        words += [] if any(day in word for word in words) else [f"{day}前"]
    return "\n".join(words) or "—"
