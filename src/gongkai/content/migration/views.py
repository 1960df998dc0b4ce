"""Views of migration: source, reading, column mapping, order, decisions, undo."""

import shutil
from typing import TYPE_CHECKING
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from gongkai.content.editions.models import Website
from gongkai.content.migration import actions, queries, row_samples
from gongkai.content.migration.actions.orders import find_orderer_errors
from gongkai.content.migration.actions.runs import find_approver_errors
from gongkai.content.migration.forms import MigrationWindowForm, SavedPagesRunForm, SpreadsheetRunForm
from gongkai.content.migration.models import MoveRun, MoveWindow, RowState, RunKind, RunState
from gongkai.content.migration.row_matching import delete_uploaded_source
from gongkai.content.migration.run_steps import work_on_run
from gongkai.content.migration.sources.sheet import OLD_ITEMS_SHEET
from gongkai.content.migration.windows import find_last_window, is_paused
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import respond_to_form, run_with_messages
from gongkai.core.files.storage import get_working_folder
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, make_actor_of_person, require_staff_actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.core.units.queries import list_role_holders
from gongkai.core.widgets.forms import pop_file, pop_value

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.db.models import QuerySet

_FORMS_BY_KIND = {RunKind.SHEET.value: SpreadsheetRunForm, RunKind.PAGES.value: SavedPagesRunForm}


def find_actor_sites(request: HttpRequest) -> tuple[Actor, list[Website]]:
    """Return (actor, sites into which they may migrate)."""
    by = require_staff_actor(request)
    return by, queries.list_migration_sites(by)


def _get_run(request: HttpRequest, number: int) -> tuple[Actor, MoveRun]:
    """Return (user, run that the user may see), or raise 404."""
    by, _ = find_actor_sites(request)
    return by, get_visible_or_404(by, MoveRun, number)


@require_POST
def window_page(request: HttpRequest) -> HttpResponse:
    """Request, open or end a migration window."""
    by, sites = find_actor_sites(request)
    what = request.POST.get("what", "")
    back = HttpResponseRedirect(reverse("migration:overview"))
    if what == "ask":
        form = MigrationWindowForm(request.POST, sites=sites)

        def ask(website: Website, **facts: object) -> None:
            actions.request_window(website, by=by, **facts)

        return respond_to_form(request, form, ask, "已提出迁移期，等待另一个人批准。", back.url)
    window = get_visible_or_404(by, MoveWindow, request.POST.get("window", ""))
    if what == "open":
        run_with_messages(request, lambda: actions.open_window(window, by=by), "迁移期已开通。")
    elif what == "close":
        run_with_messages(request, lambda: actions.close_window(window, by=by), "迁移期已结束。")
    return back


@require_GET
def download_template(request: HttpRequest) -> HttpResponse:
    """Return the empty spreadsheet with explanations."""
    find_actor_sites(request)
    return spreadsheet_response(OLD_ITEMS_SHEET, [], "旧网站信息模板")


def new_run_page(request: HttpRequest, kind: str) -> HttpResponse:
    """Create and read a run; nothing is migrated."""
    by, sites = find_actor_sites(request)
    if kind not in _FORMS_BY_KIND:
        raise Http404
    bodies = Body.objects.filter(active_to=None, merged_into=None)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = _FORMS_BY_KIND[kind](*given, sites=sites, bodies=bodies)
    if request.method == "POST" and form.is_valid():
        run = _make_run(kind, dict(form.cleaned_data))
        try:
            made = actions.start_run(run, by=by)
            return HttpResponseRedirect(reverse("migration:run", args=[made.pk]))
        except Refused as refused:
            delete_uploaded_source(run)
            form.add_error(None, refused.reasons)
    return render(
        request,
        "migration/new.html",
        {
            "form": form,
            "kind": kind,
            "label": RunKind(kind).label,
            "columns": OLD_ITEMS_SHEET.columns,
            "window": find_last_window(sites[0]) if len(sites) == 1 else None,
        },
    )


def _make_run(kind: str, facts: dict[str, object]) -> MoveRun:
    """Return an unsaved run from the fields of its form."""
    upload = pop_file(facts, "bundle") if "bundle" in facts else None
    sheet = pop_file(facts, "sheet") if kind == RunKind.SHEET else None
    body = facts["body"]
    assert body is None or isinstance(body, Body)
    return MoveRun(
        kind=kind,
        website=pop_value(facts, "website", Website),
        body=body,
        name=str(facts["name"]),
        base=str(facts["base"]),
        sheet=sheet.read() if sheet else None,
        bundle=_store_upload(upload) if upload else "",
        uploaded=bool(upload),
    )


def _store_upload(upload: "UploadedFile") -> str:
    """Store an uploaded .zip privately in the data folder and return its path."""
    folder = get_working_folder("migration")
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{uuid4().hex}.zip"
    with target.open("wb") as file:
        shutil.copyfileobj(upload, file)
    return str(target)


