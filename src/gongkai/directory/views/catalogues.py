"""Catalogues in the office: by domain, one version with its items, mapping an item."""

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.acts.action import REGISTRY
from gongkai.acts.chain import history
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.directory import actions, coverage, queries, rules
from gongkai.directory.domains import DOMAINS
from gongkai.directory.forms import MapForm
from gongkai.directory.importing import SHEET, rows_of
from gongkai.directory.models import Catalogue, CatalogueItem
from gongkai.directory.states import CURRENT, OPEN
from gongkai.editions.models import Website
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole
from gongkai.units.actors import Actor, staff
from gongkai.units.models import Body

PAGE = 100
#: Acts that a version's page offers.
VERBS = {"release": "directory.release", "drop": "directory.drop_draft"}


def government_asked(request: HttpRequest, by: Actor) -> Body:
    """Return the government that a page is about: the one asked for, else one's own."""
    found = queries.governments_of(by)
    if not found:
        raise Http404("没有可以查看的政府")
    number = whole(request.GET.get("government", ""))
    return next((one for one in found if one.pk == number), found[0])


def website_of(government: Body) -> Website | None:
    """Return a government's site."""
    return Website.objects.filter(body=government).order_by("-is_default", "pk").first()


def index(request: HttpRequest) -> HttpResponse:
    """The domains of a government: version in force, draft, how much of it is public."""
    by = staff(request)
    government = government_asked(request, by)
    rows = queries.visible_to(request.user).filter(government=government)
    in_force = [one for one in rows if one.state in CURRENT]
    whole_sum, domains, _ = coverage.sums(coverage.cells_of(in_force))
    drafts = [one for one in rows if one.state in OPEN and one.state not in CURRENT]
    there = {one.domain for one in in_force} | {one.domain for one in drafts}
    shown = {
        "government": government,
        "governments": queries.governments_of(by),
        "rows": [(one, domains.get(one.domain)) for one in sorted(in_force, key=lambda one: one.domain)],
        "drafts": drafts,
        "sum": whole_sum,
        "absent": [name for name in DOMAINS if name not in there],
        "keeps": not rules.keeps(by, government),
    }
    return render(request, "directory/index.html", shown)


def export(request: HttpRequest) -> HttpResponse:
    """The catalogues in force with the columns of the import."""
    by = staff(request)
    government = government_asked(request, by)
    name = f"{government.label}基层政务公开标准目录{timezone.localdate():%Y%m%d}"
    return spreadsheet(SHEET, rows_of(queries.in_force(government)), name)


def _catalogue(request: HttpRequest, number: int) -> Catalogue:
    found: Catalogue = get_visible_or_404(request.user, Catalogue, number)
    return found


def catalogue(request: HttpRequest, number: int) -> HttpResponse:
    """One version: its items, what they are mapped to, what can be done."""
    by, found = staff(request), _catalogue(request, number)
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, rows_of([found]), f"{found}")
    rows = found.items.prefetch_related("columns", "bodies").select_related("power")
    only, asked = request.GET.get("only", ""), request.GET.get("q", "").strip()[:100]
    kept = _narrowed(rows, only)
    if asked:
        kept = kept.filter(
            Q(first__icontains=asked) | Q(second__icontains=asked) | Q(responsible__icontains=asked)
        )
    page = whole(request.GET.get("page", ""), 9999) or 1
    total = kept.count()
    shown = {
        "catalogue": found,
        "rows": kept[(page - 1) * PAGE : page * PAGE],
        "total": total,
        "only": only,
        "asked": asked,
        "counts": {
            "columns": _narrowed(rows, "columns").count(),
            "bodies": _narrowed(rows, "bodies").count(),
        },
        "next": f"?only={only}&page={page + 1}" if page * PAGE < total else "",
        "previous": f"?only={only}&page={page - 1}" if page > 1 else "",
        "keeps": not rules.keeps(by, found),
        "website": website_of(found.government),
        "offers": [verb for verb, name in VERBS.items() if not REGISTRY[name].why_not(found, by=by)],
        "history": list(history(found.stream))[-20:],
        "versions": queries.visible_to(request.user).filter(government=found.government, domain=found.domain),
    }
    return render(request, "directory/catalogue.html", shown)


def _narrowed(rows: QuerySet[CatalogueItem], only: str) -> QuerySet[CatalogueItem]:
    """Return the items without columns, without units, without an item of the power list."""
    if only in {"columns", "bodies"}:
        return rows.annotate(linked=Count(only)).filter(linked=0)
    return rows.filter(power=None) if only == "power" else rows


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Release a draft, or drop it."""
    by, found = staff(request), _catalogue(request, number)
    if verb not in VERBS:
        raise Http404("没有这个操作")
    action = REGISTRY[VERBS[verb]]
    done = does(request, lambda: action(found, by=by), f"已{action.label}。")
    return redirect("directory:index") if done and verb == "drop" else redirect("directory:catalogue", number)


@require_POST
def map_all(request: HttpRequest, number: int) -> HttpResponse:
    """Map items to columns by their names."""
    by, found = staff(request), _catalogue(request, number)
    website = website_of(found.government)
    if website is None:
        raise Http404("没有网站")
    does(request, lambda: actions.map_by_name(found, by=by, website=website), "已按名称对应。")
    return redirect("directory:catalogue", number)


def item(request: HttpRequest, number: int) -> HttpResponse:
    """One item with everything it asks for; mapped to columns, units, the power list."""
    by = staff(request)
    found = get_visible_or_404(request.user, CatalogueItem, number)
    website = website_of(found.catalogue.government)
    keeps = not rules.keeps(by, found)
    form = MapForm(request.POST or None, item=found, website=website)
    if request.method == "POST" and does_form(
        request, form, lambda **facts: actions.map_item(found, by=by, **facts), "已保存对应关系。"
    ):
        return redirect("directory:catalogue", found.catalogue_id)
    cells = coverage.cells_of([found.catalogue]) if found.proactive else []
    shown = {
        "item": found,
        "form": form if keeps else None,
        "cells": [cell for cell in cells if cell.item.pk == found.pk],
    }
    return render(request, "directory/item.html", shown)
