"""Task lists and completion reports: pages, .docx and .xlsx."""

from functools import reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import make_unit_filter
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file, get_requested_year, parse_whole_number
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, download_response
from gongkai.lib.writing.report import render_completion_docx
from gongkai.lib.writing.tasks import PrintedTask, describe_limit, render_lead_report_docx, render_task_list_docx
from gongkai.work.notices import states
from gongkai.work.notices.entries.papers import make_checks_file_name, make_report_file_name
from gongkai.work.notices.models import Assignment
from gongkai.work.notices.queries.lead_checks import build_lead_report, list_leads
from gongkai.work.notices.queries.tasks import (
    build_completion_report,
    build_task_list,
    list_body_tasks,
    to_printed_task,
)
from gongkai.work.notices.queries.visible import can_see_all_tasks, visible_to
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect

TASK_SHEET = Sheet(
    "任务清单",
    (
        Column("number", "编号", width=18),
        Column("section", "工作任务", width=28),
        Column("item", "二级任务", width=22),
        Column("content", "工作内容", width=60),
        Column("paths", "公开路径", width=40),
        Column("channels", "其他渠道", width=20),
        Column("leads", "牵头单位", width=18),
        Column("responsible", "责任单位", width=18),
        Column("period", "所属期", width=14),
        Column("limit", "完成时限", width=22),
        Column("due", "到期日", width=12),
        Column("state", "状态", width=14),
    ),
)


# Tasks on one page.
TASKS_PER_PAGE = 50


def list_printable_bodies(actor: Actor) -> QuerySet[Body]:
    """Return the units whose task lists the user may print."""
    reaches = actor.reached_paths(*SUPERVISING_ROLES)
    rows = Body.objects.order_by("position", "pk")
    query = Q(pk__in=actor.bodies)
    if not reaches:
        return rows.filter(query)
    owes = Entry.objects.filter(kind__in=states.TASK_KINDS, body=OuterRef("pk"))
    return rows.filter(Exists(owes)).filter(reduce(or_, (Q(path__startswith=reach) for reach in reaches), query))


def _list_years(actor: Actor) -> set[int]:
    """Return the years of visible notices, and the following ones because of look-backs."""
    found = set(visible_to(actor).order_by().values_list("year", flat=True).distinct())
    return found | {year + 1 for year in found}


def _read_choice(request: HttpRequest) -> tuple[Body | None, int, QuerySet[Body]]:
    """Return (chosen unit or None, year, units to choose from)."""
    actor = get_actor(request.user)
    bodies = list_printable_bodies(actor)
    if body := request.GET.get("body", ""):
        return bodies.filter(pk=parse_whole_number(body) or 0).first(), get_requested_year(request), bodies
    return bodies.filter(pk__in=actor.bodies).first() or bodies.first(), get_requested_year(request), bodies


def _list_tasks(request: HttpRequest) -> QuerySet[Assignment]:
    """Return the tasks of the chosen unit and year, none without a unit."""
    body, year, _ = _read_choice(request)
    own = "own" in request.GET
    return (
        list_body_tasks(body, year, get_actor(request.user), of_own_notice=own) if body else Assignment.objects.none()
    )


# Writing a task to Word takes 10 ms.
@long_export("notices.tasks", "任务清单", rows=_list_tasks, max_synchronous=100, wants_file=asks_file)
def task_list_page(request: HttpRequest) -> HttpResponse:
    """Show a unit's task list of a year, or export it (`?as=docx`, `?as=xlsx`)."""
    body, year, bodies = _read_choice(request)
    actor = get_actor(request.user)
    is_own = "own" in request.GET
    if body and request.GET.get("as") in {"docx", "xlsx"}:
        return _export_tasks(request, body, year, of_own_notice=is_own)
    units = make_unit_filter(request, bodies, body.pk if body else None)
    if units.address:
        return redirect(units.address)
    years = sorted({year, timezone.localdate().year, *_list_years(actor)}, reverse=True)
    page = get_page(request, _list_tasks(request), TASKS_PER_PAGE)
    printed_tasks = [(task, describe_limit(task)) for task in map(to_printed_task, page.object_list)]
    context: dict[str, object] = {
        "body": body,
        "year": year,
        "units": units,
        "years": years,
        "tasks": printed_tasks,
        "page": page,
        "own": is_own,
        "has_own": is_own or (body is not None and list_body_tasks(body, year, actor, of_own_notice=True).exists()),
    }
    rows_of = {"assignments__body": body, "assignments__entry__year": year, "own": is_own}
    owed = visible_to(actor).filter(**rows_of) if body else None
    context["notices"] = list(owed.distinct().order_by("-issued_on", "-pk")[:3]) if owed is not None else []
    return render(request, "notices/tasks.html", context)


