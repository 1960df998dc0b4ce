"""Views of a report's tables, and of a year's reviews and lawsuits."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks.annual_reports import ReadingError, read_report
from gongkai.core.acts.action import Refused
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.widgets.query_parameters import asks_file
from gongkai.lib.chinese.typed_values import TypedValueError, parse_decimal
from gongkai.lib.law.annual import get_report_due_day
from gongkai.lib.law.annual_form import TABLE4_COLUMNS, TABLE4_ROWS, TABLE_NAMES
from gongkai.lib.writing.forms import FormCell, PrintedForm, get_scope, is_column_header_row
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.checks import ReportProblem, find_table_problems, list_problems
from gongkai.oversight.annual.form import (
    FIGURE_LIMIT,
    TABLE_KEYS,
    TYPED_FIGURE_KEYS,
    Number,
    add_sums,
    format_figure,
    from_tables,
    is_sum,
    make_label,
    print_table,
    to_number,
)
from gongkai.oversight.annual.forms import FiguresFileForm
from gongkai.oversight.annual.models import Report
from gongkai.oversight.annual.queries import reports_visible_to
from gongkai.oversight.annual.queries.area import (
    TABLE_FOUR_CELLS,
    count_now,
    get_disputes_by_unit,
    get_shown_figures,
    list_corrected_units,
    make_dispute_rows,
)
from gongkai.oversight.annual.queries.comparisons import (
    COMPARED_FIGURE_LABELS,
    compare_with_last_year,
    get_previous_figures,
    list_other_figures,
)
from gongkai.oversight.annual.queries.documents_in_force import suggest_explanations
from gongkai.oversight.annual.queries.figures import ENTERED, NONE, ORIGIN_LABELS, ReportFigure, get_values
from gongkai.oversight.annual.views.report_list import get_report, make_report_context


def show_comparison(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or export the main figures of two years and of other visible units."""
    report, by = get_report(request, pk)
    values = get_values(get_shown_figures(report))
    other_figures = list_other_figures(report, reports_visible_to(by))
    if asks_file(request):
        sheet = Sheet(
            "年度报告对比",
            (
                Column("body", "单位", width=30),
                *(Column(key, label, width=14) for key, label in COMPARED_FIGURE_LABELS.items()),
            ),
        )
        rows = [
            {"body": other_report.body.name} | {key: figures.get(key) for key in COMPARED_FIGURE_LABELS}
            for other_report, figures in other_figures
        ]
        return spreadsheet_response(sheet, rows, f"annual-comparison-{report.year}", guide=False)
    context = make_report_context(report, by, "compare") | {
        "lines": compare_with_last_year(report, values),
        "heads": COMPARED_FIGURE_LABELS.values(),
        "others": [
            {
                "report": other_report,
                "own": other_report.pk == report.pk,
                "cells": [format_figure(figures.get(key)) for key in COMPARED_FIGURE_LABELS],
            }
            for other_report, figures in other_figures
        ],
    }
    return render(request, "annual/compare.html", context)


@dataclass(frozen=True)
class ShownCell:
    """A table cell: it can be typed, is `wrong`, or leads to its rows (`href`); `title` explains its origin."""

    cell: FormCell
    scope: str
    figure: ReportFigure | None = None
    href: str = ""
    typed: bool = False
    title: str = ""
    wrong: bool = False

    @property
    def id(self) -> str:
        """Return the cell's HTML id."""
        return self.cell.key.replace("/", "-").replace(".", "_")


def make_table_rows(
    form: PrintedForm, figures: Mapping[str, ReportFigure], base: str, wrong: set[str]
) -> dict[str, object]:
    """Return a table for a template: `caption`, heading rows (`head`) and `body` rows; `wrong`: keys with a problem."""
    heads = form.header_row_count
    rows = [
        [
            _show_cell(cell, head=at < heads or is_column_header_row(row), figures=figures, base=base, wrong=wrong)
            for cell in row
        ]
        for at, row in enumerate(form.rows)
    ]
    return {"caption": form.caption, "head": rows[:heads], "body": rows[heads:]}


def _show_cell(
    cell: FormCell, *, head: bool, figures: Mapping[str, ReportFigure], base: str, wrong: set[str]
) -> ShownCell:
    """Return a cell of a printed table with origin, link to its rows, and faults."""
    if not cell.key:
        return ShownCell(cell, get_scope(cell, head=head))
    figure = figures[cell.key]
    text = f"{make_label(cell.key)}：{ORIGIN_LABELS[figure.origin]}"
    if figure.source:
        text += f"，来源：{figure.source}"
    if figure.differs:
        text += f"；台账为{format_figure(figure.counted)}"
    listed = figure.origin not in {NONE, ENTERED} or figure.counted is not None
    return ShownCell(
        cell,
        "",
        figure,
        f"{base}?key={cell.key}" if listed and figure.value else "",
        not is_sum(cell.key),
        text,
        cell.key in wrong,
    )


