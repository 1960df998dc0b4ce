"""Pages of imports: upload, preview, confirm, undo."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.files.losses import LOSSES_SEEN_CHECKBOX
from gongkai.core.spreadsheets import actions, queries
from gongkai.core.spreadsheets.cells import find_nearest_words
from gongkai.core.spreadsheets.errors import UnreadableFile
from gongkai.core.spreadsheets.importers import Importer, ImportPlan, describe_empty_plan, find_importer, get_importer
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.spreadsheets.portions import is_abandoned
from gongkai.core.spreadsheets.queries import actor_of_request
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, SheetHeading
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.responses import BINARY_CONTENT_TYPE, download_response
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.confined import BOUNDS_BY_NAME

#: Headings of a column that counts the rows: 序号 must not be read as 账号, which it resembles.
ROW_NUMBER_HEADINGS = frozenset({"序号", "序", "编号", "行号", "No", "NO", "No.", "#"})
#: Maximum number of rows of a plan or import that a page shows.
MAX_SHOWN_ROWS = 300


def _get_importer_or_404(request: HttpRequest, name: str) -> Importer:
    importer = find_importer(name)
    if importer is None or importer.why_not(actor_of_request(request)):
        raise Http404
    return importer


def upload_page(request: HttpRequest, name: str) -> HttpResponse:
    """Page: upload a file; earlier imports are listed below."""
    importer, by = _get_importer_or_404(request, name), actor_of_request(request)
    reasons: list[str] = []
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            reasons = ["请先选择文件。"]
        else:
            try:
                content = upload.read(BOUNDS_BY_NAME["sheet bytes"].most + 1)
                run, _ = actions.upload_for_dry_run(name, content=content, file_name=upload.name or "表格", by=by)
                return HttpResponseRedirect(reverse("spreadsheets:run", args=[run.pk]))
            except UnreadableFile as error:
                reasons = [f"{error}。"]
            except Refused as refusal:
                reasons = refusal.reasons
    runs = queries.visible_to(by).filter(importer=name).exclude(state=RunState.DRAFT)
    context = {
        "importer": importer,
        "reasons": reasons,
        "runs": get_page(request, runs),
        "most": BOUNDS_BY_NAME["sheet bytes"].most // 1048576,
    }
    context["adds_only"] = importer.adds_only
    context["advice"] = importer.advice(by)
    return render(request, "spreadsheets/start.html", context)


@require_GET
def download_template(request: HttpRequest, name: str) -> HttpResponse:
    """Download the empty spreadsheet with drop-down lists and explanations."""
    importer = _get_importer_or_404(request, name)
    return spreadsheet_response(importer.sheet, [], f"{importer.label}模板")


def _get_run(request: HttpRequest, pk: int) -> ImportRun:
    """Return an import that the user may see; 404 if there is none, or its importer was removed (with its table)."""
    import_run = get_visible_or_404(actor_of_request(request), ImportRun, pk)
    if find_importer(import_run.importer) is None:
        raise Http404
    return import_run


@require_GET
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Page: the preview of an import with errors by cell, or its result."""
    return _render_run(request, _get_run(request, pk), [])


@require_GET
def download_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the uploaded file."""
    import_run = _get_run(request, pk)
    content = import_run.file
    if not content:
        raise Http404("文件含个人信息，导入后不再保存")
    return download_response(content, import_run.file_name, BINARY_CONTENT_TYPE)


@require_POST
def save_head_meanings(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the meaning of a file's headings, and make a new preview."""
    import_run = _get_run(request, pk)
    values = {
        text[:200]: key for text, key in zip(request.POST.getlist("head"), request.POST.getlist("key"), strict=False)
    }
    try:
        actions.set_head_meanings(import_run, by=actor_of_request(request), heads=values)
    except UnreadableFile as error:
        return _render_run(request, import_run, [f"{error}。"])
    except Refused as refusal:
        return _render_run(request, _get_run(request, pk), refusal.reasons)
    messages.success(request, "已按这样的对应重新读取，以后同样的写法不用再选")
    return HttpResponseRedirect(reverse("spreadsheets:run", args=[pk]))


