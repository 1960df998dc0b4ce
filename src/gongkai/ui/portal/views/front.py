"""Home page, site map, help and about pages; larger type and QR codes."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from io import BytesIO
from operator import or_

from django.db.models import Exists, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import get_template
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from gongkai.content.editions import queries
from gongkai.content.editions.hosts import public_url_prefix
from gongkai.content.editions.models import ColumnKind, Shelf, Website
from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.chinese import lazy_re as re
from gongkai.oversight.gathering.models import Gathered
from gongkai.ui.handbook.contents import load_pages as handbook_pages
from gongkai.ui.handbook.markup import RenderOptions, render_tokens
from gongkai.ui.portal import pages
from gongkai.ui.portal.caching import finish_response, get_reader
from gongkai.ui.portal.context import get_site, render
from gongkai.ui.portal.pages import NAVIGATION_PAGES, PublicPage
from gongkai.ui.portal.tree import ColumnNode, SiteTree
from gongkai.ui.portal.views.decisions import list_open_consultations_under
from gongkai.ui.portal.views.promises import get_government
from gongkai.work.directory.queries import visible_to as catalogues_visible_to
from gongkai.work.newmedia.models import AccountState
from gongkai.work.newmedia.queries import list_accounts_under
from gongkai.work.notices.queries.public import find_default_year, list_public_years, load_public_total
from gongkai.work.tables.public import list_related_sites

#: Kinds of the policy list; all others are in the second list.
POLICY_LIST_KINDS = tuple(
    dict.fromkeys([*POLICY_KINDS, ItemKind.POLICY, ItemKind.NORMATIVE, ItemKind.PLAN, ItemKind.INTERPRETATION])
)
#: Kinds of news; 其他信息 are mostly lists and notes of the site itself, shown only if there is nothing else.
NEWS_KINDS = tuple(kind for kind in ItemKind.values if kind not in {*POLICY_LIST_KINDS, ItemKind.OTHER})
#: Kind of information → Chinese label.
KIND_LABELS = {str(kind): str(label) for kind, label in ItemKind.choices}
#: Rows per list, rows read, and number of similar rows that are grouped.
ROWS_PER_LIST, ROWS_READ_PER_LIST, MIN_GROUPED_ROWS = 4, 40, 3
_TITLE_PERIOD_PATTERN = re.compile(
    r"第?[0-9〇零一二三四五六七八九十]+(?:年度?|月份?|季度|周|期|号|日|次|批)|[0-9]+|上半年|下半年|本周|（总.*?）|第?[一二三四]季度"
)


@dataclass
class NewsLine:
    """A line of a list: a document, and similar ones of other units or months (`alike`) grouped
    below it."""

    row: Shelf
    kind: str = ""
    unit: str = ""
    alike: list[Shelf] = field(default_factory=list)


def make_title_pattern(title: str, names: Sequence[str]) -> str:
    """Return a title without unit names, periods and numbers.

    >>> make_title_pattern("市财政局2026年10月财政收支情况", ["市财政局"])
    '财政收支情况'
    """
    for name in names:
        title = title.replace(name, "")
    return _TITLE_PERIOD_PATTERN.sub("", title).strip(" 《》关于的")


def group_rows(rows: Iterable[Shelf], size: int = ROWS_PER_LIST) -> list[NewsLine]:
    """Return the newest `size` lines; rows of one title pattern become one line if there are
    `MIN_GROUPED_ROWS`."""
    keyed = []
    for row in rows:
        names = [name for name in (row.body.name, row.body.short_name) if name]
        line = NewsLine(row, KIND_LABELS.get(row.kind, ""), row.body.label)
        keyed.append((make_title_pattern(row.title, sorted(names, key=len, reverse=True)), line))
    counts: dict[str, int] = {}
    for key, _ in keyed:
        counts[key] = counts.get(key, 0) + 1
    lines: list[NewsLine] = []
    line_by_pattern: dict[str, NewsLine] = {}
    for key, line in keyed:
        if counts[key] >= MIN_GROUPED_ROWS and key in line_by_pattern:
            line_by_pattern[key].alike.append(line.row)
        else:
            line_by_pattern[key] = line
            lines.append(line)
    return lines[:size]


#: URL of a public page → prefixes of the sources of its documents.
PAGE_SOURCES = {
    "/gazette/": ("gazette/",),
    "/gathered/": ("listing/",),
    "/tables/": ("table/", "record/"),
    "/decisions/": ("announcement/",),
    "/surveys/": ("announcement/",),
    "/promises/": ("promise/",),
}
#: Seconds between two checks; not longer than a cached page may live.
REFRESH_SECONDS = 60


def list_pages_with_content(tree: SiteTree) -> list[PublicPage]:
    """Return the pages with content; at most one query a minute and process."""
    if time.monotonic() - tree.looked_at > REFRESH_SECONDS:
        tree.bare, tree.looked_at = _find_empty_pages(tree), time.monotonic()
    return [page for page in NAVIGATION_PAGES if page.url not in tree.bare]


def _find_empty_pages(tree: SiteTree) -> frozenset[str]:
    """Return the URLs of the navigation pages that have no content on this site."""
    website = tree.website
    shelf = shelf_visible_to(ANONYMOUS).filter(website=website, column=None)
    gathered = Gathered.objects.filter(source__collection__body__path__startswith=website.body.path)
    accounts = list_accounts_under(website.body).filter(state__in=(AccountState.OPEN, AccountState.CLOSED))
    shows = [
        *((url, Exists(shelf.filter(_filter_by_source(starts)))) for url, starts in PAGE_SOURCES.items()),
        ("/gathered/", Exists(shelf.filter(document__in=gathered.values("document")))),
        ("/accounts/", Exists(accounts)),
        ("/catalogue/", Exists(catalogues_visible_to(None).filter(government=get_government(tree)))),
    ]
    has_content = Website.objects.filter(pk=website.pk).values_list(*(exists for _, exists in shows)).get()
    filled_urls = {url for (url, _), exists in zip(shows, has_content, strict=True) if exists}
    return frozenset({url for url, _ in shows} - filled_urls)


def _filter_by_source(starts: tuple[str, ...]) -> Q:
    """Return a filter for documents whose source begins with one of `starts`, each of which ends with "/"."""
    return reduce(or_, (Q(document__source__gte=start, document__source__lt=f"{start[:-1]}0") for start in starts))


#: Cookie that turns larger type on.
LARGE_TYPE_COOKIE = "gk_easy"
#: Lifetime of the cookie: a year.
LARGE_TYPE_COOKIE_SECONDS = 365 * 24 * 3600


def set_large_type(request: HttpRequest, choice: str) -> HttpResponse:
    """Turn larger type on or off, and return to the page."""
    there = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(there, allowed_hosts=None) or not there.startswith("/"):
        there = "/"
    response = HttpResponseRedirect(there)
    if choice == "on":
        response.set_cookie(
            LARGE_TYPE_COOKIE,
            "1",
            max_age=LARGE_TYPE_COOKIE_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
    else:
        response.delete_cookie(LARGE_TYPE_COOKIE, samesite="Lax")
    response["Cache-Control"] = "private, no-store"
    return response


def large_type_css(request: HttpRequest) -> HttpResponse:
    """Return the stylesheet of larger type, or an empty one."""
    on = request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"
    text = get_template("portal/easy.css").render() if on else ""
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["Vary"] = "Cookie"
    return response


def qr_code(request: HttpRequest, number: int) -> HttpResponse:
    """Return the QR code of a document's URL."""
    import segno  # needed by few pages

    tree = get_site(request)
    rows = queries.shelf_visible_to(ANONYMOUS).filter(website=tree.website, column=None, document=number)
    path = rows.values_list("path", flat=True).first()
    if path is None:
        raise Http404("没有这个页面")
    out = BytesIO()
    address = f"{public_url_prefix(request, tree.website)}{path}"
    segno.make(address, error="m").save(out, kind="svg", scale=4, border=4, light="#fff", svgclass=None, lineclass=None)
    return finish_response(request, HttpResponse(out.getvalue(), content_type="image/svg+xml"), "page")


