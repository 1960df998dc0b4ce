"""Find lists of entries on pages by repeated structure or by a learnt layout. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import PageLink
from gongkai.oversight.inspection.site.entry_days import find_dates_between, find_entry_day, find_own_day, find_year_end
from gongkai.oversight.inspection.site.page import WebPage, get_text

# Titles of list entries


_FULL_DATE = r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_DAY_AT_END_RE = re.compile(rf"[\s\[【(（]*(?:发布(?:时间|日期)[:：]?)?\s*{_FULL_DATE}[\s\]】)）]*$")
_SHORT_DATE_AT_END_RE = re.compile(r"(?:\s+|[\[【(（])(?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|[12]\d|3[01])日?[\]】)）]?$")
_DAY_AT_BEGINNING_RE = re.compile(rf"^[\[【(（]?\s*{_FULL_DATE}[\s\]】)）]*(?=\S)")
_TITLE_CLASS_RE = re.compile(r"title|\btit|\bbt\b|name|head|(?:^|[_\s-])t$", re.IGNORECASE)
_DATE_LINE_RE = re.compile(r"[\s\[【(（]*(?:(?:19|20)\d{2}\s*[-/.年]\s*)?\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[\s\]】)）]*")
#: Minimum length of a title in characters.
MIN_TITLE_CHARACTERS = 4


def get_title(link: PageLink) -> str:
    """Return an entry's title, in full even if the link's text is truncated."""
    text, whole = _read_link_title(link.element), " ".join((link.element.get("title") or "").split())
    cut = re.sub(r"(?:\.{2,}|…+)$", "", text).strip()
    if whole and (not text or (whole.startswith(cut) and (len(whole) > len(text) or cut != text))):
        return whole
    return text


def _read_link_title(anchor: _Element) -> str:
    """Return the title in a link: its heading or title element, without a date at the beginning or end."""
    heading = next((tag for tag in anchor.iter("h1", "h2", "h3", "h4", "h5", "h6") if get_text(tag)), None)
    titled = _find_title_element(anchor) if heading is None else heading
    text = get_text(titled)
    for child in titled:  # a date such as 11-18 in its own element next to the title
        day = get_text(child) if isinstance(child.tag, str) else ""
        if day and _DATE_LINE_RE.fullmatch(day):
            text = text.removeprefix(day).removesuffix(day).strip()
    return (
        _SHORT_DATE_AT_END_RE.sub("", _DAY_AT_END_RE.sub("", _DAY_AT_BEGINNING_RE.sub("", text))).strip()
        if text[:1].isdigit() or text[-1:].isdigit() or text[-1:] in "]】)）日"
        else text
    )


def _find_title_element(anchor: _Element) -> _Element:
    """Return the element inside a link that contains the title."""
    children = [element for element in anchor if isinstance(element.tag, str) and get_text(element)]
    while len(children) == 1 and not _has_own_text(anchor) and children[0].tag != "font":
        anchor = children[0]
        children = [element for element in anchor if isinstance(element.tag, str) and get_text(element)]
    if len(children) < 2 or _has_own_text(anchor) or any(element.tag in {"font", "br"} for element in children):
        return anchor
    nodes = [element for element in children if _TITLE_CLASS_RE.search(element.get("class") or "")]
    long = [
        element
        for element in nodes or children
        if len(_DAY_AT_END_RE.sub("", get_text(element))) >= MIN_TITLE_CHARACTERS
    ]
    return _find_title_element(long[0]) if long else anchor


def _has_own_text(element: _Element) -> bool:
    """Return True if an element contains text outside its children."""
    return any((text or "").strip() for text in (element.text, *(node.tail for node in element)))


_STATE_CLASS_RE = re.compile(
    r"^(?:\d+|odd|even|alt(?:ernat\w*)?|zebra|striped?|first|last|active|current|on|cur|hover|new|top|bg\d*|line|row\d*|item-?\d+)$|\d{2,}"
)
_PAGING_TEXT_RE = re.compile(
    r"^(?:\d{1,4}|[<>«»‹›]+|首页|尾页|末页|上一?页|下一?页|前页|后页|更多|more|\.{3}|…|跳转|go|返回.{0,4})$",
    re.IGNORECASE,
)
_ROW_TAGS = frozenset({"tr", "li", "dd", "dt", "td", "a", "p"})
#: Maximum length of a button's text, and the number of such links on a page.
_MAX_BUTTON_CHARACTERS, _MIN_BUTTON_LINKS = 6, 4


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One list entry: link, title and date, if one is next to it."""

    address: str
    title: str
    day: date | None


@dataclass
class LinkGroup:
    """Links with the same path of elements from the root (`way`): candidates for the entries of a list."""

    way: str
    links: list[PageLink] = field(default_factory=list)


@dataclass(frozen=True)
class ListLayout:
    """A list layout learnt from an example page: the element paths (`ways`) of its entries."""

    ways: tuple[str, ...]

    def entries(self, page: WebPage, today: date) -> list[ListEntry]:
        """Return the entries of a page with this layout."""
        links = [link for link in _iterate_candidates(page, 2) if get_element_path(link.element, {}) in self.ways]
        return list(iterate_entries(_drop_repeated_links(links), today))


def learn_list_layout(page: WebPage, titles: Iterable[str] = (), *, today: date) -> ListLayout | None:
    """Return the layout learnt from a list page, or None if it has no list.

    Args:
        page: a page with a list.
        titles: titles in the wanted list; the longest list is used without them.
        today: reference day for dates without a year.
    """
    groups = group_links(page)
    wanted = ["".join(title.split()) for title in titles]
    if wanted:
        groups = [group for group in groups if any(_has_any_title(link, wanted) for link in group.links)]
    best = max(groups, key=lambda one: _score_as_list(one, today), default=None)
    return ListLayout((best.way,)) if best else None


