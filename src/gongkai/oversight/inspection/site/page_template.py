"""Separate the content of a column's page from menus, sidebars and footers.

The page template is recognised by repetition on other pages, position and headings. A block is a
group of links with the same element path (`lists.group_links`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import PageLink
from gongkai.lib.outbound.crawling.links import UrlCache
from gongkai.oversight.inspection.site.lists import LinkGroup, ListEntry, group_links, iterate_entries
from gongkai.oversight.inspection.site.page import WebPage, get_classes, get_text
from gongkai.oversight.inspection.site.store import InspectionStore

#: Number of pages in the sample.
SAMPLE_PAGE_COUNT = 48


@dataclass(frozen=True)
class PageTemplate:
    """Content that most pages of a site share: links by element path, lines, and form targets."""

    links: frozenset[tuple[str, str]]
    lines: frozenset[str]
    forms: frozenset[str] = frozenset()


def learn_template(store: InspectionStore, cache: UrlCache) -> PageTemplate:
    """Return the content that at least half of a sample of pages, and no fewer than three, have."""
    numbers = [number for (number,) in store.frontier.db.execute("SELECT id FROM page ORDER BY id")]
    step = max(1, len(numbers) // SAMPLE_PAGE_COUNT)
    chosen = numbers[::step][:SAMPLE_PAGE_COUNT]
    links: Counter[tuple[str, str]] = Counter()
    lines: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    for number in chosen:
        page = store.page(number, cache)
        if page is None:
            continue
        links.update({(group.way, link.address) for group in group_links(page) for link in group.links})
        links.update({("", link.address) for link in page.links if link.tag != "a"})
        lines.update(set(page.lines))
        forms.update({form.get("action") or "" for form in page.by["form"]})
    least = max(3, 0.5 * len(chosen))
    return PageTemplate(
        frozenset(one for one, count in links.items() if count >= least),
        frozenset(line for line, count in lines.items() if count >= least),
        frozenset(form for form, count in forms.items() if count >= least),
    )


#: Headings of recommended reading.
_SIDE_WORDS_RE = re.compile(
    r"热[门点]|点击|排行|相关(?:信息|链接|文章|新闻|阅读|推荐|稿件)|推荐|友情|快[速捷]|导航|猜你|浏览|常用|您可能|最热|关注"
)
_SIDE_TAGS = frozenset({"aside", "footer", "nav", "header"})
_SIDE_MARKS_RE = re.compile(
    r"(?:^|[\s_-])(?:side\w*|aside|foot\w*|bottom|nav\w*|menu\w*|crumb\w*|bread\w*|hot\w*|rank\w*|relat\w*|recomm\w*|friend\w*|copyright|"
    r"links?|yqlj|head\w*|top\w*|banner|sort\w*|pag(?:e|es|er|ing|ination)|tree\w*)(?:$|[\s_-])"
)
#: Maximum length of a block's heading in characters.
_MAX_HEADING_CHARACTERS = 12
_MAX_ANCESTORS = 6


@dataclass
class LinkBlock:
    """A group of similar links on a page, with its element path (`way`), entries and heading.

    `aside`: in a side column. `marked`: in an element named so. `itself`: it links to its own page.
    """

    way: str
    entries: list[ListEntry]
    heading: str = ""
    aside: bool = False
    marked: bool = False
    itself: bool = False

    @property
    def dated(self) -> bool:
        """Return True if most entries have a date."""
        return sum(entry.day is not None for entry in self.entries) * 2 >= len(self.entries)


@dataclass
class PageBlocks:
    """The groups of links of one page: its number (`page`), the name of its column, and `blocks`."""

    page: int
    name: str
    blocks: list[LinkBlock] = field(default_factory=list)


def find_blocks(page: WebPage, name: str, common: frozenset[tuple[str, str]], today: date) -> PageBlocks:
    """Return the blocks of a page without links that most pages of the site have.

    Args:
        page: the page.
        name: name of its column; pages of the same name count as one column.
        common: links that most pages have, by element path.
        today: reference day for dates without a year.
    """
    blocks = PageBlocks(page.id, name)
    for group in group_links(page):
        own_links = list(_drop_common_links(group, common))
        if any(link.address != page.address for link in own_links):  # a link to the page itself is no list
            first_element = own_links[0].element
            heading = find_heading(first_element)
            blocks.blocks.append(
                LinkBlock(
                    group.way,
                    list(iterate_entries(own_links, today)),
                    heading,
                    _is_aside(first_element) or bool(_SIDE_WORDS_RE.search(heading)),
                    any(
                        _SIDE_MARKS_RE.search(get_classes(ancestor))
                        for ancestor in first_element.iterancestors()
                        if isinstance(ancestor.tag, str) and ancestor.tag not in {"body", "html"}
                    ),
                    any(link.address == page.address for link in group.links),
                )
            )
    return blocks


def _drop_common_links(group: LinkGroup, common: frozenset[tuple[str, str]]) -> Iterator[PageLink]:
    """Yield the group's links that are not in `common`, and repeated ones."""
    known_addresses: set[str] = set()
    for link in group.links:
        if (group.way, link.address) not in common or link.address in known_addresses:
            yield link
        known_addresses.add(link.address)


