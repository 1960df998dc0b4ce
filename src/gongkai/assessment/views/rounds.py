"""A round: its units with their scores, what moves it on, its evaluators, its ranking."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.action import Refused
from gongkai.acts.actors import Actor
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.assessment import actions, queries, reports, rules
from gongkai.assessment.forms import EvaluatorForm, RoundForm, UnitsForm, group_of
from gongkai.assessment.models import Evaluator, Indicator, Round, Scheme, Way
from gongkai.assessment.queries.scores import Standing, standings, unjudged
from gongkai.assessment.queries.trees import tree
from gongkai.assessment.queries.visible import oversees_round
from gongkai.assessment.scoring import part, plain, two
from gongkai.assessment.states import JUDGING, SHOWN, RoundState, SchemeState
from gongkai.assessment.views.base import governments, paper
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.units.actors import open_only_if, staff
from gongkai.units.models import Body, BodyKind

#: Steps of a round in order, for the line on its page.
STEPS = (
    (RoundState.PLANNED, "筹备"),
    (RoundState.SELF, "自评"),
    (RoundState.SCORING, "评分"),
    (RoundState.PUBLISHED, "反馈和申诉"),
    (RoundState.CONFIRMED, "确定结果"),
)
_NEXT = {
    RoundState.PLANNED: actions.open_round,
    RoundState.SELF: actions.begin_scoring,
    RoundState.SCORING: actions.publish_scores,
    RoundState.PUBLISHED: actions.confirm_round,
}
#: Days that a third party has where nobody says otherwise.
USUAL_DAYS = 30
#: Columns of the ranking before and behind the indicators of the first level.
_BEFORE = (
    Column("group", "分组", write=lambda one: one.unit.group, width=16),
    Column("place", "名次", write=lambda one: one.place or "—", width=8),
    Column("body", "单位", write=lambda one: one.unit.body.name, width=30),
)
_BEHIND = (
    Column("base", "基础分", write=lambda one: one.base, width=10),
    Column("bonus", "加分", write=lambda one: two(one.outcome.bonus), width=8),
    Column("deducted", "扣分", write=lambda one: two(one.outcome.deducted), width=8),
    Column("vetoes", "单项否决", write=lambda one: "、".join(one.vetoed_by), width=14),
    Column("total", "得分", write=lambda one: one.score, width=10),
    Column("grade", "等次", write=lambda one: one.grade_told, width=10),
)


def ranking_sheet(round_: Round) -> Sheet:
    """Return the columns of a round's ranking: those of its page, and of what round it is, and whether it is final."""
    final = round_.state == RoundState.CONFIRMED
    about = (
        Column("round", "考核", write=lambda _: round_.name, width=24),
        Column("span", "考核期", write=lambda _: f"{round_.first}至{round_.until}", width=24),
        Column("state", "结果", write=lambda _: f"{round_.confirmed_on}确定" if final else "尚未最终确定"),
    )
    tops = tuple(
        Column(f"top{top.pk}", f"{top.code} {top.name}", write=partial(_points, codes), width=14)
        for top, codes in _below(round_.scheme)
    )
    return Sheet("考核结果", (*_BEFORE, *tops, *_BEHIND, *about))


def _points(codes: set[str], one: Standing) -> object:
    """Return the points under an indicator of the first level as a number; in words where there are none."""
    said = _cell(one, codes)[0]
    try:
        return Decimal(said)
    except InvalidOperation:
        return said


def _round(request: HttpRequest, number: int) -> Round:
    staff(request)
    return get_visible_or_404(request.user, Round, number)


def _offered(by: Actor) -> tuple[QuerySet[Body], QuerySet[Body]]:
    heads = governments(by)
    inside = Body.objects.filter(active_to=None, merged_into=None, parent__in=heads)
    units = inside.exclude(kind__in=[BodyKind.GOVERNMENT, BodyKind.GENERAL_OFFICE]).order_by("path")
    offices = inside.filter(kind=BodyKind.GENERAL_OFFICE)
    return units, offices


def new(request: HttpRequest) -> HttpResponse:
    """Begin a year's assessment."""
    by, this = staff(request), timezone.localdate().year
    units, offices = _offered(by)
    open_only_if(offices.exists(), "年度考核由政务公开办组织。")
    schemes = queries.schemes_visible_to(request.user).filter(state=SchemeState.IN_FORCE)
    office = offices.first()
    first: dict[str, object] = {
        "year": this,
        "first": date(this, 1, 1),
        "until": date(this, 12, 31),
        "office": office,
        "scheme": schemes.first(),
    }
    # A government assesses what stands right below it; what is below those is offered, not ticked.
    if office:
        own = units.filter(parent=office.parent_id, kind__in=[BodyKind.DEPARTMENT, BodyKind.DISTRICT])
        first["units"] = list(own)
    form = RoundForm(request.POST or None, initial=first)
    form.offer("scheme", schemes)
    form.offer("office", offices)
    form.offer("units", units)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan_round(form.cleaned_data["scheme"], by=by, **form.facts())
            return HttpResponseRedirect(reverse("assessment:round", args=[made.pk]))
        except Refused as refused:
            form.add_error(None, refused.reasons)
    return render(request, "assessment/form.html", {"form": form, "heading": "新建年度考核", "do": "保存"})


