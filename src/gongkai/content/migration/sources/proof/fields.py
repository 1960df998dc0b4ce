"""Find which fields of a row the words of its saved page confirm. Pure.

If an identifying or validity field (发文字号, 发文机关, 成文日期, 施行日期) is not confirmed, the row becomes a draft; other
unconfirmed fields are removed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from gongkai.content.editions.models.editions import POLICY_KINDS, ItemKind
from gongkai.content.migration.sources.values import OldItem, parse_day
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import read_day
from gongkai.lib.matching.folding import fold, unify_brackets

#: Quotes, dashes and dots that old pages and databases write differently.
_UNIFIED_CHARACTERS = str.maketrans(
    {
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "—": "-",
        "–": "-",
        "―": "-",
        "•": "·",
        "・": "·",
        "…": ".",
    }
)
_SENTENCE_END_PATTERN = re.compile("[。!?]")
#: Lines that a system writes around or into a text, in one spelling: a page is read with and without them, a row always with them.
_PAGE_CONTROLS_PATTERN = re.compile(
    r"〔?(?:打印|关闭|返回|分享|字体|字号|大中小|上一[篇条]|下一[篇条]|浏览次数|点击[数量率]|阅读次数|收藏|纠错|扫一扫|我要纠错).{0,20}"
)


def normalize_words(text: str) -> str:
    """Return text in one spelling: half width, uniform brackets, quotes and dashes, no spaces.

    >>> normalize_words("云府发［2019］９号　——“通知”") == normalize_words('云府发〔2019〕9号--"通知"')
    True
    """
    return re.sub(r"\s+", "", unify_brackets(fold(text)).translate(_UNIFIED_CHARACTERS))


@dataclass(frozen=True)
class PageWords:
    """The lines of a page as one text. `starts` and `ends` are the offsets of lines and sentences."""

    lines: tuple[str, ...]
    text: str
    starts: frozenset[int] = field(repr=False)
    ends: frozenset[int] = field(repr=False)

    def contains_whole(self, words: str) -> bool:
        """Return true if these words are a contiguous run of whole lines or sentences."""
        position = self.text.find(words) if words else -1
        while position >= 0:
            if position in self.starts and position + len(words) in self.ends:
                return True
            position = self.text.find(words, position + 1)
        return False


def make_page_words(lines: Iterable[str], *, controls: bool = True) -> PageWords:
    """Return lines as the words of a page; `controls=False` drops a system's words around a text (print, share)."""
    kept = [
        text
        for text in map(normalize_words, lines)
        if text and (controls or not _PAGE_CONTROLS_PATTERN.fullmatch(text))
    ]
    starts, ends, index = {0}, set[int](), 0
    for line in kept:
        starts.add(index)
        sentences = {index + match.end() for match in _SENTENCE_END_PATTERN.finditer(line)}
        index += len(line)
        starts |= sentences
        ends |= sentences | {index}
    return PageWords(tuple(kept), "".join(kept), frozenset(starts), frozenset(ends))


PROVEN_FIELD_LABELS = {
    "document_number": "发文字号",
    "issuer": "发文机关",
    "written_on": "成文日期",
    "effective_on": "施行日期",
    "formed_on": "形成日期",
    "index_number": "索引号",
    "source": "信息来源",
    "keywords": "主题词",
    "summary": "内容概述",
    "kind": "类别",
}
#: Fields that identify a text or limit its validity.
_IDENTIFYING_FIELDS = frozenset({"document_number", "issuer", "written_on", "effective_on"})
_DATE_TEXT = r"(?:[12]\d{3}|[一二三四五六七八九〇零]{4})[-年./][\d一二三四五六七八九十]{1,3}[-月./][\d一二三四五六七八九十]{1,3}日?"
_LINE_WITH_DATE_PATTERN = re.compile(rf"(.{{0,40}}?)({_DATE_TEXT})")
_EFFECTIVE_DATE_PATTERN = re.compile(rf"自({_DATE_TEXT})起(?:正式)?(?:施行|执行|实施|生效)")
_EFFECTIVE_ON_ISSUE_PATTERN = re.compile(r"自(?:发布|公布|印发)之日起(?:正式)?(?:施行|执行|实施|生效)")
_KEYWORD_SEPARATOR_PATTERN = re.compile(r"[\s,;、，；　]+")


@dataclass(frozen=True)
class SavedPage:
    """A saved page: the item read from it (`found`), and its visible words."""

    found: OldItem
    words: PageWords

    def states_field(self, name: str, value: str) -> bool:
        """Return true if the page's table or tags have this field value."""
        return normalize_words(self.found.fields.get(name, "")) == normalize_words(value)

    def has_line(self, *values: str) -> bool:
        """Return true if one of these texts is a whole line, optionally in brackets."""
        wanted = {normalize_words(value) for value in values}
        return any(line in wanted or line.strip("〔〕") in wanted for line in self.words.lines)

    def has_signature(self, name: str) -> bool:
        """Return true if a name is a whole line, at the beginning of a document or next to its date."""
        return self.has_line(name, f"{name}文件") or any(who == normalize_words(name) for who, _ in self.days())

    def days(self) -> list[tuple[str, date]]:
        """Return (name, day) of lines that contain only a date, or a name and date."""
        matches = [found for line in self.words.lines if (found := _LINE_WITH_DATE_PATTERN.fullmatch(line))]
        return [(match[1], day) for match in matches if (day := _parse_day(match[2]))]


