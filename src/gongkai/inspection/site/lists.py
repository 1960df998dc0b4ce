"""Lists of entries on pages of any layout: found by what repeats, or as they were learnt from one example. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gongkai.inspection.site.dates import day_in_address, first_day
from gongkai.inspection.site.page import Page, words
from gongkai.outbound.crawling import Link

_STATE = re.compile(
    r"^(?:\d+|odd|even|first|last|active|current|on|cur|hover|new|top|bg\d*|line|row\d*|item-?\d+)$|\d{2,}"
)
_PAGING = re.compile(
    r"^(?:\d{1,4}|[<>«»‹›]+|首页|尾页|末页|上一?页|下一?页|前页|后页|更多|more|\.{3}|…|跳转|go|返回.{0,4})$",
    re.I,
)
_CALLED = re.compile(r"\b(?:date|time|rq|sj|fbsj|riqi|day)\b|date|time", re.I)
_DAY = r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_DAY_AT_END = re.compile(rf"[\s\[【(（]*(?:发布(?:时间|日期)[:：]?)?\s*{_DAY}[\s\]】)）]*$")
_SHORT_AT_END = re.compile(
    r"(?:\s+|[\[【(（])(?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|[12]\d|3[01])日?[\]】)）]?$"
)
_DAY_AT_BEGINNING = re.compile(rf"^[\[【(（]?\s*{_DAY}[\s\]】)）]*(?=\S)")
LEAST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: what it links to, its title, its day where one stands beside it."""

    address: str
    title: str
    day: date | None


@dataclass
class Group:
    """Entries of one form: the way to them from the page's root, and the anchors."""

    way: str
    links: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Layout:
    """How a site writes its lists, learnt from one page that somebody pointed at: the ways to its entries."""

    ways: tuple[str, ...]

    def entries(self, page: Page, today: date) -> list[Entry]:
        """Return the entries of a page of that layout."""
        links = [link for link in _candidates(page, 2) if _way(link.element, {}) in self.ways]
        return list(_entries(_once(links), today))


def learn(page: Page, titles: Iterable[str] = (), *, today: date) -> Layout | None:
    """Return a layout learnt from a list page; None where no list stands on it.

    Args:
        page: a page that shows a list.
        titles: titles that stand in the list, where the page has several; the longest list where none are given.
        today: for days without a year.
    """
    found = groups(page)
    wanted = ["".join(one.split()) for one in titles]
    if wanted:
        found = [one for one in found if any(_holds(link, wanted) for link in one.links)]
    best = max(found, key=lambda one: _worth(one, today), default=None)
    return Layout((best.way,)) if best else None


def _holds(link: Link, wanted: list[str]) -> bool:
    said = "".join(title_of(link).split())
    return any(said.startswith(one[:20]) or one.startswith(said) for one in wanted if said)


def entries_of(page: Page, today: date, template: frozenset[str] = frozenset()) -> list[Entry]:
    """Return the entries of the lists on a page, what stands on every page of the site left out."""
    found: list[Entry] = []
    seen: set[str] = set()
    for group in groups(page):
        links = [link for link in group.links if link.address not in template]
        for entry in _entries(links, today):
            if entry.address not in seen:
                seen.add(entry.address)
                found.append(entry)
    return found


def groups(page: Page) -> list[Group]:
    """Return the links of a page by the way to them: those of one list have one way."""
    ways: dict[Any, str] = {}
    found: dict[str, Group] = {}
    for link in _candidates(page, LEAST_WORDS):
        way = _way(link.element, ways)
        found.setdefault(way, Group(way)).links.append(link)
    for group in found.values():
        group.links = _once(group.links)
    return list(found.values())


def _once(links: list[Link]) -> list[Link]:
    """Leave out what is named again and again in one list: the column before each title."""
    counts = Counter(link.address for link in links)
    return [link for link in links if counts[link.address] <= 2] or links


def _candidates(page: Page, least: int) -> Iterator[Link]:
    for link in page.links:
        if link.tag != "a" or not link.address:
            continue
        said = title_of(link)
        if len(said) >= least and not _PAGING.match(said):
            yield link


def title_of(link: Link) -> str:
    """Return an entry's title: the whole one where the link's words are cut short."""
    said, whole = _said(link.element), " ".join((link.element.get("title") or "").split())
    cut = re.sub(r"(?:\.{2,}|…+)$", "", said).strip()
    return whole if whole and (not said or (whole.startswith(cut) and len(whole) > len(said))) else said


