"""The review page: source next to rows, open questions first, edited in place."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse

from gongkai.core.acts.action import Conflict, Refused, get_log_stream
from gongkai.core.acts.pages import respond_to_form
from gongkai.core.files.losses import find_losses
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.query_parameters import parse_whole_number
from gongkai.work.notices.actions import amend_measure, confirm_notice, issue_notice, undo_import
from gongkai.work.notices.actions.corrections import correct_front_page
from gongkai.work.notices.forms_records import FrontPageForm
from gongkai.work.notices.importing.unit_names import NameResolver, has_strange_issuer
from gongkai.work.notices.models import MeasureUnit, Notice
from gongkai.work.notices.planning.descriptions import PERIOD_WORDS
from gongkai.work.notices.planning.draft_rows import OPEN_LIST_MARK
from gongkai.work.notices.planning.periods import TRACK_LABELS
from gongkai.work.notices.queries.review_lines import (
    LINES_PER_PAGE,
    ReviewLine,
    RowScan,
    list_missed_sentences,
    load_lines,
    order_rows,
    scan_rows,
)
from gongkai.work.notices.queries.visible import can_open_parent
from gongkai.work.notices.states import NOTICE_MACHINE, NoticeState
from gongkai.work.notices.views.common import get_notice_or_404, run_and_redirect
from gongkai.work.notices.views.corrections import CORRECTION_HANDLERS, AllRows, TouchedRows, read_front_values
from gongkai.work.notices.views.opened_rows import OpenedReviewRow, load_opened_rows
from gongkai.work.notices.views.owners import list_forms, list_groups
from gongkai.work.notices.views.revisions import build_amending_question
from gongkai.work.notices.views.table_heads import build_heads_form

# Other rows sent back after a correction; the rest is up to date when its page is opened.
MAX_RENDERED_LINES = 2 * LINES_PER_PAGE
#: Kinds of deadlines in the form, with their labels.
DEADLINE_CHOICES = (
    ("", "未写明"),
    ("by_date", "某日前"),
    ("yearly_by", "每年某日前"),
    ("working_days", "若干工作日内"),
    ("calendar_days", "若干日"),
    ("months", "某事项后若干个月内"),
    ("times", "若干次"),
    ("recurring", "周期"),
    ("ongoing", "及时、动态更新等"),
)


@dataclass
class UnresolvedName:
    """An unresolved unit name of a draft: number of its occurrences (`places`), and suggested units."""

    unit: MeasureUnit
    places: int
    suggestions: list[Body]


# Names and sentences listed with their controls; the next ones follow when these are answered.
MAX_LISTED_NAMES, MAX_LISTED_SENTENCES = 3, 5


def list_suggested_names(notice: Notice) -> list[str]:
    """Return names for autocompletion: units, or a unit's offices and lower units."""
    rows = Body.objects.filter(active_to=None, merged_into=None).order_by("position", "pk")
    if not notice.own:
        return [body.label for body in rows]
    offices = notice.government.offices.filter(active_to=None).values_list("name", flat=True)
    return [*offices, *(body.label for body in rows.filter(path__startswith=notice.government.path))]


@dataclass
class NoticeScan:
    """The open questions of a notice and the resolver of its names, computed once a request."""

    notice: Notice

    @cached_property
    def rows(self) -> list[RowScan]:
        """Return the questions of all rows."""
        return scan_rows(self.notice)

    @cached_property
    def names(self) -> NameResolver:
        """Return the resolver of printed names."""
        return NameResolver(self.notice.government, self.notice.issuer, strange=has_strange_issuer(self.notice))


def list_unresolved_names(scan: NoticeScan) -> tuple[list[UnresolvedName], int]:
    """Return (most common unresolved names, number of all); 等 is resolved in each row."""
    first_units: dict[str, int] = {}
    places: Counter[str] = Counter()
    for unit in (unit for row in scan.rows for unit in row.unresolved if unit.printed != OPEN_LIST_MARK):
        first_units.setdefault(unit.printed, unit.pk)
        places[unit.printed] += 1
    most_common = places.most_common(MAX_LISTED_NAMES)
    units = MeasureUnit.objects.in_bulk([first_units[printed] for printed, _ in most_common])
    return [
        UnresolvedName(units[first_units[printed]], count, list(scan.names.resolve(printed).suggestions)[:2])
        for printed, count in most_common
    ], len(first_units)


