"""Views of catalogues by domain, of their yearly checks, and of templates applied to a site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.content.editions.user_scope import list_websites_in_reach
from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.directory import actions, coverage, queries, rules
from gongkai.work.directory.catalogue_sheet import CATALOGUE_SHEET, make_sheet_rows
from gongkai.work.directory.coverage import CELL_STATES
from gongkai.work.directory.models import Catalogue, CellVerdict, ColumnTemplate, YearlyCheck
from gongkai.work.directory.sheet_rows import DOMAINS
from gongkai.work.directory.states import CURRENT_STATES, OPEN_STATES


def get_requested_government(request: HttpRequest, by: Actor) -> Body:
    """Return the government named in the request, else the user's own."""
    bodies = queries.list_office_governments(by)
    if not bodies:
        raise Http404("没有可以查看的政府")
    number = parse_whole_number(request.GET.get("government", ""))
    return next((body for body in bodies if body.pk == number), bodies[0])


def index(request: HttpRequest) -> HttpResponse:
    """Show the standard catalogues of a government by domain."""
    by = require_staff_actor(request)
    government = get_requested_government(request, by)
    rows = queries.visible_to(request.user).filter(government=government)
    in_force = [catalogue for catalogue in rows if catalogue.state in CURRENT_STATES]
    whole_sum, domains, _ = coverage.sum_cells(coverage.list_cells(in_force))
    drafts = [
        catalogue for catalogue in rows if catalogue.state in OPEN_STATES and catalogue.state not in CURRENT_STATES
    ]
    existing = {catalogue.domain for catalogue in in_force} | {catalogue.domain for catalogue in drafts}
    context = {
        "government": government,
        "governments": queries.list_office_governments(by),
        "rows": [
            (catalogue, domains.get(catalogue.domain)) for catalogue in sorted(in_force, key=lambda one: one.domain)
        ],
        "drafts": drafts,
        "sum": whole_sum,
        "absent": [name for name in DOMAINS if name not in existing],
        "keeps": not rules.list_reasons_unless_catalogue_manager(by, government),
    }
    return render(request, "directory/index.html", context)


def export(request: HttpRequest) -> HttpResponse:
    """Export the catalogues in force, or one version, with the columns of the import."""
    by = require_staff_actor(request)
    number = parse_whole_number(request.GET.get("catalogue", ""))
    if number is not None:
        catalogue = get_visible_or_404(by, Catalogue, number)
        return spreadsheet_response(CATALOGUE_SHEET, make_sheet_rows([catalogue]), f"{catalogue}")
    government = get_requested_government(request, by)
    name = f"{government.label}基层政务公开标准目录{timezone.localdate():%Y%m%d}"
    return spreadsheet_response(CATALOGUE_SHEET, make_sheet_rows(queries.list_catalogues_in_force(government)), name)


def check_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a yearly check; on POST save verdicts or compose the result."""
    by = require_staff_actor(request)
    check: YearlyCheck = get_visible_or_404(by, YearlyCheck, number)
    may = not rules.list_reasons_unless_catalogue_manager(by, check)
    if request.method == "POST":
        if not may:
            raise Http404("没有这个操作")
        _run_check_act(request, by, check)
        return redirect("directory:check", number)
    cells = check.cells.select_related("item__catalogue", "unit").prefetch_related("item__columns__website")
    rows = [(checked_cell, *CELL_STATES.get(checked_cell.seen, ("grey", checked_cell.seen))) for checked_cell in cells]
    context = {
        "check": check,
        "rows": rows,
        "left": sum(not checked_cell.verdict for checked_cell, *_ in rows),
        "verdicts": CellVerdict.choices,
        "may": may and not actions.judge_cells.why_not(check, by=by),
        "latest": check.latest,
        "desk": make_source_desk(check, by, back=request.path),
        "history": list(read_stream(check.stream))[-15:],
    }
    return render(request, "directory/check.html", context)


def _run_check_act(request: HttpRequest, by: Actor, yearly_check: YearlyCheck) -> None:
    """Save the verdicts or compose the result of a yearly check, depending on the posted button."""
    do = request.POST.get("do", "")
    if do == "judge":
        numbers = list(yearly_check.cells.values_list("pk", flat=True))
        verdicts = {
            number: (request.POST.get(f"verdict-{number}", ""), request.POST.get(f"words-{number}", ""))
            for number in numbers
        }
        run_with_messages(request, lambda: actions.judge_cells(yearly_check, by=by, verdicts=verdicts), "结论已保存。")
    elif do == "compose":
        run_with_messages(
            request, lambda: actions.compose_check_result(yearly_check, by=by), "已生成结果，请核对、选择栏目后送审。"
        )
    else:
        raise Http404("没有这个操作")


@require_POST
def apply_template_view(request: HttpRequest, number: int) -> HttpResponse:
    """Create a template's columns on a site."""
    by = require_staff_actor(request)
    template = get_visible_or_404(by, ColumnTemplate, number)
    site = parse_whole_number(request.POST.get("website", ""))
    chosen = next((website for website in list_websites_in_reach(by) if website.pk == site), None)
    if chosen is None:
        raise Http404("没有这个网站")
    done = run_with_messages(
        request,
        lambda: actions.apply_column_template(chosen, by=by, template=template),
        "已建立栏目，补齐责任人后逐个开通。",
    )
    return redirect("publishing:columns") if done else redirect("directory:template", number)
