"""Feeds, sitemap.xml, robots.txt and favicon.ico; public content only."""

from dataclasses import dataclass
from datetime import datetime, time
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
from gongkai.content.editions.hosts import public_url_prefix
from gongkai.content.editions.models import Shelf
from gongkai.content.editions.models.editions import ItemKind
from gongkai.content.search.query import find_newest_hits
from gongkai.core.units.actors import ANONYMOUS
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.chinese.normalisation import clean_query
from gongkai.lib.law import add_months
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.context import get_site
from gongkai.ui.portal.tree import ColumnNode, SiteTree
from gongkai.ui.portal.views.promises import get_government
from gongkai.work.notices.queries.public import PublicChange, PublicSection, load_public_progress

#: URLs per sitemap file (the protocol allows 50,000).
URLS_PER_SITEMAP = 1_000
#: Maximum entries of the feed of a section.
MAX_FEED_ENTRIES = 50


@dataclass(frozen=True)
class FeedScope:
    """Scope of a feed: a site, column, unit or search."""

    tree: SiteTree
    root: str
    path: str
    node: ColumnNode | None = None
    body: Body | None = None
    words: str = ""


class PublicationFeedEntry(NamedTuple):
    """An entry of a feed: the list row of a document, and its absolute URL."""

    row: Shelf
    address: str


class PublicationFeed(Feed):  # type: ignore[type-arg]
    """Atom feed of the newest public documents of a site, column, unit or search."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Return the feed with cache headers."""
        return finish_response(request, super().__call__(request, *args, **kwargs), "feed")

    def get_object(self, request: HttpRequest, number: int | None = None, unit: int | None = None) -> FeedScope:
        """Return the site, column or unit of the feed."""
        tree = get_site(request)
        node = tree.nodes.get(number) if number else None
        body = Body.objects.filter(pk=unit).first() if unit else None
        if (number and node is None) or (unit and body is None):
            raise Http404("没有这个栏目或单位")
        query = clean_query(request.GET.get("q", ""), 100)
        return FeedScope(
            tree, public_url_prefix(request, tree.website), request.path, node, body, "" if node or body else query
        )

    def title(self, obj: FeedScope) -> str:
        """Return the title of the feed."""
        narrower = obj.node.name if obj.node else obj.body.name if obj.body else ""
        narrower = narrower or (f"“{obj.words}”" if obj.words else "")
        return f"{obj.tree.website.name}－{narrower}" if narrower else obj.tree.website.name

    def link(self, obj: FeedScope) -> str:
        """Return the URL of the page to which the feed belongs."""
        if obj.node:
            return obj.node.url if obj.node.leads_away else f"{obj.root}{obj.node.url}"
        if obj.body:
            return f"{obj.root}/units/{obj.body.pk}/"
        search_path = f"search/?{urlencode({'q': obj.words, 'order': 'newest'})}" if obj.words else ""
        return f"{obj.root}/{search_path}"

    def feed_url(self, obj: FeedScope) -> str:
        """Return the URL of the feed."""
        query = f"?{urlencode({'q': obj.words})}" if obj.words else ""
        return f"{obj.root}{obj.path}{query}"

    def description(self, obj: FeedScope) -> str:
        """Return the description of the feed."""
        return obj.node.content if obj.node else f"{self.title(obj)}最新公开信息"

    def items(self, obj: FeedScope) -> list[PublicationFeedEntry]:
        """Return the newest entries."""
        return [PublicationFeedEntry(row, f"{obj.root}{row.path}") for row in self._list_rows(obj)]

    def _list_rows(self, obj: FeedScope) -> list[Shelf]:
        """Return the newest rows of the feed: search, column, unit or whole site."""
        site = obj.tree.website
        if obj.words:
            return find_newest_hits(ANONYMOUS, site.pk, obj.words)
        column, body = obj.node.pk if obj.node else None, obj.body.pk if obj.body else None
        return queries.list_page(ANONYMOUS, website=site, column=column, body=body).rows

    def item_title(self, item: PublicationFeedEntry) -> str:
        """Return the title of an entry."""
        return item.row.title

    def author_name(self, obj: FeedScope) -> str:
        """Return the publisher."""
        website = obj.tree.website
        return website.sponsor or website.name

    def author_link(self, obj: FeedScope) -> str:
        """Return the URL of the publisher."""
        return f"{obj.root}/"

    def item_description(self, item: PublicationFeedEntry) -> str:
        """Return the kind, document number and date of an entry."""
        row = item.row
        kind = dict(ItemKind.choices).get(row.kind, "公开信息")
        day = day_in_words(timezone.localdate(row.published_at))
        return "，".join(filter(None, (str(kind), row.number, f"{day}公开")))

    def item_link(self, item: PublicationFeedEntry) -> str:
        """Return the URL of an entry."""
        return item.address

    def item_pubdate(self, item: PublicationFeedEntry) -> datetime:
        """Return the time of first publication."""
        return item.row.published_at

    def item_updateddate(self, item: PublicationFeedEntry) -> datetime:
        """Return the time when the shown edition became visible."""
        return item.row.from_at


@dataclass(frozen=True)
class SectionScope:
    """A section of a notice, its site and the URLs of its page and feed."""

    tree: SiteTree
    root: str
    path: str
    year: int
    section: PublicSection


