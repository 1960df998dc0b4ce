"""Import and show reports of earlier years."""

from collections.abc import Mapping

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.checks.annual_reports import ParsedAnnualReport, ReadingError, read_report
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.serving import serve_stored
from gongkai.core.files.store import store_parsed_content
from gongkai.core.registers.columns import FILE_AND_RECORD, Column, display_value, render_chip
from gongkai.core.registers.filters import YearFilter, YesNoFilter
from gongkai.core.registers.register import Listing, Register
from gongkai.core.units.actors import Actor, get_actor
from gongkai.core.units.models import Body
from gongkai.core.units.object_access import register_visible_to
from gongkai.core.units.unit_filters import SUPERVISING_ROLES
from gongkai.lib.law.annual_form import TABLE_NAMES
from gongkai.lib.writing.forms import render_form_html
from gongkai.oversight.annual import actions
from gongkai.oversight.annual.actions.earlier import digest_earlier_report
from gongkai.oversight.annual.checks import find_table_problems
from gongkai.oversight.annual.form import TABLE_KEYS, format_figure, from_tables, print_table
from gongkai.oversight.annual.forms import EarlierReportForm
from gongkai.oversight.annual.models import EarlierReport
from gongkai.oversight.annual.queries.area import filter_importable_units
from gongkai.oversight.annual.rules import check_report_editor


def list_importable_units(by: Actor) -> "QuerySet[Body]":
    """Return the units for which the user may import earlier reports."""
    return Body.objects.filter(filter_importable_units(by), active_to=None).order_by("position", "pk")


@register_visible_to(EarlierReport)
def list_visible_earlier_reports(by: Actor) -> "QuerySet[EarlierReport, EarlierReport]":
    """Return the earlier reports of units that the user works for or supervises."""
    condition = Q(body_id__in=by.bodies)
    for post in by.posts:
        if post.role in SUPERVISING_ROLES:
            condition |= Q(body__path__startswith=post.reach)
    return EarlierReport.objects.filter(condition).select_related("body", "stored")


def _render_day(row: EarlierReport) -> SafeString | str:
    return display_value(row.published_on) if row.confirmed_at else render_chip("待复核", row.published_on)


def _render_file(row: EarlierReport) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("annual:earlier_file", args=[row.pk]), row.name)


class EarlierReportRegister(Register[EarlierReport]):
    """Register of imported reports with the import form."""

    name, model, title = "annual.earlier", EarlierReport, "往年年度报告"
    section = (("年度报告", "annual:list"),)
    columns = (
        Column("body", "单位", order="body__position"),
        Column("year", "年度"),
        Column("tables", "读到的表", value=lambda row: [TABLE_NAMES[one] for one in TABLE_KEYS if one in row.tables]),
        Column("published_on", "公布", value=lambda row: row.published_on, cell=_render_day, order="published_on"),
        Column("name", "文件", value=lambda row: row.name, cell=_render_file, order="name"),
        Column("address", at=FILE_AND_RECORD),
        Column("by", at=FILE_AND_RECORD),
        Column("confirmed_by", at=FILE_AND_RECORD),
    )
    filters = (
        YearFilter("year"),
        "body",
        ("confirmed", YesNoFilter("confirmed_at", "复核", yes="已复核", no="待复核")),
    )
    intro = "导入以前年度的报告，用来核对上年结转和现行有效件数，经另一人复核后列入网站“年报”页面。在本系统编制的报告不需要导入。"
    empty = "还没有导入往年报告。"
    has_record = False
    shown_at = "annual:earlier_one"
    template = "annual/earlier.html"
    form: EarlierReportForm | None = None

    def draw(self, request: HttpRequest, listing: Listing[EarlierReport]) -> HttpResponse:
        """Return the list, or import a report and redirect to it."""
        bodies = list_importable_units(listing.by)
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = EarlierReportForm(*sent, bodies=bodies)
        form.auto_id = "import-%s"  # the filters have a year and a unit, too
        if sent and form.is_valid() and (report := _import_report(request, form, listing.by)):
            return redirect("annual:earlier_one", report.pk)
        register = type(self)()
        register.form = form if bodies.exists() else None
        return super(EarlierReportRegister, register).draw(request, listing)

    def extra_context(self, request: HttpRequest, listing: Listing[EarlierReport]) -> Mapping[str, object]:
        """Return the import form."""
        return {"form": self.form}


