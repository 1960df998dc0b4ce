"""Views of a table and a record: editing, confirmation, submission; orders by the 政务公开办."""

from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from gongkai.content.editions.models import Column
from gongkai.content.publishing.source_desk import make_source_desk
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.states import OPEN_STATES
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_form_with_messages, run_with_messages
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.ledger.rectification import check_orderer
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.widgets.paging import get_page, url_with_parameters
from gongkai.core.widgets.query_parameters import asks_file, parse_whole_number
from gongkai.core.widgets.responses import download_response
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.work.tables import actions, public, queries, rules
from gongkai.work.tables.fields import find_missing_fields, get_ended_label
from gongkai.work.tables.forms import SendForReviewForm, TableRecordForm
from gongkai.work.tables.importers import TableImporter
from gongkai.work.tables.models import PublicTable, Record
from gongkai.work.tables.record_faults import list_faults_by_record
from gongkai.work.tables.texts import list_shown_fields


def _get_table(request: HttpRequest, number: int) -> PublicTable:
    table: PublicTable = get_visible_or_404(request.user, PublicTable, number)
    return table


def _get_record(request: HttpRequest, number: int) -> Record:
    record: Record = get_visible_or_404(request.user, Record, number)
    return record


def _list_records(request: HttpRequest, number: int) -> QuerySet[Record]:
    return queries.records_visible_to(require_staff_actor(request)).filter(table=number)


@long_export("tables.table", "公开表", rows=_list_records, wants_file=asks_file)
def table_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a table: rows, their gaps, actions; `export=1` exports the matching rows for import."""
    by, table = require_staff_actor(request), _get_table(request, number)
    query = clean_query(request.GET.get("q", ""), 100)
    only = request.GET.get("only", "")
    judged = list_faults_by_record(table)
    faulty_pairs = [pair for pair in judged if pair[1]]
    state = queries.list_table_states([table])[0]
    altered = state.changed.rows if state.changed else frozenset()
    some = {"faults": faulty_pairs, "changed": [pair for pair in judged if pair[0].pk in altered]}.get(only, judged)
    rows = [pair for pair in some if query in pair[0].name]
    importer = TableImporter(table.schema)
    if asks_file(request):
        return spreadsheet_response(
            importer.sheet, importer.iterate_exported_rows(record for record, _ in rows), table.title
        )
    page = get_page(request, rows)
    works = not rules.list_reasons_unless_unit_staff(by, table)
    values = [record.values for record, _ in judged]
    fields = list_shown_fields(table.schema.all_fields, values)[1:]
    context = {
        "table": table,
        "state": state,
        "altered": altered,
        "rows": [
            (
                record,
                faults,
                [field.show(record.values.get(field.key)) for field in fields],
                get_ended_label(table.schema.all_fields, record.values, timezone.localdate()),
            )
            for record, faults in page
        ],
        "fields": fields,
        "page": page,
        "bad": len(faulty_pairs),
        "asked": query,
        "only": only,
        "works": works,
        "importer": importer,
        "export_url": url_with_parameters(request, export="1", page=""),
        "may_order": bool(faulty_pairs) and not check_orderer(by, table.body) and not state.mending,
        "history": list(read_stream(table.stream))[-20:],
        **_make_review_context(table, by, works and not table.schema.by_record and bool(judged)),
    }
    context |= {"dead": queries.list_dead_links(table), "handed": queries.get_last_hotline_posting(table)}
    return render(request, "tables/table.html", context)


def _make_review_context(source: PublicTable | Record, by: Actor, may: bool) -> dict[str, object]:
    """Return the template context of a source's review.

    If no review is open, it contains the form that starts one, provided that the user `may`.
    """
    review = Review.objects.filter(source=source.stream, state__in=OPEN_STATES).order_by("-pk").first()
    desk = None
    if source.latest_revision_id:
        return_url = reverse(f"tables:{'table' if isinstance(source, PublicTable) else 'record'}", args=[source.pk])
        desk = make_source_desk(source, by, back=return_url, own_ways=True)
    return {
        "review": review,
        "send_form": SendForReviewForm(source=source) if may and review is None else None,
        "desk": desk,
    }


def record_page(request: HttpRequest, number: int) -> HttpResponse:
    """Change one record, and show its faults and history."""
    by, record = require_staff_actor(request), _get_record(request, number)
    works = not rules.list_reasons_unless_unit_staff(by, record)
    form = TableRecordForm(request.POST or None, table=record.table, record=record)
    if request.method == "POST" and form.is_valid():
        version = parse_whole_number(request.POST.get("version", "")) or record.version
        if run_with_messages(
            request,
            lambda: actions.change_record(record, by=by, version=version, **form.facts()),
            "已保存，公开的内容在重新送审后更新。",
        ):
            return redirect("tables:table", record.table_id)
    faults = next((some for one, some in list_faults_by_record(record.table) if one.pk == record.pk), [])
    context = {
        "record": record,
        "table": record.table,
        "form": form,
        "faults": faults,
        "works": works,
        "opinion": _make_opinion_form(record, by),
        "published": queries.map_shelves([record.stream]).get(record.stream),
        "history": list(read_stream(record.stream))[-20:],
        **_make_review_context(record, by, works and record.schema.by_record),
    }
    return render(request, "tables/record.html", context)


def _make_opinion_form(record: Record, by: Actor) -> dict[str, object] | None:
    """Return the template values of a record's missing opinion, or None if none is missing."""
    field = rules.get_opinion_field(record.schema)
    needed = field and field in find_missing_fields(
        record.schema.all_fields, {**record.values, field.key: ""}, record.table.body.level
    )
    if field is None or not needed:
        return None
    why_not = rules.list_reasons_unless_opinion_giver(by, record)
    return {"label": field.label, "said": record.values.get(field.key, ""), "may": not why_not, "why_not": why_not}


