"""Context of every public page: site of the host, navigation and meta tags."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template

from gongkai.content.editions.hosts import other_site_prefix
from gongkai.lib.chinese.characters import HAN
from gongkai.ui.portal import pages
from gongkai.ui.portal.caching import finish_response
from gongkai.ui.portal.tree import Sites, SiteTree, load_sites

#: Number of columns in the navigation.
MAX_NAVIGATION_COLUMNS = 7


@dataclass(frozen=True)
class NavigationLink:
    """A link of the main navigation."""

    url: str
    label: str
    current: bool = False


def get_sites(request: HttpRequest) -> Sites:
    """Return all sites, cached for the request."""
    sites: Sites | None = getattr(request, "_gongkai_sites", None)
    if sites is None:
        sites = request._gongkai_sites = load_sites()  # type: ignore[attr-defined]
    return sites


def get_site(request: HttpRequest) -> SiteTree:
    """Return the site of the request's host, else the default site.

    Raises:
        Http404: there is no site yet.
    """
    tree = getattr(request, "_gongkai_site", None)
    if tree is None:
        tree = get_sites(request).find_site(request.get_host())
        if tree is None:
            raise Http404("没有网站")
        request._gongkai_site = tree  # type: ignore[attr-defined]
    return tree


def find_site_by_id(request: HttpRequest, number: int) -> SiteTree | None:
    """Return a site by its id, or None."""
    return get_sites(request).by_number.get(number)


def get_url_prefix(request: HttpRequest, tree: SiteTree) -> str:
    """Return the URL prefix of a site: "" for the present one, else its host and port."""
    if tree.website.pk == get_site(request).website.pk:
        return ""
    return other_site_prefix(request.get_host(), tree.website)


def render(
    request: HttpRequest,
    template: str,
    facts: Mapping[str, object] | None = None,
    *,
    keep: str = "page",
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """Render a public page; `keep` is a key of `caching.CACHE_POLICIES`."""
    tree = get_site(request)
    context = {"tree": tree, "site": build_site_context(request, tree), **(facts or {})}
    response = HttpResponse(get_template(template).render(context, request), status=status, **more)
    return finish_response(request, response, keep)


def build_site_context(request: HttpRequest, tree: SiteTree) -> dict[str, object]:
    """Return the site's context for portal templates."""
    website = tree.website
    current_url = _find_current_url(request.path, tree)
    return {
        "name": website.name,
        "seal": get_seal_characters(website.name),
        "domain": website.host,
        "accent": website.accent,
        "id_code": website.code,
        "icp": website.icp,
        "police_record": website.police,
        "party_mark": website.party_mark,
        "sponsor": website.sponsor or website.name,
        "undertaker": website.undertaker,
        "contact": website.contact,
        "navigation": _make_navigation(tree, current_url),
        "here": current_url,
        "error_report_url": "",
    }


def get_seal_characters(name: str) -> str:
    """Return the first two characters of a Chinese site name, shown like a seal; else "".

    >>> get_seal_characters("云岭市人民政府"), get_seal_characters("Test")
    ('云岭', '')
    """
    return name[:2] if re.fullmatch(f"[{HAN}]{{2}}", name[:2]) else ""


#: The page with all columns and pages that do not fit into the navigation.
ALL_COLUMNS_URL = "/sitemap/"


#: Width of the navigation line in Chinese characters, each label with two more for spacing.
MAX_NAVIGATION_CHARACTERS = 36


def _select_fitting_columns(columns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the first columns, as (URL, name), whose names together fit into the navigation bar."""
    widths = accumulate(len(name) + 2 for _, name in columns)
    return [column for column, width in zip(columns, widths, strict=True) if width <= MAX_NAVIGATION_CHARACTERS]


def _make_navigation(tree: SiteTree, here: str) -> Callable[[], list[NavigationLink]]:
    """Return a function that lists the site's navigation links, that at `here` as current."""

    def links() -> list[NavigationLink]:
        """Return the links: home, columns that fit, main pages and all columns."""
        columns = _select_fitting_columns([(node.url, node.name) for node in tree.top[:MAX_NAVIGATION_COLUMNS]])
        main = [(page.url, page.label) for page in pages.NAVIGATION_PAGES if page.main]
        every = [("/", "首页"), *columns, *main, (ALL_COLUMNS_URL, "全部栏目")]
        return [NavigationLink(url, label, url == here) for url, label in every]

    return links


def _find_current_url(path: str, tree: SiteTree) -> str:
    """Return the URL of the navigation entry that a page belongs to, or ""."""
    match = re.match(r"/columns/(\d{1,18})/", path)
    if match:
        node = tree.nodes.get(int(match[1]))
        return node.line[0].url if node else ""
    if path in {"/", ALL_COLUMNS_URL}:
        return path
    found_page = next((page for page in pages.NAVIGATION_PAGES if path.startswith(page.url)), None)
    if found_page is None:
        return ""
    return found_page.url if found_page.main else ALL_COLUMNS_URL