@dataclass
class ReviewPage:
    """The review page: a page of lines, one of which may be opened."""

    page: "Page[int]"
    lines: list[ReviewLine | OpenedReviewRow]
    order: str

    @classmethod
    def load(cls, scan: "NoticeScan", query: QueryDict, *, editable: bool, opened: int | None = None) -> "ReviewPage":
        """Return the page of a query string, with the chosen or first open question."""
        name, notice = query.get("order", "doubts"), scan.notice
        order = order_rows(scan.rows, doubts_first=name == "doubts")
        wanted, number = (
            parse_whole_number(query.get("edit") or query.get("row", "")),
            parse_whole_number(query.get("page", "")),
        )
        if wanted is None and number is None and editable:
            wanted = next((pk for pk in order.keys if order.doubts[pk]), None)
        wanted = opened or wanted
        page = order.page(number, wanted)
        lines = load_lines(notice, page.object_list, order)
        editing = parse_whole_number(query.get("edit", "")) if editable else None
        loaded = load_opened_rows(notice, {wanted}, editing, scan.names) if wanted in lines else []
        rows = {row.measure.pk: row for row in loaded}
        return cls(page, [rows.get(pk) or lines[pk] for pk in page.object_list], name)


def review_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rows on one line each, open questions first or in source order (`?order=source`).

    `?row=` opens a row, `?edit=` opens it with forms; `?missed=` and `?source=` show the sentences
    that became no task and the source text.
    """
    notice, actor = get_notice_or_404(request, pk)
    if request.headers.get("HX-Request") and "missed" in request.GET:
        return render(
            request,
            "notices/missed.html",
            {**_build_row_context(notice, actor), **_make_missed_sentences_context(notice)},
        )
    scan = NoticeScan(notice)
    common = _build_common_context(scan, actor)
    desk = ReviewPage.load(scan, request.GET, editable=bool(common["editable"]))
    context = {
        **common,
        "desk": desk,
        "order": desk.order,
        "show_source": "source" in request.GET,
        "front_first": "source" in request.GET or _needs_front_page(notice),
        "opens_parent": can_open_parent(actor, notice),
        "losses": find_losses(get_log_stream(notice)),
        "bodies": list_suggested_names(notice) if common["editable"] else [],
        **(_make_missed_sentences_context(notice) if "missed" in request.GET else {}),
        **build_heads_form(notice, actor, read="heads" in request.GET),
    }
    return render(request, "notices/review.html", context)


def _needs_front_page(notice: Notice) -> bool:
    """Return true if the first page needs input, so that it is shown above the rows."""
    read = notice.doc_number and notice.issuer_name and notice.issued_on
    return bool(notice.editable and (not read or notice.remarks))


def _make_missed_sentences_context(notice: Notice) -> dict[str, object]:
    missed = list_missed_sentences(notice) if notice.editable else []
    return {
        "missed": missed[:MAX_LISTED_SENTENCES],
        "missed_count": len(missed),
        "taking": (("", "列为任务"), ("1", "不列入")),
        "listed": True,
    }


def review_row(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Return one row for htmx, with forms (`?edit=1`) or as a line (`?line=1`)."""
    notice, actor = get_notice_or_404(request, pk)
    if not request.headers.get("HX-Request"):
        return review_page(request, pk)
    common = _build_row_context(notice, actor)
    if request.GET.get("line"):
        lines = load_lines(notice, {measure}, order_rows(scan_rows(notice), doubts_first=False))
        return render(request, "notices/line.html", {**common, "line": lines.get(measure)})
    editing = measure if request.GET.get("edit") and common["editable"] else None
    rows = load_opened_rows(notice, {measure}, editing)
    return render(request, "notices/row.html", {**common, "row": rows[0]}) if rows else HttpResponse(status=404)


def _build_row_context(notice: Notice, actor: Actor) -> dict[str, object]:
    """Return the context that each row needs: rights and choices of the forms."""
    return {
        "notice": notice,
        "editable": notice.editable and not confirm_notice.rule(actor, notice),
        "whose": (("everyone", "全部单位"), ("outside", "本系统之外")),
        "limits": DEADLINE_CHOICES,
        "periods": list(PERIOD_WORDS.items()),
        "cycles": list(TRACK_LABELS.items()),
        "may_amend": not amend_measure.why_not(notice, by=actor),
        "LIVE": NoticeState.LIVE,
    }


