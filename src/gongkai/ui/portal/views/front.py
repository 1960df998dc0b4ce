"""Home page, site map, help and about pages."""

from django.http import HttpRequest, HttpResponse

from gongkai.content.editions import queries
from gongkai.content.editions.models import ColumnKind
from gongkai.ui.handbook.contents import pages as handbook_pages
from gongkai.ui.handbook.markup import Drawing, drawn
from gongkai.ui.portal import pages
from gongkai.ui.portal.caching import reader
from gongkai.ui.portal.context import render, site_of
from gongkai.ui.portal.holding import pages_to_list
from gongkai.ui.portal.news import LOOKED_AT, OTHERS, RULES, Line, lines_of
from gongkai.ui.portal.tree import Node, SiteTree
from gongkai.work.tables.public import related_sites


def front(request: HttpRequest) -> HttpResponse:
    """Page: home page with search, tasks, news and columns."""
    tree = site_of(request)
    return render(
        request,
        "portal/front.html",
        {
            "news": _build_news(request, tree),
            "platform": tree.fixed("platform"),
            "groups": groups(tree),
            "pages": pages_to_list(tree),
            "related": related_sites(tree.website.pk),
            "topics": [n for n in tree.nodes.values() if n.kind == ColumnKind.TOPIC and not n.archived_at][:6],
        },
        keep="list",
    )


def _build_news(request: HttpRequest, tree: SiteTree) -> list[tuple[str, str, list[Line]]]:
    rows = queries.shelf_visible_to(reader(request)).filter(website=tree.website, column=None)
    newest = rows.select_related("body").order_by("-published_at", "-document")
    return [
        (name, words, lines_of(newest.filter(kind__in=kinds)[:LOOKED_AT]))
        for name, words, kinds in (("rules", "政策和解读", RULES), ("notices", "其他最新公开", OTHERS))
    ]


def groups(tree: SiteTree) -> list[Node]:
    """Return the columns that the home page lists with their children."""
    listed = []
    for node in tree.top:
        listed.append(node)
        listed += [child for child in node.children if len(child.children) > 1 and not child.archived_at]
    return listed


def site_map(request: HttpRequest) -> HttpResponse:
    """Page: all columns as a tree."""
    return render(request, "portal/site_map.html", {"pages": pages.PAGES}, keep="list")


def guide(request: HttpRequest) -> HttpResponse:
    """Page: the handbook's help for the public."""
    shown = handbook_pages()["public"]
    html = drawn(shown.tokens, Drawing(lambda _page, anchor: f"#{anchor}"))
    return render(request, "portal/help.html", {"page": shown, "html": html}, keep="fixed")


def about(request: HttpRequest) -> HttpResponse:
    """Page: operator and terms of the site."""
    return render(request, "portal/about.html", keep="fixed")
