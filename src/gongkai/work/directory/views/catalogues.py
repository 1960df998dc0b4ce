"""Catalogues by domain with how much of each is public; their files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.spreadsheets.answers import spreadsheet
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.asked import whole
from gongkai.work.directory import coverage, queries, rules
from gongkai.work.directory.domains import DOMAINS
from gongkai.work.directory.importing import SHEET, rows_of
from gongkai.work.directory.models import Catalogue
from gongkai.work.directory.states import CURRENT_STATES, OPEN_STATES


def government_asked(request: HttpRequest, by: Actor) -> Body:
    """Return the government that a page is about: the one asked for, else one's own."""
    found = queries.governments_of(by)
    if not found:
        raise Http404("没有可以查看的政府")
    number = whole(request.GET.get("government", ""))
    return next((body for body in found if body.pk == number), found[0])


def index(request: HttpRequest) -> HttpResponse:
    """The domains of a government: version in force, draft, how much of it is public."""
    by = require_staff_actor(request)
    government = government_asked(request, by)
    rows = queries.visible_to(request.user).filter(government=government)
    in_force = [catalogue for catalogue in rows if catalogue.state in CURRENT_STATES]
    whole_sum, domains, _ = coverage.sums(coverage.cells_of(in_force))
    drafts = [
        catalogue for catalogue in rows if catalogue.state in OPEN_STATES and catalogue.state not in CURRENT_STATES
    ]
    there = {catalogue.domain for catalogue in in_force} | {catalogue.domain for catalogue in drafts}
    shown = {
        "government": government,
        "governments": queries.governments_of(by),
        "rows": [
            (catalogue, domains.get(catalogue.domain)) for catalogue in sorted(in_force, key=lambda one: one.domain)
        ],
        "drafts": drafts,
        "sum": whole_sum,
        "absent": [name for name in DOMAINS if name not in there],
        "keeps": not rules.keeps(by, government),
    }
    return render(request, "directory/index.html", shown)


def export(request: HttpRequest) -> HttpResponse:
    """The catalogues in force, or one version, with the columns of the import."""
    by = require_staff_actor(request)
    number = whole(request.GET.get("catalogue", ""))
    if number is not None:
        found = get_visible_or_404(by, Catalogue, number)
        return spreadsheet(SHEET, rows_of([found]), f"{found}")
    government = government_asked(request, by)
    name = f"{government.label}基层政务公开标准目录{timezone.localdate():%Y%m%d}"
    return spreadsheet(SHEET, rows_of(queries.in_force(government)), name)
