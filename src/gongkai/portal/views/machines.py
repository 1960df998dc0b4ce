"""For machines: feeds, sitemap.xml, robots.txt. Only what everybody may see."""

from datetime import datetime

from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render as django_render
from django.utils.feedgenerator import Atom1Feed

from gongkai.portal.context import site_of
from gongkai.portal.tree import Node, SiteTree
from gongkai.publishing import queries
from gongkai.publishing.models import Shelf
from gongkai.units.actors import ANONYMOUS

#: Addresses in one sitemap file (the protocol allows 50,000).
CHUNK = 10_000


class Latest(Feed):  # type: ignore[type-arg]
    """The newest publications of a site or of one column, as Atom."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, number: int | None = None) -> tuple[SiteTree, Node | None]:
        """Find the site, and the column where one is named."""
        tree = site_of(request)
        node = tree.nodes.get(number) if number else None
        if number and node is None:
            raise Http404("没有这个栏目")
        return tree, node

    def title(self, obj: tuple[SiteTree, Node | None]) -> str:
        """Name the feed."""
        tree, node = obj
        return f"{tree.website.name}－{node.name}" if node else tree.website.name

    def link(self, obj: tuple[SiteTree, Node | None]) -> str:
        """Say what the feed follows."""
        return obj[1].url if obj[1] else "/"

    def description(self, obj: tuple[SiteTree, Node | None]) -> str:
        """Say what is in it."""
        return obj[1].content if obj[1] else f"{obj[0].website.name}最新公开信息"

    def items(self, obj: tuple[SiteTree, Node | None]) -> list[Shelf]:
        """The newest twenty."""
        tree, node = obj
        return queries.listing(ANONYMOUS, website=tree.website, column=node.pk if node else None).rows

    def item_title(self, item: Shelf) -> str:
        """The title of an entry."""
        return item.title

    def item_description(self, item: Shelf) -> str:
        """An entry says its document number; the text is on its page."""
        return item.number

    def item_link(self, item: Shelf) -> str:
        """Where the entry is found."""
        return item.path

    def item_pubdate(self, item: Shelf) -> datetime:
        """When it was first published."""
        return item.published_at

    def item_updateddate(self, item: Shelf) -> datetime:
        """When the edition shown became visible."""
        return item.from_at


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The index of sitemap files, one for each range of documents."""
    tree = site_of(request)
    return _xml(request, "portal/sitemap_index.xml", {"chunks": range(_last(tree) // CHUNK + 1)})


def _last(tree: SiteTree) -> int:
    shelf = Shelf.objects.filter(website=tree.website, column=None)
    return shelf.aggregate(last=Max("document"))["last"] or 0


def sitemap(request: HttpRequest, chunk: int) -> HttpResponse:
    """One sitemap file."""
    tree = site_of(request)
    if chunk > _last(tree) // CHUNK:
        raise Http404("没有这个网站地图")
    rows = queries.shelf_visible_to(ANONYMOUS).filter(
        website=tree.website, column=None, document__gte=chunk * CHUNK, document__lt=(chunk + 1) * CHUNK
    )
    found = rows.order_by("document").values_list("path", "from_at")
    nodes = [node for node in tree.nodes.values() if not node.leads_away] if chunk == 0 else []
    return _xml(request, "portal/sitemap.xml", {"rows": found, "nodes": nodes})


def _xml(request: HttpRequest, template: str, facts: dict[str, object]) -> HttpResponse:
    root = f"{request.scheme}://{request.get_host()}"
    return django_render(request, template, {"root": root, **facts}, content_type="application/xml")


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: everything public, not the office and not the search."""
    root = f"{request.scheme}://{request.get_host()}"
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search/", f"Sitemap: {root}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
