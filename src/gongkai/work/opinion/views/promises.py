"""Register a promise with its source file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.store import receive
from gongkai.core.units.actors import open_only_if, require_staff_actor
from gongkai.work.opinion import actions
from gongkai.work.opinion.facts import PromiseFacts
from gongkai.work.opinion.forms import PromiseForm
from gongkai.work.opinion.models import Promise
from gongkai.work.opinion.views.common import home_body, own_bodies


def register(request: HttpRequest) -> HttpResponse:
    """Register a promise."""
    by = require_staff_actor(request)
    own = own_bodies(by)
    open_only_if(own.exists(), "只有各单位的工作人员和政务公开办可以登记。")
    form = PromiseForm(request.POST or None, request.FILES or None, units=own, initial={"body": home_body(by)})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        made: list[Promise] = []
        body, upload = facts.pop("body"), facts.pop("file")

        def work() -> None:
            given = receive(upload, by) if upload else None
            made.append(actions.register(body, by=by, facts=PromiseFacts(file=given, **facts)))

        if run_with_messages(request, work, "已登记，请核对后送审公开。"):
            return redirect(made[0].entry.url)
    return render(request, "opinion/register.html", {"form": form})
