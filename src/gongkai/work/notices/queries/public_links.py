"""Evidence of public tasks that everybody may open."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q

from gongkai.content.editions.queries import shelf_visible_to
from gongkai.core.ledger.models import Evidence, EvidenceKind
from gongkai.core.units.actors import ANONYMOUS
from gongkai.lib.privacy import mask
from gongkai.work.notices.entries.columns import find_website
from gongkai.work.notices.models import Notice


@dataclass(frozen=True)
class PublicLink:
    """Evidence for a measure that everybody may open: a public edition, or an address that was checked in."""

    title: str
    path: str
    on: datetime


#: Evidence by measure and unit.
PublicLinks = dict[tuple[int, int], tuple[PublicLink, ...]]


@lru_cache(maxsize=8192)
def _mask_title(title: str) -> str:
    return mask(title)[0]


def find_links(notice: Notice, now: datetime) -> PublicLinks:
    """Return the evidence that everybody may open, by measure and unit.

    Editions only if they are public now, with their current addresses. Addresses only of closed entries: others are not checked yet.
    """
    may_show = Q(kind=EvidenceKind.EDITION) | Q(
        kind=EvidenceKind.ADDRESS, entry__closed_at__isnull=False, url__startswith="http"
    )
    evidence = Evidence.objects.filter(may_show, entry__assignment__notice=notice, withdrawn=False).exclude(
        lead="fails"
    )
    fields = ("entry__assignment__measure_id", "entry__body_id", "edition", "title", "url", "captured_at")
    rows = list(evidence.values_list(*fields))
    editions = {edition for _, _, edition, *_ in rows if edition}
    shelf = shelf_visible_to(ANONYMOUS, now).filter(document__editions__in=editions, column=None)
    known = shelf.values_list("document__editions", "title", "path", "published_at") if editions else ()
    public = {edition: PublicLink(title, path, at) for edition, title, path, at in known}
    own_pages = _find_own_pages(notice, [url for *_, url, _ in rows], now)
    found: dict[tuple[int, int], dict[str, PublicLink]] = {}
    for measure, unit, edition, title, url, at in rows:
        if edition and edition not in public:
            continue
        name = "公开的网页" if title.startswith("http") else _mask_title(title)
        link = public.get(edition) or own_pages.get(url) or PublicLink(name, url, at)
        found.setdefault((measure, unit), {}).setdefault(link.path, link)
    return {key: tuple(links.values()) for key, links in found.items()}


def _find_own_pages(notice: Notice, urls: Sequence[str], now: datetime) -> dict[str, PublicLink]:
    """Return the public documents of the government's own site whose addresses were given as evidence, by address."""
    website = find_website(notice.government)
    paths = {url: path for url in urls if website and (path := url.partition(f"://{website.host}")[2])}
    shelf = shelf_visible_to(ANONYMOUS, now).filter(website=website, path__in=set(paths.values()), column=None)
    known = {row[1]: PublicLink(*row) for row in shelf.values_list("title", "path", "published_at")} if paths else {}
    return {url: known[path] for url, path in paths.items() if path in known}
