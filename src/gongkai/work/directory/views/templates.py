"""Applying a template of columns to a site."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from gongkai.content.editions.reach import websites_of
from gongkai.core.acts.door import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import require_staff_actor
from gongkai.core.widgets.asked import whole
from gongkai.work.directory import actions
from gongkai.work.directory.models import ColumnTemplate


@require_POST
def apply(request: HttpRequest, number: int) -> HttpResponse:
    """Make a template's columns on a site."""
    by = require_staff_actor(request)
    found = get_visible_or_404(by, ColumnTemplate, number)
    site = whole(request.POST.get("website", ""))
    chosen = next((website for website in websites_of(by) if website.pk == site), None)
    if chosen is None:
        raise Http404("没有这个网站")
    done = run_with_messages(
        request,
        lambda: actions.apply_template(chosen, by=by, template=found),
        "已建立栏目，补齐责任人后逐个开通。",
    )
    return redirect("publishing:columns") if done else redirect("directory:template", number)
