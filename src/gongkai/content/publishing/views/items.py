"""Views of a unit's items: list and item page."""

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET
from wagtail.models import Revision

from gongkai.content.editions.gates import FIRST_POSITION_BELOW, ItemPanel, list_item_panels
from gongkai.content.editions.models import Document, Edition
from gongkai.content.editions.rules import WRITING_ROLES
from gongkai.content.editions.sources import ensure_document, list_editions
from gongkai.content.editions.user_scope import bodies_seen
from gongkai.content.publishing import actions, item_list
from gongkai.content.publishing.editor import render_preview
from gongkai.content.publishing.forms.office import PlacementForm, SubmitItemForm
from gongkai.content.publishing.freezing import freeze
from gongkai.content.publishing.models import ItemPage, get_or_create_unit_page
from gongkai.content.publishing.progress_steps import make_item_progress
from gongkai.content.publishing.views.common import get_item
from gongkai.content.publishing.withdrawals import find_current_withdrawal, map_withdrawal_reasons
from gongkai.content.reviewing.actions.reviews import (
    PUBLISHED_TOGETHER_ERROR,
    UNCHANGED_ERROR,
    find_submission_blockers,
    list_draft_signers,
)
from gongkai.content.reviewing.cases import list_reviews
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.signature_queue import list_first_in_line, make_review_rows
from gongkai.content.reviewing.views.review_texts import get_review
from gongkai.core.acts.pages import add_form_error_messages, respond_to_form, run_with_messages
from gongkai.core.acts.rows import split_into_batches
from gongkai.core.background_jobs.exports import long_export
from gongkai.core.files.losses import LOSSES_SEEN_CHECKBOX, find_losses
from gongkai.core.files.models import StoredFile
from gongkai.core.files.serving import serve_stored
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column as SheetColumn
from gongkai.core.spreadsheets.sheet import Sheet
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.units.queries import existing_bodies
from gongkai.core.units.unit_filters import reads_only, with_drafting_posts
from gongkai.core.widgets.paging import url_with_parameters
from gongkai.core.widgets.query_parameters import asks_file, parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from gongkai.content.editions.models import Column


def _get_publication_time(row: item_list.ItemRow) -> datetime | None:
    return row.document.published_at if row.document and row.path else None


#: The file of the list; what it says of promptness is what the list says.
_ITEM_SHEET = Sheet(
    "信息",
    (
        SheetColumn("title", "标题", write=lambda row: row.item.draft_title, width=50),
        SheetColumn("kind", "类别", write=lambda row: row.item.get_kind_display(), width=12),
        SheetColumn("number", "文号", write=lambda row: row.item.document_number, width=22),
        SheetColumn("body", "单位", write=lambda row: row.body.name if row.body else "", width=28),
        SheetColumn("focus", "政策重点", write=lambda row: row.item.policy_focus, width=20),
        SheetColumn("state", "状态", write=lambda row: row.state, width=14),
        SheetColumn("formed_on", "形成日期", write=lambda row: row.item.formed_on, width=12),
        SheetColumn("public", "公开时间", write=_get_publication_time, width=18),
        SheetColumn("prompt", "时效", write=lambda row: row.prompt.words if row.prompt else "", width=24),
    ),
)


def _list_seen_items(request: HttpRequest) -> "QuerySet[ItemPage]":
    by = require_staff_actor(request)
    return item_list.filter_listed_items(by, bodies_seen(by))


def _list_requested_items(request: HttpRequest) -> "QuerySet[ItemPage]":
    """Return the items filtered by the query string."""
    by, body = require_staff_actor(request), parse_whole_number(request.GET.get("body", ""))
    bodies = bodies_seen(by)
    return item_list.filter_listed_items(
        by,
        bodies if body is None else bodies.filter(pk=body),
        state=request.GET.get("state", ""),
        words=clean_query(request.GET.get("q", ""), 60),
        focus=request.GET.get("focus", "").strip()[:80],
    )


