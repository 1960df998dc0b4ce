"""Promises: the list with its figures, registering, handing many to the reviews."""

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from gongkai.acts.pages import run_with_messages, too_many
from gongkai.files.store import receive
from gongkai.ledger.queries import visible_to as visible_entries
from gongkai.opinion import actions
from gongkai.opinion.facts import PromiseFacts
from gongkai.opinion.forms import PromiseForm
from gongkai.opinion.importing.promises import SHEET, exported
from gongkai.opinion.models import Promise, PromiseTopic
from gongkai.opinion.queries import promises as queries
from gongkai.opinion.views.common import chosen, home_body, own_bodies
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import ticked, whole
from gongkai.ui.paging import page_of
from gongkai.units.actors import require_staff_actor
from gongkai.units.models import Body

MOST_AT_ONCE = 50


def promises(request: HttpRequest) -> HttpResponse:
    """The ledger of promises: by tab, unit, topic, words; exported as it is shown."""
    by = require_staff_actor(request)
    seen = queries.visible_to(request.user)
    tab = request.GET.get("tab", "open")
    rows = queries.in_tab(seen, tab)
    units = Body.objects.filter(pk__in=seen.values("entry__body")).order_by("position", "pk")
    body = chosen(request.GET.get("unit"), units)
    topic = PromiseTopic.objects.filter(pk=whole(request.GET.get("topic", "")) or 0).first()
    asked = request.GET.get("q", "").strip()[:100]
    if body:
        rows = rows.filter(entry__body=body)
    if topic:
        rows = rows.filter(topic=topic)
    if asked:
        rows = rows.filter(entry__title__icontains=asked) | rows.filter(words__icontains=asked)
    ordered = rows.order_by("entry__due_at", "pk")
    if request.GET.get("format") == "xlsx":
        return spreadsheet(SHEET, exported(ordered), "公开承诺台账")
    counts = {name: queries.in_tab(seen, name).count() for name in queries.TABS}
    shown = {
        "page": page_of(request, ordered),
        "tabs": [(name, label, counts[name]) for name, label in queries.TABS.items()],
        "tab": tab if tab in queries.TABS else "all",
        "units": units,
        "body": body,
        "topics": PromiseTopic.objects.filter(promises__in=seen).distinct(),
        "topic": topic,
        "asked": asked,
        "may_write": own_bodies(by).exists(),
        "figures": queries.by_unit(seen) if tab == "all" and not body else [],
    }
    return render(request, "opinion/promises.html", shown)


def register(request: HttpRequest) -> HttpResponse:
    """Register a promise."""
    by = require_staff_actor(request)
    form = PromiseForm(
        request.POST or None, request.FILES or None, units=own_bodies(by), initial={"body": home_body(by)}
    )
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


@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """Hand what was ticked to the reviews: all of it, or nothing and why."""
    by = require_staff_actor(request)
    numbers = ticked(request.POST.getlist("promise"))
    entries = list(
        visible_entries(request.user).filter(pk__in=numbers, kind="promise").select_related("body")
    )
    if entries and not too_many(request, entries, MOST_AT_ONCE):

        def work() -> None:
            with transaction.atomic():
                actions.submit_many(entries, by=by)

        run_with_messages(request, work, f"已送审{len(entries)}项。")
    return redirect(f"{reverse('opinion:promises')}?tab=registered")
