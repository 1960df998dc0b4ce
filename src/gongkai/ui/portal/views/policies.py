"""Pages 政策库: policy library with filters, spreadsheet, documents as .docx and PDF."""

from dataclasses import replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from gongkai.content.editions import queries
from gongkai.content.editions.hosts import public_url_prefix
from gongkai.content.editions.models import Address, ValidityState
from gongkai.content.policies import downloads, usage_counts
from gongkai.content.policies.industries import INDUSTRY_PATTERNS
from gongkai.content.policies.models import PolicyLevel, PolicyRecord
from gongkai.content.policies.queries.library import (
    LIBRARY_ORDERS,
    LibraryRow,
    LibrarySearch,
    filter_spans,
    is_export_too_long,
    list_export_rows,
    search_library,
)
from gongkai.content.policies.validity import describe_validity, get_period
from gongkai.content.policies.validity_periods import load_validity_facts
from gongkai.content.search.spelling import suggest_corrections
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.widgets.query_parameters import parse_day_filter, parse_whole_number
from gongkai.core.widgets.responses import download_response as as_file
from gongkai.lib.writing.fonts import MissingFont
from gongkai.ui.portal.caching import finish_response, get_reader
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.views.errors import refuse_pdf

#: URL of the whole library as one file (`opendata.bundles`).
WHOLE_LIBRARY_URL = "/api/v1/bundles/policies.csv"
#: Filter parameters of the library page.
FILTER_PARAMETERS = ("tab", "level", "issuer", "year", "subject", "industry", "state", "on", "q", "order")
#: Maximum length of a filter value.
MAX_FILTER_CHARACTERS = 120
#: Choices of the validity filter.
STATE_CHOICES = [(state.value, state.label) for state in ValidityState if state.value]
#: Columns of the exported library.
LIBRARY_SHEET = Sheet(
    "政策库",
    (
        Column("title", "标题", write=lambda row: row.record.title, width=50),
        Column("number", "发文字号", write=lambda row: row.record.number, width=22),
        Column("unified", "统一登记编号", write=lambda row: row.record.unified_number, width=20),
        Column("level", "效力级别", write=lambda row: row.record.get_level_display(), width=16),
        Column("issuers", "发文机关", write=lambda row: row.record.issuers, width=28),
        Column("body", "起草单位", write=lambda row: row.record.body.name, width=28),
        Column("subject", "主题分类", write=lambda row: row.record.subject, width=18),
        Column("made_on", "成文日期", write=lambda row: row.record.made_on, width=12),
        Column("effective_on", "施行日期", write=lambda row: row.record.effective_on, width=12),
        Column("ends_on", "有效期至", write=lambda row: row.ends_on, width=12),
        Column("state", "有效性", write=lambda row: row.state_label, width=10),
        Column("since", "有效性自", write=lambda row: row.since, width=12),
        Column("path", "网址", write=lambda row: row.path, width=40),
    ),
)


def policies_page(request: HttpRequest) -> HttpResponse:
    """Page: policies by validity, level, issuer, year, subject, industry, date and words."""
    tree = get_site(request)
    search = _read_filters(request)
    reader = get_reader(request)
    if request.GET.get("table") == "xlsx":
        if reader is ANONYMOUS and search.on is None and is_export_too_long(reader, tree.website.pk, search):
            return HttpResponseRedirect(
                WHOLE_LIBRARY_URL
            )  # made once a day for everybody, instead of at each visitor's request
        return _export(request, *list_export_rows(reader, tree.website.pk, search))
    results = search_library(reader, tree.website.pk, search)
    usage_counts.count_search(search.words, results.total)
    return render(
        request,
        "portal/policies.html",
        {
            "asked": search,
            "on": parse_day_filter(request.GET.get("on", "")),
            "found": results,
            "spellings": _suggest_spellings(reader, tree.website.pk, search) if not results.total else [],
            "tabs": [
                (label, _build_query_string(request, tab=name, page=""), name == search.tab, count)
                for name, label, count in results.tabs
            ],
            "levels": PolicyLevel.choices,
            "states": STATE_CHOICES,
            "industries": [(code, name) for code, (name, _) in INDUSTRY_PATTERNS.items()],
            "orders": [
                (label, _build_query_string(request, order=name, page=""), name == search.order)
                for name, (label, _) in LIBRARY_ORDERS.items()
            ],
            "table": _build_query_string(request, table="xlsx", page=""),
            "next": _build_query_string(request, page=str(search.page + 1)) if search.page < results.pages else "",
            "previous": _build_query_string(request, page=str(search.page - 1))
            if 1 < search.page <= results.pages
            else "",
            "filtered": search != LibrarySearch(tab=search.tab, order=search.order),
        },
        keep="private" if search.words else "list",
    )


