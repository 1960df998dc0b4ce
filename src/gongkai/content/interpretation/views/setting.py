"""View of a government's interpretation settings."""

from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from gongkai.content.editions.reach import bodies_seen
from gongkai.content.editions.rules import WRITING_ROLES
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.forms.items import SettingForm
from gongkai.content.interpretation.models import setting_of
from gongkai.content.publishing.views.common import get_item
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body, BodyKind, Role

__all__ = ["bodies_seen", "get_item", "list_writable_bodies"]


def list_writable_bodies(by: Actor) -> QuerySet[Body]:
    """Return the units for which the user may record: own ones, and those below their own 政务公开办."""
    seen = bodies_seen(by).filter(active_to=None, merged_into=None)
    if by.has(Role.CHIEF):
        return seen.order_by("position", "pk")
    own = [post.body_id for post in by.posts if post.role in WRITING_ROLES]
    return seen.filter(pk__in=own).order_by("position", "pk")


def setting_page(request: HttpRequest) -> HttpResponse:
    """Edit the government's settings, for its 政务公开办."""
    by = require_staff_actor(request)
    governments = [
        body
        for body in bodies_seen(by).filter(kind=BodyKind.GOVERNMENT).order_by("path")
        if by.reaches(Role.CHIEF, path=body.path)
    ]
    rows = []
    for body in governments:
        kept = setting_of(body)
        here = request.method == "POST" and request.POST.get("government") == str(body.pk)
        form = SettingForm(
            request.POST if here else None,
            initial={"strict": kept.strict, "copied_percent": kept.copied_percent},
            auto_id=f"setting{body.pk}_%s",
        )
        if here and form.is_valid():
            given = form.cleaned_data
            change = partial(actions.change_interpretation_setting, body, by=by, **given)
            if run_with_messages(request, change, "已保存。"):
                return HttpResponseRedirect(request.path)
        rows.append((body, form))
    return render(request, "interpretation/setting.html", {"rows": rows})
