"""The home page (今天要办): the blocks of all apps, those below the first screen on demand."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.admin.auth import require_admin_access

from gongkai.core.ledger.desk import build_home_page
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.outbox.queries import unread_count_of_request
from gongkai.core.units.actors import actor_of, require_staff_actor
from gongkai.core.units.reach import SUPERVISING_ROLES
from gongkai.lib.chinese.days import day_in_words, weekday_in_words


@never_cache
@require_admin_access
@require_GET
def home_page(request: HttpRequest) -> HttpResponse:
    """Page: the blocks of the first screen. It replaces Wagtail's dashboard at its URL."""
    actor, today = actor_of(request.user), timezone.localdate()
    shown = build_home_page(actor, whole=False)
    context = {
        "blocks": [*shown.above, *shown.below],
        "pending": shown.pending and actor.known,
        "actor": actor,
        "intro": f"{actor.name}，今天是{day_in_words(today)}，{weekday_in_words(today)}。",
        "unread": unread_count_of_request(request),
        "weekly": actor.has(*ENTRY_STAFF_ROLES, *SUPERVISING_ROLES),
    }
    return render(request, "office/home.html", context)


@require_GET
def home_rest_fragment(request: HttpRequest) -> HttpResponse:
    """Fragment: the blocks below the first screen, which loads them when the reader reaches them."""
    actor = require_staff_actor(request)
    shown = build_home_page(actor)
    return render(request, "office/below.html", {"blocks": shown.below, "above": bool(shown.above), "actor": actor})
