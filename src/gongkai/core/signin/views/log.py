"""Page of the operation log: filter, pagination, export."""

from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from gongkai.core.background_jobs.exports import long_export
from gongkai.core.signin import queries
from gongkai.core.signin.models import Operation, OperationKind
from gongkai.core.signin.operations import loggable_account_name
from gongkai.core.spreadsheets.cells import short_text
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.query_parameters import asks_file, parse_day_filter, parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query

PAGE_SIZE, MAX_EXPORTED_OPERATIONS = 100, 20_000


def _format_time(row: Operation) -> str:
    return f"{timezone.localtime(row.at):%Y-%m-%d %H:%M:%S}"


#: Columns of the exported operation log.
OPERATION_LOG_SHEET = Sheet(
    "操作日志",
    (
        Column("at", "时间", short_text(30), write=_format_time, width=20),
        Column("kind", "操作", short_text(20), write=lambda row: row.get_kind_display(), width=16),
        Column("account", "账号", short_text(150), width=18),
        Column("person", "姓名", short_text(60), write=lambda row: row.person.name if row.person else "", width=12),
        Column("address", "来源地址", short_text(45), write=lambda row: row.address or "", width=18),
        Column("words", "内容", short_text(300), width=60),
        Column("agent", "终端", short_text(200), width=60),
    ),
)


@long_export(
    "signin.log",
    "操作日志",
    rows=lambda request: _filter_by_query(request)[0],
    visible=lambda request: queries.visible_to(request.user),
    max_synchronous=5000,
    max_rows=MAX_EXPORTED_OPERATIONS,
    wants_file=asks_file,
)
def operation_log_page(request: HttpRequest) -> HttpResponse:
    """Page: the operations that the user may read, newest first."""
    if not queries.may_read_operations(get_actor(request.user)):
        raise Http404
    rows, filter_context = _filter_by_query(request)
    if request.GET.get("export") == "xlsx":
        return _export_operations(rows)
    before_id = parse_whole_number(request.GET.get("before", ""))
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    operations = list(rows[: PAGE_SIZE + 1])
    query = request.GET.copy()
    query.pop("export", None)
    export_query = query.copy()
    export_query["export"] = "xlsx"
    export_query.pop("before", None)
    if len(operations) > PAGE_SIZE:
        query["before"] = str(operations[PAGE_SIZE - 1].pk)
    context = {
        "rows": operations[:PAGE_SIZE],
        "kinds": OperationKind.choices,
        "next": f"?{query.urlencode()}" if len(operations) > PAGE_SIZE else "",
        "export": f"?{export_query.urlencode()}",
        **filter_context,
    }
    return render(request, "signin/log.html", context)


def _export_operations(rows: QuerySet[Operation]) -> HttpResponse:
    """Return the newest operations, at most `MAX_EXPORTED_OPERATIONS`, as a spreadsheet; the first row notes if there
    are more."""
    operations = list(rows[: MAX_EXPORTED_OPERATIONS + 1])
    if len(operations) <= MAX_EXPORTED_OPERATIONS:
        return spreadsheet_response(OPERATION_LOG_SHEET, operations, "操作日志", guide=False)
    operations = operations[:MAX_EXPORTED_OPERATIONS]
    text = (
        f"没有导出完：共{rows.count()}条，这里只有最新的{MAX_EXPORTED_OPERATIONS}条，自{_format_time(operations[-1])}起。"
        "更早的请用“自”“至”分段导出。"
    )
    return spreadsheet_response(
        OPERATION_LOG_SHEET,
        [Operation(at=timezone.now(), words=text), *operations],
        f"操作日志（最新{MAX_EXPORTED_OPERATIONS}条）",
        guide=False,
    )


def _filter_by_query(request: HttpRequest) -> tuple[QuerySet[Operation], dict[str, object]]:
    """Return (operations that match the filters in the URL, filters for the template)."""
    rows = queries.visible_to(request.user)
    kind, text = request.GET.get("kind", ""), clean_query(request.GET.get("q", ""), 60)
    since, until = (parse_day_filter(request.GET.get(name, "")) for name in ("since", "until"))
    if kind in OperationKind.values:
        rows = rows.filter(kind=kind)
    if text:
        by_person = rows.filter(person__name__icontains=text) | rows.filter(account=loggable_account_name(text))
        rows = rows.filter(account__icontains=text) | by_person
    if since.value:
        rows = rows.filter(at__gte=_get_day_start(since.value))
    if until.value:
        rows = rows.filter(at__lt=_get_day_start(until.value) + timedelta(days=1))
    if since.reason or until.reason:
        rows = rows.none()  # all rows would be taken for those of the dates that nobody could read
    return rows, {"kind": kind, "words": text, "since": since, "until": until}


def _get_day_start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