def _build_common_context(scan: NoticeScan, actor: Actor) -> dict[str, object]:
    """Return the context of the whole page: rights, choices, questions and their numbers."""
    notice = scan.notice
    row = _build_row_context(notice, actor)
    kinds = Counter(kind for row_scan in scan.rows for kind in row_scan.sweepable)
    unsettled = sum(len(row_scan.open_flags) for row_scan in scan.rows)
    unresolved = sum(len(row_scan.unresolved) for row_scan in scan.rows)
    names, names_count = list_unresolved_names(scan) if row["editable"] and unresolved else ([], 0)
    return {
        **row,
        "names": names,
        "names_count": names_count,
        "forms": list_forms(scan.rows) if row["editable"] else [],
        "amending": build_amending_question(notice),
        "groups": list_groups(notice) if row["editable"] else [],
        "unresolved": unresolved,
        "unsettled": unsettled,
        "alone": unsettled - sum(kinds.values()),
        "kinds": kinds.most_common(),
        "may_issue": notice.for_comment and not issue_notice.why_not(notice, by=actor),
        "may_undo": not undo_import.why_not(notice, by=actor),
        "closed": notice.state in NOTICE_MACHINE.closed,
    }


def correct_row(request: HttpRequest, pk: int) -> HttpResponse:
    """Run the correction named by `do`; for htmx return the rows it touched, else redirect."""
    notice, actor = get_notice_or_404(request, pk)
    name = request.POST.get("do", "")
    if name == "front":
        return respond_to_form(
            request,
            FrontPageForm(request.POST),
            lambda **front: correct_front_page(notice, by=actor, values=read_front_values(notice, front)),
            "已更正。",
            reverse("notices_review", args=[pk]),
        )
    if request.method != "POST" or name not in CORRECTION_HANDLERS:
        return review_page(request, pk)
    measure = request.POST.get("measure", "")
    if not request.headers.get("HX-Request"):
        answer = run_and_redirect(
            request, lambda: CORRECTION_HANDLERS[name](notice, actor, request.POST), "已更正。", "notices_review", pk
        )
        row = _find_row_to_show(notice, parse_whole_number(measure))
        answer["Location"] += f"?order={request.POST.get('order', 'doubts')[:8]}&row={row}#m{row}"
        return answer
    try:
        touched = CORRECTION_HANDLERS[name](notice, actor, request.POST)
    except Refused as refusal:
        status = 409 if isinstance(refusal, Conflict) else 422
        return HttpResponse(render_to_string("ui/refused.html", {"reasons": refusal.reasons}, request), status=status)
    return _render_rows(request, notice, actor, touched)


def _find_row_to_show(notice: Notice, measure: int | None) -> int:
    """Return the key of the row just corrected while it has open questions, else of the next one that has."""
    order = order_rows(scan_rows(notice), doubts_first=False)
    here = measure or 0
    return here if order.doubts.get(here) else order.find_next_doubt(here) or here


def _render_rows(request: HttpRequest, notice: Notice, actor: Actor, touched: TouchedRows) -> HttpResponse:
    """Return the corrected row opened, and the other rows of the page that changed on one line."""
    fresh = Notice.objects.select_related("government", "issuer", "parent").get(pk=notice.pk)
    page_query = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    scan = NoticeScan(fresh)
    common = _build_common_context(scan, actor)
    opened = parse_whole_number(request.POST.get("measure", ""))
    context: dict[str, object] = {**common, "order": page_query.get("order", request.POST.get("order", "doubts"))}
    if touched is AllRows.ALL:
        desk = ReviewPage.load(scan, page_query, editable=bool(common["editable"]), opened=opened)
        return render(request, "notices/review_rows.html", {**context, "desk": desk, "whole": True})
    editing = opened if request.POST.get("editing") else None
    rows = load_opened_rows(fresh, {opened}, editing, scan.names) if opened and opened in set(touched) else []
    order = order_rows(scan.rows, doubts_first=False)
    other_rows = [pk for pk in touched if pk != opened and pk in order.numbers][:MAX_RENDERED_LINES]
    lines = load_lines(fresh, other_rows, order)
    return render(request, "notices/review_rows.html", {**context, "rows": rows, "lines": list(lines.values())})
