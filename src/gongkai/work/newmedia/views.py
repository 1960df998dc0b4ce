"""Views for choosing documents, for a document's posts, statistics and files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from gongkai.content.editions.models import Document
from gongkai.content.editions.queries import find_file, shelf_visible_to
from gongkai.core.acts.action import Refused
from gongkai.core.acts.object_access import get_visible_or_404
from gongkai.core.acts.pages import run_with_messages
from gongkai.core.files.serving import serve_stored
from gongkai.core.spreadsheets.responses import spreadsheet_response
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.units.actors import ANONYMOUS, Actor, require_staff_actor
from gongkai.core.units.models import Body
from gongkai.core.widgets.paging import get_page
from gongkai.core.widgets.query_parameters import asks_file, parse_day_filter, parse_selected, parse_whole_number
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.work.newmedia import actions, queries
from gongkai.work.newmedia.lower_sites import LowerSite, list_requestable_sites
from gongkai.work.newmedia.models import Account, Filing, Post
from gongkai.work.newmedia.registers import make_posts_url
from gongkai.work.newmedia.rules import list_reasons_unless_supervisor

PAGE_SIZE = 40
# The statistics as a spreadsheet, with a second sheet by unit.
PLATFORM_SHEET = Sheet(
    "按平台",
    (
        Column("label", "平台或者单位", width=28),
        Column("open", "运行中", width=10),
        Column("fresh", "两周内更新", width=12),
        Column("share", "更新率（%）", width=12),
        Column("closed", "已关停", width=10),
        Column("posts", "近30天发布", width=12),
        Column("followers", "关注人数", width=14),
    ),
)
# Default period in days for a requested post.
DEFAULT_REQUEST_DAYS = 3


def choose_posts(request: HttpRequest) -> HttpResponse:
    """Choose published documents and accounts, to prepare or request posts."""
    by = require_staff_actor(request)
    accounts, sites = queries.list_writable_accounts(by), list_requestable_sites(by)
    if not accounts and not sites:
        raise Http404("没有可以发布的账号")
    query = clean_query(request.GET.get("q", ""), 60)
    rows = shelf_visible_to(ANONYMOUS).filter(column=None).select_related("document", "body")
    if query:
        rows = rows.filter(title__icontains=query) | rows.filter(number__icontains=query)
    page = get_page(request, rows.order_by("-published_at", "-document"), PAGE_SIZE)
    until = parse_day_filter(
        request.POST.get("until", (timezone.localdate() + timedelta(days=DEFAULT_REQUEST_DAYS)).isoformat())
    )
    if request.method == "POST" and request.POST.get("do") == "ask" and until.value is None:
        until = replace(until, reason=until.reason or "请填写期限。")
    elif request.method == "POST" and (number := _run_post_actions(request, by, accounts, sites, until.value)):
        return redirect(make_posts_url(number))
    context = {
        "page": page,
        "asked": query,
        "accounts": accounts,
        "sites": sites,
        "chief": sites or any(not list_reasons_unless_supervisor(by, account) for account in accounts),
        "until": until,
        "document": parse_whole_number(request.POST.get("document", "")),
        "chosen": parse_selected(request.POST.getlist("account")),
        "chosen_sites": parse_selected(request.POST.getlist("site")),
    }
    return render(request, "newmedia/choose.html", context, status=422 if request.method == "POST" else 200)


def _run_post_actions(
    request: HttpRequest, by: Actor, accounts: list[Account], sites: list[LowerSite], until: date | None
) -> int:
    """Request or write posts for the ticked accounts and sites.

    Return the document's primary key, or 0 if nothing was done.
    """
    document = Document.objects.filter(pk=parse_whole_number(request.POST.get("document", "")) or 0).first()
    asks = request.POST.get("do") == "ask"
    chosen = [account for account in accounts if account.pk in parse_selected(request.POST.getlist("account"))]
    chosen_sites = [site for site in sites if asks and site.body.pk in parse_selected(request.POST.getlist("site"))]
    if document is None or not (chosen or chosen_sites):
        run_with_messages(request, _refuse_empty_choice)
        return 0
    done = [
        run_with_messages(
            request,
            _make_post_action(account, by, document, until if asks else None),
            f"已要求{account}转发。" if asks else f"已为{account}编写。",
        )
        for account in chosen
    ]
    done += [
        run_with_messages(request, _make_post_action(site, by, document, until), f"已要求网站“{site.name}”转载。")
        for site in chosen_sites
    ]
    return document.pk if any(done) else 0


def _make_post_action(
    place: Account | LowerSite, by: Actor, document: Document, until: date | None
) -> Callable[[], object]:
    """Return the action for an account or site: write a post, or request one if a day is given."""
    if until is None:
        assert isinstance(place, Account)
        return partial(actions.prepare_post, place, by=by, document=document)
    body = Body.objects.filter(pk__in=by.bodies).order_by("path").first()
    asker = body.label if body else by.name
    if isinstance(place, Account):
        return partial(actions.request_post, place, by=by, document=document, until=until, asked_by=asker)
    return partial(
        actions.request_website_copy, place.body, by=by, site=place, document=document, until=until, asked_by=asker
    )


def _refuse_empty_choice() -> None:
    raise Refused("请选择一条信息和要发布的账号或者网站。")


def download_proof(request: HttpRequest, number: int) -> FileResponse:
    """Return the file attached to a filing."""
    filing = get_visible_or_404(require_staff_actor(request), Filing, number, proof__isnull=False)
    assert filing.proof is not None
    return serve_stored(filing.proof, filing.proof_name)


def download_picture(request: HttpRequest, number: int, digest: str) -> FileResponse:
    """Return a picture of a post, to be saved and uploaded to the platform."""
    post: Post = get_visible_or_404(require_staff_actor(request), Post, number)
    picture_file = find_file(ANONYMOUS, document=post.document_id, number=post.edition, digest=digest)
    if picture_file is None or digest not in [picture_digest for _, picture_digest in post.pictures]:
        raise Http404("没有这张图片")
    return serve_stored(picture_file.stored, picture_file.name)


def show_statistics(request: HttpRequest) -> HttpResponse:
    """Show the figures by platform and by unit, or export them."""
    by = require_staff_actor(request)
    rows = list(queries.visible_to(by).order_by("body__position", "body_id", "platform"))
    by_platform = queries.compute_statistics(rows, by_unit=False)
    by_unit = queries.compute_statistics(rows, by_unit=True)
    if asks_file(request):
        more_sheets = [(replace(PLATFORM_SHEET, name="按单位"), by_unit)]
        name = f"新媒体统计{timezone.localdate():%Y%m%d}"
        return spreadsheet_response(PLATFORM_SHEET, by_platform, name, guide=False, more_sheets=more_sheets)
    tables = [("按平台", by_platform), ("按单位", by_unit)]
    return render(request, "newmedia/statistics.html", {"tables": tables, "any": bool(rows)})
