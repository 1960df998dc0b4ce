"""Pages of inspections along a line and of highlights."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from gongkai.acts.action import Action
from gongkai.acts.door import get_visible_or_404
from gongkai.acts.pages import does_form
from gongkai.assessment import actions
from gongkai.assessment.line_forms import (
    CircularForm,
    FeedbackForm,
    FollowForm,
    HighlightForm,
    LineForm,
    ProblemForm,
)
from gongkai.assessment.models import Highlight, LineInspection
from gongkai.assessment.queries.lines import highlights_visible_to, leading, lines_visible_to, system_of
from gongkai.assessment.queries.registers import bodies_kept
from gongkai.assessment.views.base import registered_by
from gongkai.spreadsheets import Column, Sheet
from gongkai.spreadsheets.answers import spreadsheet
from gongkai.ui.asked import whole, year_in
from gongkai.ui.forms import Plain
from gongkai.units.actors import staff
from gongkai.units.models import Body

LINES = Sheet(
    "条线检查台账",
    (
        Column("body", "组织检查的单位", write=lambda one: one.body.name, width=28),
        Column("year", "年度", width=8),
        Column("on", "检查日期", width=12),
        Column("scope", "检查范围", width=36),
        Column("units", "被检查单位", write=lambda one: "、".join(u.name for u in one.units.all()), width=40),
        Column("third_party", "受托第三方", width=20),
        Column("summary", "检查情况", width=60),
        Column("circulated_on", "通报日期", width=12),
        Column("circular", "通报", width=30),
        Column("fed_back_on", "反馈日期", width=12),
        Column("feedback", "反馈", width=30),
        Column(
            "entries", "整改编号", write=lambda one: "、".join(e.number for e in one.entries.all()), width=30
        ),
    ),
)
HIGHLIGHTS = Sheet(
    "亮点和典型案例",
    (
        Column("body", "单位", write=lambda one: one.body.name, width=28),
        Column("on", "收集日期", width=12),
        Column("title", "题目", width=40),
        Column("typical", "典型案例", write=lambda one: "是" if one.typical else "否", width=10),
        Column("text", "做法和成效", width=60),
        Column("sent_on", "报送日期", width=12),
        Column("sent_to", "报送对象", width=24),
        Column("outcome", "采用情况", write=lambda one: one.get_outcome_display(), width=10),
        Column("covered_on", "报道日期", width=12),
        Column("medium", "报道媒体", width=20),
        Column("link", "报道链接", width=40),
    ),
)


@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """List who leads a system, with the inspections of a year; who did none is red."""
    by = staff(request)
    year = year_in(request)
    if "export" in request.GET:
        return spreadsheet(LINES, lines_visible_to(by).filter(year=year), f"条线检查{year}", guide=False)
    rows = leading(by, year)
    kept = set(bodies_kept(by).values_list("pk", flat=True))
    shown = {"rows": rows, "year": year, "none": sum(not one.rows for one in rows), "kept": kept}
    return render(request, "assessment/lines.html", shown)


def new_line(request: HttpRequest) -> HttpResponse:
    """Note an inspection."""
    by = staff(request)
    bodies = registered_by(by)
    own = bodies.filter(pk=whole(request.GET.get("body", "")) or 0).first()
    first = {"on": timezone.localdate(), "body": own or bodies.filter(pk__in=by.bodies).first()}
    form = LineForm(request.POST or None, initial=first)
    form.offer("body", bodies)
    form.offer("units", system_of(by))
    made: list[LineInspection] = []

    def work(*, body: Body, **facts: object) -> None:
        made.append(actions.record_line_inspection(body, by=by, **facts))

    if request.method == "POST" and does_form(request, form, work, "已登记。"):
        return HttpResponseRedirect(reverse("assessment:line", args=[made[0].pk]))
    return render(request, "assessment/form.html", {"form": form, "heading": "登记条线检查", "do": "登记"})


@require_GET
def line(request: HttpRequest, number: int) -> HttpResponse:
    """Show an inspection with what is still to be done: circular, feedback, problems to be mended."""
    by = staff(request)
    row = get_visible_or_404(by, LineInspection, number)
    steps = [
        (name, step.label, _form(request, row, name))
        for name, (step, _) in _STEPS.items()
        if not step.why_not(row, by=by) and not _done(row, name)
    ]
    return render(request, "assessment/line.html", {"row": row, "steps": steps})


def _done(row: LineInspection, name: str) -> bool:
    """Whether a step was taken once and is not offered again."""
    return bool({"circulate": row.circulated_on, "feed-back": row.fed_back_on}.get(name))


_STEPS: dict[str, tuple[Action[LineInspection], type[Plain]]] = {
    "circulate": (actions.circulate_line_inspection, CircularForm),
    "feed-back": (actions.feed_back_line_inspection, FeedbackForm),
    "order": (actions.order_line_problem, ProblemForm),
}


def _form(request: HttpRequest, row: LineInspection, name: str) -> Plain:
    form = _STEPS[name][1](request.POST or None, initial={"on": timezone.localdate()}, prefix=name)
    if name == "order":
        form.offer("body", row.units.order_by("path"))
    return form


@require_POST
def do_line(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Take a step."""
    by = staff(request)
    row = get_visible_or_404(by, LineInspection, number)
    if what not in _STEPS:
        raise Http404("没有这项办理")
    step = _STEPS[what][0]
    does_form(request, _form(request, row, what), lambda **facts: step(row, by=by, **facts), "已登记。")
    return HttpResponseRedirect(reverse("assessment:line", args=[number]))


@require_GET
def highlights(request: HttpRequest) -> HttpResponse:
    """List highlights."""
    by = staff(request)
    rows = highlights_visible_to(by)
    if "export" in request.GET:
        return spreadsheet(HIGHLIGHTS, rows, "亮点和典型案例", guide=False)
    return render(
        request, "assessment/highlights.html", {"rows": rows[:500], "may": bodies_kept(by).exists()}
    )


def new_highlight(request: HttpRequest) -> HttpResponse:
    """Note one."""
    by = staff(request)
    bodies = registered_by(by)
    first = {"on": timezone.localdate(), "body": bodies.filter(pk__in=by.bodies).first()}
    form = HighlightForm(request.POST or None, initial=first)
    form.offer("body", bodies)

    def work(*, body: Body, **facts: object) -> None:
        actions.collect_highlight(body, by=by, **facts)

    if request.method == "POST" and does_form(request, form, work, "已登记。"):
        return HttpResponseRedirect(reverse("assessment:highlights"))
    return render(request, "assessment/form.html", {"form": form, "heading": "登记亮点", "do": "登记"})


def follow(request: HttpRequest, number: int) -> HttpResponse:
    """Note what became of one: sent up, taken up, covered."""
    by = staff(request)
    row = get_visible_or_404(by, Highlight, number)
    names = ("sent_on", "sent_to", "outcome", "covered_on", "medium", "link")
    form = FollowForm(request.POST or None, initial={name: getattr(row, name) for name in names})
    work = lambda **facts: actions.follow_highlight(row, by=by, **facts)  # noqa: E731
    if request.method == "POST" and does_form(request, form, work, "已登记。"):
        return HttpResponseRedirect(reverse("assessment:highlights"))
    context = {
        "form": form,
        "heading": row.title,
        "do": "保存",
        "note": row.text,
        "why_not": actions.follow_highlight.why_not(row, by=by),
    }
    return render(request, "assessment/form.html", context)