@require_POST
def apply_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply an import; a large one goes to the workers."""
    import_run, by, losses_seen = _get_run(request, pk), actor_of_request(request), LOSSES_SEEN_CHECKBOX in request.POST
    try:
        if actions.takes_long(import_run):
            if reasons := actions.apply.why_not(import_run, by=by):
                return _render_run(request, import_run, reasons)
            return HttpResponseRedirect(actions.start_in_background(import_run, by, losses_seen))
        actions.apply(import_run, by=by, losses_seen=losses_seen)
    except UnreadableFile as error:
        return _render_run(request, import_run, [f"{error}。"])
    except Refused as refusal:
        return _render_run(request, _get_run(request, pk), refusal.reasons)
    messages.success(request, f"已导入：新增{import_run.made}，修改{import_run.changed}")
    return HttpResponseRedirect(reverse("spreadsheets:run", args=[pk]))


@require_POST
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo an import, or take back the rows of an interrupted one; show the obstacles."""
    import_run, by = _get_run(request, pk), actor_of_request(request)
    is_interrupted = import_run.state == RunState.APPLYING
    try:
        if is_interrupted:
            actions.take_back_unfinished(import_run, by=by)
        else:
            actions.undo(import_run, by=by, reason=request.POST.get("reason", "").strip()[:200])
    except Refused as refusal:
        return _render_run(request, import_run, refusal.reasons)
    messages.success(request, "已收回写入的行" if is_interrupted else "已撤销这次导入")
    if not queries.visible_to(by).filter(pk=pk).exists():  # a dry run is visible to its owner only
        return HttpResponseRedirect(reverse("spreadsheets:start", args=[import_run.importer]))
    return HttpResponseRedirect(reverse("spreadsheets:run", args=[pk]))


def _guess_headings(importer: Importer, plan: ImportPlan) -> list[tuple[SheetHeading, str]]:
    """Return (heading of the file, key of its column) of each heading; an unknown one's is guessed by content or name,
    "" if none fits."""
    free_columns = {column.head: column.key for column in importer.sheet.columns}
    for head in plan.heads:
        free_columns = {text: key for text, key in free_columns.items() if key != head.key}
    guessed_headings = []
    for head in plan.heads:
        counts_rows = head.key or head.spelled in ROW_NUMBER_HEADINGS
        matching_heads = [
            column.head
            for column in importer.sheet.columns
            if column.head in free_columns and _matches_pattern(head, column)
        ]
        likely_head = (
            "" if counts_rows else next(iter(matching_heads or find_nearest_words(head.spelled, free_columns, 1)), "")
        )
        guessed_headings.append((head, head.key or (free_columns.pop(likely_head) if likely_head else "")))
    return guessed_headings


def _matches_pattern(head: SheetHeading, column: Column) -> bool:
    """Return true if a heading has samples and all match the pattern that the column declares."""
    return bool(column.shape and head.samples) and all(re.fullmatch(column.shape, sample) for sample in head.samples)


def _render_run(request: HttpRequest, run: ImportRun, reasons: list[str]) -> HttpResponse:
    """Render the page of an import: the preview of a draft, else the rows that it touched."""
    by = actor_of_request(request)
    plan: ImportPlan | None = None
    if run.state == RunState.DRAFT:
        plan = actions.make_import_plan(run, by=by)
    importer = get_importer(run.importer)
    context = {
        "run": run,
        "importer": importer,
        "undoing": importer.undoing,
        "plan": plan,
        "nothing": describe_empty_plan(importer, plan) if plan else "",
        "heads": _guess_headings(importer, plan) if plan else [],
        "values": plan.values if plan else [],
        "unsure": plan is not None and any(not error.row for error in plan.errors),
        "errors": plan.errors[:MAX_SHOWN_ROWS] if plan else [],
        "changes": plan.changes[:MAX_SHOWN_ROWS] if plan else [],
        "hidden": max(0, len(plan.changes) - MAX_SHOWN_ROWS) if plan else 0,
        "changed": len(plan.changes) - plan.made if plan else run.changed,
        "more_errors": max(0, len(plan.errors) - MAX_SHOWN_ROWS) if plan else 0,
        "touches": get_page(request, run.touches.order_by("position", "pk"), MAX_SHOWN_ROWS) if plan is None else None,
        "reasons": reasons,
        "kept": run.state in {RunState.DRAFT, RunState.APPLYING} or not importer.personal,
        "abandoned": is_abandoned(run),
    }
    return render(request, "spreadsheets/run.html", context)
