"""Bulk download: a year or a column in one stream, one document a line (NDJSON with texts, or CSV for spreadsheets)."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse

from gongkai.editions.models import EditionContent, Shelf
from gongkai.editions.queries.lists import keyset
from gongkai.portal.api import shapes
from gongkai.portal.api.asking import Wanted, Wrong, read, rows
from gongkai.portal.api.views import opened, root_of
from gongkai.portal.caching import finish
from gongkai.portal.context import site_of
from gongkai.portal.tree import SiteTree
from gongkai.richtext import plain
from gongkai.spreadsheets.writing import harmless
from gongkai.ui.answers import CSV as CSV_TYPE
from gongkai.ui.answers import stream

#: Rows read at once, and rows in one download.
PORTION, MOST = 500, 200_000
KINDS = {"ndjson": "application/x-ndjson", "csv": CSV_TYPE}
#: Columns of the CSV: key in the API → head.
CSV = {
    "id": "编号",
    "title": "标题",
    "document_number": "发文字号",
    "kind_label": "类别",
    "standing_label": "有效性",
    "unit_id": "单位编号",
    "published_at": "发布时间",
    "changed_at": "更新时间",
    "url": "地址",
}


@opened
def documents(request: HttpRequest, form: str) -> HttpResponse:
    """Stream what was published in a year, or stands in a column."""
    if form not in KINDS:
        raise Http404("只有 ndjson 和 csv 两种格式。")
    tree, wanted = site_of(request), read(request)
    if wanted.year is None and wanted.column is None:
        raise Wrong("请用 year 指明年份，或用 column 指明栏目。")
    lines = (_ndjson if form == "ndjson" else _csv)(tree, wanted, root_of(request))
    name = f"{tree.website.name}-{wanted.year or ''}{wanted.column or ''}.{form}"
    return finish(request, stream(lines, name, KINDS[form]), "api")


def _portions(tree: SiteTree, wanted: Wanted) -> Iterator[list[Shelf]]:
    """Go through all rows by key, so that nothing is read twice and memory stays small."""
    after, count = "", 0
    while count < MOST:
        page = keyset(rows(tree, wanted).select_related("edition"), after=after, size=PORTION)
        yield page.rows
        count += len(page.rows)
        after = page.next
        if not after:
            return


def _ndjson(tree: SiteTree, wanted: Wanted, root: str) -> Iterator[str]:
    for portion in _portions(tree, wanted):
        contents = EditionContent.objects.in_bulk([row.edition_id for row in portion])
        for row in portion:
            content = contents.get(row.edition_id)
            data = {**shapes.listed(row, root), "text": "", "files": []}
            if content:
                data["text"] = plain(content.html)
                data["files"] = shapes.files(content, row.document_id, row.edition.number, root)
            yield json.dumps(data, ensure_ascii=False) + "\n"


def _csv(tree: SiteTree, wanted: Wanted, root: str) -> Iterator[str]:
    yield "\ufeff" + _line(CSV.values())
    for portion in _portions(tree, wanted):
        for row in portion:
            data = shapes.listed(row, root)
            yield _line(harmless(str(data[name])) for name in CSV)


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow(cells)
    return out.getvalue()