def add_record_view(request: HttpRequest, number: int) -> HttpResponse:
    """Add a record."""
    by, table = require_staff_actor(request), _get_table(request, number)
    if rules.list_reasons_unless_unit_staff(by, table):
        raise Http404("没有这个页面")
    form = TableRecordForm(request.POST or None, table=table)
    sent = request.method == "POST" and form.is_valid()
    if sent and run_with_messages(request, lambda: actions.add_record(table, by=by, **form.facts()), "已增加。"):
        return redirect("tables:table", number)
    return render(request, "tables/record.html", {"table": table, "form": form, "works": True})


@require_POST
def remove_record_view(request: HttpRequest, number: int) -> HttpResponse:
    """Remove a record."""
    by, record = require_staff_actor(request), _get_record(request, number)
    table_number, reason = record.table_id, request.POST.get("reason", "")[:200]
    if run_with_messages(request, lambda: actions.remove_record(record, by=by, reason=reason), "已删除。"):
        return redirect("tables:table", table_number)
    return redirect("tables:record", number)


@require_POST
def give_opinion_view(request: HttpRequest, number: int) -> HttpResponse:
    """Give the opinion that a row needs before it is published."""
    by, record = require_staff_actor(request), _get_record(request, number)
    text, agrees = request.POST.get("words", ""), request.POST.get("agrees", "")
    if agrees not in {"yes", "no"}:
        messages.error(request, "请选择同意或者不同意。")
        return redirect("tables:record", number)
    opinion_action = partial(actions.give_opinion, record, by=by, agrees=agrees == "yes", words=text)
    run_with_messages(request, opinion_action, "已提出意见。")
    return redirect("tables:record", number)


@require_POST
def confirm_records_view(request: HttpRequest, number: int) -> HttpResponse:
    """Confirm that all records are correct."""
    by, table = require_staff_actor(request), _get_table(request, number)
    texts: list[str] = []
    if run_with_messages(request, lambda: texts.append(actions.confirm_records(table, by=by))):
        messages.success(request, f"已{texts[0]}。")
    return redirect("tables:table", number)


def download_leaflet(request: HttpRequest, number: int) -> HttpResponse:
    """Return the published table as a leaflet for printing."""
    table = _get_table(request, number)
    shelf = queries.map_shelves([table.stream]).get(table.stream)
    if shelf is None:
        messages.error(request, "这张表还没有公开，请送审公开后再打印宣传读物。")
        return redirect("tables:table", number)
    return download_response(
        public.render_leaflet(table, shelf, timezone.localdate()), f"{table.title}宣传读物.pdf", "application/pdf"
    )


@require_POST
def send_table(request: HttpRequest, number: int) -> HttpResponse:
    """Send a table for review."""
    return _send_source(request, _get_table(request, number), "tables:table")


@require_POST
def send_record(request: HttpRequest, number: int) -> HttpResponse:
    """Send a record for review."""
    return _send_source(request, _get_record(request, number), "tables:record")


def _send_source(request: HttpRequest, source: PublicTable | Record, page: str) -> HttpResponse:
    """Send a table or record for review and show the user a message."""
    by = require_staff_actor(request)
    form = SendForReviewForm(request.POST, source=source)

    def submit_to_column(column: Column) -> None:
        actions.send_for_review(source, by=by, columns=[column])

    run_form_with_messages(request, form, submit_to_column, "已送审，审签通过后公开。")
    return redirect(page, source.pk)
