"""Find the publication date of a page; of all candidates the most likely one is used. Pure."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import islice

from lxml.etree import _Element

from gongkai.lib.chinese import lazy_re as re
from gongkai.oversight.inspection.site.dates import find_day_in_address, find_first_day, iterate_days
from gongkai.oversight.inspection.site.label_patterns import (
    DEADLINE_WORDS_PATTERN,
    NOT_A_DATE_PATTERN,
    rate_words_after_date,
    rate_words_before_date,
)
from gongkai.oversight.inspection.site.page import WebPage, get_classes, get_text

#: Meta element names with the publication date, most reliable first.
_META_NAMES_TEXT = (
    "pubdate publishdate publish_date publishtime pubtime publish-time article:published_time og:published_time og:release_date "
    "datepublished dc.date.issued dcterms.issued dcterms.created dc.date dcterms.date firstpublishedtime createdate date maketime"
)
_META_NAMES = tuple(_META_NAMES_TEXT.split())
_OTHER_DATE_WORD_RE = re.compile(r"今天是|copyright|©|版权", re.IGNORECASE)
_WEEKDAY_RE = re.compile(r"(?<!\d日)\s*星期[一二三四五六日天]")
_WORDS_BESIDE_DATE_RE = re.compile(
    r"来源|作者|编辑|责编|审核|记者|通讯员|供稿|撰稿|浏览|阅读|点击|字号|字体|打印|分享|source|views?|by\s",
    re.IGNORECASE,
)
_DATE_CLASS_RE = re.compile(r"(?:^|[\s_-])(?:pub|date|time|rq|sj|fbsj|fbrq|info|meta|source|ly)", re.IGNORECASE)
_DATE_VARIABLE_RE = re.compile(
    r"(?:pub(?:lish)?(?:ed)?_?(?:date|time)|createtime|docreltime|releasetime|fbsj)[\"']?\s*[:=]\s*[\"']?([^\"',;<>}]{8,30})",
    re.IGNORECASE,
)
#: Dates in HTML comments: <!-- pubdate:2026-08-17 -->
_DATE_COMMENT_RE = re.compile(rf"<!--[^<>]{{0,60}}?{_DATE_VARIABLE_RE.pattern}[^<>]{{0,60}}-->", re.IGNORECASE)
#: Dates that scripts write into elements.
_SCRIPTED_DATE_RE = re.compile(
    r"(?:getElementById|\$)\(\s*[\"']#?([\w-]{2,40})[\"']\s*\)\s*\.\s*(?:innerHTML|innerText|textContent|text|html|val)\s*[=(]\s*"
    r"[\"']([^\"']{8,30})[\"']"
)
#: Unix timestamps in seconds or milliseconds, after 2001.
_TIMESTAMP_RE = re.compile(r"1\d{9}(?:\d{3})?")
CHINA_TIMEZONE = timezone(timedelta(hours=8))
#: Text that may accompany a date on its own line: time, weekday, label, document number.
_TEXT_BESIDE_DATE_RE = re.compile(
    r"(?:[01]?\d|2[0-3])[:：]\d{2}(?:[:：]\d{2})?|星期.|周[一二三四五六日]|上午|下午|时间|日期|发布|[^\s\d]{2,12}〔\d{4}〕\d{1,5}号|[\s\W_]"
)
_DATE_TAGS = ("span", "div", "p", "em", "i", "td", "small", "font", "b", "label", "section", "article", "h1", "h2")
_MAX_LINES = 4_000
#: Maximum number of characters and of dates that are read in one line.
_MAX_LINE_CHARACTERS, _MAX_DATES_IN_LINE = 20_000, 30
#: Number of characters from which a line is body text.
_MIN_BODY_TEXT_CHARACTERS = 45
_DATE_ATTRIBUTE_RE = re.compile(r"^data-(?:\w+-)?(?:pub\w*|date|time|day)\b", re.IGNORECASE)
#: Names of meta elements and hidden fields for publication dates, and for other dates.
_PUBLICATION_DATE_NAME_RE = re.compile(r"pub|release|issue|article.?(?:date|time)|fbsj|fbrq|^date$", re.IGNORECASE)
_OTHER_DATE_NAME_RE = re.compile(r"modif|updat|expir|valid|end|copy|unit|org|er$|type|site|now|server", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """A publication date with its origin in Chinese (`by`) and confidence (0 to 100)."""

    day: date
    by: str
    weight: int


def find_publication_date(page: WebPage, today: date) -> PublicationDate | None:
    """Return the most likely publication date of a page, or None; dates after tomorrow count less."""
    best: PublicationDate | None = None
    for one in _find_candidates(page, today):
        ahead = one.day > today + timedelta(days=1)
        weight = one.weight - (60 if ahead else 0)
        if weight > 0 and (best is None or weight > best.weight):
            best = PublicationDate(one.day, one.by, weight)
        if best is not None and best.weight >= 92:
            break
    return best


def _find_candidates(page: WebPage, today: date) -> Iterator[PublicationDate]:
    """Yield every date that the page may state as its publication, with source and weight."""
    for name in _META_NAMES:
        day = find_first_day(_normalise_date_text(page.metas[name]), today) if name in page.metas else None
        if day:
            yield PublicationDate(day, f"meta {name}", 100 if name != "date" else 84)
    for name, text in page.metas.items():
        day = (
            find_first_day(_normalise_date_text(text), today)
            if _PUBLICATION_DATE_NAME_RE.search(name) and not _OTHER_DATE_NAME_RE.search(name)
            else None
        )
        if day:
            yield PublicationDate(day, f"meta {name}", 94)
    yield from _find_in_json(page, today)
    yield from _find_dates_in_elements(page, today)
    yield from _find_in_lines(page, today)
    yield from _find_in_scripts(page, today)
    day = find_day_in_address(page.address)
    if day:
        yield PublicationDate(day, "网址", 40)


def _find_in_scripts(page: WebPage, today: date) -> Iterator[PublicationDate]:
    """Yield dates in scripts and HTML comments that are named as publication dates."""
    for script in page.scripts:
        for match in _DATE_VARIABLE_RE.finditer(script[:50_000]):
            day = find_first_day(match[1], today)
            if day:
                yield PublicationDate(day, "页面脚本", 56)
        for match in _SCRIPTED_DATE_RE.finditer(script[:50_000]):
            promised = _PUBLICATION_DATE_NAME_RE.search(match[1]) and not _OTHER_DATE_NAME_RE.search(match[1])
            day = find_first_day(match[2], today) if promised else None
            if day:
                yield PublicationDate(day, "页面脚本", 56)
    for match in _DATE_COMMENT_RE.finditer(page.source[:100_000]) if "<!--" in page.source else ():
        day = find_first_day(match[1], today)
        if day:
            yield PublicationDate(day, "页面注释", 52)


def _shows_current_date(line: str) -> bool:
    """Return true for a line with today's date, such as a copyright line."""
    return bool(
        _OTHER_DATE_WORD_RE.search(line) or (_WEEKDAY_RE.search(line) and not _WORDS_BESIDE_DATE_RE.search(line))
    )


