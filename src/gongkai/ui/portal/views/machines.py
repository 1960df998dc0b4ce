"""For machines: feeds, sitemap.xml, robots.txt, favicon.ico. Only what everybody may see."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import NamedTuple
from urllib.parse import urlencode

from django.contrib.syndication.views import Feed
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed

from gongkai.content.editions import queries
from gongkai.content.editions.hosts import outward
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.vocabulary import ItemKind
from gongkai.content.search.query import newest_found
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.ui.portal.caching import finish
from gongkai.ui.portal.context import site_of
from gongkai.ui.portal.tree import Node, SiteTree

#: Addresses in one sitemap file (the protocol allows 50,000).
CHUNK = 10_000


@dataclass(frozen=True)
class Followed:
    """What a feed follows: a site, one column of it, one unit, or words searched for."""

    tree: SiteTree
    root: str
    path: str
    node: Node | None = None
    body: Body | None = None
    words: str = ""


class Entry(NamedTuple):
    """A line of a feed: its row and its whole address."""

    row: Shelf
    address: str


class Latest(Feed):  # type: ignore[type-arg]
    """The newest publications of a site, a column, a unit or a search, as Atom. Only what everybody may see."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer, kept as feeds are."""
        return finish(request, super().__call__(request, *args, **kwargs), "feed")

    def get_object(
        self, request: HttpRequest, number: int | None = None, unit: int | None = None
    ) -> Followed:
        """Find what the feed follows."""
        tree = site_of(request)
        node = tree.nodes.get(number) if number else None
        body = Body.objects.filter(pk=unit).first() if unit else None
        if (number and node is None) or (unit and body is None):
            raise Http404("没有这个栏目或单位")
        words = request.GET.get("q", "").replace("\x00", "").strip()[:100]
        return Followed(
            tree, outward(request, tree.website), request.path, node, body, "" if node or body else words
        )

    def title(self, obj: Followed) -> str:
        """Name the feed."""
        narrower = obj.node.name if obj.node else obj.body.name if obj.body else ""
        narrower = narrower or (f"“{obj.words}”" if obj.words else "")
        return f"{obj.tree.website.name}－{narrower}" if narrower else obj.tree.website.name

    def link(self, obj: Followed) -> str:
        """Say what the feed follows."""
        if obj.node:
            return obj.node.url if obj.node.leads_away else f"{obj.root}{obj.node.url}"
        if obj.body:
            return f"{obj.root}/units/{obj.body.pk}/"
        found = f"search/?{urlencode({'q': obj.words, 'order': 'newest'})}" if obj.words else ""
        return f"{obj.root}/{found}"

    def feed_url(self, obj: Followed) -> str:
        """Say where the feed itself is found."""
        asked = f"?{urlencode({'q': obj.words})}" if obj.words else ""
        return f"{obj.root}{obj.path}{asked}"

    def description(self, obj: Followed) -> str:
        """Say what is in it."""
        return obj.node.content if obj.node else f"{self.title(obj)}最新公开信息"

    def items(self, obj: Followed) -> list[Entry]:
        """The newest twenty."""
        return [Entry(row, f"{obj.root}{row.path}") for row in self._rows(obj)]

    def _rows(self, obj: Followed) -> list[Shelf]:
        site = obj.tree.website
        if obj.words:
            return newest_found(ANONYMOUS, site.pk, obj.words)
        column, body = obj.node.pk if obj.node else None, obj.body.pk if obj.body else None
        return queries.listing(ANONYMOUS, website=site, column=column, body=body).rows

    def item_title(self, item: Entry) -> str:
        """The title of an entry."""
        return item.row.title

    def author_name(self, obj: Followed) -> str:
        """Who publishes."""
        website = obj.tree.website
        return website.sponsor or website.name

    def author_link(self, obj: Followed) -> str:
        """Where who publishes is found."""
        return f"{obj.root}/"

    def item_description(self, item: Entry) -> str:
        """What kind of text an entry is, its document number, its day; the text is on its page."""
        row = item.row
        kind = dict(ItemKind.choices).get(row.kind, "公开信息")
        day = day_in_words(timezone.localdate(row.published_at))
        return "，".join(filter(None, (str(kind), row.number, f"{day}公开")))

    def item_link(self, item: Entry) -> str:
        """Where the entry is found."""
        return item.address

    def item_pubdate(self, item: Entry) -> datetime:
        """When it was first published."""
        return item.row.published_at

    def item_updateddate(self, item: Entry) -> datetime:
        """When the edition shown became visible."""
        return item.row.from_at


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The index of sitemap files, one for each range of documents."""
    tree = site_of(request)
    return _xml(request, tree, "portal/sitemap_index.xml", {"chunks": range(_last(tree) // CHUNK + 1)})


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
    return _xml(request, tree, "portal/sitemap.xml", {"rows": found, "nodes": nodes})


def _xml(request: HttpRequest, tree: SiteTree, template: str, facts: dict[str, object]) -> HttpResponse:
    text = get_template(template).render({"root": outward(request, tree.website), **facts})
    return finish(request, HttpResponse(text, content_type="application/xml"), "feed")


@cache
def _mark() -> bytes:
    return resources.files("gongkai.core.widgets").joinpath("static/ui/mark.ico").read_bytes()


def favicon(request: HttpRequest) -> HttpResponse:
    """The mark, for those who ask for it at the root instead of reading where a page says it is. `mark.svg` drawn at 16, 32 and 48 pixels."""
    return finish(request, HttpResponse(_mark(), content_type="image/vnd.microsoft.icon"), "fixed")


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: everything public, not the office and not the search."""
    root = outward(request, site_of(request).website)
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        "Disallow: /search/",
        "Disallow: /subscribe/",
        f"Sitemap: {root}/sitemap.xml",
        "",
    ]
    text = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    return finish(request, text, "fixed")
