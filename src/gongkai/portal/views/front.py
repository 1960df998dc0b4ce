"""The front page, the site map, the page about the site."""

from django.http import HttpRequest, HttpResponse

from gongkai.editions import queries
from gongkai.editions.models import ColumnKind
from gongkai.portal import pages
from gongkai.portal.caching import reader
from gongkai.portal.context import render, site_of
from gongkai.portal.tree import Node, SiteTree


def front(request: HttpRequest) -> HttpResponse:
    """The front page: search, what people came for, news of disclosure, columns."""
    tree = site_of(request)
    return render(
        request,
        "portal/front.html",
        {
            "latest": queries.latest(reader(request), website=tree.website, size=10),
            "platform": tree.fixed("platform"),
            "groups": groups(tree),
            "pages": pages.PAGES,
            "topics": [n for n in tree.nodes.values() if n.kind == ColumnKind.TOPIC and not n.archived_at][
                :6
            ],
        },
        keep="list",
    )


def groups(tree: SiteTree) -> list[Node]:
    """Return the columns that the front page lists with their children: the first level, and what is broad below it."""
    listed = []
    for node in tree.top:
        listed.append(node)
        listed += [child for child in node.children if len(child.children) > 1 and not child.archived_at]
    return listed


def site_map(request: HttpRequest) -> HttpResponse:
    """The site map for people: all columns as a tree."""
    return render(request, "portal/site_map.html", {"pages": pages.PAGES}, keep="list")


def about(request: HttpRequest) -> HttpResponse:
    """What this site is, who runs it, how it can be used."""
    return render(request, "portal/about.html", keep="fixed")