def _normalise_date_text(text: str) -> str:
    """Return a timestamp or an unseparated date-time as a date text; other texts unchanged."""
    if _TIMESTAMP_RE.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), CHINA_TIMEZONE).date().isoformat()
    return text[:8] if re.fullmatch(r"(?:19|20)\d{10}(?:\d{2})?", text) else text


def _find_in_json(page: WebPage, today: date) -> Iterator[PublicationDate]:
    """Yield the property datePublished of JSON data in scripts."""
    for script in page.scripts:
        if "datePublished" in script:
            match = re.search(r'"datePublished"\s*:\s*("(?:[^"\\]|\\.)*")', script)
            day = find_first_day(_unquote_json(match[1]), today) if match else None
            if day:
                yield PublicationDate(day, "datePublished", 95)


def _unquote_json(text: str) -> str:
    """Return the text of a quoted JSON string; a text that is none unchanged."""
    try:
        return str(json.loads(text))
    except ValueError:
        return text


def _find_dates_in_elements(page: WebPage, today: date) -> Iterator[PublicationDate]:
    """Yield dates in `time` elements, form fields, data attributes and elements with a date class."""
    list_patterns = _find_list_patterns(page.by["time"])
    for tag in page.by["time"]:
        day = find_first_day(tag.get("datetime") or "", today) or find_first_day(get_text(tag), today)
        listed = _get_element_pattern(tag) in list_patterns or any(
            ancestor.tag in {"li", "nav", "aside", "footer"} for ancestor in tag.iterancestors()
        )
        # Reference days of figures and of archiving are no publication dates.
        if (
            day
            and not NOT_A_DATE_PATTERN.search(_get_text_before(tag))
            and not DEADLINE_WORDS_PATTERN.match(tag.tail or "")
        ):
            yield PublicationDate(day, "time", 50 if listed else 86)
    yield from _find_dates_in_fields(page, today)
    for name in _DATE_TAGS:
        for tag in page.by[name]:
            if not tag.keys():
                continue
            text = next((str(value) for key, value in tag.attrib.items() if _DATE_ATTRIBUTE_RE.match(str(key))), None)
            day = find_first_day(_normalise_date_text(text.strip()), today) if text else None
            if day:
                yield PublicationDate(day, "标注属性", 58)
            marked_date = _find_marked_date(tag, today)
            if marked_date:
                yield marked_date


def _find_list_patterns(tags: list[_Element]) -> set[tuple[str, str, str]]:
    places: dict[tuple[str, str, str], set[_Element | None]] = defaultdict(set)
    for tag in tags:
        places[_get_element_pattern(tag)].add(tag.getparent())
    counts = Counter(_get_element_pattern(tag) for tag in tags)
    return {form for form, nodes in places.items() if len(nodes) > 1 or counts[form] > 2}


