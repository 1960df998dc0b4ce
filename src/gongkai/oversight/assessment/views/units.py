"""Views of a unit in a round: rows behind a figure, marks, claims."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from gongkai.core.acts.actors import Actor
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages
from gongkai.core.ledger.figures import SCORE_SOURCES_BY_NAME
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.units.actors import require_staff_actor
from gongkai.oversight.assessment import actions
from gongkai.oversight.assessment.forms import ClaimForm, MarkForm, StrikeMarkForm
from gongkai.oversight.assessment.models import Assessed, Indicator, Mark, ScoringWay
from gongkai.oversight.assessment.queries.scores import list_standings
from gongkai.oversight.assessment.queries.visible import can_oversee_round, can_see_scores

#: Maximum number of rows behind a figure on one page.
MAX_LISTED_CASES = 1000


def _get_assessed_unit(request: HttpRequest, number: int) -> Assessed:
    require_staff_actor(request)
    return get_visible_or_404(request.user, Assessed, number)


def show_leaf(request: HttpRequest, number: int, leaf: int) -> HttpResponse:
    """Show the rows and marks behind the figure of an indicator, with the form for a new mark."""
    by, assessed = require_staff_actor(request), _get_assessed_unit(request, number)
    indicator = get_object_or_404(assessed.round.scheme.indicators, pk=leaf)
    if not can_see_scores(by, assessed):
        return HttpResponseRedirect(reverse("assessment:unit", args=[number]))
    by_hand = indicator.way in {
        ScoringWay.ONLINE,
        ScoringWay.PHONE,
        ScoringWay.SELF,
        ScoringWay.BONUS,
        ScoringWay.DEDUCTION,
        ScoringWay.VETO,
    }
    last_number = actions.get_last_mark_number(assessed, indicator)
    form = MarkForm(
        request.POST or None, indicator=indicator, initial={"on": timezone.localdate(), "seen": last_number}
    )
    work = lambda **facts: actions.record_mark(assessed, by=by, indicator=indicator, **facts)  # noqa: E731
    if request.method == "POST" and run_form_with_messages(request, form, work, "已记入。"):
        return HttpResponseRedirect(reverse("assessment:leaf", args=[number, leaf]))
    if form.is_bound:  # show the current data if it changed since
        form.data = {**form.data.dict(), "seen": str(last_number)}  # type: ignore[attr-defined]
    marks = list(assessed.marks.filter(indicator=indicator).select_related("evaluator").order_by("struck_at", "-pk"))
    current = next((mark for mark in marks if mark.way == ScoringWay.AUTO and not mark.struck_at), None)
    context = {
        "unit": assessed,
        "leaf": indicator,
        "source": SCORE_SOURCES_BY_NAME.get(indicator.source),
        "marks": marks,
        "cases": _link_cases(by, current.cases[:MAX_LISTED_CASES]) if current else [],
        "all_cases": len(current.cases) if current else 0,
        "current": current,
        "form": form if by_hand else None,
        "why_not": actions.record_mark.why_not(assessed, by=by),
        "claim": assessed.claims.filter(indicator=indicator).first(),
        "others": _list_points_of_units(assessed, indicator) if can_oversee_round(request.user, assessed.round) else [],
    }
    return render(request, "assessment/leaf.html", context)


def _link_cases(by: Actor, cases: list[list[object]]) -> list[list[object]]:
    """Return the rows behind a figure, entries by their present title and without the addresses that the reader may not
    open."""
    titles = dict(Entry.objects.filter(number__in=[case[0] for case in cases]).values_list("number", "title"))
    closed = {*titles} - set(visible_to(by).filter(number__in=titles).values_list("number", flat=True))
    return [
        [ref, str(titles.get(str(ref), label))[:120], value, why, "" if ref in closed else url]
        for ref, label, value, why, url in cases
    ]


def _list_points_of_units(unit: Assessed, leaf: Indicator) -> list[object]:
    """Return the indicator's points for all units of the round that have it."""
    return [
        (standing.unit, standing.format_points(leaf))
        for standing in list_standings(unit.round)
        if leaf.code in standing.outcome.lines
    ]


def edit_claim(request: HttpRequest, number: int, leaf: int) -> HttpResponse:
    """Edit a unit's own score of an indicator (自评)."""
    by, assessed = require_staff_actor(request), _get_assessed_unit(request, number)
    indicator = get_object_or_404(assessed.round.scheme.indicators.filter(way=ScoringWay.SELF), pk=leaf)
    entry = assessed.entry
    if entry is None:
        return HttpResponseRedirect(reverse("assessment:unit", args=[number]))
    claim = assessed.claims.filter(indicator=indicator).first()
    initial = {"value": claim.value, "words": claim.words} if claim else {}
    form = ClaimForm(request.POST or None, initial=initial)
    work = lambda **facts: actions.record_claim(entry, by=by, indicator=indicator, **facts)  # noqa: E731
    if request.method == "POST" and run_form_with_messages(request, form, work, "已保存。"):
        return HttpResponseRedirect(entry.url)
    heading = f"自评：{indicator.name}"
    context = {"form": form, "heading": heading, "do": "保存", "note": indicator.standard, "unit": assessed}
    return render(request, "assessment/form.html", context)


def strike_mark_view(request: HttpRequest, number: int) -> HttpResponse:
    """Revoke a score that was given to a unit (撤销评分)."""
    by = require_staff_actor(request)
    mark = get_visible_or_404(by, Mark, number)
    form = StrikeMarkForm(request.POST or None)
    work = lambda reason: actions.strike_mark(mark.unit, by=by, mark=mark, reason=reason)  # noqa: E731
    if request.method == "POST" and run_form_with_messages(request, form, work, "已撤销。"):
        return HttpResponseRedirect(reverse("assessment:leaf", args=[mark.unit_id, mark.indicator_id]))
    context = {
        "form": form,
        "heading": f"撤销评分：{mark.indicator.name}",
        "do": "撤销",
        "note": mark.words,
        "unit": mark.unit,
    }
    return render(request, "assessment/form.html", context)
