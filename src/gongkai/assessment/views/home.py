"""The first page of the room: rounds, systems."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from gongkai.assessment import queries
from gongkai.assessment.queries.trees import paper_share
from gongkai.assessment.queries.visible import oversees_round
from gongkai.assessment.views.base import governments
from gongkai.ui.paging import page_of
from gongkai.units.actors import staff
from gongkai.units.reach import spoken_for


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the rounds and systems that somebody sees; a unit finds its own sheets."""
    by = staff(request)
    rounds = page_of(request, queries.rounds_visible_to(request.user))
    mine = queries.units_visible_to(request.user).filter(body_id__in=spoken_for(by))
    own = {one.round_id: one for one in mine}
    schemes = page_of(request, queries.schemes_visible_to(request.user), name="schemes")
    shown = {
        "rounds": [(one, own.get(one.pk), oversees_round(request.user, one)) for one in rounds],
        "schemes": [(one, paper_share(one)) for one in schemes],
        "rounds_page": rounds,
        "schemes_page": schemes,
        "may": bool(governments(by)),
        "year": timezone.localdate().year,
    }
    return render(request, "assessment/home.html", shown)
