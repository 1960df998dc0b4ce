"""Back office views of sites, comparisons, runs, findings and evidence."""

from collections import Counter
from datetime import timedelta

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.background_jobs.queries import visible_to as errands_visible_to
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file
from gongkai.core.widgets.responses import file_response
from gongkai.oversight.inspection import actions, queries
from gongkai.oversight.inspection.actions import DEFAULT_RECTIFICATION_DAYS
from gongkai.oversight.inspection.export_sheets import (
    DISCLOSURE_SECTIONS_SHEET,
    INDICATORS_SHEET,
    VERDICTS_SHEET,
    make_comparison_sheet,
)
from gongkai.oversight.inspection.false_alarms import (
    confirm_false_alarm,
    find_withdrawal_errors,
    get_false_alarm,
    mark_false_alarm,
    withdraw_false_alarm,
)
from gongkai.oversight.inspection.finding_register import NEW, STILL, list_findings_of_run
from gongkai.oversight.inspection.models import InspectedSite, InspectionRun, SiteFinding
from gongkai.oversight.inspection.registers import LearnLayoutForm, OrderRectificationForm
from gongkai.oversight.inspection.run_processing import get_background_job, get_folder
from gongkai.oversight.inspection.site.scoring import INDICATOR_TABLE_PATH, read_indicators

#: Maximum number of sites compared on a page.
MAX_SITES_COMPARED = 30


def _get_site(request: HttpRequest, number: int) -> tuple[Actor, InspectedSite]:
    by = require_staff_actor(request)
    return by, get_visible_or_404(request.user, InspectedSite, number)


def _get_run(request: HttpRequest, number: int) -> tuple[Actor, InspectionRun]:
    by = require_staff_actor(request)
    return by, get_visible_or_404(request.user, InspectionRun, number)


@require_GET
def compare_sites_view(request: HttpRequest) -> HttpResponse:
    """Compare sites by score, change and deductions by group; the export has all sites."""
    by = require_staff_actor(request)
    groups, rows = queries.compare_sites(queries.visible_to(by))
    sections = queries.list_disclosure_sections(queries.visible_to(by))
    if asks_file(request):
        sheet, name = make_comparison_sheet(groups), f"各网站比较{timezone.localdate():%Y%m%d}"
        return spreadsheet_response(sheet, rows, name, guide=False, more_sheets=[(DISCLOSURE_SECTIONS_SHEET, sections)])
    page = get_page(request, rows, MAX_SITES_COMPARED)
    context = {
        "groups": groups,
        "page": page,
        "counts": queries.count_findings_by_run([row.run for row in page]),
        "sections": get_page(request, sections, MAX_SITES_COMPARED, "sections"),
        "parts": [part for part, _ in queries.DISCLOSURE_SECTION_PARTS],
    }
    return render(request, "inspection/compare.html", context)


@require_POST
def run_site_action(request: HttpRequest, number: int) -> HttpResponse:
    """Start a run, learn a layout, or delete the learnt layouts."""
    by, site = _get_site(request, number)
    act = request.POST.get("what", "")
    target = reverse("inspection:site", args=[number])
    if act == "start":
        inspection_runs: list[InspectionRun] = []
        if run_with_messages(request, lambda: inspection_runs.append(actions.start_inspection(site, by=by))):
            target = reverse("inspection:run", args=[inspection_runs[0].pk])
    elif act == "learn":
        form = LearnLayoutForm(request.POST)
        run_form_with_messages(
            request,
            form,
            lambda **facts: actions.learn_layout(site, by=by, **facts),
            "已学会这种列表版式，下次检查时使用。",
        )
    elif act == "forget":
        run_with_messages(request, lambda: actions.forget_layouts(site, by=by), "已清除。")
    return HttpResponseRedirect(target)


@require_GET
def show_run(request: HttpRequest, number: int) -> HttpResponse:
    """Show a run with its score, reasons, and findings compared with the previous run."""
    _, inspection_run = _get_run(request, number)
    counts = Counter(list_findings_of_run(inspection_run).values_list("place", flat=True))
    context = {
        "run": inspection_run,
        **_make_progress_context(request, inspection_run),
        "before": queries.get_previous_run(inspection_run),
        "found": counts[NEW] + counts[STILL],
        "counts": counts,
        "verdicts": queries.list_indicator_verdicts(inspection_run),
    }
    return render(request, "inspection/run.html", context)


def _make_progress_context(request: HttpRequest, run: InspectionRun) -> dict[str, object]:
    """Return the run's background job while it is under way, and whether the user may see it."""
    errand = get_background_job(run) if run.under_way else None
    return {"errand": errand, "mine": errand and errands_visible_to(request.user).filter(pk=errand.pk).exists()}


