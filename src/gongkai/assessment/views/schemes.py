"""Indicator systems: the tree, its indicators, its life."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.action import Refused
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.assessment import actions, rules
from gongkai.assessment.forms import IndicatorForm, SchemeForm
from gongkai.assessment.importing import INDICATORS, indicator_rows
from gongkai.assessment.models import Scheme
from gongkai.assessment.queries.trees import faults_of, paper_share, tree
from gongkai.assessment.states import SchemeState
from gongkai.assessment.views.base import governments
from gongkai.given import text
from gongkai.ledger.scoring import SOURCES
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.units.actors import open_only_if, staff
from gongkai.units.models import Body


def _scheme(request: HttpRequest, number: int) -> Scheme:
    staff(request)
    return get_visible_or_404(request.user, Scheme, number)


def new(request: HttpRequest) -> HttpResponse:
    """Begin a system."""
    by = staff(request)
    heads = governments(by)
    open_only_if(bool(heads), "指标体系由政务公开办建立。")
    form = SchemeForm(request.POST or None, initial={"body": heads[0] if heads else None})
    form.offer("body", Body.objects.filter(pk__in=[one.pk for one in heads]))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            made = actions.draft_scheme(facts.pop("body"), by=by, **facts)
            return HttpResponseRedirect(reverse("assessment:scheme", args=[made.pk]))
        except Refused as refused:
            form.add_error(None, refused.reasons)
    return render(request, "assessment/form.html", {"form": form, "heading": "新建指标体系", "do": "保存"})


def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a draft's head."""
    shown = _scheme(request, number)
    first = {
        "body": shown.body_id,
        "name": shown.name,
        "share": shown.share,
        "basis": shown.basis,
        "grades": "、".join(f"{name}{least}" for name, least in shown.grades),
    }
    form = SchemeForm(request.POST or None, initial=first)
    form.offer("body", Body.objects.filter(pk=shown.body_id))
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in ("name", "share", "basis", "grades")}
        if does(request, lambda: actions.change_scheme(shown, by=staff(request), **facts), "已保存。"):
            return HttpResponseRedirect(reverse("assessment:scheme", args=[number]))
    return render(request, "assessment/form.html", {"form": form, "heading": f"修改“{shown}”", "do": "保存"})


@require_GET
def scheme(request: HttpRequest, number: int) -> HttpResponse:
    """Show the tree with its weights, how each leaf is measured, and what speaks against putting it into force."""
    by, shown = staff(request), _scheme(request, number)
    rows = tree(shown)
    context = {
        "scheme": shown,
        "rows": [(row, SOURCES.get(row.indicator.source)) for row in rows],
        "draft": shown.state == SchemeState.DRAFT,
        "in_force": shown.state == SchemeState.IN_FORCE,
        "may": not rules.runs(by, shown),
        "faults": faults_of(shown) if shown.state == SchemeState.DRAFT else [],
        "papers": paper_share(shown),
        "rounds": shown.rounds.order_by("-year"),
        "editions": Scheme.objects.filter(body=shown.body, name=shown.name).order_by("-edition"),
    }
    return render(request, "assessment/scheme.html", context)


def indicator(request: HttpRequest, number: int) -> HttpResponse:
    """Make or change an indicator of a draft."""
    by, shown = staff(request), _scheme(request, number)
    own = shown.indicators.filter(code=request.GET.get("code", "")).select_related("parent").first()
    first = {"parent": request.GET.get("parent", "")}
    if own is not None:
        names = ("code", "name", "points", "way", "source", "full_at", "zero_at", "standard", "basis")
        first = {name: getattr(own, name) for name in names} | {
            "parent": own.parent.code if own.parent else ""
        }
    form = IndicatorForm(request.POST or None, initial=first)
    done = lambda **facts: actions.set_indicator(shown, by=by, **_placed(shown, facts))  # noqa: E731
    if request.method == "POST" and does_form(request, form, done, "已保存。"):
        return HttpResponseRedirect(reverse("assessment:scheme", args=[number]))
    heading = f"修改指标“{own}”" if own else "新增指标"
    return render(
        request, "assessment/form.html", {"form": form, "heading": heading, "do": "保存", "scheme": shown}
    )


def _placed(scheme: Scheme, facts: dict[str, object]) -> dict[str, object]:
    """Put a new indicator behind all others."""
    if not scheme.indicators.filter(code=text(facts, "code").strip()).exists():
        last = scheme.indicators.order_by("-position").values_list("position", flat=True).first()
        facts["position"] = (last or 0) + 10
    return facts


@require_POST
def do(request: HttpRequest, number: int) -> HttpResponse:
    """Put into force, revise, retire, or take an indicator out."""
    by, shown = staff(request), _scheme(request, number)
    what, here = request.POST.get("what", ""), reverse("assessment:scheme", args=[number])
    if what == "enact":
        does(request, lambda: actions.enact_scheme(shown, by=by), "已启用，今后不再修改。")
    elif what == "revise":
        made: list[Scheme] = []
        if does(request, lambda: made.append(actions.revise_scheme(shown, by=by)), "已起草新的一版。"):
            here = reverse("assessment:scheme", args=[made[0].pk])
    elif what == "retire":
        does(request, lambda: actions.retire_scheme(shown, by=by), "已停用。")
    elif what == "remove":
        code = request.POST.get("code", "")
        does(request, lambda: actions.remove_indicator(shown, by=by, code=code), "已删除。")
    return HttpResponseRedirect(here)


@require_GET
def export(request: HttpRequest, number: int) -> HttpResponse:
    """Give the tree as a spreadsheet, with the columns that an import takes."""
    shown = _scheme(request, number)
    return spreadsheet(INDICATORS, indicator_rows(shown), f"{shown.name}第{shown.edition}版")
