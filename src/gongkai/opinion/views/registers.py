"""The registers: spokespeople, watched fields, feeds, topics of promises."""

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from gongkai.acts.actors import Actor
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does, does_form
from gongkai.opinion import actions
from gongkai.opinion.forms import FeedForm, FieldForm, SpokespersonForm, TopicForm
from gongkai.opinion.models import Feed, PromiseTopic, Spokesperson, WatchField
from gongkai.opinion.views.common import chief_bodies
from gongkai.ui.forms import Posted, taken
from gongkai.units.actors import actor_of, staff
from gongkai.units.door import visible
from gongkai.units.models import Body, Person
from gongkai.units.reach import GOVERNMENTS


def registers(request: HttpRequest) -> HttpResponse:
    """Show all four; the 政务公开办 adds to them."""
    by = staff(request)
    units = chief_bodies(by)
    people = (
        Person.objects.filter(active=True, appointments__body__in=units).distinct().order_by("name", "pk")
    )
    make: dict[str, Callable[[Posted], Form]] = {
        "spokesperson": lambda sent: SpokespersonForm(sent, units=units, people=people, prefix="s"),
        "field": lambda sent: FieldForm(sent, units=units, prefix="f"),
        "feed": lambda sent: FeedForm(sent, units=units, prefix="d"),
        "topic": lambda sent: TopicForm(sent, prefix="t"),
    }
    forms = {what: made(None) for what, made in make.items()} if units.exists() else {}
    if request.method == "POST" and forms:
        what = request.POST.get("what", "")
        if what in forms:
            form = forms[what] = make[what](request.POST)
            if does_form(request, form, lambda **facts: _add(what, by, units, facts), "已保存。"):
                return redirect("opinion:registers")
    shown = {
        "spokespeople": Spokesperson.objects.filter(end=None).select_related("body", "person"),
        "fields": WatchField.objects.prefetch_related("bodies"),
        "feeds": Feed.objects.filter(body__in=units).select_related("body"),
        "topics": PromiseTopic.objects.all(),
        "forms": forms,
        "may_release": set(units.values_list("pk", flat=True)),
        "polling": bool(settings.GONGKAI_FEEDS),
    }
    return render(request, "opinion/registers.html", shown)


def _add(what: str, by: Actor, units: "QuerySet[Body]", facts: dict[str, object]) -> None:
    if what == "spokesperson":
        actions.appoint_spokesperson(taken(facts, "body", Body), by=by, **facts)
    elif what == "feed":
        actions.add_feed(taken(facts, "body", Body), by=by, **facts)
    else:
        top = units.filter(kind__in=GOVERNMENTS).first() or units.first()
        assert top is not None  # who may add has a unit
        (actions.set_field if what == "field" else actions.set_topic)(top, by=by, **facts)


@visible(Spokesperson)
def spokespeople_visible_to(user: object) -> QuerySet[Spokesperson]:
    """Return the spokespeople: the public may know who they are, all staff see the register."""
    rows = Spokesperson.objects.select_related("body", "person")
    return rows if actor_of(user).known else rows.none()


@visible(Feed)
def feeds_visible_to(user: object) -> QuerySet[Feed]:
    """Return the feeds of the units under somebody's 政务公开办."""
    return Feed.objects.filter(body__in=chief_bodies(actor_of(user))).select_related("body")


@require_POST
def release(request: HttpRequest, number: int) -> HttpResponse:
    """A spokesperson leaves."""
    by = staff(request)
    kept = get_visible_or_404(by, Spokesperson, number)
    does(request, lambda: actions.release_spokesperson(kept, by=by), "已卸任。")
    return redirect("opinion:registers")


@require_POST
def switch(request: HttpRequest, number: int) -> HttpResponse:
    """Poll a feed, or leave it."""
    by = staff(request)
    feed = get_visible_or_404(by, Feed, number)
    active = request.POST.get("active") == "1"
    does(
        request, lambda: actions.switch_feed(feed, by=by, active=active), "已启用。" if active else "已停用。"
    )
    return redirect("opinion:registers")
