"""Pages: all pages of the office (更多台账), and the switches of apps (应用开关)."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import actor_of, refuse_form_unless, require_staff_actor
from gongkai.core.units.switches import check_apps_manager, list_switched_off, switch_app
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.ui.office.app_switches import SWITCHABLE_APPS, list_off
from gongkai.ui.office.menu import list_pages

#: Maximum length of the words to search for.
MAX_SEARCH_CHARACTERS = 20


def all_pages_page(request: HttpRequest) -> HttpResponse:
    """Page: everything that the user may open, by app, with a search."""
    query = clean_query(request.GET.get("q", ""), MAX_SEARCH_CHARACTERS)
    by = actor_of(request.user)
    context = {
        "words": query,
        "groups": list_pages(request, query),
        "off": list_off(),
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
