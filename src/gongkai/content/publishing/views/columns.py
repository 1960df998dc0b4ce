"""Views of a site's columns (栏目登记), of one column, and of releases through other channels."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from gongkai.content.checks.faults import find_dead_link
from gongkai.content.editions import queries
from gongkai.content.editions.launch_state import in_preparation
from gongkai.content.editions.models import Column, ColumnUse
from gongkai.content.editions.rules import check_site_manager, describe_publishers, map_publisher_descriptions
from gongkai.content.editions.sources import ensure_document
from gongkai.content.editions.user_scope import find_chosen_site, list_websites_in_reach
from gongkai.content.publishing import actions, columns
from gongkai.content.publishing.actions.columns import EDITABLE_COLUMN_FIELDS, can_open_alone
from gongkai.content.publishing.column_register import ColumnRegisterRow, get_cycle_light, list_register_rows
from gongkai.content.publishing.columns import find_fixed_column_errors
from gongkai.content.publishing.forms.office import (
    ArchiveColumnForm,
    ChannelReleaseForm,
    ColumnForm,
    MoveColumnForm,
    MovePlacementForm,
    NewColumnForm,
    PublishersForm,
)
from gongkai.content.publishing.models import ChannelRelease
from gongkai.content.publishing.proposed_words import list_proposed_words
from gongkai.content.publishing.views.common import get_item
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import add_form_error_messages, run_form_with_messages, run_with_messages
from gongkai.core.files.serving import serve_stored
from gongkai.core.spreadsheets import Column as SheetColumn
from gongkai.core.spreadsheets import Sheet
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.units.actors import Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.units.unit_choice import make_unit_filter
from gongkai.core.widgets.paging import get_page, url_with_parameters
from gongkai.core.widgets.query_parameters import asks_file, parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query

#: Message after a column was opened on an open site.
COLUMN_OPENED_MESSAGE = "栏目已开通，公众可以看到。"
#: Message after a column was opened on a site in preparation.
COLUMN_READY_MESSAGE = "栏目已开通，网站开通以后公众可以看到。"
#: Message after the opening was proposed to a second person.
COLUMN_REQUESTED_MESSAGE = "已提请开通：名称和内容说明由另一人确认后，栏目开通。"
#: Columns on a page.
COLUMNS_PER_PAGE = 100
#: Tabs of the register of columns.
COLUMN_TABS = {"": "全部", "red": "超期未更新", "closed": "未开通", "missing": "登记不全"}


def columns_page(request: HttpRequest) -> HttpResponse:
    """Show the columns of a site (P-02), filtered by unit and words; `export` returns a spreadsheet."""
    by = require_staff_actor(request)
    website = find_chosen_site(request, by)
    every = list_register_rows(website) if website else []
    owners = Body.objects.filter(pk__in={row.column.owner_id for row in every}).order_by("position", "pk")
    units = make_unit_filter(request, owners, parse_whole_number(request.GET.get("body", "")))
    if units.address:
        return HttpResponseRedirect(units.address)
    q, tab = clean_query(request.GET.get("q", ""), 60), request.GET.get("tab", "")
    rows = [row for row in every if q in row.column.title and units.chosen in (None, row.column.owner_id)]
    listed = [row for row in rows if _is_in_tab(row, tab)]
    if asks_file(request):
        return _export_columns(listed)
    page = get_page(request, listed, COLUMNS_PER_PAGE)
    return render(
        request,
        "publishing/columns.html",
        {
            "website": website,
            "websites": list_websites_in_reach(by),
            "page": page,
            "tab": tab,
            "q": q,
            "units": units,
            "export_url": url_with_parameters(request, export="1", page=""),
            "named": map_publisher_descriptions(row.column for row in page),
            "tabs": [
                (
                    url_with_parameters(request, tab=name, page=""),
                    text,
                    name == tab,
                    sum(_is_in_tab(r, name) for r in rows),
                )
                for name, text in COLUMN_TABS.items()
            ],
            "missing_fixed": find_fixed_column_errors(website) if website else [],
            "preparing": in_preparation(),
            "may": bool(website) and not check_site_manager(by, website),
            "form": NewColumnForm(),
        },
    )


def _is_in_tab(row: ColumnRegisterRow, tab: str) -> bool:
    """Return true if a column belongs on a tab of the register (red, closed, missing; others: all)."""
    if tab == "red":
        return row.light == "red"
    if tab == "closed":
        return not row.column.is_open
    return bool(row.missing) if tab == "missing" else True


COLUMNS_SHEET = Sheet(
    name="栏目登记",
    columns=(
        SheetColumn("path", "栏目路径", width=50),
        SheetColumn("owner", "责任单位", width=26),
        SheetColumn("person", "责任人", width=12),
        SheetColumn("publishers", "发布单位", width=36),
        SheetColumn("cycle", "更新周期", width=16),
        SheetColumn("content", "栏目内容说明", width=50),
        SheetColumn("state", "状态", width=30),
        SheetColumn("updated", "最后更新", width=18),
        SheetColumn("items", "信息数", width=10),
        SheetColumn("missing", "缺少的登记项", width=30),
    ),
)


def _export_columns(listed: list[ColumnRegisterRow]) -> HttpResponse:
    """Return the spreadsheet of the listed columns."""
    publishers = map_publisher_descriptions(row.column for row in listed)
    rows = [{**_make_cells(row), "publishers": publishers.get(row.column.pk, ColumnUse.ALL.label)} for row in listed]
    return spreadsheet_response(COLUMNS_SHEET, rows, COLUMNS_SHEET.name)


def _make_cells(row: ColumnRegisterRow) -> dict[str, object]:
    """Return the cells of a column for the spreadsheet."""
    column = row.column
    return {
        "path": column.title,
        "owner": column.owner.name if column.owner else "",
        "person": column.person.name if column.person else "",
        "cycle": column.cycle,
        "content": column.content,
        "state": row.words,
        "updated": timezone.localtime(row.updated_at).strftime("%Y-%m-%d %H:%M") if row.updated_at else "",
        "items": row.items,
        "missing": "".join(row.missing),
    }


def new_column_page(request: HttpRequest) -> HttpResponse:
    """Create a column and its missing parents by path, not open yet; open the page of one that exists."""
    by = require_staff_actor(request)
    website = find_chosen_site(request, by)
    form = NewColumnForm(request.POST)
    back = HttpResponseRedirect(_make_register_url(website.pk if website else 0))
    if website is None or request.method != "POST" or not form.is_valid():
        add_form_error_messages(request, form)
        return back
    path = [part for part in form.cleaned_data["path"].replace("＞", ">").split(">") if part.strip()]
    plan = columns.plan_columns(website, [path])

    for refusal in plan.refused:
        messages.error(request, refusal.reason)
    if plan.reuse:
        messages.info(request, "这个栏目已经有了。")
        return HttpResponseRedirect(reverse("publishing:column", args=(plan.reuse[0].column_id,)))
    make_results: list[columns.ColumnCreationResult] = []
    if plan.create and run_with_messages(
        request,
        lambda: make_results.append(columns.make_planned_columns(plan, by=by, made_from="手工建立")),
        "栏目已建立，填好登记项后即可开通。",
    ):
        return HttpResponseRedirect(reverse("publishing:column", args=(make_results[0].columns[tuple(path)].pk,)))
    return back


def _make_register_url(website: int) -> str:
    """Return the URL of the column register of a site."""
    return f"{reverse('publishing:columns')}?site={website}"


def column_page(request: HttpRequest, number: int) -> HttpResponse:
    """Show and change a column, with its actions."""
    by = require_staff_actor(request)
    column = get_visible_or_404(by, Column, number)
    initial = {name: getattr(column, name) for name in EDITABLE_COLUMN_FIELDS}
    form = ColumnForm(request.POST or None, initial=initial, column=column)
    if request.method == "POST" and form.is_valid():
        facts = {name: form.cleaned_data[name] for name in EDITABLE_COLUMN_FIELDS}
        version = request.POST.get("version", "")
        if run_with_messages(
            request,
            lambda: actions.change_column(column, by=by, version=parse_whole_number(version), **facts),
            "栏目登记已保存。",
        ):
            return HttpResponseRedirect(request.path)
    updated = queries.map_last_updates(column.website).get(column.pk)
    return render(
        request,
        "publishing/column.html",
        {
            "column": column,
            "form": form,
            "light": get_cycle_light(column, updated, timezone.now()),
            "updated": updated,
            "dead": find_dead_link(column),
            "open_reasons": actions.open_column.why_not(column, by=by),
            "alone": not column.is_open and can_open_alone(column, by),
            "archive_reasons": actions.archive_column.why_not(column, by=by),
            "may": not check_site_manager(by, column),
            "placed": column.placements.count(),
            "waiting": column.waiting.count(),
            "proposed": list_proposed_words(column),
            "move_form": MovePlacementForm(column=column, auto_id="move_%s"),
            "under_form": MoveColumnForm(column=column, auto_id="under_%s"),
            "who": describe_publishers(column),
            "publishers_form": PublishersForm(column=column, auto_id="publishers_%s"),
            "archive_form": ArchiveColumnForm(auto_id="archive_%s"),
            "aliases": list(column.aliases.values_list("key", flat=True)),
        },
    )


def change_column_state(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Open, archive, restore, move or remove a column, or move items out of or into it (`verb`)."""
    by = require_staff_actor(request)
    column = get_visible_or_404(by, Column, number)
    back = HttpResponseRedirect(reverse("publishing:column", args=(number,)))
    if request.method != "POST":
        return back
    if verb == "open":
        opened = COLUMN_READY_MESSAGE if in_preparation() else COLUMN_OPENED_MESSAGE
        text = opened if can_open_alone(column, by) else COLUMN_REQUESTED_MESSAGE
        run_with_messages(request, lambda: actions.open_column(column, by=by), text)
    elif verb == "archive":
        note = request.POST.get("note", "")
        run_with_messages(request, lambda: actions.archive_column(column, by=by, note=note), "栏目已归档。")
    elif verb == "restore":
        run_with_messages(request, lambda: actions.restore_column(column, by=by), "栏目已恢复。")
    elif verb == "fill":
        run_with_messages(request, lambda: actions.move_waiting(column, by=by), "等待的信息已移入本栏目。")
    elif verb == "move":
        form = MovePlacementForm(request.POST, column=column)
        if form.is_valid():
            run_with_messages(
                request,
                lambda: actions.move(column, by=by, to=form.cleaned_data["to"], documents=form.documents()),
                "已移动，原地址自动跳转。",
            )
        else:
            add_form_error_messages(request, form)
    elif verb == "under":
        under = MoveColumnForm(request.POST, column=column)

        def put(parent: Column | None) -> None:
            actions.move_column(column, by=by, parent=parent)

        run_form_with_messages(request, under, put, "栏目已移动，原路径仍能找到它。")
    elif verb == "remove" and run_with_messages(
        request, lambda: columns.remove_column(column, by=by), "未开通的栏目已删除。"
    ):
        return HttpResponseRedirect(_make_register_url(column.website_id))
    return back


