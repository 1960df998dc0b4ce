"""Crawl a site and check each page as it arrives, within the limits of an inspection."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import Crawl, CrawlLimits, FetchResult, UrlKind, normalise_url
from gongkai.lib.outbound.crawling.addresses import get_host
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.oversight.inspection.availability import Availability
from gongkai.oversight.inspection.site import data_lists
from gongkai.oversight.inspection.site.checks import attachments, harmful, markup, safety, site_marks
from gongkai.oversight.inspection.site.checks import broken_links as ends
from gongkai.oversight.inspection.site.checks.page_faults import PageFault
from gongkai.oversight.inspection.site.checks.wording import WordingCheck
from gongkai.oversight.inspection.site.lists import ListLayout, find_entries, group_links, iterate_entries
from gongkai.oversight.inspection.site.menus import iterate_script_links
from gongkai.oversight.inspection.site.page import WebPage, get_text, parse_page, read_page
from gongkai.oversight.inspection.site.page_template import find_related_links
from gongkai.oversight.inspection.site.publication_dates import find_publication_date
from gongkai.oversight.inspection.site.scoring import Indicators, read_indicators
from gongkai.oversight.inspection.site.store import InspectionStore

#: Default number of requests per second.
DEFAULT_REQUESTS_PER_SECOND = 2.0


class InspectionError(ValueError):
    """Raised when an inspection cannot start; the message is one line in Chinese."""


class TimeLimitReached(Exception):
    """Raised if the time limit passed before the site was read; the next call resumes the crawl.

    `pages` and `ends` are the numbers of pages and of other addresses so far.
    """

    def __init__(self, pages: int, ends: int) -> None:
        self.pages, self.ends = pages, ends
        super().__init__(f"{pages} pages")


@dataclass
class InspectionParameters:
    """Parameters of an inspection.

    Attributes:
        address: URL of the home page.
        folder: stores state, pages and the report, so that a stopped inspection can resume; without
            one nothing is stored.
        bounds: limits of the crawl and its request rate.
        today: reference day for freshness checks.
        indicators: the indicator table.
        layouts: list layouts learnt for the site.
        progress: callback that receives the numbers of requested and queued addresses.
        screenshots: take screenshots of pages as evidence.
        week: visits of the last week, if counted.
        aside: marks of known false alarms, which are not reported.
        inside: internal hosts that may be requested; None allows all (command line only).
        whole: at the time limit (`bounds.run`), judge by the pages read so far instead of raising
            `TimeLimitReached`.
    """

    address: str
    folder: Path | None = None
    bounds: CrawlLimits = field(default_factory=lambda: CrawlLimits(rate=DEFAULT_REQUESTS_PER_SECOND))
    today: date = field(default_factory=date.today)
    indicators: Indicators = field(default_factory=read_indicators)
    layouts: list[ListLayout] = field(default_factory=list)
    progress: Callable[[int, int], None] = lambda pages, ends: None
    screenshots: bool = True
    whole: bool = True
    inside: frozenset[str] | None = None
    week: Availability | None = None
    aside: frozenset[str] = frozenset()


#: Minimum confidence for accepting a publication date.
MIN_DATE_CONFIDENCE = 60
#: Minimum confidence of a labelled date (发布时间：…).
MIN_LABELLED_DATE_CONFIDENCE = 90
_DATE_LABEL_RE = re.compile(r"(?:发布|发文|成文|公开|印发|更新)(?:时间|日期)\s*[:：]")
#: Addresses on the editor's own disk or a network share.
_LOCAL_ADDRESS_RE = re.compile(r"file:|\\\\|[a-z]:[\\/]", re.IGNORECASE)
_INDEX_FILE_NAME_RE = re.compile(r"(?:index|list|default|node|col)[\w-]*\.\w+$", re.IGNORECASE)
_DATE_START_RE = re.compile(r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")


def crawl_site(crawl: Crawl, store: InspectionStore, cache: UrlCache, parameters: InspectionParameters) -> None:
    """Crawl the site, and store its pages and data lists with their faults."""
    wording = WordingCheck()
    pages = other = 0
    for fetched in crawl:
        if fetched.page:
            pages += 1
            _store_page(fetched, crawl, store, cache, wording, parameters)
        else:
            other += 1
            crawl.record_result(fetched, _store_data_entries(fetched, store, parameters))
            _store_target_faults(fetched, store, parameters)
        if (pages + other) % 20 == 0:
            parameters.progress(pages, other)


def _store_page(
    fetched: FetchResult,
    crawl: Crawl,
    store: InspectionStore,
    cache: UrlCache,
    wording: WordingCheck,
    parameters: InspectionParameters,
) -> None:
    """Store a fetched page with its links, day and kind, and the faults of its own text and markup."""
    page = read_page(fetched, cache)
    if page is None:
        crawl.record_result(fetched)
        store.store_faults(fetched.target.id, [PageFault("page.empty", "网页没有内容", fetched.target.address)])
        return
    links = [(link.address, link.tag, name) for link, name in zip(page.links, page.names, strict=True) if link.address]
    links += [(address, data_lists.DATA_LINK_TAG, "") for address in data_lists.find_data_addresses(page)]
    links += [
        (entry.address, "a", entry.title) for entry in data_lists.read_inline_entries(page, parameters.today) or ()
    ]
    links += iterate_script_links(page)
    links += [(address, safety.REDIRECT_LINK_TYPE, "") for address in safety.list_external_redirects(page, crawl.hosts)]
    crawl.record_result(fetched, links, page.text)
    day, article = _find_day_and_kind(page, parameters.today, home=fetched.target.found_on is None)
    store.keep(page, day=day, article=article, marks=site_marks.compute_footer_mask(page))
    faults = [
        *markup.find_markup_faults(page),
        *safety.find_security_faults(page, crawl.hosts),
        *site_marks.find_meta_tag_faults(page, article=article),
        *wording.find_faults(page),
        *_iterate_broken_links(page),
    ]
    if fetched.cut or fetched.size > int(parameters.indicators.limit("page.large", "bytes", 2_000_000)):
        faults.append(
            PageFault(
                "page.large",
                f"网页有 {fetched.size / 1_000_000:.1f} 兆字节" + ("以上" if fetched.cut else ""),
                page.address,
            )
        )
    store.store_faults(fetched.target.id, faults)


def _store_data_entries(
    fetched: FetchResult, store: InspectionStore, parameters: InspectionParameters
) -> list[tuple[str, str, str]]:
    """Store the entries of a data list; return (address, element, text) of its links."""
    target = fetched.target
    if target.tag != data_lists.DATA_LINK_TAG or not 200 <= fetched.status < 300:
        return []
    shown_on = next(store.frontier.rows("id = ?", (target.found_on,)), None)
    entries = data_lists.read_data_entries(
        fetched.data, shown_on["address"] if shown_on else target.address, parameters.today
    )
    if entries is None:
        return []
    store.note_list(target.id, entries)
    return [(entry.address, "a", entry.title) for entry in entries]


def _find_day_and_kind(page: WebPage, today: date, *, home: bool) -> tuple[date | None, bool]:
    """Return (publication day or None, whether the page is an article rather than a list)."""
    publication = find_publication_date(page, today)
    day = publication.day if publication else None
    declares_article = bool(page.metas.get("articletitle") or page.metas.get("pubdate"))
    if declares_article:
        return day, True
    if (
        home
        or "noindex" in page.metas.get("robots", "").lower()  # a filtered view of another page
        or publication is None
        or publication.weight < MIN_DATE_CONFIDENCE
        or (page.metas.get("columnname") and not page.by["article"] and publication.weight < 70)
    ):
        return day, False
    aside = find_related_links(page)
    listed = sum(1 for line in page.lines if len(line) < 90 and _DATE_START_RE.search(line[-22:] + line[:14]))
    listed -= sum(
        1 for link in page.links if link.element in aside and _DATE_START_RE.search(_get_row_text(link.element))
    )
    if (
        publication.weight >= MIN_LABELLED_DATE_CONFIDENCE
        and sum(1 for line in page.lines if _DATE_LABEL_RE.search(line)) <= 2
    ):
        return day, True  # even if the page also has a list
    return day, listed <= 4 and not _is_short_list(page, today) and not _is_list(page, day, aside, today)


def _get_row_text(link: _Element) -> str:
    """Return the first 90 characters of the row or paragraph that contains a link."""
    row = next((above for above in link.iterancestors() if above.tag in {"li", "tr", "dd", "dt", "p"}), link)
    return get_text(row)[:90]


#: Minimum number of dated entries of a list, and the maximum length of a column's title.
_MIN_DATED_ENTRIES, _MAX_COLUMN_TITLE_CHARACTERS = 3, 16


def _is_list(page: WebPage, day: date | None, links_outside_content: set[_Element], today: date) -> bool:
    """Return True if the page is a list: a group of dated links whose newest day is the page's."""
    for group in group_links(page) if len(page.heading) <= _MAX_COLUMN_TITLE_CHARACTERS else ():
        if group.links[0].element not in links_outside_content:
            entries = [entry for entry in iterate_entries(group.links, today) if entry.address != page.address]
            days = [entry.day for entry in entries if entry.day]
            if len(days) >= _MIN_DATED_ENTRIES and max(days) == day:
                return True
    return False