@require_GET
def show_progress(request: HttpRequest, number: int) -> HttpResponse:
    """Show the progress of a run; once it is finished, let the whole page reload."""
    _, shown = _get_run(request, number)
    answer = render(request, "inspection/progress.html", {"run": shown, **_make_progress_context(request, shown)})
    if not shown.under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@require_GET
def download_verdicts(request: HttpRequest, number: int) -> HttpResponse:
    """Export the verdicts of a run on all indicators as a spreadsheet."""
    _, inspection_run = _get_run(request, number)
    name = f"{inspection_run.site.name}各项指标结论{inspection_run.today.isoformat()}"
    return spreadsheet_response(VERDICTS_SHEET, queries.list_indicator_verdicts(inspection_run), name, guide=False)


def show_finding(request: HttpRequest, number: int) -> HttpResponse:
    """Show a finding with its evidence, and order its rectification."""
    by = require_staff_actor(request)
    finding = get_visible_or_404(request.user, SiteFinding, number)
    why_not = actions.order_finding.why_not(finding, by=by)
    usual = {
        "body": finding.run.site.body_id,
        "until": timezone.localdate() + timedelta(days=DEFAULT_RECTIFICATION_DAYS),
    }
    form = OrderRectificationForm(request.POST or None, initial=usual, by=by)
    if request.method == "POST" and run_form_with_messages(
        request, form, lambda **facts: actions.order_finding(finding, by=by, **facts), "已下达整改要求。"
    ):
        return HttpResponseRedirect(reverse("inspection:finding", args=[number]))
    later_run = queries.get_later_run(finding.run)
    alarm = get_false_alarm(finding)
    table = actions.get_indicator_table(finding.run)
    row = table.rows.get(finding.indicator) if table else None
    context = {
        "source": row.source if row else "",
        "one": finding,
        "form": form,
        "why_not": why_not,
        "alarm": alarm,
        "may_set_aside": not why_not and not (find_withdrawal_errors(finding) if alarm else later_run),
        "may_confirm": not confirm_false_alarm.why_not(finding, by=by),
        "ordered": queries.map_finding_orders(finding.run, [finding]).get(finding.pk),
        "later": later_run,
        "same": later_run.findings.filter(mark=finding.mark).first() if later_run else None,
    }
    return render(request, "inspection/finding.html", context)


@require_POST
def handle_false_alarm(request: HttpRequest, number: int) -> HttpResponse:
    """Mark a finding as a false alarm, confirm the mark, or withdraw it."""
    by = require_staff_actor(request)
    finding = get_visible_or_404(request.user, SiteFinding, number)
    if "withdraw" in request.POST:
        run_with_messages(
            request,
            lambda: withdraw_false_alarm(finding, by=by),
            "已撤回，这个问题重新计入；已有以后的检查的，从下一次检查起计入。",
        )
    elif "confirm" in request.POST:
        run_with_messages(
            request, lambda: confirm_false_alarm(finding, by=by), "已确认：这个问题不再计入，以后检查也不再列出。"
        )
    else:
        reason = request.POST.get("reason", "")
        done = "不再计入得分，以后检查也不再列出。"
        run_with_messages(
            request,
            lambda: mark_false_alarm(finding, by=by, reason=reason),
            "已标为误报，由另一人确认后不再计入。" if finding.kind == "veto" else f"已标为误报：{done}",
        )
    return HttpResponseRedirect(reverse("inspection:finding", args=[number]))


#: Name in the URL → field of the evidence and media type.
_EVIDENCE_FIELDS = {"page": ("page", "text/plain; charset=utf-8"), "picture": ("screenshot", "image/png")}


@require_GET
def download_evidence(request: HttpRequest, number: int, what: str) -> FileResponse:
    """Return a finding's stored page as plain text, or its screenshot, as `what` asks; 404 for others."""
    require_staff_actor(request)
    finding = get_visible_or_404(request.user, SiteFinding, number)
    field, kind = _EVIDENCE_FIELDS.get(what, ("", ""))
    place = get_folder(finding.run) / str(finding.evidence.get(field, "")) if field else None
    if place is None or not place.is_file():
        raise Http404("没有保存。")
    return file_response(place.open("rb"), place.name, kind, inline=what == "picture")


@require_GET
def show_indicators(request: HttpRequest) -> HttpResponse:
    """Show or export the indicator table."""
    require_staff_actor(request)
    table = read_indicators(settings.GONGKAI_INDICATORS or INDICATOR_TABLE_PATH)
    if asks_file(request):
        return spreadsheet_response(INDICATORS_SHEET, table.rows.values(), f"检查指标{table.version}", guide=False)
    return render(request, "inspection/indicators.html", {"table": table})