def publishers_page(request: HttpRequest, number: int) -> HttpResponse:
    """Set the units that may publish in a column."""
    by = require_staff_actor(request)
    column = get_visible_or_404(by, Column, number)

    def save(admits: str, units: Iterable[Body]) -> None:
        actions.set_publishers(column, by=by, admits=admits, units=list(units))

    if request.method == "POST":
        form = PublishersForm(request.POST, column=column)
        run_form_with_messages(request, form, save, "发布单位已设定，对下级栏目一并有效。")
    return HttpResponseRedirect(reverse("publishing:column", args=(number,)))


def record_release(request: HttpRequest, number: int) -> HttpResponse:
    """Record that an item was released on another channel (WeChat, newspaper); an invalid form is redisplayed."""
    by = require_staff_actor(request)
    page = get_item(by, number)
    form = ChannelReleaseForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if run_with_messages(
            request, lambda: actions.record_channel(ensure_document(page), by=by, **given), "已登记。"
        ):
            return HttpResponseRedirect(reverse("publishing:item", args=(page.pk,)))
    return render(request, "publishing/channel_form.html", {"item": page, "form": form})


def _get_release(by: Actor, number: int) -> ChannelRelease:
    return get_visible_or_404(by, ChannelRelease, number)


def drop_release(request: HttpRequest, number: int) -> HttpResponse:
    """Declare void the recorded release in another channel."""
    by = require_staff_actor(request)
    release = _get_release(by, number)
    if request.method == "POST":
        text = request.POST.get("words", "")
        run_with_messages(
            request, lambda: actions.drop_channel(release, by=by, reason=text), "已作废，登记和理由保留。"
        )
    item = release.document.item_number
    return HttpResponseRedirect(reverse("publishing:item", args=(item,)) if item else reverse("publishing:channels"))


def download_proof(request: HttpRequest, number: str) -> FileResponse:
    """Serve the proof of a release to the office."""
    release = _get_release(require_staff_actor(request), int(number))
    if release.proof is None:
        raise Http404("没有佐证文件")
    return serve_stored(release.proof, release.proof_name, inline=True)
