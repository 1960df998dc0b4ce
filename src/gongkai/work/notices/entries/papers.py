"""Draft papers for upward submissions (completion reports, task lists) as .docx files."""

from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.writing.report import render_completion_docx
from gongkai.lib.writing.tasks import render_lead_report_docx, render_task_list_docx
from gongkai.work.notices.actions.permissions import list_reasons_unless_chief_of_notice
from gongkai.work.notices.models import Notice, Upward, UpwardKind
from gongkai.work.notices.queries.lead_checks import build_lead_report, list_leads
from gongkai.work.notices.queries.tasks import build_completion_report, build_task_list

# Kinds of papers: a unit's report, the government's report, a unit's task list, a lead unit's
# checks.
OWN_TASKS_PAPER, ALL_TASKS_PAPER, TASK_LIST_PAPER, LEAD_CHECK_PAPER = "own", "whole", "tasks", "checked"


def make_report_file_name(notice: Notice, body: Body | None = None) -> str:
    """Return the file name of a completion report."""
    return f"{body.label if body else ''}{notice.year}年政务公开任务完成情况.docx"


def make_task_list_file_name(body: Body, year: int) -> str:
    """Return the file name of a task list."""
    return f"{body.name}{year}年任务清单.docx"


def make_checks_file_name(notice: Notice, body: Body) -> str:
    """Return the file name of a lead unit's checks."""
    return f"{body.label}{notice.year}年牵头任务检查情况.docx"


def list_papers(upward: Upward, by: Actor) -> list[tuple[str, str]]:
    """Return the papers that can be drafted for a submission, as (key, label)."""
    body, notice = upward.entry.body, upward.notice
    if upward.kind == UpwardKind.TASK_LIST:
        return [(TASK_LIST_PAPER, f"{body.label}{upward.entry.year}年任务清单")]
    if upward.kind != UpwardKind.COMPLETION or notice is None:
        return []
    leads = body in list_leads(notice)
    papers = []
    if notice.assignments.filter(body=body).exists():
        also = "和牵头任务检查情况" if leads else ""
        papers.append((OWN_TASKS_PAPER, f"{body.label}承担任务的完成情况{also}"))
    elif leads:
        papers.append((LEAD_CHECK_PAPER, f"{body.label}牵头任务检查情况"))
    if not list_reasons_unless_chief_of_notice(by, notice):
        papers.append((ALL_TASKS_PAPER, f"{notice.government.label}全部任务的完成情况"))
    return papers


def draft_papers(upward: Upward, key: str, by: Actor) -> list[tuple[str, bytes]]:
    """Return names and bytes of a paper of `list_papers` and its attachments.

    A lead unit's checks accompany its own report (渝府办发〔2021〕50号四).
    """
    if key not in dict(list_papers(upward, by)):
        return []
    body, notice = upward.entry.body, upward.notice
    if key == TASK_LIST_PAPER:
        year = upward.entry.year
        return [(make_task_list_file_name(body, year), render_task_list_docx(build_task_list(body, year, by)))]
    assert notice is not None
    papers = []
    if key != LEAD_CHECK_PAPER:
        own = body if key == OWN_TASKS_PAPER else None
        papers.append(
            (make_report_file_name(notice, own), render_completion_docx(build_completion_report(notice, own)))
        )
    if key == LEAD_CHECK_PAPER or (key == OWN_TASKS_PAPER and body in list_leads(notice)):
        papers.append(
            (make_checks_file_name(notice, body), render_lead_report_docx(build_lead_report(notice, body, by)))
        )
    return papers