def _said(anchor: Any) -> str:
    """Return the words of an anchor; where it holds a whole entry, those of its heading; without a day at the end or the beginning."""
    heading = next((tag for tag in anchor.iter("h1", "h2", "h3", "h4", "h5", "h6") if words(tag)), anchor)
    said = words(heading)
    return (
        _SHORT_AT_END.sub("", _DAY_AT_END.sub("", _DAY_AT_BEGINNING.sub("", said))).strip()
        if said[:1].isdigit() or said[-1:].isdigit() or said[-1:] in "]】)）日"
        else said
    )


def _way(element: Any, known: dict[Any, str]) -> str:
    """Return the way from the root to an element by names and marks, as entries of one list share it."""
    steps: list[str] = []
    above: Any = element
    way = ""
    while above is not None and isinstance(above.tag, str):
        if above in known:
            way = known[above]
            break
        steps.append(_step(above))
        above = above.getparent()
    made = way
    for step in reversed(steps):
        made = f"{made}>{step}"
    parent = element.getparent()
    if parent is not None and parent not in known:
        known[parent] = made.rpartition(">")[0]
    return made


def _step(element: Any) -> str:
    marks = [one for one in (element.get("class") or "").lower().split() if not _STATE.search(one)]
    named = element.get("id") or ""
    own = (
        f"#{named}"
        if named and not re.search(r"\d", named) and element.tag in {"div", "ul", "table", "section", "dl"}
        else ""
    )
    return ".".join([element.tag + own, *sorted(marks)])


def _worth(group: Group, today: date) -> float:
    entries = list(_entries(group.links, today))
    dated = sum(one.day is not None for one in entries)
    length = sum(min(len(one.title), 30) for one in entries)
    return length * (1 + 2 * dated / max(1, len(entries)))


def _entries(links: list[Link], today: date) -> Iterator[Entry]:
    """Yield entries: of links to one address within one item the one with the longest title."""
    items: dict[int, list[Link]] = defaultdict(list)
    holders: dict[int, Any] = {}
    anchors = {link.element for link in links}
    for link in links:
        holder = _holder(link.element, anchors)
        items[id(holder)].append(link)
        holders[id(holder)] = holder
    for number, inside in items.items():
        best: dict[str, Link] = {}
        for link in inside:
            if link.address not in best or len(title_of(link)) > len(title_of(best[link.address])):
                best[link.address] = link
        for link in best.values():
            yield Entry(
                link.address, title_of(link), _day(holders[number], link, today, alone=len(best) == 1)
            )


def _holder(anchor: Any, anchors: set[Any]) -> Any:
    """Return the element that holds one entry: the highest above its link that holds no other entry's."""
    holder = anchor
    href = anchor.get("href")
    for above in anchor.iterancestors():
        if above.tag in {"body", "html"} or any(
            other in anchors and other is not anchor and other.get("href") != href
            for other in above.iter("a")
        ):
            break
        holder = above
    return holder


def _day(holder: Any, link: Link, today: date, *, alone: bool) -> date | None:
    """Return the day of an entry: beside its link, in what its elements are marked with, in its title, in its address."""
    for tag in holder.iter():
        if isinstance(tag.tag, str) and (tag.tag == "time" or _CALLED.search(tag.get("class") or "")):
            said = tag.get("datetime") or _apart(tag)
            found = first_day(said, today, short=True)
            if found:
                return found
    if alone:
        title = words(link.element)
        said = _apart(holder)
        beside = said.replace(title, " ", 1) if title else said
        if len(beside) < 400:
            found = first_day(beside, today, short=True) or first_day(holder.tail or "", today, short=True)
            if found:
                return found
        after = holder.getnext()
        if after is not None and after.find(".//a") is None and after.tag != "a":
            found = first_day(_apart(after), today, short=True) if len(words(after)) < 60 else None
            if found:
                return found
    else:
        found = first_day(link.element.tail or "", today, short=True)
        if found:
            return found
    for name in ("data-date", "data-time", "data-pubdate", "date"):
        found = first_day(link.element.get(name) or holder.get(name) or "", today)
        if found:
            return found
    inside = words(link.element).replace(title_of(link), " ", 1)
    return (
        first_day(inside, today, short=True)
        or first_day(words(link.element), today)
        or day_in_address(link.address)
    )


def _apart(element: Any) -> str:
    """Return an element's words with a blank between those of different elements."""
    return " ".join(" ".join(element.itertext()).split())
