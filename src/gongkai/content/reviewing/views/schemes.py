"""Views of review schemes (审签程序) by site and columns."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.user_scope import find_chosen_site, list_websites_in_reach
from gongkai.content.reviewing import actions
from gongkai.content.reviewing.forms import ReviewSchemeForm
from gongkai.content.reviewing.plan import DEFAULT_PLAN, PLAN_PRESETS, USUAL_STAGE_COUNT, ReviewPlan
from gongkai.content.reviewing.schemes import list_schemes_in_force, map_column_plans
from gongkai.content.reviewing.stage_assignments import find_unsignable_units
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.outbox.outbox import NotifiedPost, PostHolders
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, Person, Role


def schemes_page(request: HttpRequest) -> HttpResponse:
    """Show the schemes in force of a site with their history."""
    by = require_staff_actor(request)
    website = find_chosen_site(request, by)
    rows = list_schemes_in_force(website.pk) if website else []
    columns = Column.objects.in_bulk([row.column_number for row in rows if row.column_number])
    shown = [(columns.get(row.column_number), ReviewPlan.from_json(row.plan), row) for row in rows if row.column_number]
    scheme = next((row for row in rows if not row.column_number), None)
    plan = ReviewPlan.from_json(scheme.plan) if scheme else DEFAULT_PLAN
    return render(
        request,
        "reviewing/schemes.html",
        {
            "website": website,
            "websites": list_websites_in_reach(by),
            "plan": plan,
            "own": scheme,
            "rows": shown,
            **(_make_staffing_context(website, plan) if website else {}),
            "usual": USUAL_STAGE_COUNT,
            "may": website is not None and not actions.set_scheme.why_not(website, by=by),
            "columns": Column.objects.filter(website=website, archived_at=None).order_by("key") if website else [],
            "log": list(read_stream(f"schemes/{website.pk}"))[::-1] if website else [],
        },
    )


def scheme_page(request: HttpRequest, website: int) -> HttpResponse:
    """Change the scheme of a site, also by a preset, or of a column and its subtree (`?column=`), or drop that."""
    by = require_staff_actor(request)
    site = _get_site(by, website)
    chosen = request.POST.get("column") or request.GET.get("column", "")
    column = get_visible_or_404(by, Column, chosen, website=site) if chosen else None
    if request.method == "POST" and "drop" in request.POST and column:
        run_with_messages(
            request,
            lambda: actions.drop_scheme(site, by=by, column=column, reason=request.POST.get("reason", "")),
            "已停用，今后送审的信息按上级栏目或全站的程序。",
        )
        return _redirect_to_schemes(site)
    if (preset := PLAN_PRESETS.get(request.POST.get("preset", ""))) and column is None:
        run_with_messages(
            request,
            lambda: actions.set_scheme(site, by=by, plan=preset.plan),
            f"审签程序已改为“{preset.label}”。已经送审的信息仍按送审时的程序。",
        )
        return _redirect_to_schemes(site)
    now = _get_plan(site, column)
    form = ReviewSchemeForm(request.POST or None, plan=now)
    if request.method == "POST" and form.is_valid():
        facts = {"plan": form.plan(), "column": column, "reason": form.cleaned_data["reason"]}
        done = "审签程序已设定。已经送审的信息仍按送审时的程序。"
        if run_with_messages(request, lambda: actions.set_scheme(site, by=by, **facts), done):
            return _redirect_to_schemes(site)
    own = any(row.column_number == column.pk for row in list_schemes_in_force(site.pk)) if column else False
    context = {
        "form": form,
        "website": site,
        "column": column,
        "own": own,
        "reasons": actions.set_scheme.why_not(site, by=by),
    }
    return render(request, "reviewing/scheme.html", context)


def _make_staffing_context(website: Website, plan: ReviewPlan) -> dict[str, object]:
    """Return units without possible signers by plan and preset, and the members of the 政务公开办."""
    rows = Body.objects.filter(path__startswith=website.body.path, active_to=None, merged_into=None)
    units = list(rows.order_by("position", "pk"))
    members = Person.objects.filter(
        pk__in=PostHolders.read([NotifiedPost(Role.CHIEF, website.body_id)]).persons(
            NotifiedPost(Role.CHIEF, website.body_id)
        )
    )
    return {
        "presets": [
            (name, preset, preset.plan == plan, len(find_unsignable_units(units, preset.plan)))
            for name, preset in PLAN_PRESETS.items()
        ],
        "unsignable": find_unsignable_units(units),
        "members": list(members.order_by("name").values_list("name", flat=True)),
    }


def _get_site(by: Actor, number: int) -> Website:
    return get_visible_or_404(by, Website, number)


def _get_plan(site: Website, column: Column | None) -> ReviewPlan:
    """Return the plan in force of a column, or of the website."""
    if column is not None:
        return map_column_plans([column])[column.pk]
    scheme = next((row for row in list_schemes_in_force(site.pk) if not row.column_number), None)
    return ReviewPlan.from_json(scheme.plan) if scheme else DEFAULT_PLAN


def _redirect_to_schemes(site: Website) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('reviewing:schemes')}?site={site.pk}")
