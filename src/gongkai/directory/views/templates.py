"""Templates of columns: listed, made from catalogues or by hand, cleared, tried and applied."""

from collections.abc import Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongkai.acts.chain import history
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.directory import actions, queries, rules
from gongkai.directory.actions.templates import planned
from gongkai.directory.domains import ROOT
from gongkai.directory.forms import SiteForm, TemplateForm, lines_of
from gongkai.directory.models import CatalogueItem, ColumnTemplate
from gongkai.directory.states import USABLE
from gongkai.editions.models import Website
from gongkai.editions.reach import websites_of
from gongkai.ui.asked import whole
from gongkai.units.actors import staff
from gongkai.units.models import Body


def templates(request: HttpRequest) -> HttpResponse:
    """All templates that somebody sees."""
    by = staff(request)
    home = queries.home_of(by)
    shown = {"rows": queries.templates_visible_to(request.user), "keeps": home and not rules.keeps(by, home)}
    return render(request, "directory/templates.html", shown)


def _proposed(government: Body) -> str:
    """Return the columns that the catalogues in force ask for: a column for each domain and each first item."""
    items = CatalogueItem.objects.filter(catalogue__in=list(queries.in_force(government)), proactive=True)
    rows = items.order_by("catalogue__domain", "position").values_list("catalogue__domain", "first")
    lines: dict[str, None] = {}
    for domain, first in rows:
        lines.setdefault(f"{' > '.join((*ROOT[1:], domain))}｜公开{domain}领域标准目录所列信息。｜31")
        lines.setdefault(f"{' > '.join((*ROOT[1:], domain, first))}｜公开{first}的信息。｜92")
    return "\n".join(lines)


def edit(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Make a template, or change one."""
    by = staff(request)
    home = queries.home_of(by)
    found = get_visible_or_404(request.user, ColumnTemplate, number) if number else None
    if home is None or rules.keeps(by, found or home):
        raise Http404("没有这个页面")
    initial = (
        {"name": found.name, "level": found.level, "paths": lines_of(found)}
        if found
        else {"level": home.level, "paths": _proposed(home)}
    )
    form = TemplateForm(request.POST or None, initial=initial)
    made: list[ColumnTemplate] = []

    def save(name: str, level: str, paths: Sequence[Mapping[str, object]]) -> None:
        if found:
            made.append(actions.change_template(found, by=by, paths=paths))
        else:
            made.append(actions.make_template(home, by=by, name=name, level=level, paths=paths))

    if request.method == "POST" and does_form(request, form, save, "已保存，请另一人审定。"):
        return redirect("directory:template", made[0].pk)
    return render(request, "directory/template_edit.html", {"template": found, "form": form})


def template(request: HttpRequest, number: int) -> HttpResponse:
    """One template: its columns; with a site chosen, what applying it would do."""
    by = staff(request)
    found = get_visible_or_404(request.user, ColumnTemplate, number)
    websites = websites_of(by)
    chosen = _site(request, websites)
    shown = {
        "template": found,
        "usable": found.state in USABLE,
        "keeps": not rules.keeps(by, found),
        "why_not_clear": actions.clear_template.why_not(found, by=by),
        "form": SiteForm(request.GET if chosen else None, websites=websites),
        "website": chosen,
        "plan": planned(found, chosen) if chosen else None,
        "history": list(history(found.stream))[-20:],
    }
    return render(request, "directory/template.html", shown)


def _site(request: HttpRequest, websites: list[Website]) -> Website | None:
    number = whole(request.GET.get("website", "") or request.POST.get("website", ""))
    return next((one for one in websites if one.pk == number), None)


@require_POST
def clear(request: HttpRequest, number: int) -> HttpResponse:
    """Clear a template."""
    by = staff(request)
    found = get_visible_or_404(request.user, ColumnTemplate, number)
    does(request, lambda: actions.clear_template(found, by=by), "已审定，可以套用。")
    return redirect("directory:template", number)


@require_POST
def apply(request: HttpRequest, number: int) -> HttpResponse:
    """Make a template's columns on a site."""
    by = staff(request)
    found = get_visible_or_404(request.user, ColumnTemplate, number)
    chosen = _site(request, websites_of(by))
    if chosen is None:
        raise Http404("没有这个网站")
    if does(
        request,
        lambda: actions.apply_template(chosen, by=by, template=found),
        "已建立栏目，补齐责任人后逐个开通。",
    ):
        return redirect("publishing:columns")
    return redirect("directory:template", number)
