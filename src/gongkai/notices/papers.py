"""The papers that the ledger drafts for what is sent upwards: completion reports and task lists, as .docx."""

from gongkai.notices.actions.rules import chief_of
from gongkai.notices.models import Notice, Upward, UpwardKind
from gongkai.notices.queries.tasks import completion_report, task_list
from gongkai.units.actors import Actor
from gongkai.units.models import Body
from gongkai.writing.report import completion_docx
from gongkai.writing.tasks import task_list_docx

#: What is drafted: a unit's own report, the government's, a unit's task list.
OWN, WHOLE, TASKS = "own", "whole", "tasks"


def report_name(notice: Notice, body: Body | None = None) -> str:
    """Return the file name of a completion report."""
    return f"{body.label if body else ''}{notice.year}年政务公开任务完成情况.docx"


def tasks_name(body: Body, year: int) -> str:
    """Return the file name of a task list."""
    return f"{body.name}{year}年任务清单.docx"


def drafts_for(upward: Upward, by: Actor) -> list[tuple[str, str]]:
    """Return the papers that the ledger can draft for a submission, as (key, words)."""
    body, notice = upward.entry.body, upward.notice
    if upward.kind == UpwardKind.TASK_LIST:
        return [(TASKS, f"{body.label}{upward.entry.year}年任务清单")]
    if upward.kind != UpwardKind.COMPLETION or notice is None:
        return []
    found = (
        [(OWN, f"{body.label}承担任务的完成情况")] if notice.assignments.filter(body=body).exists() else []
    )
    if not chief_of(by, notice):
        found.append((WHOLE, f"{notice.government.label}全部任务的完成情况"))
    return found


def draft(upward: Upward, key: str, by: Actor) -> tuple[str, bytes] | None:
    """Return the name and bytes of one of `drafts_for`; None for any other key."""
    if key not in dict(drafts_for(upward, by)):
        return None
    body, notice = upward.entry.body, upward.notice
    if key == TASKS:
        year = upward.entry.year
        return tasks_name(body, year), task_list_docx(task_list(body, year, by))
    assert notice is not None
    own = body if key == OWN else None
    return report_name(notice, own), completion_docx(completion_report(notice, own))