def _is_short_list(page: WebPage, today: date) -> bool:
    """Return True for an index page with two or more dated links into its own folder."""
    folder, _, name = page.address.partition("?")[0].rpartition("/")
    if name and not _INDEX_FILE_NAME_RE.match(name):
        return False
    are_below = (entry.address.startswith(f"{folder}/") for entry in find_entries(page, today) if entry.day)
    return sum(are_below) > 1


def _iterate_broken_links(page: WebPage) -> Iterator[PageFault]:
    """Yield links to local or shared drives and misspelled addresses."""
    for link in page.links:
        if _LOCAL_ADDRESS_RE.match(link.written):
            yield PageFault(
                "link.broken",
                f"链接指向编辑者自己的电脑或内部共享：{link.written[:80]}",
                f"{page.address} {link.written}",
                link.written,
            )
        elif not link.address and link.tag == "a" and link.written[:5].lower() in {"http:", "https"}:
            yield PageFault("link.broken", f"链接地址写法有误：{link.written[:60]}", link.written, link.written)


def _store_target_faults(fetched: FetchResult, store: InspectionStore, parameters: InspectionParameters) -> None:
    """Store the faults of a fetched file, or of an external page that the site links to."""
    target = fetched.target
    if not 200 <= fetched.status < 300:
        return
    if target.kind == UrlKind.FILE:
        fault = ends.find_file_fault(target.address, fetched.data, fetched.size)
        if fault:
            store.store_faults(target.id, [PageFault(fault[0], fault[1], target.address)])
        elif target.tag == "a":
            store.store_faults(target.id, attachments.judge_attachment(fetched, parameters.bounds.document_bytes))
    elif (
        target.kind == UrlKind.OUTER and "html" in fetched.type and not safety.is_trusted_host(get_host(target.address))
    ):
        page = parse_page(fetched.data, target.address, target.id, normalise_url)
        source = next(store.frontier.rows("id = ?", (target.found_on,)), None)
        if page is not None:
            found_on = source["address"] if source else ""
            redirected = target.tag.startswith("redirect") or target.tag == safety.REDIRECT_LINK_TYPE
            store.store_faults(target.id, harmful.judge_page(page, redirected=redirected, found_on=found_on))