@long_export("publishing.items", "信息", rows=_list_requested_items, visible=_list_seen_items, wants_file=asks_file)
def items_page(request: HttpRequest) -> HttpResponse:
    """List the items of units that the user writes for or supervises, or return them as a spreadsheet."""
    by, rows = require_staff_actor(request), _list_requested_items(request)
    if asks_file(request):
        batches = split_into_batches(rows.order_by("-pk").iterator(500))
        lines = (row for batch in batches for row in item_list.make_item_rows(list(batch)))
        return spreadsheet_response(_ITEM_SHEET, lines, "信息", guide=False)
    bodies = bodies_seen(by)
    chosen, state = request.GET.get("body", ""), request.GET.get("state", "")
    focus = request.GET.get("focus", "").strip()[:80]
    before_number = parse_whole_number(request.GET.get("before", ""))
    if before_number is not None:
        rows = rows.filter(pk__lt=before_number)
    page = list(rows.order_by("-pk")[: item_list.PER_PAGE + 1])
    has_more, page = len(page) > item_list.PER_PAGE, page[: item_list.PER_PAGE]
    query = request.GET.copy()
    if has_more:
        query["before"] = str(page[-1].pk)
    return render(
        request,
        "publishing/items.html",
        {
            "rows": item_list.make_item_rows(page),
            "tabs": [(name, text, name == state) for name, text in item_list.ITEM_STATES.items()],
            "bodies": list(bodies.order_by("position", "pk")) if bodies.count() > 1 else [],
            "chosen": chosen,
            "state": state,
            "words": request.GET.get("q", ""),
            "focus": focus,
            "focuses": item_list.list_focus_counts(bodies),
            "next": f"?{query.urlencode()}" if has_more else "",
            "writes": _list_own_bodies(by),
            "export_url": url_with_parameters(request, export="1", before=""),
            "reads_only": reads_only(by),
        },
    )


def _list_own_bodies(by: Actor) -> list[Body]:
    """Return the existing bodies in which the user has a writing role."""
    numbers = by.body_ids(*WRITING_ROLES)
    return list(existing_bodies(Body.objects.filter(pk__in=numbers)).order_by("position", "pk"))


def new_item(request: HttpRequest, body: int) -> HttpResponse:
    """Redirect to Wagtail's editor for a new item of the user's unit; to the list if the unit is another."""
    by = require_staff_actor(request)
    own = next((own_body for own_body in _list_own_bodies(by) if own_body.pk == body), None)
    if own is None:
        return HttpResponseRedirect(reverse("publishing:items"))
    page = get_or_create_unit_page(own)
    return HttpResponseRedirect(reverse("wagtailadmin_pages:add", args=("publishing", "itempage", page.pk)))


def item_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show an item: progress, versions and available actions."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    document = ensure_document(page)
    placements = document.placements.select_related("column", "intended")
    row = item_list.make_item_rows([page])[0]
    blockers = find_submission_blockers(page, by=by)
    panels = list_item_panels(page, by, is_wanted=partial(_is_shown_first, {*blockers.values()}))
    lacks, shown = list(blockers), {"columns", *(panel.name for panel, _ in panels)}
    placed = [(reason, at if at in shown else "") for reason, at in blockers.items()]
    return render(
        request,
        "publishing/item.html",
        {
            "item": page,
            "body": page.unit,
            "document": document,
            "row": row,
            "mine": row.review is not None and list_first_in_line(by).filter(pk=row.review.pk).exists(),
            "placements": list(placements),
            "editions": _list_editions(document),
            "taken_down": find_current_withdrawal(document),
            "reviews": make_review_rows(list_reviews(page), by),
            "prompt": row.prompt,
            "panels": panels,
            "panels_shown": ",".join(panel.name for panel, _ in panels),
            "actor": by,
            "submit_form": SubmitItemForm(),
            "losses": find_losses(page.stream),
            "signers": list_draft_signers(page, by=by) if not blockers else [],
            "lacks": placed,
            "in_editor": any(not place for _, place in placed),
            "unchanged": lacks == [UNCHANGED_ERROR],
            "held": lacks == [PUBLISHED_TOGETHER_ERROR],
            "steps": make_item_progress(item_list.ItemState(row.state, row.review, bool(row.path)), lacks).steps,
            "works": not reads_only(by),
            "may_place": not actions.place.why_not(document, by=by),
            "withdraw_reasons": actions.withdraw.why_not(document, by=by),
        },
    )


def _is_shown_first(mending: Collection[str], panel: ItemPanel) -> bool:
    """Return true for the panels of the first screen, and for those in which a blocker is mended."""
    return panel.position < FIRST_POSITION_BELOW or panel.name in mending


@require_GET
def item_panels_fragment(request: HttpRequest, number: int) -> HttpResponse:
    """Fragment: the panels of an item below its first screen, which loads them when the reader reaches them."""
    by = require_staff_actor(request)
    page, shown = get_item(by, number), request.GET.get("shown", "").split(",")
    panels = list_item_panels(page, by, is_wanted=lambda panel: not _is_shown_first(shown, panel))
    return render(request, "publishing/panels.html", {"item": page, "panels": panels, "actor": by})