def make_shown_tables(
    report: Report,
    figures: Mapping[str, ReportFigure],
    problems: list[ReportProblem],
    typed: Mapping[str, str],
    unread: Iterable[str],
) -> list[dict[str, object]]:
    """Return the tables for a template; `typed`: unsaved input by key, `unread`: keys of invalid input."""
    base = reverse("annual:rows", args=[report.pk])
    wrong = {problem.key for problem in problems if problem.open and problem.key} | set(unread)
    return [
        {
            "name": table,
            "label": TABLE_NAMES[table],
            **make_table_rows(
                print_table(table, lambda key: typed.get(key, format_figure(figures[key].value))), figures, base, wrong
            ),
        }
        for table in TABLE_KEYS
    ]


def show_tables(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report's tables; with `edit` one of them has input fields."""
    return _render_tables(request, pk, request.GET.get("edit", ""))


def _render_tables(request: HttpRequest, pk: int, edit: str, unread: Iterable[str] = ()) -> HttpResponse:
    """Return the page of the tables; `edit`: table with input fields, `unread`: invalid keys."""
    report, by = get_report(request, pk)
    context = make_report_context(report, by, "tables")
    problems: list[ReportProblem] = []
    if context["open"]:
        count = count_now(report)
        figures = count.figures
        problems = _add_suggestions(report, list_problems(report, count, today=timezone.localdate()))
    else:
        figures = get_shown_figures(report)
    edit = edit if context["may_fill"] else ""
    typed = {key: request.POST[key] for key in TYPED_FIGURE_KEYS if key in request.POST}
    context |= {
        "tables": make_shown_tables(report, figures, problems, typed, unread),
        "edit": edit if edit in TABLE_KEYS else "",
        "shown_figures": request.POST.get("shown")
        or json.dumps(
            {key: format_figure(figures[key].value) for key in TYPED_FIGURE_KEYS if key.startswith(f"{edit}/")}
        ),
        "source": request.POST.get("source", ""),
        "problems": problems,
        **_make_explanation_context(problems),
        "changed_since": [] if context["open"] else list_corrected_units(report),
        "entered": [figure for figure in figures.values() if figure.origin == ENTERED],
        "labels": {figure.key: make_label(figure.key) for figure in figures.values() if figure.origin == ENTERED},
        "file_form": FiguresFileForm(),
    }
    return render(request, "annual/tables.html", context, status=422 if request.method == "POST" else 200)


def _add_suggestions(report: Report, problems: list[ReportProblem]) -> list[ReportProblem]:
    """Return the problems with suggested explanations for those that may be explained and are not yet."""
    unexplained_marks = [problem.mark for problem in problems if not problem.must and not problem.text]
    previous = get_previous_figures(report.body, report.year) if unexplained_marks else None
    ideas = dict(suggest_explanations(report, unexplained_marks, previous.values)) if previous else {}
    return [replace(problem, idea=ideas.get(problem.mark, "")) for problem in problems]


def _make_explanation_context(problems: list[ReportProblem]) -> dict[str, object]:
    """Return the context of the form that explains differences."""
    unsaid = [problem for problem in problems if not problem.must and problem.open]
    alone = len(unsaid) == 1
    return {
        "explainable": any(not problem.must for problem in problems),
        "alone": alone,
        "idea": unsaid[0].idea if alone else "",
    }


def _read_typed(request: HttpRequest, table: str) -> tuple[dict[str, Number], dict[str, str]]:
    """Return (figures typed into a table, messages by key for invalid ones); blank fields are left out."""
    values: dict[str, Number] = {}
    unread = {}
    for key in TYPED_FIGURE_KEYS:
        text = request.POST.get(key, "") if key.startswith(f"{table}/") else ""
        try:
            value = parse_decimal(text)
        except TypedValueError:
            value = Decimal(-1)
        if value is None:
            continue
        if 0 <= value < FIGURE_LIMIT and value == round(value, 6):
            values[key] = to_number(value)
        else:
            unread[key] = f"{make_label(key)}应为不小于0、小于10亿、小数不超过6位的数，不能是“{text[:20]}”。"
    return values, unread


def check_input(request: HttpRequest, pk: int) -> HttpResponse:
    """Render the faults of unsaved input, and the new sums."""
    report, _ = get_report(request, pk)
    typed, unread = _read_typed(request, request.POST.get("table", ""))
    shown_values = get_values(get_shown_figures(report))
    values = add_sums({key: typed.get(key, shown_values[key]) for key in TYPED_FIGURE_KEYS})
    previous = get_previous_figures(report.body, report.year)
    problems = find_table_problems(values, previous.tables if previous else None)
    table = request.POST.get("table", "")
    sums = [
        {"id": key.replace("/", "-").replace(".", "_"), "said": format_figure(values[key])}
        for key in values
        if is_sum(key) and key.startswith(f"{table}/")
    ]
    return render(request, "annual/judged.html", {"wrong": unread.values(), "problems": problems, "sums": sums})


def _read_shown_figures(request: HttpRequest) -> dict[str, str]:
    """Return the figures that the posted form had shown, by key; empty if the field is damaged."""
    try:
        shown_figures = json.loads(request.POST.get("shown", "") or "{}")
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in shown_figures.items()} if isinstance(shown_figures, dict) else {}


