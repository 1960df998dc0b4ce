"""What every public page needs: the site that answers to this host, its navigation, its meta tags."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template

from gongkai.content.editions.hosts import elsewhere
from gongkai.lib.chinese.characters import HAN
from gongkai.ui.portal import pages
from gongkai.ui.portal.caching import finish
from gongkai.ui.portal.tree import Sites, SiteTree, sites

MOST_IN_NAVIGATION = 7


@dataclass(frozen=True)
class Link:
    """A link of the main navigation."""

    url: str
    label: str
    current: bool = False


def sites_of(request: HttpRequest) -> Sites:
    """Return all sites, as they were when this request first asked."""
    known: Sites | None = getattr(request, "_gongkai_sites", None)
    if known is None:
        known = request._gongkai_sites = sites()  # type: ignore[attr-defined]
    return known


def site_of(request: HttpRequest) -> SiteTree:
    """Return the site that answers to the request's host, else the default one.

    Raises:
        Http404: nobody made a site yet.
    """
    known = getattr(request, "_gongkai_site", None)
    if known is None:
        known = sites_of(request).answering(request.get_host())
        if known is None:
            raise Http404("没有网站")
        request._gongkai_site = known  # type: ignore[attr-defined]
    return known


def site_by(request: HttpRequest, number: int) -> SiteTree | None:
    """Return a site by its number."""
    return sites_of(request).by_number.get(number)


def root_of(request: HttpRequest, tree: SiteTree) -> str:
    """Return what stands before an address on a site: nothing for the site that answers, else its host (on the port that was asked)."""
    if tree.website.pk == site_of(request).website.pk:
        return ""
    return elsewhere(request.get_host(), tree.website)


def render(
    request: HttpRequest,
    template: str,
    facts: Mapping[str, object] | None = None,
    *,
    keep: str = "page",
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Answer with a public page; `keep` is the kind of answer that `caching.POLICIES` knows."""
    tree = site_of(request)
    context = {"tree": tree, "site": site_facts(request, tree), **(facts or {})}
    response = HttpResponse(get_template(template).render(context, request), status=status, **more)
    return finish(request, response, keep)


def site_facts(request: HttpRequest, tree: SiteTree) -> dict[str, object]:
    """Return the site's facts under the names that look/portal.html uses."""
    website = tree.website
    here = _here(request.path, tree)
    return {
        "name": website.name,
        "seal": seal_of(website.name),
        "domain": website.host,
        "accent": website.accent,
        "id_code": website.code,
        "icp": website.icp,
        "police_record": website.police,
        "party_mark": website.party_mark,
        "sponsor": website.sponsor or website.name,
        "undertaker": website.undertaker,
        "contact": website.contact,
        "navigation": _navigation(tree, here),
        "here": here,
        "error_report_url": "",
    }


def seal_of(name: str) -> str:
    """Return the two characters of a site's seal in the masthead: those its name begins with, where they are Chinese.

    >>> seal_of("云岭市人民政府"), seal_of("Test")
    ('云岭', '')
    """
    return name[:2] if re.fullmatch(f"[{HAN}]{{2}}", name[:2]) else ""


#: Where all columns and pages stand that the navigation has no room for.
MORE = "/sitemap/"


#: So many signs the names of columns may take, with two for the room round each: then all links stand on one line of a desk's screen.
ROOM = 36


def _that_fit(columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the first columns whose names stand on one line together."""
    taken = accumulate(len(name) + 2 for _, name in columns)
    return [column for column, width in zip(columns, taken, strict=True) if width <= ROOM]


def _navigation(tree: SiteTree, here: str) -> Callable[[], list[Link]]:
    """Return what makes the main navigation; it is drawn once for each of its links (`steady`)."""

    def links() -> list[Link]:
        columns = _that_fit([(node.url, node.name) for node in tree.top[:MOST_IN_NAVIGATION]])
        main = [(page.url, page.label) for page in pages.PAGES if page.main]
        every = [("/", "首页"), *columns, *main, (MORE, "全部栏目")]
        return [Link(url, label, url == here) for url, label in every]

    return links


def _here(path: str, tree: SiteTree) -> str:
    """Return the address in the main navigation under which a page lies: a column on the first level, a public page, the front page; or ""."""
    found = re.match(r"/columns/(\d{1,18})/", path)
    if found:
        node = tree.nodes.get(int(found[1]))
        return node.line[0].url if node else ""
    if path in {"/", MORE}:
        return path
    found_page = next((page for page in pages.PAGES if path.startswith(page.url)), None)
    if found_page is None:
        return ""
    return found_page.url if found_page.main else MORE
