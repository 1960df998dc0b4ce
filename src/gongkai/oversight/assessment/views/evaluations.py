"""Downloads of schemes, rankings, reports and bulletins, and the pages of third-party evaluators."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME, ScoredCase
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import get_actor, require_staff_actor
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, download_response
from gongkai.lib.writing.fonts import MissingFont
from gongkai.lib.writing.official import IssuedDocument
from gongkai.oversight.assessment import actions, queries, reports
from gongkai.oversight.assessment.actions.marks import find_own_unit_error
from gongkai.oversight.assessment.forms import EvaluateForm
from gongkai.oversight.assessment.importing import (
    EVALUATION_SHEET,
    INDICATOR_SHEET,
    make_evaluation_rows,
    make_indicator_rows,
)
from gongkai.oversight.assessment.models import Assessed, Bulletin, Evaluator, Indicator, Round, Scheme
from gongkai.oversight.assessment.queries.ranking import make_ranking_sheet
from gongkai.oversight.assessment.queries.scores import get_standing, list_cases, list_standings
from gongkai.oversight.assessment.queries.visible import can_oversee_round, can_see_scores

_CONTENT_TYPES = {"docx": DOCX_CONTENT_TYPE, "pdf": "application/pdf"}


def _download_document(document: IssuedDocument, name: str, form: str) -> HttpResponse:
    """Return the document as a download in a format; 404 for an unknown format or a missing font."""
    if form not in reports.RENDERERS:
        raise Http404("没有这种格式")
    try:
        return download_response(reports.RENDERERS[form](document), f"{name}.{form}", _CONTENT_TYPES[form])
    except MissingFont as error:
        raise Http404("服务器没有安装中文字体，不能生成PDF，请下载Word文档。") from error


@require_GET
def download_scheme(request: HttpRequest, number: int) -> HttpResponse:
    """Export an indicator tree as a spreadsheet in the import format."""
    scheme = get_visible_or_404(require_staff_actor(request), Scheme, number)
    return spreadsheet_response(INDICATOR_SHEET, make_indicator_rows(scheme), f"{scheme.name}第{scheme.edition}版")


@require_GET
def download_ranking(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Export the ranking as a document or spreadsheet, for overseers of the round."""
    by = require_staff_actor(request)
    shown = get_visible_or_404(by, Round, number)
    if not can_oversee_round(by, shown):
        return HttpResponseRedirect(reverse("assessment:home"))
    if form == "xlsx":
        return spreadsheet_response(make_ranking_sheet(shown), list_standings(shown), f"{shown.name}结果", guide=False)
    return _download_document(reports.compose_ranking(shown), f"{shown.name}结果", form)


@require_GET
def download_unit_report(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Export a unit's report as a document, if the user may see its scores."""
    by = require_staff_actor(request)
    shown = get_visible_or_404(by, Assessed, number)
    if not can_see_scores(by, shown):
        return HttpResponseRedirect(reverse("assessment:unit", args=[number]))
    unit_count = shown.round.units.filter(group=shown.group).count()
    return _download_document(
        reports.compose_unit_report(get_standing(shown), unit_count),
        f"{shown.label}{shown.round.year}年度考核报告",
        form,
    )


@require_GET
def download_bulletin(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Export a bulletin as a document."""
    bulletin = get_visible_or_404(require_staff_actor(request), Bulletin, number)
    return _download_document(reports.compose_bulletin(bulletin), bulletin.title, form)


@require_GET
def show_evaluations(request: HttpRequest) -> HttpResponse:
    """List the units and indicators that the evaluator scores, with the number of valid marks of each."""
    evaluations = []
    for evaluator in queries.list_evaluations(request.user):
        leaves = list(evaluator.indicators.all())
        marks: dict[tuple[int, int], list[object]] = {}
        for mark in evaluator.marks.filter(struck_at=None):
            marks.setdefault((mark.unit_id, mark.indicator_id), []).append(mark)
        units = evaluator.round.units.select_related("body")
        rows = [(unit, [len(marks.get((unit.pk, leaf.pk), ())) for leaf in leaves]) for unit in units]
        evaluations.append((evaluator, leaves, rows))
    return render(request, "assessment/evaluations.html", {"found": evaluations})


def _get_evaluator(request: HttpRequest, number: int) -> Evaluator:
    return get_visible_or_404(request.user, Evaluator, number)


def evaluate_unit(request: HttpRequest, number: int, unit: int) -> HttpResponse:
    """Score one unit: each indicator as a whole, or case by case."""
    by, evaluator = get_actor(request.user), _get_evaluator(request, number)
    assessed = get_object_or_404(evaluator.round.units.select_related("body", "round"), pk=unit)
    if request.method == "POST":
        leaf = evaluator.indicators.filter(code=request.POST.get("code", "")).first()
        form = EvaluateForm(request.POST)
        ref = request.POST.get("ref", "")[:120]
        if leaf is None or (ref and ref not in {case.ref for case in _list_cases(assessed, leaf)}):
            raise PermissionDenied("这不是您评估的内容。")
        return respond_to_form(
            request,
            form,
            lambda **facts: actions.record_evaluation(
                evaluator, by=by, unit=assessed, indicator=leaf, ref=ref, **facts
            ),
            "已评分。",
            request.get_full_path(),
            matter=f"{assessed.label}：{leaf.name}",
        )
    marks_by_case = {
        (mark.indicator_id, mark.ref): mark for mark in assessed.marks.filter(evaluator=evaluator, struck_at=None)
    }
    sections = []
    for leaf in evaluator.indicators.all():
        page = get_page(request, _list_cases(assessed, leaf), name=f"page{leaf.pk}")
        rows: list[tuple[ScoredCase | None, object]] = [(case, marks_by_case.get((leaf.pk, case.ref))) for case in page]
        sections.append((leaf, page, f"page{leaf.pk}", rows or [(None, marks_by_case.get((leaf.pk, "")))]))
    context = {"unit": assessed, "parts": sections, "barred": find_own_unit_error(by, assessed)}
    return render(request, "assessment/evaluate.html", context)


def _list_cases(unit: Assessed, leaf: Indicator) -> list[ScoredCase]:
    """Return the cases behind the indicator's automatic figure of the unit."""
    if leaf.source not in SCORE_SOURCES_BY_NAME:
        return []
    return list_cases(unit, leaf.source, min(unit.round.until, timezone.localdate()))


@require_GET
def download_evaluation_sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Export the evaluator's sheet, to be completed offline."""
    evaluator = _get_evaluator(request, number)
    return spreadsheet_response(
        EVALUATION_SHEET, make_evaluation_rows(evaluator), f"{evaluator.round.name}{evaluator.organisation}评分表"
    )
