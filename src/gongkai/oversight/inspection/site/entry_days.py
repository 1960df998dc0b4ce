"""Find the date of a list entry: near its link, in a table column or its URL. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.outbound.crawling import PageLink
from gongkai.oversight.inspection.site.dates import find_day_in_address, find_first_day, iterate_days
from gongkai.oversight.inspection.site.label_patterns import (
    DEADLINE_WORDS_PATTERN,
    NOT_A_DATE_PATTERN,
    rate_words_before_date,
)
from gongkai.oversight.inspection.site.page import get_text

_DATE_CLASS_RE = re.compile(r"\b(?:date|time|rq|sj|fbsj|riqi|day)\b|date|time", re.IGNORECASE)
_DATE_ATTRIBUTE_RE = re.compile(r"^(?:data-(?:\w+-)?(?:pub\w*|date|time|day)|date|datetime)\b", re.IGNORECASE)
#: Number of characters next to a date from which a line is a sentence.
_MIN_SENTENCE_CHARACTERS = 30
#: Confidence of a date alone on its line, and of one in a sentence.
_DATE_LINE_CONFIDENCE, _DATE_IN_SENTENCE_CONFIDENCE = 50, 20
_MAX_ENTRY_CHARACTERS = 500


def find_entry_day(holder: _Element, link: PageLink, title: str, today: date, *, alone: bool) -> date | None:
    """Return the date of a list entry, or None.

    Args:
        holder: the element that contains this entry only.
        link: its link.
        title: its title; dates in it are ignored.
        today: reference day for dates without a year; later dates are ignored.
        alone: the holder contains only this link.
    """
    if alone:
        first_day = _find_day_in_time_tag(holder, title, today) or _find_day_beside_link(holder, link, title, today)
    else:
        first_day = find_first_day(link.element.tail or "", today, without_year=True)
    return (
        first_day
        or _find_day_in_attributes(holder if alone else link.element, title, today)
        or _find_likeliest_day(_remove_title(_get_lines(link.element), title), today)
    )


def find_year_end(holder: _Element, today: date) -> date:
    """Return the last day, at most today, of the year in the heading above an entry (2025年); today without one."""
    if re.search(r"(?:19|20)\d\d\D", _get_lines(holder)):
        return today
    node: _Element | None = holder
    for _ in range(_MAX_ANCESTORS):
        if node is None or node.tag in {"body", "html"}:
            break
        for one in islice(node.itersiblings(preceding=True), _MAX_PREVIOUS_SIBLINGS):
            match = _YEAR_HEADING_RE.fullmatch(get_text(one)) if isinstance(one.tag, str) and len(one) < 3 else None
            if match:
                return min(today, date(int(match[1]), 12, 31))
        node = node.getparent()
    return today


#: Year headings within a list, and the number of elements searched above and before an entry.
_YEAR_HEADING_RE = re.compile(r"[\[【（(]?((?:19|20)\d\d)年?度?[\]】）)]?")
_MAX_ANCESTORS, _MAX_PREVIOUS_SIBLINGS = 3, 100


def find_own_day(link: PageLink, today: date) -> date | None:
    """Return the date in an entry's URL or text, for lists without dates."""
    return find_day_in_address(link.address) or find_first_day(get_text(link.element), today)


def find_dates_between(holders: list[_Element], today: date) -> list[date | None]:
    """Return for each entry the date in the text before it, or for all in the text after it; None for one without."""
    if len(holders) < 2 or len({id(element.getparent()) for element in holders}) != 1:
        return [None] * len(holders)
    gaps = [_get_text_after(node, holders[n + 1] if n + 1 < len(holders) else None) for n, node in enumerate(holders)]
    first_text = "\n".join(reversed(list(_iterate_texts_before(holders[0]))))
    leads = [first_text, *gaps[:-1]]
    days_before = [_find_likeliest_day(lead, today) for lead in leads]
    days_after = [_find_likeliest_day(gap, today) for gap in gaps]
    return days_before if days_before[0] and not days_after[-1] else days_after


def _iterate_texts_before(holder: _Element) -> Iterator[str]:
    """Yield the texts before a list entry, nearest first, up to the previous link."""
    for number, node in enumerate(holder.itersiblings(preceding=True)):
        yield node.tail or ""
        if number > 2 or node.tag == "a" or node.find(".//a") is not None:
            return
        yield _get_lines(node)
    parent = holder.getparent()
    yield (parent.text if parent is not None else "") or ""