@require_GET
def round_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a round to who oversees it; a unit is led to its own sheet."""
    by, shown = staff(request), _round(request, number)
    if not oversees_round(request.user, shown):
        own = queries.units_visible_to(request.user).filter(round=shown).first()
        return HttpResponseRedirect(
            reverse("assessment:unit", args=[own.pk]) if own else reverse("assessment:home")
        )
    found = standings(shown)
    tops = _below(shown.scheme)
    step = _NEXT.get(shown.state)
    context = {
        "round": shown,
        "steps": STEPS,
        "done": [name for name, _ in STEPS][: [name for name, _ in STEPS].index(shown.state)],
        "groups": _groups(found, tops),
        "tops": [top for top, _ in tops],
        "next": step,
        "why_not": step.why_not(shown, by=by) if step else [],
        "may": not rules.runs(by, shown),
        "sets_units": not actions.set_units.why_not(shown, by=by),
        "judging": shown.state in JUDGING,
        "shown": shown.state in SHOWN,
        "appeals": [
            one for unit in shown.units.prefetch_related("appeals__entry") for one in unit.appeals.all()
        ],
        "evaluators": shown.evaluators.select_related("person"),
        "missing": len(unjudged(shown, found)),
    }
    return render(request, "assessment/round.html", context)


def _groups(found: list[Standing], tops: list[tuple[Indicator, set[str]]]) -> list[object]:
    """Return the ranking by group; each row with its points under the indicators of the first level."""
    groups: dict[str, list[object]] = {}
    for one in found:
        groups.setdefault(one.unit.group, []).append((one, [_cell(one, codes) for _, codes in tops]))
    return list(groups.items())


def _below(scheme: Scheme) -> list[tuple[Indicator, set[str]]]:
    """Return the indicators of the first level, each with the codes that stand below it and its own."""
    found: list[tuple[Indicator, set[str]]] = []
    for row in tree(scheme):
        if row.depth == 0:
            found.append((row.indicator, set()))
        found[-1][1].add(row.indicator.code)
    return found


def _cell(one: Standing, codes: set[str]) -> tuple[str, str]:
    """Return what a cell says of an indicator of the first level: points, and of how many; the words of the unit's own sheet."""
    below = [leaf for leaf in one.leaves if leaf.key in codes]
    made = part(below, one.outcome)
    if not made.judged:
        return ("未评", "") if made.open else ("—", "")
    if not made.of and not made.open:
        return "不适用", ""
    said = [f"满分 {plain(made.of)}"] if made.of else []
    return str(two(made.points)) if made.of else "—", "，".join(
        [*said, *([f"未评 {plain(made.open)}"] if made.open else [])]
    )


@require_POST
def do(request: HttpRequest, number: int) -> HttpResponse:
    """Take the next step, or the figures of the ledgers."""
    by, shown = staff(request), _round(request, number)
    what = request.POST.get("what", "")
    if what == "measure":
        does(request, lambda: actions.measure_round(shown, by=by), "已按台账取数。")
    elif what == "next" and shown.state in _NEXT:
        step = _NEXT[shown.state]
        does(request, lambda: step(shown, by=by), f"“{step.label}”已办理。")
    return HttpResponseRedirect(reverse("assessment:round", args=[number]))


def units(request: HttpRequest, number: int) -> HttpResponse:
    """Say anew which units are assessed, as long as the round is planned."""
    by, shown = staff(request), _round(request, number)
    offered, _ = _offered(by)
    now = Body.objects.filter(pk__in=shown.units.values("body"))
    form = UnitsForm(request.POST or None, initial={"units": list(now)})
    form.offer("units", (offered | now).distinct())

    def work(units: Iterable[Body]) -> None:
        actions.set_units(shown, by=by, units=[(one, group_of(one)) for one in units])

    if request.method == "POST" and does_form(request, form, work, "已保存。"):
        return HttpResponseRedirect(reverse("assessment:round", args=[number]))
    context = {"form": form, "heading": f"{shown.name}：被考核单位", "do": "保存"}
    return render(request, "assessment/form.html", context)


@require_GET
def ranking(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """Give the ranking as a paper or a spreadsheet, to who oversees the round."""
    shown = _round(request, number)
    if not oversees_round(request.user, shown):
        return HttpResponseRedirect(reverse("assessment:home"))
    if form == "xlsx":
        return spreadsheet(ranking_sheet(shown), standings(shown), f"{shown.name}结果", guide=False)
    return paper(reports.ranking(shown), f"{shown.name}结果", form)


def evaluators(request: HttpRequest, number: int) -> HttpResponse:
    """Engage a third party's person; a security officer confirms and hands the password over."""
    by, shown = staff(request), _round(request, number)
    if not oversees_round(request.user, shown):
        return HttpResponseRedirect(reverse("assessment:round", args=[number]))
    # Assessed is mostly a year that is over: its last day is no day to work until.
    usual = max(shown.self_until, timezone.localdate()) + timedelta(days=USUAL_DAYS)
    form = EvaluatorForm(request.POST or None, initial={"until": usual})
    form.offer("indicators", shown.scheme.indicators.filter(way=Way.THIRD))
    made: Evaluator | None = None
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite_evaluator(shown, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.reasons)
    context = {
        "round": shown,
        "form": form,
        "made": made,
        "rows": shown.evaluators.select_related("person__user").prefetch_related("indicators"),
        "why_not": actions.invite_evaluator.why_not(shown, by=by),
    }
    return render(request, "assessment/evaluators.html", context)


@require_POST
def end_evaluator(request: HttpRequest, number: int, evaluator: int) -> HttpResponse:
    """Shut a third party's login."""
    by, shown = staff(request), _round(request, number)
    one = get_object_or_404(shown.evaluators, pk=evaluator)
    does(request, lambda: actions.end_evaluator(one, by=by), "已结束委托，账号停用。")
    return HttpResponseRedirect(reverse("assessment:evaluators", args=[number]))