def _export_tasks(request: HttpRequest, body: Body, year: int, *, of_own_notice: bool) -> HttpResponse:
    """Return the task list as a Word file or a spreadsheet."""
    task_list = build_task_list(body, year, get_actor(request.user), of_own_notice=of_own_notice)
    name = f"{task_list.unit}{year}年{'内部任务清单' if of_own_notice else '任务清单'}"
    if request.GET["as"] == "docx":
        return download_response(render_task_list_docx(task_list), f"{name}.docx", DOCX_CONTENT_TYPE)
    return spreadsheet_response(TASK_SHEET, [to_sheet_row(task) for task in task_list.tasks], name, guide=False)


def to_sheet_row(task: PrintedTask) -> dict[str, object]:
    """Return a task as a row (column → text) of the task list's spreadsheet."""
    return {
        "number": task.number,
        "section": task.section,
        "item": task.item,
        "content": task.content,
        "paths": "\n".join(task.paths),
        "channels": "、".join(task.channels),
        "leads": "、".join(task.leads),
        "responsible": task.responsible,
        "period": task.period,
        "limit": describe_limit(task, period=False).replace("\n", "；"),
        "due": task.due,
        "state": task.state,
    }


def download_lead_checks(request: HttpRequest, pk: int, body: int) -> HttpResponse:
    """Send the report of a lead unit to that unit and to supervisors of the notice."""
    notice, actor = get_notice_or_404(request, pk)
    lead = get_visible_or_404(actor, Body, body, pk__in=[one.pk for one in list_leads(notice)])
    if lead.pk not in actor.bodies and not can_see_all_tasks(actor, notice):
        raise Http404
    report = build_lead_report(notice, lead, actor)
    return download_response(render_lead_report_docx(report), make_checks_file_name(notice, lead), DOCX_CONTENT_TYPE)


def _list_reported_tasks(request: HttpRequest, pk: int) -> QuerySet[Assignment]:
    """Return the tasks of a completion report; none if the user may not have it."""
    notice, actor = get_notice_or_404(request, pk)
    rows = Assignment.objects.filter(notice=notice, entry__year=notice.year)
    if number := parse_whole_number(request.GET.get("body", "")):
        return rows.filter(body=number, body__in=list_printable_bodies(actor))
    return rows if can_see_all_tasks(actor, notice) else rows.none()


@long_export("notices.report", "完成情况报告", rows=_list_reported_tasks)
def download_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the completion report of a notice to supervisors, or with `?body=` that of a unit."""
    notice, actor = get_notice_or_404(request, pk)
    if number := parse_whole_number(request.GET.get("body", "")):
        body = get_visible_or_404(actor, Body, number, pk__in=list_printable_bodies(actor))
        return download_response(
            render_completion_docx(build_completion_report(notice, body)),
            make_report_file_name(notice, body),
            DOCX_CONTENT_TYPE,
        )
    if not can_see_all_tasks(actor, notice):

        def refuse() -> None:
            raise Refused("完成情况报告由政务公开办起草。")

        return run_and_redirect(request, refuse, "", "notices_notice", pk)
    report = build_completion_report(notice)
    return download_response(render_completion_docx(report), make_report_file_name(notice), DOCX_CONTENT_TYPE)
