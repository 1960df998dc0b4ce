"""新闻发布 and 解读专员: the registers, with counters against the year's target."""

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import run_with_messages
from gongkai.interpretation import actions, queries
from gongkai.interpretation.forms.registers import EventForm, TargetForm
from gongkai.interpretation.importing import RELEASES, exported
from gongkai.interpretation.models import PlannedRelease, PressEvent
from gongkai.interpretation.views.common import bodies_seen, writable
from gongkai.publishing.documents import titles_of
from gongkai.spreadsheets import Column as SheetColumn
from gongkai.spreadsheets import Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole, year_in
from gongkai.ui.paging import page_of
from gongkai.units.actors import Actor, open_only_if, require_staff_actor
from gongkai.units.models import Body, Role

SHEET = Sheet(
    "新闻发布",
    (
        SheetColumn("body", "单位", width=24),
        SheetColumn("kind", "形式", width=18),
        SheetColumn("on", "日期", width=12),
        SheetColumn("topic", "主题", width=40),
        SheetColumn("policy", "涉及政策", width=40),
        SheetColumn("speaker", "发布人", width=12),
        SheetColumn("rank", "发布人身份", width=14),
        SheetColumn("place", "活动场所", width=10),
        SheetColumn("medium", "媒体", width=24),
        SheetColumn("coverage", "报道情况", width=30),
        SheetColumn("result", "公开的结果", width=40),
        SheetColumn("address", "结果链接", width=40),
    ),
)


def press(request: HttpRequest) -> HttpResponse:
    """News releases of a year: counters first, then the events."""
    by = require_staff_actor(request)
    seen, year = bodies_seen(by), year_in(request)
    bodies, unit = _chosen_unit(request, seen)
    rows = page_of(request, queries.events(bodies, year), name="events")
    planned = page_of(request, queries.planned_releases(bodies, year), name="planned")
    titles = titles_of(
        document
        for press_event in rows
        for document in (*press_event.documents.all(), press_event.result)
        if document is not None
    )
    handed = queries.handovers(rows.object_list)
    return render(
        request,
        "interpretation/press.html",
        {
            "year": year,
            "unit": unit,
            "units": queries.registering(seen, year),
            "counters": queries.counters(bodies, year),
            "events_page": rows,
            "events": [
                (
                    press_event,
                    [titles[d.pk] for d in press_event.documents.all()],
                    titles.get(press_event.result_id or 0, ""),
                    handed.get(press_event.pk),
                )
                for press_event in rows
            ],
            "planned": planned,
            "mine": set(writable(by).values_list("pk", flat=True)),
            "may_write": writable(by).exists(),
            "supervises": by.has(Role.CHIEF),
            "target_form": TargetForm(bodies=writable(by), auto_id="target_%s")
            if by.has(Role.CHIEF)
            else None,
        },
    )


def _chosen_unit(request: HttpRequest, seen: QuerySet[Body]) -> tuple[QuerySet[Body], Body | None]:
    """Return the units that the page is about: all that somebody sees, or the one in `?unit=`."""
    number = whole(request.GET.get("unit", ""))
    unit = seen.filter(pk=number).first() if number is not None else None
    return (seen.filter(pk=unit.pk), unit) if unit else (seen, None)


def export_plan(request: HttpRequest) -> HttpResponse:
    """The year's plan as a spreadsheet, in the columns in which it is read back."""
    year = year_in(request)
    rows = exported(queries.planned_releases(bodies_seen(require_staff_actor(request)), year))
    return spreadsheet(RELEASES.sheet, rows, f"{year}年新闻发布计划")


def export(request: HttpRequest) -> HttpResponse:
    """The year's events as a spreadsheet."""
    by = require_staff_actor(request)
    found = list(queries.events(bodies_seen(by), year_in(request)))
    titles = titles_of(
        document
        for press_event in found
        for document in (*press_event.documents.all(), press_event.result)
        if document is not None
    )
    rows = [
        {
            "body": press_event.body.name,
            "kind": press_event.get_kind_display(),
            "on": press_event.on,
            "topic": press_event.topic,
            "policy": press_event.policy or "、".join(titles[d.pk] for d in press_event.documents.all()),
            "speaker": press_event.speaker,
            "rank": press_event.get_rank_display(),
            "place": press_event.get_place_display() if press_event.place else "",
            "medium": press_event.medium,
            "coverage": press_event.coverage,
            "result": titles.get(press_event.result_id or 0, ""),
            "address": press_event.address,
        }
        for press_event in found
        if not press_event.dropped
    ]
    return spreadsheet(SHEET, rows, f"{year_in(request)}年新闻发布")


def event(request: HttpRequest) -> HttpResponse:
    """Record an event; a form with a mistake comes back with what was typed."""
    by = require_staff_actor(request)
    bodies = writable(by)
    open_only_if(bodies.exists(), "新闻发布由各单位的工作人员和政务公开办登记。")
    form = EventForm(request.POST or None, bodies=bodies, initial=_proposed(request, bodies))
    if request.method == "POST" and form.is_valid():
        body, planned, given = form.cleaned_data["body"], form.cleaned_data["planned"], form.facts()

        def record() -> object:
            if planned is not None:
                return actions.hold_release(planned, by=by, **given)
            return actions.record_event(body, by=by, **given)

        if run_with_messages(request, record, "已登记。"):
            return HttpResponseRedirect(reverse("interpretation:press"))
    return render(request, "interpretation/event.html", {"form": form})


def _proposed(request: HttpRequest, bodies: QuerySet[Body]) -> dict[str, object]:
    """Return what a new record begins with: the planned release that was chosen, else the first unit."""
    asked = request.GET.get("planned", "")
    rows = PlannedRelease.objects.filter(entry__body__in=bodies, entry__closed_at=None)
    number = whole(asked)
    planned = rows.select_related("entry").filter(pk=number).first() if number is not None else None
    if planned is None:
        first = bodies.first()
        return {"body": first.pk if first else None}
    return {
        "planned": planned.pk,
        "body": planned.entry.body_id,
        "kind": planned.kind,
        "topic": planned.entry.title,
        "policy": planned.policy,
        "rank": planned.rank,
    }


def event_seen(by: Actor, number: int) -> PressEvent:
    """Return a release that somebody sees; nothing (404) where they do not."""
    return get_visible_or_404(by, PressEvent, number)


def drop(request: HttpRequest, number: int) -> HttpResponse:
    """Take a record back."""
    by = require_staff_actor(request)
    found = event_seen(by, number)
    if request.method == "POST":
        words = request.POST.get("words", "")
        run_with_messages(
            request, lambda: actions.drop_event(found, by=by, reason=words), "已作废，登记和理由保留。"
        )
    return HttpResponseRedirect(reverse("interpretation:press"))


def target(request: HttpRequest) -> HttpResponse:
    """Set a unit's target."""
    by = require_staff_actor(request)
    form = TargetForm(request.POST, bodies=writable(by))
    if request.method == "POST":
        if form.is_valid():
            given = dict(form.cleaned_data)
            body = given.pop("body")
            run_with_messages(request, lambda: actions.set_target(body, by=by, **given), "已保存。")
        else:
            return render(request, "interpretation/target.html", {"form": form})
    return HttpResponseRedirect(reverse("interpretation:press"))
