"""What one figure counts: requests and cases by the room that keeps them, documents here; a government's figure unit by unit."""

from typing import TypedDict
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from gongkai.annual.form import KEYS, Number, label_of, parts_of, said
from gongkai.annual.models import Report
from gongkai.annual.queries.area import Member, figures_shown
from gongkai.annual.queries.area import parts_of as parts_of_area
from gongkai.annual.queries.figures import LEVELS, cell_of_documents, documents_of, span_of
from gongkai.annual.views.common import frame, report_of
from gongkai.policies.queries.office import visible_to as documents_visible_to
from gongkai.ui.asked import whole
from gongkai.ui.paging import page_of
from gongkai.units.models import Body

PER_PAGE = 50


def rows_address(body: Body, report: Report, key: str) -> str:
    """Return the page that lists what a figure of a unit's own rows counts; nothing where Gongkai keeps no such rows."""
    table, row, column = key.split("/")
    if table == "table2":
        if row not in LEVELS:
            return ""
        return f"{reverse('annual:documents', args=[report.pk])}?{urlencode({'body': body.pk, 'key': key})}"
    span = span_of(report)
    asked = {
        "year": span.year,
        "until": span.until.isoformat(),
        "body": body.pk,
        "row": row,
        "column": column,
    }
    listed = "requests:dispute_rows" if table == "table4" else "requests:rows"
    return f"{reverse(listed)}?{urlencode(asked)}"


def rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to the rows of a figure; of a government's, show the units' figures first."""
    report, by = report_of(request, pk)
    key = request.GET.get("key", "")
    if key not in KEYS:
        raise Http404("没有这个数字")
    figure = figures_shown(report)[key]
    own = request.GET.get("own") == "1"
    if not report.area or own:
        address = rows_address(report.body, report, key)
        if address and not (figure.source and figure.counted is None):
            return redirect(address)
        return render(
            request,
            "annual/no_rows.html",
            frame(report, by, "tables") | {"label": label_of(key), "figure": figure},
        )
    parts = [_part(member, report, key) for member in parts_of_area(report)]
    parts = [one for one in parts if one["value"]]
    facts = frame(report, by, "tables") | {
        "label": label_of(key),
        "figure": figure,
        "parts": parts,
        "sum": said(sum(one["value"] for one in parts)),
        "among": [label_of(part) for part in parts_of(key)] if len(parts_of(key)) > 1 else [],
    }
    return render(request, "annual/parts.html", facts)


class Part(TypedDict):
    """What a unit adds to a figure."""

    body: Body
    value: Number
    state: str
    address: str
    given: bool


def _part(one: Member, report: Report, key: str) -> Part:
    here = one.body.pk == report.body_id
    target = one.report
    if here:
        address = f"{reverse('annual:rows', args=[report.pk])}?{urlencode({'key': key, 'own': 1})}"
    elif target is not None:
        address = f"{reverse('annual:rows', args=[target.pk])}?{urlencode({'key': key})}"
    else:
        address = rows_address(one.body, report, key)
    return {
        "body": one.body,
        "value": one.values.get(key) or 0,
        "state": "本级政府" if here else target.entry.state_label if target else "没有布置",
        "address": address,
        "given": one.given or here,
    }


def documents(request: HttpRequest, pk: int) -> HttpResponse:
    """List the documents that a figure of table two counts."""
    report, by = report_of(request, pk)
    key = request.GET.get("key", "")
    body = Body.objects.filter(pk=whole(request.GET.get("body", "")) or 0).first()
    table, _, rest = key.partition("/")
    row, _, column = rest.partition("/")
    if key not in KEYS or table != "table2" or row not in LEVELS or body is None:
        raise Http404("没有这个数字")
    found = documents_of(body).filter(cell_of_documents(row, column, span_of(report)))
    seen = found.filter(pk__in=documents_visible_to(by).values("pk")).order_by("made_on", "pk")
    page = page_of(request, seen, PER_PAGE)
    facts = frame(report, by, "tables") | {
        "label": label_of(key),
        "page": page,
        "hidden": found.count() - page.paginator.count,
        "body": body,
    }
    return render(request, "annual/documents.html", facts)