def _find_changed_figures(
    request: HttpRequest, typed_figures: Mapping[str, Number], now: Mapping[str, ReportFigure]
) -> dict[str, Number]:
    """Return {key: typed value} of figures that the user changed; warn of those changed by another user."""
    shown, changed = _read_shown_figures(request), {}
    for key, value in typed_figures.items():
        figure = format_figure(now[key].value)
        if format_figure(value) in {figure, shown.get(key)}:
            continue
        if shown.get(key, figure) != figure:
            messages.error(
                request,
                f"{make_label(key)}在您打开页面后已由别人改为{figure or '空'}，没有改成{format_figure(value)}，请核对。",
            )
            continue
        changed[key] = value
    return changed


def save_figures(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the figures that the user changed; if one is invalid, save none and show the form again."""
    report, by = get_report(request, pk)
    table = request.POST.get("table", "")
    if request.method != "POST":
        return redirect(f"{reverse('annual:tables', args=[pk])}?edit={table}")
    given, unread = _read_typed(request, table)
    if unread:
        for text in unread.values():
            messages.error(request, text)
        return _render_tables(request, pk, table, unread)
    changed = _find_changed_figures(request, given, get_shown_figures(report))
    if not changed:
        messages.info(request, "数据没有变化。")
        return redirect("annual:tables", pk)
    source = request.POST.get("source", "")
    if run_with_messages(
        request,
        lambda: actions.enter_figures(report.entry, by=by, figures=changed, source=source),
        f"已填报{len(changed)}项。",
    ):
        return redirect("annual:tables", pk)
    return _render_tables(request, pk, table)


def remove_figures_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove entered figures."""
    report, by = get_report(request, pk)
    if request.method == "POST":
        keys = request.POST.getlist("key")
        run_with_messages(request, lambda: actions.remove_figures(report.entry, by=by, keys=keys), "已恢复系统数据。")
    return redirect("annual:tables", pk)


def explain_differences_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Explain the selected differences with one cause."""
    report, by = get_report(request, pk)
    if request.method == "POST":
        marks, text = request.POST.getlist("mark"), request.POST.get("text", "")
        work = lambda: actions.explain_differences(report.entry, by=by, marks=marks, text=text)  # noqa: E731
        run_with_messages(request, work, f"已说明{len(marks)}处差异。")
    return redirect(f"{reverse('annual:tables', args=[pk])}#problems")


def fill_from_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the figures in which an uploaded report differs, with the file as their source."""
    report, by = get_report(request, pk)
    form = FiguresFileForm(request.POST, request.FILES)

    def work(file: UploadedFile[bytes]) -> None:
        """Enter the changed figures of an uploaded report, and show what it lacks."""
        try:
            read = read_report(file.read())
        except ReadingError as error:
            raise Refused(str(error)) from None
        if read.year and read.year != report.year:
            raise Refused(f"文件标题是{read.year}年度，与本报告（{report.year}年度）不同，请核对。")
        now = get_shown_figures(report)
        values = from_tables(read.tables)
        changed = {
            key: value for key in TYPED_FIGURE_KEYS if (value := values[key]) is not None and now[key].value != value
        }
        if not changed:
            messages.info(request, "文件中的数据与现有数据相同。")
            return
        actions.enter_figures(report.entry, by=by, figures=changed, source=f"单位报表“{(file.name or '')[:120]}”")
        messages.success(request, f"已填报{len(changed)}项，来源记为该文件。")
        if read.lacking:
            messages.warning(request, f"文件中没有读到{'、'.join(read.lacking)}。")

    run_form_with_messages(request, form, work)
    return redirect("annual:tables", pk)


_TABLE4_HEADERS = [f"{group}：{column}" for group in TABLE4_ROWS.values() for column in TABLE4_COLUMNS.values()]
DISPUTES_SHEET = Sheet(
    "行政复议、行政诉讼情况汇总",
    (
        Column("body", "单位", width=30),
        Column("standing", "报送情况", width=22),
        Column("given", "报送日期", width=12),
        *(Column(key, head, width=12) for key, head in zip(TABLE_FOUR_CELLS, _TABLE4_HEADERS, strict=True)),
    ),
)


def show_disputes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show or export table four by unit with sums, for a government's report."""
    report, by = get_report(request, pk)
    if not report.area:
        raise Http404("只有本级政府的汇总报告有各单位的复议诉讼情况")
    found = get_disputes_by_unit(report)
    if asks_file(request):
        return spreadsheet_response(DISPUTES_SHEET, make_dispute_rows(found), f"disputes-{report.year}", guide=False)
    width = len(TABLE4_COLUMNS)
    context = make_report_context(report, by, "disputes") | {
        "found": found,
        "groups": TABLE4_ROWS.values(),
        "width": width,
        "columns": list(TABLE4_COLUMNS.values()) * len(TABLE4_ROWS),
        "missing": [
            unit_disputes for unit_disputes in found.units if not unit_disputes.own and not unit_disputes.given_at
        ],
        "last_day": get_report_due_day(report.year, government=False),
    }
    return render(request, "annual/disputes.html", context)
