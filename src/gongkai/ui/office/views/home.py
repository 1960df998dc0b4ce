"""The home page (今天要办), the list of all pages, the switches of apps, the search."""

from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from wagtail.admin.auth import require_admin_access

from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import item_list
from gongkai.content.search.terminology import load_terminology
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.ledger.filters import LedgerFilter
from gongkai.core.ledger.outside_texts import set_subjects
from gongkai.core.ledger.panels import build_home_page
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import ENTRY_STAFF_ROLES
from gongkai.core.outbox.queries import unread_count_of_request
from gongkai.core.units.actors import get_actor, refuse_form_unless, require_staff_actor
from gongkai.core.units.models import Role
from gongkai.core.units.queries import existing_bodies, filter_appointments_in_force
from gongkai.core.units.queries import visible_to as units_visible_to
from gongkai.core.units.switches import check_apps_manager, list_switched_off, switch_app
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.lib.chinese.days import day_in_words, weekday_in_words
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.matching.folding import fold
from gongkai.ui.handbook.search import search_handbook
from gongkai.ui.office.app_switches import SWITCHABLE_APPS, list_switched_off_apps
from gongkai.ui.office.menu import find_pages, list_pages
from gongkai.work.notices.queries.visible import visible_to as notices_visible_to

#: Maximum length of the words to search for.
MAX_SEARCH_CHARACTERS = 20


def all_pages_page(request: HttpRequest) -> HttpResponse:
    """Page: everything that the user may open, by app, with a search."""
    query = clean_query(request.GET.get("q", ""), MAX_SEARCH_CHARACTERS)
    by = get_actor(request.user)
    context = {
        "words": query,
        "groups": list_pages(request, query),
        "off": list_switched_off_apps(),
        "switches": not check_apps_manager(by, None),
    }
    return render(request, "office/more.html", context)


def switches_page(request: HttpRequest) -> HttpResponse:
    """Page: the apps of this installation, each with its switch."""
    by = require_staff_actor(request)
    refuse_form_unless(not check_apps_manager(by, None), "应用由政务公开办和系统管理员启用、停用。")
    if request.method == "POST":
        app = SWITCHABLE_APPS.get(request.POST.get("app", ""))
        if app is None:
            raise Http404("没有这个应用")
        off = app.name not in list_switched_off()
        text = f"已停用“{app.label}”。" if off else f"已启用“{app.label}”。"
        run_with_messages(request, lambda: switch_app(None, by=by, name=app.name, label=app.label, off=off), text)
        return HttpResponseRedirect(reverse("office_apps"))
    off_names = list_switched_off()
    return render(
        request, "office/apps.html", {"apps": [(app, app.name in off_names) for app in SWITCHABLE_APPS.values()]}
    )


#: Maximum rows of each kind.
MAX_ROWS_PER_KIND = 10
#: Maximum number of pages of the office.
MAX_OFFICE_PAGES = 6
#: Maximum number of handbook sections.
MAX_HANDBOOK_SECTIONS = 3
#: Minimum and maximum length of the words.
MIN_QUERY_LENGTH, MAX_QUERY_LENGTH = 2, 60


def search_page(request: HttpRequest) -> HttpResponse:
    """Page: pages, units, entries, notices, items and help texts that match some words."""
    by = require_staff_actor(request)
    query = clean_query(request.GET.get("q", ""), MAX_QUERY_LENGTH)
    context: dict[str, object] = {"words": query, "short": 0 < len(query) < MIN_QUERY_LENGTH, "most": MAX_ROWS_PER_KIND}
    if len(query) >= MIN_QUERY_LENGTH:
        ledger_filter = LedgerFilter(q=query, light="all")
        entries = ledger_filter.apply_except_light(visible_to(by), by)
        entries = entries.order_by(F("closed_at").desc(nulls_first=True), "-pk").select_related("body")
        notices = notices_visible_to(by).filter(Q(title__icontains=query) | Q(doc_number__icontains=query))
        items = item_list.filter_listed_items(by, bodies_seen(by), words=query).order_by("-pk")[: MAX_ROWS_PER_KIND + 1]
        found_entries = list(entries[: MAX_ROWS_PER_KIND + 1])
        unit_ids = [unit.pk for unit in load_terminology().find_unit(fold(query))]  # by an abbreviation: 住建局
        # Whom the directory shows with an office telephone is found by name, too.
        appointments = filter_appointments_in_force().filter(
            person__name=query, role__in=(Role.LEAD, Role.CLERK, Role.CHIEF)
        )
        units = existing_bodies(units_visible_to(by)).filter(
            Q(name__icontains=query)
            | Q(short_name__icontains=query)
            | Q(pk__in=unit_ids)
            | Q(pk__in=appointments.values("body_id"))
        )
        set_subjects(found_entries, by)
        context |= {
            "pages": find_pages(request, query, MAX_OFFICE_PAGES),
            "units": list(units.order_by("position", "pk")[: MAX_ROWS_PER_KIND + 1]),
            "entries": found_entries,
            "beyond": ledger_filter.beyond(visible_to(by), by),
            "notices": list(notices.order_by("-year", "-pk")[: MAX_ROWS_PER_KIND + 1]),
            "items": item_list.make_item_rows(list(items)),
            "answers": search_handbook(query, MAX_HANDBOOK_SECTIONS),
        }
    return render(request, "office/find.html", context)


@never_cache
@require_admin_access
@require_GET
def home_page(request: HttpRequest) -> HttpResponse:
    """Page: the blocks of the first screen. It replaces Wagtail's dashboard at its URL."""
    actor, today = get_actor(request.user), timezone.localdate()
    layout = build_home_page(actor, whole=False)
    context = {
        "blocks": [*layout.above, *layout.below],
        "pending": layout.pending and actor.known,
        "actor": actor,
        "intro": f"{actor.name}，今天是{day_in_words(today)}，{weekday_in_words(today)}。",
        "unread": unread_count_of_request(request),
        "weekly": actor.has(*ENTRY_STAFF_ROLES, *SUPERVISING_ROLES),
    }
    return render(request, "office/home.html", context)


@require_GET
def home_rest_fragment(request: HttpRequest) -> HttpResponse:
    """Fragment: the blocks below the first screen, loaded when the reader reaches them."""
    actor = require_staff_actor(request)
    layout = build_home_page(actor)
    return render(request, "office/below.html", {"blocks": layout.below, "above": bool(layout.above), "actor": actor})