def _parse_day(text: str) -> date | None:
    return read_day(text) or parse_day(text)


def remove_unproven_fields(item: OldItem, page: SavedPage) -> tuple[list[str], list[str]]:
    """Remove fields that a row's page does not confirm; return (reasons for a draft, removed labels)."""
    unproven, gone = [], []
    for name, value in list(item.fields.items()):
        proven = _FIELD_PROOFS.get(name)
        if proven is None or proven(page, value, item):
            continue
        if name in _IDENTIFYING_FIELDS:
            unproven.append(f"{PROVEN_FIELD_LABELS[name]}“{value[:40]}”")
        else:
            del item.fields[name]
            gone.append(PROVEN_FIELD_LABELS[name])
    return unproven, gone


def _proves_document_number(page: SavedPage, value: str, item: OldItem) -> bool:
    """Return true if the page or the title of its row states this document number (文号)."""
    return (
        page.states_field("document_number", value)
        or page.has_line(value)
        or f"〔{normalize_words(value)}〕" in normalize_words(item.title)
    )


def _proves_issuer(page: SavedPage, value: str, _: OldItem) -> bool:
    """Return true if the page states this issuer, as a field, its unit or signature."""
    return (
        page.states_field("issuer", value)
        or normalize_words(page.found.unit) == normalize_words(value)
        or page.has_signature(value)
    )


def _proves_written_date(page: SavedPage, value: str, _: OldItem) -> bool:
    """Return true if the page states this day of writing."""
    return page.states_field("written_on", value) or any(day.isoformat() == value for _, day in page.days())


def _proves_effective_date(page: SavedPage, value: str, item: OldItem) -> bool:
    """Return true if the page states the date, or that it takes effect on a day the page gives."""
    days = [_parse_day(found) for found in _EFFECTIVE_DATE_PATTERN.findall(page.words.text)]
    if _EFFECTIVE_ON_ISSUE_PATTERN.search(page.words.text):
        days += [item.published.date() if item.published else None, *(day for _, day in page.days())]
    return page.states_field("effective_on", value) or any(day and day.isoformat() == value for day in days)


def _proves_formed_date(page: SavedPage, value: str, item: OldItem) -> bool:
    """Return true if the page states this day of forming; the day of publication or writing suffices."""
    published = item.published.date().isoformat() if item.published else ""
    return page.states_field("formed_on", value) or value == published or _proves_written_date(page, value, item)


def _proves_index_number(page: SavedPage, value: str, _: OldItem) -> bool:
    """Return true if the page states this index number, in a field or on a line of its own."""
    return page.states_field("index_number", value) or page.has_line(value)


def _proves_source(page: SavedPage, value: str, _: OldItem) -> bool:
    """Return true if the page states this source, or its unit is it."""
    return page.states_field("source", value) or normalize_words(page.found.unit) == normalize_words(value)


def _proves_keywords(page: SavedPage, value: str, _: OldItem) -> bool:
    """Return true if the page contains each keyword."""
    text = page.words.text + normalize_words(page.found.fields.get("keywords", ""))
    return all(normalize_words(part) in text for part in _KEYWORD_SEPARATOR_PATTERN.split(value))


def _proves_summary(page: SavedPage, value: str, _: OldItem) -> bool:
    """Return true if the page states or contains this summary."""
    text = normalize_words(value).rstrip(".")
    return (
        page.states_field("summary", value) or page.words.contains_whole(text) or page.words.contains_whole(f"{text}。")
    )


def _proves_kind(page: SavedPage, value: str, item: OldItem) -> bool:
    """Return true if a policy document is confirmed by its number or by the page's words; other kinds need no proof."""
    if value not in POLICY_KINDS:
        return True
    number = item.fields.get("document_number", "")
    return (
        bool(number and _proves_document_number(page, number, item))
        or normalize_words(ItemKind(value).label) in page.words.text
    )


_FIELD_PROOFS: dict[str, Callable[[SavedPage, str, OldItem], bool]] = {
    "document_number": _proves_document_number,
    "issuer": _proves_issuer,
    "written_on": _proves_written_date,
    "effective_on": _proves_effective_date,
    "formed_on": _proves_formed_date,
    "index_number": _proves_index_number,
    "source": _proves_source,
    "keywords": _proves_keywords,
    "summary": _proves_summary,
    "kind": _proves_kind,
}