def _list_editions(document: Document) -> list[tuple[Edition, str]]:
    """Return (edition, reason for withdrawal or "") of a document, the last first."""
    reasons = map_withdrawal_reasons(document)
    return [(edition, reasons.get(edition.pk, "")) for edition in reversed(list_editions(document))]


def submit_item(request: HttpRequest, number: int) -> HttpResponse:
    """Submit an item for signing."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    form = SubmitItemForm(request.POST)
    answer = respond_to_form(
        request,
        form,
        lambda **facts: actions.submit(page, by=by, losses_seen=LOSSES_SEEN_CHECKBOX in request.POST, **facts),
        "已送审，等待逐级审签。",
        _redirect_to_item(page).url,
    )
    done = request.method == "POST" and isinstance(answer, HttpResponseRedirect)
    return HttpResponseRedirect(reverse("publishing:items")) if done else answer


def withdraw_item(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a public item."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    if request.method == "POST":
        text = request.POST.get("words", "")
        run_with_messages(
            request,
            lambda: actions.withdraw(ensure_document(page), by=by, reason=text),
            "已撤回，公众不再看到。",
        )
    return _redirect_to_item(page)


def place_item(request: HttpRequest, number: int) -> HttpResponse:
    """Page: choose the columns of an item, and set them to the checked ones; refuse other users."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    document = ensure_document(page)
    placed = [p.intended_id or p.column_id for p in document.placements.all()]
    if request.method == "POST":
        form = PlacementForm(request.POST, by=by, unit=page.unit, placed=placed)
        if form.is_valid():
            wanted = list(form.cleaned_data["columns"])
            run_with_messages(request, lambda: set_columns(page, wanted, by), "栏目已调整。")
        else:
            add_form_error_messages(request, form)
        return _redirect_to_item(page)
    if reasons := actions.place.why_not(document, by=by):
        raise PermissionDenied("".join(reasons))
    form = PlacementForm(initial={"columns": placed}, auto_id="place_%s", by=by, unit=page.unit)
    return render(request, "publishing/place.html", {"item": page, "place_form": form})


def set_columns(page: ItemPage, columns: "list[Column]", by: Actor) -> None:
    """Set the columns of an item, directly or pending until they open."""
    document = ensure_document(page)
    has = {p.intended_id or p.column_id: p.intended or p.column for p in document.placements.all()}
    new_ones = [column for column in columns if column.pk not in has]
    removed_columns = [column for number, column in has.items() if number not in {c.pk for c in columns}]
    if new_ones:
        actions.place(document, by=by, columns=new_ones)
    if removed_columns:
        actions.unplace(document, by=by, columns=removed_columns)


def _redirect_to_item(page: ItemPage) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("publishing:item", args=(page.pk,)))


def preview_draft(request: HttpRequest, number: int) -> HttpResponse:
    """Render an item's last draft like its public page, for those who work on it."""
    page = get_item(with_drafting_posts(require_staff_actor(request)), number)
    return render_preview(request, page.get_latest_revision_as_object())


def serve_draft_file(request: HttpRequest, number: int, digest: str) -> FileResponse:
    """Serve a file of the last or reviewed draft to those who work on it."""
    page = get_item(with_drafting_posts(require_staff_actor(request)), number)
    reviewed = Review.objects.filter(source=page.stream).order_by("-pk").values_list("revision_id", flat=True)[:1]
    revisions = Revision.objects.for_instance(page).filter(pk__in=[page.latest_revision_id, *reviewed])
    listed = [
        frozen_file
        for revision in revisions
        for frozen_file in freeze(page, revision).files
        if frozen_file["digest"] == digest
    ]
    stored = StoredFile.objects.filter(pk=digest).first() if listed else None
    if stored is None:
        raise Http404("没有这个文件")
    return serve_stored(stored, listed[0]["name"], inline="download" not in request.GET)


def preview_reviewed_text(request: HttpRequest, number: int) -> HttpResponse:
    """Render the text under review like its public page."""
    review = get_review(require_staff_actor(request), number)
    if not review.source.startswith("item/"):
        raise Http404("这类信息没有预览")
    revision = get_object_or_404(Revision, pk=review.revision_id)
    return render_preview(request, revision.as_object())