#: Maximum number of topics on the home page.
MAX_TOPICS_ON_HOME_PAGE = 4


def home_page(request: HttpRequest) -> HttpResponse:
    """Page: home page with search, tasks, this year's progress, consultations, news and columns."""
    tree = get_site(request)
    return render(
        request,
        "portal/front.html",
        {
            "tasks": pages.VISITOR_TASKS,
            **_load_year_task_total(tree),
            "consultations": [
                (open_consultation, (open_consultation.ends_on - timezone.localdate()).days)
                for open_consultation in list_open_consultations_under(get_government(tree))
            ],
            "news": _build_news(request, tree),
            "platform": tree.find_fixed_column("platform"),
            "groups": list_home_page_columns(tree),
            "pages": list_pages_with_content(tree),
            "related": list_related_sites(tree.website.pk),
            "topics": [n for n in tree.nodes.values() if n.kind == ColumnKind.TOPIC and not n.archived_at][
                :MAX_TOPICS_ON_HOME_PAGE
            ],
        },
        keep="list",
    )


def _load_year_task_total(tree: SiteTree) -> dict[str, object]:
    """Return the year's tasks as one figure; nothing without a notice in force."""
    government = get_government(tree)
    years = list_public_years(government)
    year = find_default_year(years)
    return {"year": year, "total": load_public_total(year, government) if years else None}