def _get_element_pattern(tag: _Element) -> tuple[str, str, str]:
    """Return (classes, parent's tag, parent's classes) of an element."""
    parent = tag.getparent()
    return (
        get_classes(tag),
        str(parent.tag) if parent is not None else "",
        get_classes(parent) if parent is not None else "",
    )


def _find_dates_in_fields(page: WebPage, today: date) -> Iterator[PublicationDate]:
    """Yield dates in hidden fields named as such, and in labelled read-only fields."""
    for tag in page.by["input"]:
        field_names = f"{tag.get('name') or ''} {tag.get('id') or ''}"
        promised = _DATE_CLASS_RE.search(field_names) or (
            _PUBLICATION_DATE_NAME_RE.search(field_names) and not _OTHER_DATE_NAME_RE.search(field_names)
        )
        if (tag.get("type") or "").lower() == "hidden" and promised:
            day = find_first_day(tag.get("value") or "", today)
            if day:
                yield PublicationDate(day, "隐藏字段", 55)
        elif tag.get("readonly") is not None or tag.get("disabled") is not None:
            day, weight = find_first_day(tag.get("value") or "", today), rate_words_before_date(_get_field_label(tag))
            if day and weight:
                yield PublicationDate(day, "只读字段", weight)


def _get_field_label(field: _Element) -> str:
    previous = field.getprevious()
    return f"{get_text(previous) if previous is not None else ''}{_get_text_before(field)}".rstrip()


def _get_text_before(tag: _Element) -> str:
    """Return the last 14 characters of the text directly before an element."""
    before, parent = tag.getprevious(), tag.getparent()
    text = before.tail if before is not None else parent.text if parent is not None else ""
    return (text or "").rstrip()[-14:]


def _find_marked_date(tag: _Element, today: date) -> PublicationDate | None:
    """Return the date of an element marked as datePublished, or None."""
    if (tag.get("itemprop") or "").lower() == "datepublished":
        day = find_first_day(tag.get("content") or get_text(tag), today)
        return PublicationDate(day, "datePublished", 93) if day else None
    if len(tag) > 4 or not _DATE_CLASS_RE.search(get_classes(tag)):
        return None
    text = get_text(tag)
    listed = any(ancestor.tag in {"li", "a", "footer"} for ancestor in (tag, *tag.iterancestors()))
    if listed or not 6 <= len(text) <= 60 or _shows_current_date(text):
        return None
    written_day = next(iter(iterate_days(text, today)), None)
    if not written_day or NOT_A_DATE_PATTERN.search(text[: written_day.start]):
        return None
    return PublicationDate(written_day.day, "时间标记", rate_words_before_date(text[: written_day.start]) or 68)


def _find_in_lines(page: WebPage, today: date) -> Iterator[PublicationDate]:
    """Yield dates in the lines, weighted by label and distance from the heading."""
    lines = [line[:_MAX_LINE_CHARACTERS] for line in page.lines[:_MAX_LINES]]
    heading = "".join(page.heading.split())
    position = -1
    for number, line in enumerate(lines[1:], 1):
        if len(heading) > 3 and "".join(line.split()).startswith(heading[:40]):
            position = number
    previous_line, signature_day, long = "", None, False
    for number, line in enumerate(lines):
        # The body starts with the first long line: a date alone after it is the signature.
        text = len(line) > _MIN_BODY_TEXT_CHARACTERS or "。" in line
        long = long or (number > position >= 0 and text and not _WORDS_BESIDE_DATE_RE.search(line))
        for written_day in islice(iterate_days(line, today), _MAX_DATES_IN_LINE):
            lead = line[: written_day.start].rstrip(" [【(（")
            label = lead if lead.strip() else previous_line
            if (
                NOT_A_DATE_PATTERN.search(label)
                or _shows_current_date(line)
                or DEADLINE_WORDS_PATTERN.match(line, written_day.end)
            ):
                continue
            weight = rate_words_before_date(label)
            if not weight and len(line) < _MIN_BODY_TEXT_CHARACTERS + 20 and "。" not in line:
                weight = rate_words_after_date(line[written_day.end :])
            other_characters = len(_TEXT_BESIDE_DATE_RE.sub("", line[: written_day.start] + line[written_day.end :]))
            alone = other_characters <= 3 or (
                _WORDS_BESIDE_DATE_RE.search(line) and len(line) < 120 and "。" not in line
            )
            if not weight and alone and line not in page.listed:
                is_near_heading = position >= 0 and 0 <= number - position <= 6 and not long
                weight = 64 if is_near_heading else 48 if position >= 0 and 0 <= position - number <= 2 else 30
                signature_day = written_day if not is_near_heading else signature_day
            elif not weight and position - number == 1 and other_characters <= 12 and written_day.day < today:
                weight = 46
            if weight:
                yield PublicationDate(
                    written_day.day, "正文标注", weight + (4 if position >= 0 and 0 <= number - position <= 8 else 0)
                )
        previous_line = line
    if signature_day is not None:
        yield PublicationDate(signature_day.day, "落款", 34)