def _get_text_after(holder: _Element, following: object) -> str:
    """Return the text after a list entry, up to the next one or the next link."""
    texts = [holder.tail or ""]
    for number, node in enumerate(holder.itersiblings()):
        if node is following or number > 3 or node.tag == "a" or node.find(".//a") is not None:
            break
        texts += [_get_lines(node), node.tail or ""]
    return "\n".join(texts)


def _find_day_in_time_tag(holder: _Element, title: str, today: date) -> date | None:
    """Return the day in a `time` element, or in one whose class names a date."""
    for tag in holder.iter():
        if isinstance(tag.tag, str) and (tag.tag == "time" or _DATE_CLASS_RE.search(tag.get("class") or "")):
            text = tag.get("datetime") or _remove_title(_get_lines(tag), title)
            day = _find_likeliest_day(text, today) if len(text) < 60 else None
            if day:
                return day
    return None


def _find_day_beside_link(holder: _Element, link: PageLink, title: str, today: date) -> date | None:
    """Return the day next to the link in its holder, without the title; None if the text is too long."""
    text = _label_cells(holder) or _get_lines(holder)
    link_text = _get_lines(link.element)
    text = _remove_title(text, title if title in text or len(link_text) > len(title) + 4 else link_text)
    if len(text) > _MAX_ENTRY_CHARACTERS:
        return None
    return _find_likeliest_day(text, today) or find_first_day(holder.tail or "", today, without_year=True)


def _label_cells(holder: _Element) -> str:
    """Return a table row as lines 表头：单元格; empty if the table has no suitable heading row."""
    row = holder if holder.tag == "tr" else next(holder.iterancestors("tr"), None)
    table = next(row.iterancestors("table"), None) if row is not None else None
    if row is None or table is None:
        return ""
    head = next((element for element in table.iter("tr")), None)
    names = [get_text(cell) for cell in head if cell.tag in {"td", "th"}] if head is not None else []
    cells = [cell for cell in row if cell.tag in {"td", "th"}]
    if head is row or len(names) != len(cells) or any(len(value) > 12 for value in names):
        return ""
    return "\n".join(f"{name}：{_get_lines(cell)}" for name, cell in zip(names, cells, strict=True))


def _find_likeliest_day(text: str, today: date) -> date | None:
    """Return the day with the best label up to tomorrow, None without one."""
    best: tuple[int, bool, int] | None = None
    chosen = None
    for day in iterate_days(text, today, without_year=True):
        begun = text.rfind("\n", 0, day.start) + 1
        line = text[begun : (text.find("\n", day.end) + 1 or len(text) + 1) - 1]
        lead = text[begun : day.start].rstrip(" [【(（") or text[:begun].rstrip().rpartition("\n")[2]
        if (
            day.day > today + timedelta(days=1)
            or NOT_A_DATE_PATTERN.search(lead)
            or DEADLINE_WORDS_PATTERN.match(text, day.end)
        ):
            continue
        in_words = len(line) - (day.end - day.start) > _MIN_SENTENCE_CHARACTERS or "。" in line
        weight = rate_words_before_date(lead) or (_DATE_IN_SENTENCE_CONFIDENCE if in_words else _DATE_LINE_CONFIDENCE)
        rank = (weight, day.has_year, -day.start)
        if best is None or rank > best:
            best, chosen = rank, day.day
    return chosen


def _find_day_in_attributes(holder: _Element, title: str, today: date) -> date | None:
    """Return the day in an attribute of the entry or its parent, such as data-date, or in a link's title."""
    for tag in (*reversed(list(holder.iterancestors())[:1]), *holder.iter()):
        if not isinstance(tag.tag, str):
            continue
        for name, value in tag.attrib.items():
            day = find_first_day(str(value), today) if _DATE_ATTRIBUTE_RE.match(str(name)) else None
            if day:
                return day
    for tag in holder.iter("a", "img"):
        day = _find_likeliest_day(_remove_title(tag.get("title") or "", title), today)
        if day:
            return day
    return None


def _remove_title(text: str, title: str) -> str:
    """Replace the first occurrence of the title by a space."""
    return text.replace(title, " ", 1) if title else text


def _get_lines(element: _Element) -> str:
    lines = " ".join(map(str, element.itertext())).split("\n")
    return "\n".join(line for value in lines if (line := " ".join(value.split())))