def _build_news(request: HttpRequest, tree: SiteTree) -> list[tuple[str, str, list[NewsLine]]]:
    """Return the home page's lists (name, title, lines): newest policies and other news."""
    rows = queries.shelf_visible_to(get_reader(request)).filter(website=tree.website, column=None)
    newest = rows.select_related("body").order_by("-published_at", "-document")
    shelves = queries.exclude_registers(newest)
    other_lines = group_rows(shelves.filter(kind__in=NEWS_KINDS)[:ROWS_READ_PER_LIST])
    if remaining := ROWS_PER_LIST - len(other_lines):  # a new site has little else yet
        other_lines += group_rows(shelves.filter(kind=ItemKind.OTHER)[:ROWS_READ_PER_LIST], remaining)
    return [
        ("rules", "最新政策和解读", group_rows(shelves.filter(kind__in=POLICY_LIST_KINDS)[:ROWS_READ_PER_LIST])),
        ("notices", "最新公开", other_lines),
    ]


def list_home_page_columns(tree: SiteTree) -> list[ColumnNode]:
    """Return the columns of the home page: top ones with their larger children."""
    listed = []
    for node in tree.top:
        listed.append(node)
        listed += [child for child in node.children if len(child.children) > 1 and not child.archived_at]
    return listed


def site_map_page(request: HttpRequest) -> HttpResponse:
    """Page: all columns as a tree."""
    names = {node.name for node in get_site(request).nodes.values()}
    public_pages = [page for page in pages.NAVIGATION_PAGES if page.label not in names]
    return render(request, "portal/site_map.html", {"pages": public_pages}, keep="list")


def guide_page(request: HttpRequest) -> HttpResponse:
    """Page: the handbook's help for the public, without pictures."""
    page = handbook_pages()["public"]
    html = render_tokens(
        page.tokens, RenderOptions(lambda _page, anchor: f"#{anchor}", picture=lambda _name, _words: "")
    )
    return render(request, "portal/help.html", {"page": page, "html": html}, keep="fixed")


def about_page(request: HttpRequest) -> HttpResponse:
    """Page: operator and terms of the site."""
    return render(request, "portal/about.html", keep="fixed")