class SectionFeed(Feed):  # type: ignore[type-arg]
    """Atom feed of a section of a notice: tasks closed or overdue within a year."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Return the feed with cache headers."""
        return finish_response(request, super().__call__(request, *args, **kwargs), "feed")

    def get_object(self, request: HttpRequest, year: int, notice: int, section: int) -> SectionScope:
        """Return the section of the feed."""
        tree = get_site(request)
        sections = (
            public_section
            for public_notice in load_public_progress(year, get_government(tree))
            for public_section in public_notice.sections
            if (public_notice.pk, public_section.number) == (notice, section)
        )
        if (public_section := next(sections, None)) is None:
            raise Http404("没有这一部分")
        return SectionScope(tree, public_url_prefix(request, tree.website), request.path, year, public_section)

    def title(self, obj: SectionScope) -> str:
        """Return the title of the feed."""
        return f"{obj.year}年政务公开任务进展－{obj.section.title}"

    def link(self, obj: SectionScope) -> str:
        """Return the URL of the page."""
        return f"{obj.root}{reverse('portal:progress_of', args=[obj.year])}"

    def feed_url(self, obj: SectionScope) -> str:
        """Return the URL of the feed."""
        return f"{obj.root}{obj.path}"

    def author_name(self, obj: SectionScope) -> str:
        """Return the publisher."""
        return obj.tree.website.sponsor or obj.tree.website.name

    def items(self, obj: SectionScope) -> list[tuple[SectionScope, PublicChange]]:
        """Return (scope, change) of the newest changes within a year, up to `MAX_FEED_ENTRIES`."""
        since = add_months(timezone.localdate(), -12)
        return [(obj, change) for change in obj.section.list_changes(since)[:MAX_FEED_ENTRIES]]

    def item_title(self, item: tuple[SectionScope, PublicChange]) -> str:
        """Return the unit, the event and the measure."""
        change = item[1]
        return f"{change.unit.name}{'办结' if change.is_closed else '逾期'}：{change.measure.title}"

    def item_description(self, item: tuple[SectionScope, PublicChange]) -> str:
        """Return the text of the measure."""
        return item[1].measure.words

    def item_link(self, item: tuple[SectionScope, PublicChange]) -> str:
        """Return the URL of the evidence, else of the page."""
        scope, change = item
        path = next((link.path for link in change.unit.links), "") if change.is_closed else ""
        return (path if path.startswith("http") else f"{scope.root}{path}") if path else self.link(scope)

    def item_guid(self, item: tuple[SectionScope, PublicChange]) -> str:
        """Return a stable name, because the evidence is often added later."""
        scope, change = item
        return f"{scope.root}{scope.path}#{change.measure.number}-{change.unit.name}-{change.on:%Y%m%d}"

    def item_pubdate(self, item: tuple[SectionScope, PublicChange]) -> datetime:
        """Return the beginning of the day of the change."""
        return timezone.make_aware(datetime.combine(item[1].on, time.min))


def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Return the index of sitemap files."""
    tree = get_site(request)
    return _render_xml_response(
        request, tree, "portal/sitemap_index.xml", {"chunks": range(_get_last_id(tree) // URLS_PER_SITEMAP + 1)}
    )


def _get_last_id(tree: SiteTree) -> int:
    """Return the highest document id on a site's shelf, or 0."""
    shelf = Shelf.objects.filter(website=tree.website, column=None)
    return shelf.aggregate(last=Max("document"))["last"] or 0


def sitemap(request: HttpRequest, chunk: int) -> HttpResponse:
    """Return one sitemap file."""
    tree = get_site(request)
    if chunk > _get_last_id(tree) // URLS_PER_SITEMAP:
        raise Http404("没有这个网站地图")
    rows = queries.shelf_visible_to(ANONYMOUS).filter(
        website=tree.website,
        column=None,
        document__gte=chunk * URLS_PER_SITEMAP,
        document__lt=(chunk + 1) * URLS_PER_SITEMAP,
    )
    shelves = rows.order_by("document").values_list("path", "from_at")
    dated_paths = [(path, timezone.localtime(moment).isoformat(timespec="seconds")) for path, moment in shelves]
    nodes = [node for node in tree.nodes.values() if not node.leads_away] if chunk == 0 else []
    return _render_xml_response(request, tree, "portal/sitemap.xml", {"rows": dated_paths, "nodes": nodes})


def _render_xml_response(request: HttpRequest, tree: SiteTree, template: str, facts: dict[str, object]) -> HttpResponse:
    text = get_template(template).render({"root": public_url_prefix(request, tree.website), **facts})
    return finish_response(request, HttpResponse(text, content_type="application/xml"), "feed")


@cache
def _read_icon_file() -> bytes:
    return resources.files("gongkai.core.widgets").joinpath("static/ui/mark.ico").read_bytes()


def favicon(request: HttpRequest) -> HttpResponse:
    """Return the icon for clients that request it at the root."""
    return finish_response(request, HttpResponse(_read_icon_file(), content_type="image/vnd.microsoft.icon"), "fixed")


def robots(request: HttpRequest) -> HttpResponse:
    """Return robots.txt: all public pages, except back office, search and subscription."""
    root = public_url_prefix(request, get_site(request).website)
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('wagtailadmin_home')}",
        "Disallow: /search/",
        "Disallow: /subscribe/",
        f"Sitemap: {root}/sitemap.xml",
        "",
    ]
    text = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    return finish_response(request, text, "fixed")