def _import_report(request: HttpRequest, form: EarlierReportForm, by: Actor) -> EarlierReport | None:
    """Read an uploaded earlier report and store it; on an error add it to the form and return None."""
    cleaned_data = form.cleaned_data
    data = cleaned_data["file"].read()
    try:
        parsed = read_report(data)
    except ReadingError as error:
        form.add_error("file", str(error))
        return None
    year = cleaned_data["year"] or parsed.year
    if not year:
        form.add_error("year", "文件标题中没有年度，请填写。")
        return None
    if cleaned_data["year"] and parsed.year and cleaned_data["year"] != parsed.year:
        form.add_error("year", f"文件标题是{parsed.year}年度，与所填年度不同，请核对。")
        return None
    reports: list[EarlierReport] = []
    facts = {
        "year": year,
        "tables": parsed.tables,
        "name": cleaned_data["file"].name,
        "stored": store_parsed_content(data, by),
    }
    facts |= {"address": cleaned_data["address"] or "", "published_on": cleaned_data["published_on"]}
    work = lambda: reports.append(actions.import_earlier_report(cleaned_data["body"], by=by, **facts))  # noqa: E731
    if not run_with_messages(request, work, f"已读取{year}年度报告，请核对。"):
        return None
    _warn_of_missing_parts(request, parsed)
    return reports[0]


def _warn_of_missing_parts(request: HttpRequest, read: ParsedAnnualReport) -> None:
    if read.lacking:
        messages.warning(request, f"没有读到{'、'.join(read.lacking)}：不是统一格式，或者在附件中。")


def _get_earlier_report(request: HttpRequest, pk: int) -> tuple[EarlierReport, Actor]:
    by = get_actor(request.user)
    return get_visible_or_404(by, EarlierReport, pk), by


def show_earlier_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the tables of an imported report with their faults and the user's actions."""
    report, by = _get_earlier_report(request, pk)
    values = from_tables(report.tables)
    forms = [
        (TABLE_NAMES[table], print_table(table, lambda key: format_figure(values[key])))
        for table in TABLE_KEYS
        if table in report.tables
    ]
    faults = [problem for problem in find_table_problems(values, None) if not problem.mark.startswith("missing/")]
    context = {
        "kept": report,
        "tables": [(name, render_form_html(form)) for name, form in forms],
        "faults": faults,
        "may_drop": not check_report_editor(by, report),
        "seen": digest_earlier_report(report),
        "against_confirming": actions.confirm_earlier_report.why_not(report, by=by),
    }
    return render(request, "annual/earlier_one.html", context)


def download_earlier_file(request: HttpRequest, pk: int) -> FileResponse:
    """Download the imported file."""
    report, _ = _get_earlier_report(request, pk)
    return serve_stored(report.stored, report.name)


def confirm_earlier_view(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Confirm an imported report as second person."""
    report, by = _get_earlier_report(request, pk)
    if request.method == "POST":
        run_with_messages(
            request,
            lambda: actions.confirm_earlier_report(report, by=by, seen=request.POST.get("seen", "")),
            "已复核，列入网站年报页面。",
        )
    return redirect("annual:earlier_one", pk)


def delete_earlier_view(request: HttpRequest, pk: int) -> HttpResponseRedirect:
    """Delete an imported report."""
    report, by = _get_earlier_report(request, pk)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        run_with_messages(request, lambda: actions.delete_earlier_report(report, by=by, reason=reason), "已删除。")
    return redirect("annual:earlier")
