"""Views for third-party evaluators: their indicators, units and cases only."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import answer_form
from gongkai.core.ledger.scoring import SOURCES, Case
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.units.actors import actor_of
from gongkai.core.widgets.paging import page_of
from gongkai.oversight.assessment import actions, queries
from gongkai.oversight.assessment.forms import EvaluateForm
from gongkai.oversight.assessment.importing import EVALUATION, evaluation_rows
from gongkai.oversight.assessment.models import Assessed, Evaluator, Indicator


@require_GET
def evaluations(request: HttpRequest) -> HttpResponse:
    """List the units and indicators that the evaluator scores."""
    found = []
    for evaluator in queries.evaluations_of(request.user):
        leaves = list(evaluator.indicators.all())
        marks: dict[tuple[int, int], list[object]] = {}
        for mark in evaluator.marks.filter(struck_at=None):
            marks.setdefault((mark.unit_id, mark.indicator_id), []).append(mark)
        units = evaluator.round.units.select_related("body")
        rows = [(unit, [len(marks.get((unit.pk, leaf.pk), ())) for leaf in leaves]) for unit in units]
        found.append((evaluator, leaves, rows))
    return render(request, "assessment/evaluations.html", {"found": found})


def _own(request: HttpRequest, number: int) -> Evaluator:
    return get_visible_or_404(request.user, Evaluator, number)


def evaluate(request: HttpRequest, number: int, unit: int) -> HttpResponse:
    """Score one unit: each indicator as a whole, or case by case."""
    by, own = actor_of(request.user), _own(request, number)
    shown = get_object_or_404(own.round.units.select_related("body", "round"), pk=unit)
    if request.method == "POST":
        leaf = own.indicators.filter(code=request.POST.get("code", "")).first()
        form = EvaluateForm(request.POST)
        ref = request.POST.get("ref", "")[:120]
        if leaf is None or (ref and ref not in {case.ref for case in _cases(shown, leaf)}):
            raise PermissionDenied("这不是您评估的内容。")
        return answer_form(
            request,
            form,
            lambda **facts: actions.evaluate(own, by=by, unit=shown, indicator=leaf, ref=ref, **facts),
            "已评分。",
            request.get_full_path(),
        )
    marks = {(mark.indicator_id, mark.ref): mark for mark in shown.marks.filter(evaluator=own, struck_at=None)}
    parts = []
    for leaf in own.indicators.all():
        page = page_of(request, _cases(shown, leaf), name=f"page{leaf.pk}")
        rows: list[tuple[Case | None, object]] = [(case, marks.get((leaf.pk, case.ref))) for case in page]
        parts.append((leaf, page, f"page{leaf.pk}", rows or [(None, marks.get((leaf.pk, "")))]))
    context = {"evaluator": own, "unit": shown, "parts": parts}
    return render(request, "assessment/evaluate.html", context)


def _cases(unit: Assessed, leaf: Indicator) -> list[Case]:
    source = SOURCES.get(leaf.source)
    if source is None:
        return []
    until = min(unit.round.until, timezone.localdate())
    return source.cases(unit.body, unit.round.first, until)


@require_GET
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """Export the evaluator's sheet, to be completed offline."""
    own = _own(request, number)
    return spreadsheet(EVALUATION, evaluation_rows(own), f"{own.round.name}{own.organisation}评分表")