def _suggest_spellings(reader: object, website: int, search: LibrarySearch) -> list[str]:
    """Return corrections of the searched words that find something for the reader; [] without words."""
    if not search.words:
        return []
    return suggest_corrections(
        search.words, website, lambda words: filter_spans(reader, website, replace(search, words=words)).exists()
    )


def _read_filters(request: HttpRequest) -> LibrarySearch:
    """Read the library search from the URL; without any choice, valid policies."""
    values = {name: request.GET.get(name, "")[:MAX_FILTER_CHARACTERS] for name in FILTER_PARAMETERS}
    page = request.GET.get("page", "")
    return LibrarySearch(
        tab=values["tab"] or ("all" if values["state"] or values["q"].strip() else "valid"),
        level=values["level"],
        issuer=values["issuer"],
        year=values["year"],
        subject=values["subject"],
        industry=values["industry"],
        state=values["state"],
        on=parse_day_filter(values["on"]).value,
        words=values["q"].strip(),
        order=values["order"] if values["order"] in LIBRARY_ORDERS else "",
        page=parse_whole_number(page, 99_999) or 1,
    )


def _build_query_string(request: HttpRequest, **changed: str) -> str:
    parameters = {name: request.GET.get(name, "")[:MAX_FILTER_CHARACTERS] for name in (*FILTER_PARAMETERS, "page")}
    return "?" + urlencode({name: value for name, value in {**parameters, **changed}.items() if value})


def _export(request: HttpRequest, rows: list[LibraryRow], left_out_count: int) -> HttpResponse:
    """Return the rows as a spreadsheet; its name contains the number of omitted rows."""
    root = public_url_prefix(request, get_site(request).website)
    rows = [replace(row, path=f"{root}{row.path}" if row.path else "") for row in rows]
    left_out_note = f"（前{len(rows)}件，另有{left_out_count}件，请加条件分次下载）" if left_out_count else ""
    answer = spreadsheet_response(
        LIBRARY_SHEET, rows, f"政策库{timezone.localdate():%Y%m%d}{left_out_note}", guide=False
    )
    return finish_response(request, answer, "private")


def download_edition(request: HttpRequest, document: str, number: str, suffix: str) -> HttpResponse:
    """Download an edition in the official layout, if the reader may see its page."""
    tree = get_site(request)
    is_on_site = Address.objects.filter(website=tree.website, document=int(document)).exists()
    shown_document = (
        queries.load_shown(get_reader(request), pk=int(document), number=int(number)) if is_on_site else None
    )
    content = getattr(shown_document.edition, "content", None) if shown_document else None
    if shown_document is None or content is None:
        raise Http404("没有这个文件")
    record = PolicyRecord.objects.filter(document=int(document)).prefetch_related("decisions__actor").first()
    if record is None:
        raise Http404("没有这个文件")
    today = timezone.localdate()
    validity_facts = load_validity_facts(record)
    notice = (
        ""
        if get_period(validity_facts, today).state == ValidityState.IN_FORCE
        else describe_validity(validity_facts, today)
    )
    if not shown_document.latest:
        notice = f"旧版本（第{number}版）{f'；{notice}' if notice else ''}"
    try:
        data = downloads.load_or_make_file(shown_document.edition, content, record, suffix, notice)
    except MissingFont:
        return refuse_pdf(request)
    answer = as_file(data, f"{content.title[:80]}.{suffix}", downloads.CONTENT_TYPES_BY_SUFFIX[suffix])
    return finish_response(request, answer, "private" if content.edition.audience != "all" else "page")