def _is_aside(element: _Element) -> bool:
    """Return True if an element is within a side column, navigation, header or footer."""
    return any(above.tag in _SIDE_TAGS for above in element.iterancestors())


def find_heading(element: _Element) -> str:
    """Return the short text above a block; empty if there is none."""
    node = element
    for _ in range(_MAX_ANCESTORS):
        previous = node.getprevious()
        while previous is not None:
            text = get_text(previous) if isinstance(previous.tag, str) else ""
            if text:
                return text if len(text) <= _MAX_HEADING_CHARACTERS and next(previous.iter("a"), None) is None else ""
            previous = previous.getprevious()
        parent = node.getparent()
        if parent is None or parent.tag in {"body", "html"}:
            return ""
        node = parent
    return ""


@dataclass(frozen=True)
class SiteStatistics:
    """Statistics over all columns of a site.

    Attributes:
        shown: (link, element path) → columns that show it.
        lists: element paths at which columns have their own lists.
    """

    shown: dict[tuple[str, str], int]
    lists: frozenset[str]

    def count_repeats(self, block: LinkBlock, entry: ListEntry) -> int:
        """Return the number of columns that show the same entry at the element path of a block."""
        return self.shown.get((block.way, entry.address), 0)


def compute_site_statistics(pages: Iterable[PageBlocks]) -> SiteStatistics:
    """Return the statistics over the columns of a site."""
    pages_by_link: dict[tuple[str, str], set[str]] = defaultdict(set)
    counts: Counter[str] = Counter()
    main_counts: Counter[str] = Counter()
    for page in pages:
        blocks = [block for block in page.blocks if not block.aside]
        counts.update({block.way for block in blocks})
        if blocks:
            main_counts[max(blocks, key=_get_weight).way] += 1
        for block in page.blocks:
            for entry in block.entries:
                pages_by_link[block.way, entry.address].add(page.name)
    lists = frozenset(way for way, count in main_counts.items() if count > 1 and count * 2 >= counts[way])
    return SiteStatistics({key: len(names) for key, names in pages_by_link.items()}, lists)


def _get_weight(block: LinkBlock) -> tuple[bool, int]:
    """Return the sort key by which a page's main block is found: dated, then length of titles."""
    return block.dated, sum(min(len(entry.title), 30) for entry in block.entries)


#: Number of columns that may repeat an entry; with more the entry belongs to the page template.
_MAX_REPEATING_COLUMNS = 4


def find_own_entries(page: PageBlocks, statistics: SiteStatistics) -> list[ListEntry]:
    """Return a column's own entries, preferring blocks with dates.

    Args:
        page: blocks of the column's page.
        statistics: statistics over all columns.
    """
    own_blocks: list[LinkBlock] = []
    for block in page.blocks:
        most = _MAX_REPEATING_COLUMNS if block.way in statistics.lists else 1
        repeated = sum(statistics.count_repeats(block, entry) > most for entry in block.entries)
        if not block.aside and (apart := _drop_menu_entries(block, statistics)):
            own_blocks.append(LinkBlock(block.way, apart, block.heading))
            continue
        if (
            block.itself
            and not block.dated
            and all(statistics.count_repeats(block, block_entry) > 1 for block_entry in block.entries)
        ):
            continue  # the menu of its section
        if block.aside or repeated * 2 >= len(block.entries) or (block.marked and not block.dated):
            continue
        own_entries = [entry for entry in block.entries if statistics.count_repeats(block, entry) <= max(2, most)]
        if not block.dated:
            own_entries = [entry for entry in own_entries if len(own_entries) > 2 or len(entry.title) >= 8]
        if own_entries:
            own_blocks.append(LinkBlock(block.way, own_entries, block.heading))
    if any(block.dated for block in own_blocks):
        own_blocks = [block for block in own_blocks if block.dated]
    entries: dict[str, ListEntry] = {}
    for block in own_blocks:
        for entry in block.entries:
            entries.setdefault(entry.address, entry)
    return list(entries.values())


def _drop_menu_entries(block: LinkBlock, statistics: SiteStatistics) -> list[ListEntry]:
    """Return the dated entries of a block that also has undated menu links; [] for other blocks."""
    own_entries = [entry for entry in block.entries if statistics.count_repeats(block, entry) <= 1]
    menu = [entry for entry in block.entries if statistics.count_repeats(block, entry) > 1]
    dated = [entry for entry in own_entries if entry.day]
    return dated if menu and len(dated) * 2 > len(own_entries) and not any(entry.day for entry in menu) else []


#: Headings of lists of related texts.
_RELATED_LIST_HEADING_RE = re.compile(
    r"热[门点]|点击|排行|相关(?:文章|新闻|稿件|阅读|推荐)|推荐|猜你|最热|友情|上一篇|下一篇|最新"
)


def find_related_links(page: WebPage) -> set[_Element]:
    """Return the links in a text's page that belong to lists of related texts or to side columns."""
    nodes: set[_Element] = set()
    for group in group_links(page):
        first = group.links[0].element
        if _is_aside(first) or _RELATED_LIST_HEADING_RE.search(find_heading(first)):
            nodes.update(link.element for link in group.links)
    return nodes
