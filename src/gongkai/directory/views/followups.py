"""细则和指引: what units make behind ministries' acts, step by step; registering it."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gongkai.acts.pages import does_form
from gongkai.directory import actions, queries, rules
from gongkai.directory.followup_forms import AwaitForm
from gongkai.directory.panels import steps_of
from gongkai.directory.states import FOLLOWUP, STEPS
from gongkai.ledger.clock import light_of
from gongkai.units.actors import staff
from gongkai.units.models import Body


def followups(request: HttpRequest) -> HttpResponse:
    """All of it, by what is made; a 政务公开办 registers more."""
    by = staff(request)
    home = queries.home_of(by)
    may = home is not None and not rules.keeps(by, home)
    form = AwaitForm(request.POST or None, bodies=_bodies(home)) if may and home else None
    if request.method == "POST":
        if form is None or home is None:
            raise Http404("没有这个操作")

        def work(**facts: object) -> object:
            return actions.await_acts(home, by=by, **facts)

        if does_form(request, form, work, "已登记，国家规定出台后登记，即开始计时。"):
            return redirect("directory:followups")
    rows = [(one, light_of(one.entry), steps_of(one)) for one in queries.followups_visible_to(by)]
    shown = {"rows": rows, "heads": [FOLLOWUP.labels[state] for state in STEPS], "form": form}
    return render(request, "directory/followups.html", shown)


def _bodies(home: Body | None) -> QuerySet[Body]:
    path = home.path if home else "-"
    return Body.objects.filter(path__startswith=path, active_to=None, merged_into=None).order_by(
        "position", "pk"
    )