def _has_any_title(link: PageLink, titles: list[str]) -> bool:
    """Return True if the link's title begins like a wanted one, or the other way round."""
    text = "".join(get_title(link).split())
    return any(text.startswith(value[:20]) or value.startswith(text) for value in titles if text)


def find_entries(page: WebPage, today: date) -> list[ListEntry]:
    """Return the list entries of a page once per address."""
    entries: list[ListEntry] = []
    seen: set[str] = set()
    for group in group_links(page):
        for entry in iterate_entries(group.links, today):
            if entry.address not in seen:
                seen.add(entry.address)
                entries.append(entry)
    return entries


def group_links(page: WebPage) -> list[LinkGroup]:
    """Return the links of a page by element path; links of one list share a path."""
    ways: dict[object, str] = {}
    links: dict[str, LinkGroup] = {}
    for link in _iterate_candidates(page, MIN_TITLE_CHARACTERS):
        element_path = get_element_path(link.element, ways)
        links.setdefault(element_path, LinkGroup(element_path)).links.append(link)
    for group in links.values():
        group.links = _drop_repeated_links(group.links)
    return list(links.values())


def _drop_repeated_links(links: list[PageLink]) -> list[PageLink]:
    """Return the links whose address occurs at most twice, or all if there are none."""
    counts = Counter(link.address for link in links)
    return [link for link in links if counts[link.address] <= 2] or links


def _iterate_candidates(page: WebPage, min_characters: int) -> Iterator[PageLink]:
    """Yield links with long enough titles that are no buttons or page numbers."""
    titled_links = [(link, get_title(link)) for link in page.links if link.tag == "a" and link.address]
    counts = Counter(title for _, title in titled_links if len(title) <= _MAX_BUTTON_CHARACTERS)
    for link, text in titled_links:
        if len(text) >= min_characters and not _PAGING_TEXT_RE.match(text) and counts[text] < _MIN_BUTTON_LINKS:
            yield link


def get_element_path(element: _Element, paths: dict[object, str]) -> str:
    """Return the path from the root to an element; `paths` is a cache."""
    steps: list[str] = []
    ancestor: _Element | None = element
    known_path = ""
    while ancestor is not None and isinstance(ancestor.tag, str):
        if ancestor in paths:
            known_path = paths[ancestor]
            break
        steps.append(_make_path_step(ancestor))
        ancestor = ancestor.getparent()
    path = known_path
    for step in reversed(steps):
        path = f"{path}>{step}"
    parent = element.getparent()
    if parent is not None and parent not in paths:
        paths[parent] = path.rpartition(">")[0]
    return path


def _make_path_step(element: _Element) -> str:
    """Return one step of an element's path: tag, id and lasting classes."""
    # Rows of one table form one list, even with alternating styles.
    text = (element.get("class") or "").lower() if element.tag != "tr" else ""
    if element.tag in _ROW_TAGS:  # numbered classes
        text = re.sub(r"\d+", "", text)
    classes = [class_name for class_name in text.split() if not _STATE_CLASS_RE.search(class_name)]
    element_id = element.get("id") or ""
    id_part = (
        f"#{element_id}"
        if element_id and not re.search(r"\d", element_id) and element.tag in {"div", "ul", "table", "section", "dl"}
        else ""
    )
    return ".".join([element.tag + id_part, *sorted(classes)])


def _score_as_list(group: LinkGroup, today: date) -> float:
    """Return how likely a group of links is the list: long titles, and days."""
    entries = list(iterate_entries(group.links, today))
    dated = sum(entry.day is not None for entry in entries)
    length = sum(min(len(entry.title), 30) for entry in entries)
    return length * (1 + 2 * dated / max(1, len(entries)))


def iterate_entries(links: list[PageLink], today: date) -> Iterator[ListEntry]:
    """Yield the entries of links with their dates, None for those without one; each address once for each row."""
    items: dict[int, list[PageLink]] = defaultdict(list)
    holders: dict[int, _Element] = {}
    anchors = {link.element for link in links}
    for link in links:
        holder = _find_holder(link.element, anchors)
        items[id(holder)].append(link)
        holders[id(holder)] = holder
    rows = [
        (number, link, len(best))
        for number, inside in items.items()
        for best in [_choose_longest_titles(inside)]
        for link in best
    ]
    year_ends = {number: find_year_end(holder, today) for number, holder in holders.items()}
    days = {
        number: find_entry_day(holders[number], link, get_title(link), year_ends[number], alone=link_count == 1)
        for number, link, link_count in rows
    }
    if not any(days.values()):
        days = dict(zip(holders, find_dates_between(list(holders.values()), today), strict=True))
    for number, link, link_count in rows:
        row_day = (
            days[number]
            if link_count == 1
            else find_entry_day(holders[number], link, get_title(link), year_ends[number], alone=False)
        )
        yield ListEntry(link.address, get_title(link), row_day or find_own_day(link, today))


def _choose_longest_titles(links: list[PageLink]) -> list[PageLink]:
    best: dict[str, PageLink] = {}
    for link in links:
        if link.address not in best or len(get_title(link)) > len(get_title(best[link.address])):
            best[link.address] = link
    return list(best.values())


def _find_holder(anchor: _Element, anchors: set[_Element]) -> _Element:
    """Return the outermost ancestor of a link that contains no link to another address."""
    holder = anchor
    href = anchor.get("href")
    for ancestor in anchor.iterancestors():
        if ancestor.tag in {"body", "html"} or any(
            other_anchor in anchors and other_anchor is not anchor and other_anchor.get("href") != href
            for other_anchor in ancestor.iter("a")
        ):
            break
        holder = ancestor
    return holder
