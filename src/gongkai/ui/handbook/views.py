"""Pages of the handbook: contents, search, one page, print version, .docx; for every login."""

import re
from collections.abc import Callable
from functools import cache, wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString

from gongkai.content.editions.hosts import find_stored_site_of_host
from gongkai.content.editions.models import Website
from gongkai.core.units.actors import get_actor
from gongkai.core.widgets.responses import DOCX_CONTENT_TYPE, download_response
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.writing.blocks import TableBlock, TextBlock, make_blocks
from gongkai.lib.writing.manual import Manual
from gongkai.ui.handbook.contents import (
    HANDBOOK_TITLE,
    HandbookPage,
    cache_by_figures,
    load_page_names,
    load_pages,
    load_parts,
)
from gongkai.ui.handbook.markup import RenderOptions, render_tokens
from gongkai.ui.handbook.pictures import load_pictures
from gongkai.ui.handbook.search import make_handbook_url, search_handbook
from gongkai.work.tables.public import list_schemas_on_site

_PICTURE_SCHEME = "gongkai-picture"
#: URL of a public table, which opens only with public rows.
_TABLE_URL_RE = re.compile(r"/tables/([\w-]+)/")


def _render_placeholder(name: str, alt: str) -> SafeString:
    """Return a picture as a mark, which the .docx replaces by the file."""
    return format_html('<img src="{}:{}" alt="{}">', _PICTURE_SCHEME, name, alt)


_DOCX_OPTIONS = RenderOptions(lambda page, anchor: f"#{page}-{anchor}", prints_urls=True, picture=_render_placeholder)


@cache_by_figures
def render_handbook_docx() -> bytes:
    """Return the .docx file."""
    paper = Manual(HANDBOOK_TITLE)
    for part in load_parts():
        paper.chapter(part.title)
        for page in part.pages:
            paper.heading(page.title, 2)
            for block in make_blocks(render_tokens(page.tokens, _DOCX_OPTIONS), _PICTURE_SCHEME):
                if isinstance(block, TableBlock):
                    paper.grid(block)
                elif isinstance(block, TextBlock):
                    paper.block(block)
                else:
                    picture = load_pictures()[block.digest]
                    paper.picture(picture.file().read_bytes(), block.alt, picture.caption)
    return paper.save()


#: Maximum length of a question.
MAX_QUESTION_CHARACTERS = 60


def _require_login(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return the view for signed-in users only; others are sent to the sign-in page."""

    @wraps(view)
    def answer(request: HttpRequest, **names: str) -> HttpResponse:
        return view(request, **names)

    return login_required(answer, login_url=reverse_lazy("wagtailadmin_login"))


def _can_open_office(request: HttpRequest) -> bool:
    return request.user.has_perm("wagtailadmin.access_admin") and get_actor(request.user).known


def _make_link_check(request: HttpRequest) -> Callable[[str], bool]:
    """Return a predicate for URLs that the user can open.

    Office pages need a post, tables need public rows.
    """
    office, opens_office = reverse("wagtailadmin_home"), _can_open_office(request)

    @cache
    def list_table_keys() -> set[str]:
        site = find_stored_site_of_host(request.get_host(), Website.objects.all())
        return {offered.schema.key for offered in list_schemas_on_site(site.pk)} if site else set()

    def opens(url: str) -> bool:
        if table := _TABLE_URL_RE.match(url):
            return table[1] in list_table_keys()
        return opens_office or not url.startswith(office)

    return opens


def _get_base_template(request: HttpRequest) -> str:
    return "ui/office.html" if _can_open_office(request) else "handbook/plain.html"


@_require_login
def contents_page(request: HttpRequest) -> HttpResponse:
    """Page: the contents, or search results."""
    query = clean_query(request.GET.get("q", ""), MAX_QUESTION_CHARACTERS)
    context = {
        "frame": _get_base_template(request),
        "handbook": HANDBOOK_TITLE,
        "parts": load_parts(),
        "own": _list_role_pages(request),
        "words": query,
        "answers": search_handbook(query) if query else [],
    }
    return render(request, "handbook/contents.html", context)


def _list_role_pages(request: HttpRequest) -> list[HandbookPage]:
    """Return the handbook pages for the user's roles, each once."""
    roles = load_page_names("roles")
    names = [roles[post.role] for post in get_actor(request.user).posts if post.role in roles]
    return [load_pages()[name] for name in dict.fromkeys(names)]


@_require_login
def handbook_page(request: HttpRequest, *, name: str) -> HttpResponse:
    """Page: a handbook page with links to its neighbours."""
    order = list(load_pages())
    if name not in order:
        raise Http404("手册里没有这一页")
    current_page, position = load_pages()[name], order.index(name)
    drawing = RenderOptions(
        lambda page, anchor: make_handbook_url(page or name, anchor), opens=_make_link_check(request)
    )
    context = {
        "frame": _get_base_template(request),
        "page": current_page,
        "html": render_tokens(current_page.tokens, drawing),
        "part": next(part for part in load_parts() if current_page in part.pages),
        "before": load_pages()[order[position - 1]] if position else None,
        "behind": load_pages()[order[position + 1]] if position + 1 < len(order) else None,
    }
    return render(request, "handbook/page.html", context)


@_require_login
def print_page(request: HttpRequest) -> HttpResponse:
    """Page: all pages as one, for printing."""
    opens = _make_link_check(request)
    chapters = [(part, [(page, _render_chapter(page, opens)) for page in part.pages]) for part in load_parts()]
    context = {"frame": _get_base_template(request), "handbook": HANDBOOK_TITLE, "chapters": chapters}
    return render(request, "handbook/whole.html", context)


def _render_chapter(shown: HandbookPage, opens: Callable[[str], bool]) -> str:
    drawing = RenderOptions(lambda page, anchor: f"#{page or shown.name}-{anchor}", f"{shown.name}-", 2, opens=opens)
    return render_tokens(shown.tokens, drawing)


@_require_login
def download_docx(request: HttpRequest) -> HttpResponse:
    """Download the handbook as .docx."""
    return download_response(render_handbook_docx(), f"{HANDBOOK_TITLE}.docx", DOCX_CONTENT_TYPE)