def run_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show a migration: progress, columns, rows by state."""
    by, shown = _get_run(request, number)
    counts = queries.count_by_state(shown)
    reads = not find_orderer_errors(by, shown.website)
    tabs = [(s, RowState(s).label, counts[s]) for s in RowState.values if counts.get(s)] if reads else []
    planned = shown.state == RunState.PLANNED and any(counts.get(state) for state in ("ready", "held", "draft"))
    may_order = planned and not find_approver_errors(by, shown)
    return render(
        request,
        "migration/run.html",
        {
            "run": shown,
            "stopped": is_paused(shown),
            "window": find_last_window(shown.website_id),
            "tabs": tabs,
            "reads": reads,
            "total": sum(counts.values()),
            "counts": counts,
            "rows": f"{reverse('migration:rows')}?run={shown.pk}",
            "columns": queries.list_column_mappings(shown),
            "units": queries.list_unit_mappings(shown) if shown.state == RunState.PLANNED else [],
            "bodies": _list_units_of_site(shown),
            "outside": queries.describe_rows_outside_years(shown) if planned else "",
            "share": queries.progress_percent(shown),
            "done": queries.count_done(shown),
            "reasons": actions.order_run.why_not(shown, by=by) if planned else [],
            "may_order": may_order,
            "approvers": _list_approvers(shown) if planned and not may_order else [],
            "may_undo": not actions.undo_run.why_not(shown, by=by),
            "proofs": row_samples.count_rows_by_proof(shown) if planned and reads else [],
            "picked": row_samples.list_sampled_rows(shown, by) if may_order else [],
        },
    )


def _list_approvers(run: MoveRun) -> list[str]:
    """Return the names of persons allowed to approve a run."""
    people = Person.objects.in_bulk({person for _, person in list_role_holders((Role.CHIEF,))})
    return [person.name for person in people.values() if not find_approver_errors(make_actor_of_person(person), run)]


def _list_units_of_site(run: MoveRun) -> "QuerySet[Body]":
    """Return the existing units at and below the body of a run's site."""
    return Body.objects.filter(path__startswith=run.website.body.path, active_to=None, merged_into=None).order_by(
        "path"
    )


@require_POST
def continue_run(request: HttpRequest, number: int) -> HttpResponse:
    """Work on the run briefly; the page calls this repeatedly."""
    _, shown = _get_run(request, number)
    shown = work_on_run(shown, seconds=1.5)
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(reverse("migration:run", args=[number]))
    if not shown.running:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    context = {
        "run": shown,
        "stopped": is_paused(shown),
        "share": queries.progress_percent(shown),
        "done": queries.count_done(shown),
    }
    return render(request, "migration/progress.html", context)


@require_POST
def change_run(request: HttpRequest, number: int) -> HttpResponse:
    """Order, undo, reread or discard a run."""
    by, shown = _get_run(request, number)
    what = request.POST.get("what", "")
    back = reverse("migration:run", args=[number])
    if what == "order":
        run_with_messages(request, lambda: actions.order_run(shown, by=by), "已批准，正在迁移。")
    elif what == "undo":
        reason = request.POST.get("reason", "")
        if run_with_messages(request, lambda: actions.undo_run(shown, by=by, reason=reason), "正在撤销。"):
            work_on_run(shown, seconds=1.5)  # a few rows are done before the page is shown
    elif what == "again":
        run_with_messages(request, lambda: actions.reread_source(shown, by=by), "正在重新读取。")
    elif what == "discard" and run_with_messages(request, lambda: actions.discard_run(shown, by=by), "已放弃。"):
        back = reverse("migration:overview")
    return HttpResponseRedirect(back)


@require_POST
def save_column_mapping(request: HttpRequest, number: int) -> HttpResponse:
    """Save the mapping of old column paths and units, and whether new columns are opened."""
    by, shown = _get_run(request, number)
    targets = {}
    for place, row in enumerate(queries.list_column_mappings(shown)):
        if f"path{place}" in request.POST and request.POST[f"path{place}"] == row["path"]:
            ignored = request.POST.get(f"ignore{place}")
            target = "" if ignored else request.POST.get(f"target{place}", "").strip()
            if ignored or target or row["path"]:  # an unrecognised, unmapped column stays so
                targets[row["path"]] = target
    opens = bool(request.POST.get("open_columns"))
    chosen = {name: request.POST.get(f"unit{place}", "") for place, name in enumerate(request.POST.getlist("old_unit"))}
    known = {str(body.pk): body for body in _list_units_of_site(shown)}
    units = {name: known[number] for name, number in chosen.items() if number in known}
    run_with_messages(
        request,
        lambda: actions.set_column_mapping(shown, by=by, targets=targets, open_columns=opens, units=units),
        "已保存栏目和单位对应。",
    )
    return HttpResponseRedirect(reverse("migration:run", args=[number]) + "#columns")
