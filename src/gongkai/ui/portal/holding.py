"""Find public pages without content, which the home page of a new site omits."""

import time
from functools import reduce
from operator import or_

from django.db.models import Exists, Q

from gongkai.content.editions.models import Website
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.units.actors import ANONYMOUS
from gongkai.oversight.gathering.models import Gathered
from gongkai.ui.portal.pages import NAVIGATION_PAGES, PublicPage
from gongkai.ui.portal.tree import SiteTree
from gongkai.ui.portal.views.promises import government_of
from gongkai.work.directory.queries import visible_to as catalogues_visible_to
from gongkai.work.newmedia.models import AccountState
from gongkai.work.newmedia.queries import list_accounts_under

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
    website = tree.website
    shelf = shelf_visible_to(ANONYMOUS).filter(website=website, column=None)
    gathered = Gathered.objects.filter(source__collection__body__path__startswith=website.body.path)
    accounts = list_accounts_under(website.body).filter(state__in=(AccountState.OPEN, AccountState.CLOSED))
    shows = [
        *((url, Exists(shelf.filter(_filter_by_source(starts)))) for url, starts in PAGE_SOURCES.items()),
        ("/gathered/", Exists(shelf.filter(document__in=gathered.values("document")))),
        ("/accounts/", Exists(accounts)),
        ("/catalogue/", Exists(catalogues_visible_to(None).filter(government=government_of(tree)))),
    ]
    found = Website.objects.filter(pk=website.pk).values_list(*(there for _, there in shows)).get()
    holding = {url for (url, _), there in zip(shows, found, strict=True) if there}
    return frozenset({url for url, _ in shows} - holding)


def _filter_by_source(starts: tuple[str, ...]) -> Q:
    return reduce(or_, (Q(document__source__gte=start, document__source__lt=f"{start[:-1]}0") for start in starts))
