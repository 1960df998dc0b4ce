"""Compute the URLs whose pages change with a document."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from gongkai.content.editions.models import Address, Column, Document, EditionContent, Placement, Website
from gongkai.content.editions.models.editions import POLICY_KINDS
from gongkai.content.editions.parts import find_naming_documents, list_related_documents
from gongkai.content.editions.queries.neighbours import list_neighbour_urls
from gongkai.core.units.actors import ANONYMOUS
from gongkai.ui.portal.views.feeds import URLS_PER_SITEMAP
from gongkai.work.consultation.queries import list_public_answers

#: Number of documents changed at once up to which neighbouring pages are purged singly; above it the whole site is.
MAX_SINGLE_DOCUMENTS = 20
#: Path that purges a whole site, because its navigation or footer changed.
WHOLE_SITE_PATH = "*"


class SiteUrl(NamedTuple):
    """A URL of a site: host and path."""

    host: str
    path: str


def list_urls_of_documents(
    documents: Sequence[int], columns: Iterable[int] = (), *, with_mentioning_pages: bool = True
) -> list[SiteUrl]:
    """Return the URLs that show these documents: pages, files, columns, units, home page, feeds.

    The documents' own pages, home page and columns come first, because purging follows this order.

    Args:
        documents: ids of documents.
        columns: further columns, such as former ones.
        with_mentioning_pages: include pages that mention them, such as neighbours and related documents.
    """
    placed = Placement.objects.filter(document__in=documents).values_list("document", "column")
    columns_by_document: dict[int, set[int]] = {}
    for document, column in placed:
        columns_by_document.setdefault(document, set()).add(column)
    present_columns = {column for columns_of_one in columns_by_document.values() for column in columns_of_one}
    lines = {
        pk: (website, [int(n) for n in path.strip("/").split("/")])
        for pk, website, path in Column.objects.filter(pk__in=present_columns | set(columns)).values_list(
            "pk", "website", "path"
        )
    }
    sites: dict[int, set[str]] = {}
    for website, line in lines.values():
        paths = sites.setdefault(website, {"/", "/feed/"})
        for column in line:
            paths |= {f"/columns/{column}/", f"/columns/{column}/feed/"}
    page_paths = {site: {path for path in paths if not path.endswith("/feed/")} for site, paths in sites.items()}
    own_paths = _add_own_pages(documents, sites)
    if with_mentioning_pages:
        _add_mentioning_pages(documents, columns_by_document, lines, sites)
    hosts = _list_hosts(sites)

    def make_sort_key(site: int, path: str) -> tuple[bool, bool, str]:
        """Return the sort key of a URL: own pages first, then columns, then others."""
        return path not in own_paths[site], path not in page_paths.get(site, ()), path

    return [
        SiteUrl(host, path)
        for site, paths in sites.items()
        for host in hosts[site]
        for path in sorted(paths, key=partial(make_sort_key, site))
    ]


def _add_mentioning_pages(
    documents: Sequence[int],
    columns_by_document: dict[int, set[int]],
    lines: dict[int, tuple[int, list[int]]],
    sites: dict[int, set[str]],
) -> None:
    """Add to `sites` the pages that mention documents; the whole sites if there are many documents.

    `lines` has (site, path of column ids) by column.
    """
    if len(documents) > MAX_SINGLE_DOCUMENTS:
        for paths in sites.values():
            paths.add(WHOLE_SITE_PATH)
        return
    for document in Document.objects.filter(pk__in=documents, published_at__isnull=False):
        for column in columns_by_document.get(document.pk, ()):
            if column in lines and document.published_at:
                number, line = lines[column]
                for ancestor in line:
                    neighbour_paths = list_neighbour_urls(ancestor, document.pk, document.published_at)
                    is_own_column = ancestor == column
                    sites[number].update(
                        p for p in neighbour_paths if is_own_column or p.startswith(f"/columns/{ancestor}/")
                    )
        for website in Website.objects.filter(pk__in=list(sites)):
            for group in list_related_documents(document, ANONYMOUS, website):
                sites[website.pk].update(row.path for row in group.rows)
        pages = Address.objects.filter(
            document__in=find_naming_documents(document), current=True, website__in=list(sites)
        )
        for number, path in pages.values_list("website", "path"):
            sites[number].add(path)
    answer_ids = list_public_answers().filter(documents__in=documents).order_by().values_list("pk", flat=True)
    for paths in sites.values():
        paths.update(f"/answers/{number}/" for number in answer_ids)


def _add_own_pages(documents: Sequence[int], sites: dict[int, set[str]]) -> dict[int, set[str]]:
    """Add the documents' own pages and files to `sites`; return their paths by site."""
    pages: dict[int, set[str]] = defaultdict(set)
    for website, path in Address.objects.filter(document__in=documents).values_list("website", "path"):
        sites.setdefault(website, {"/", "/feed/"}).add(path)
        pages[website].add(path)
    common_paths: set[str] = set()
    for document, body in Document.objects.filter(pk__in=documents).values_list("pk", "body"):
        common_paths |= {
            f"/units/{body}/",
            f"/units/{body}/feed/",
            f"/qr/{document}.svg",
            f"/sitemap-{document // URLS_PER_SITEMAP}.xml",
        }
    common_paths.add("/policies/")
    files = EditionContent.objects.filter(edition__document__in=documents).values_list(
        "edition__document", "edition__document__kind", "edition__number", "files"
    )
    for document, kind, number, listed in files:
        common_paths |= {f"/files/{document}/{number}/{file['digest']}" for file in listed}
        if kind in POLICY_KINDS:
            common_paths |= {f"/policies/{document}/{number}.{suffix}" for suffix in ("docx", "pdf")}
    for paths in sites.values():
        paths.update(common_paths)
    return pages


def list_urls_of_answer(number: int, documents: Iterable[int]) -> list[SiteUrl]:
    """Return the URLs that show an answer: its page, lists, and pages of its documents.

    Args:
        number: id of the answer.
        documents: ids of its documents, present and former.
    """
    sites = {pk: {"/answers/", f"/answers/{number}/"} for pk in Website.objects.values_list("pk", flat=True)}
    for website, path in Address.objects.filter(document__in=documents).values_list("website", "path"):
        sites[website].add(path)
    hosts = _list_hosts(sites)
    return [SiteUrl(host, path) for site, paths in sites.items() for host in hosts[site] for path in sorted(paths)]


def list_urls_of_sites(websites: Iterable[int]) -> list[SiteUrl]:
    """Return the URLs that purge whole sites (`websites`: primary keys), one a host."""
    hosts = _list_hosts(websites)
    return [SiteUrl(host, WHOLE_SITE_PATH) for some in hosts.values() for host in some]


def _list_hosts(websites: Iterable[int]) -> dict[int, list[str]]:
    return {site.pk: sorted(site.host_names) for site in Website.objects.filter(pk__in=list(websites))}
