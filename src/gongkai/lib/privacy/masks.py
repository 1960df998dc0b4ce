"""Mask findings by the patterns in `data/masks.tsv`."""

from collections.abc import Callable
from dataclasses import dataclass

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.data_tables import read_rows
from gongkai.lib.privacy.layout import unescape
from gongkai.lib.privacy.model import Finding, PrivacyError
from gongkai.lib.privacy.persons.shape import get_surname_size
from gongkai.lib.privacy.search import find
from gongkai.lib.privacy.search_text import NAME_DOTS, replace_chinese_digits, to_half_width

_SPACES = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_ADDRESS_TO_TOWNSHIP_RE = re.compile(r"^.*?(?:省|自治区|市|州|盟|地区|县|区|旗)*.*?(?:街道办事处|街道|镇|乡|苏木)")
#: 小区, 社区, 家属区: no area that stays public.
_ADDRESS_TO_COUNTY_RE = re.compile(rf"^.{{0,24}}?[{HAN}](?:自治县|县|(?<![小社校厂片景街宅属舍活])区|旗)(?!段|间)")
_ADDRESS_TO_CITY_RE = re.compile(rf"^.{{0,16}}?[{HAN}](?:市|州|盟|地区)")
#: Behind a house number, 镇, 乡 and 区 belong to what is there: 白云路12号镇政府宿舍.
_HOUSE_NUMBER_RE = re.compile("[0-9０-９]|[一二三四五六七八九十][号组社栋幢室]")
_LANDLINE_PREFIX_RE = re.compile(r"^((?:\+?86[\s\-]?)?[(\[〔（]?0[0-9]{2,3}[)\]〕）]?[\s\-—]?)")
_ANY_DIGIT_RE = re.compile(r"[0-9〇零一二三四五六七八九十廿]")


@dataclass(frozen=True, slots=True)
class MaskPattern:
    """The mask of a kind of finding: the method (`way`), and how many characters stay at the head and at the tail."""

    way: str
    head: int
    tail: int


def load_mask_patterns(table: tuple[tuple[str, ...], ...] | None = None) -> dict[str, MaskPattern]:
    """Return mask patterns by kind of finding, from `data/masks.tsv` or `table` (PrivacyError: an invalid row)."""
    mask_patterns: dict[str, MaskPattern] = {}
    for row in read_rows("masks") if table is None else table:
        if len(row) != 4 or row[1] not in _MASK_FUNCTIONS or not (row[2].isdigit() and row[3].isdigit()):
            raise PrivacyError(
                f"遮盖规则表有一行不合要求：{' '.join(row)[:60]}（应为：类别、方式、前留位数、后留位数）"
            )
        mask_patterns[row[0]] = MaskPattern(row[1], int(row[2]), int(row[3]))
    return mask_patterns


def _mask_middle(text: str, pattern: MaskPattern) -> str:
    """Return the first and last characters that the pattern keeps, masked between."""
    plain = _SPACES.sub("", to_half_width(text))
    if len(plain) <= pattern.head + pattern.tail + 1:
        return "*" * max(len(plain), 3)
    hidden = "*" * (len(plain) - pattern.head - pattern.tail)
    return plain[: pattern.head] + hidden + (plain[-pattern.tail :] if pattern.tail else "")


def _mask_phone(text: str, pattern: MaskPattern) -> str:
    """Return a mobile number with its middle masked, or a landline with only its area code."""
    landline = _LANDLINE_PREFIX_RE.match(to_half_width(text))
    if landline:
        return landline[1] + "*" * max(len(text) - len(landline[1]), 4)
    digits = re.sub(r"[^0-9]", "", replace_chinese_digits(to_half_width(text)))
    if len(digits) < 11:
        return "*" * max(len(digits), 4)
    return _mask_middle(digits, pattern)


def _mask_email(text: str, pattern: MaskPattern) -> str:
    name, _, host = _SPACES.sub("", to_half_width(text)).partition("@")
    return f"{name[: pattern.head]}***@{host}"


def _mask_name(text: str, pattern: MaskPattern) -> str:
    """Return a name of which only the surname, or first letters of Latin words, remain."""
    plain = _SPACES.sub("", text)
    if plain.isascii():
        return re.sub(r"(?<=[A-Za-z])[A-Za-z'.\-]+|(?<=\s)[A-Za-z]+", lambda part: "*" * len(part[0]), text)
    dotted = re.search(f"[{NAME_DOTS}．]", plain)
    keep = 1 if dotted else max(get_surname_size(plain), 1)
    hidden = re.sub(f"[^{NAME_DOTS}．]", "*", plain[keep:])
    return plain[:keep] + (hidden or "*")


def _mask_below_township(text: str, pattern: MaskPattern) -> str:
    """Return an address down to its township, county or city, and nothing below."""
    for area in (_ADDRESS_TO_TOWNSHIP_RE, _ADDRESS_TO_COUNTY_RE, _ADDRESS_TO_CITY_RE):
        match = area.match(text)
        if match and len(match[0]) < len(text) and not _HOUSE_NUMBER_RE.search(match[0]):
            return match[0] + "***"
    return "***"


def _mask_digits(text: str, pattern: MaskPattern) -> str:
    return _ANY_DIGIT_RE.sub("*", to_half_width(text))


def _mask_all(text: str, pattern: MaskPattern) -> str:
    return "***"


_MASK_FUNCTIONS: dict[str, Callable[[str, MaskPattern], str]] = {
    "keep": _mask_middle,
    "phone": _mask_phone,
    "email": _mask_email,
    "name": _mask_name,
    "township": _mask_below_township,
    "digits": _mask_digits,
    "all": _mask_all,
}


class NamesakeMasks:
    """Masks that stay different for persons of one document whose masked names would be equal.

    The first 刘** stays as the table has it; the second person becomes 刘*乙, the third 刘*丙, each everywhere.
    """

    def __init__(self) -> None:
        self._by_mask: dict[str, dict[str, int]] = {}

    def make_distinct_mask(self, name: str, masked: str) -> str:
        """Return the mask of a name, made distinct from the equal masks of other names."""
        known = self._by_mask.setdefault(masked, {})
        plain = _SPACES.sub("", to_half_width(name))
        place = known.setdefault(plain, len(known))
        if not place:
            return masked
        return (
            masked.rstrip("*")
            + "*"
            + (_NAMESAKE_SUFFIXES[place] if place < len(_NAMESAKE_SUFFIXES) else str(place + 1))
        )


_NAMESAKE_SUFFIXES = "甲乙丙丁戊己庚辛壬癸"


def mask_finding(finding: Finding, table: dict[str, MaskPattern], namesakes: NamesakeMasks | None = None) -> str:
    """Return the replacement of a finding, equal for equal words; `namesakes` keeps persons with equal masks apart."""
    pattern = table.get(finding.kind, MaskPattern("all", 0, 0))
    text = unescape(finding.text)
    masked = _MASK_FUNCTIONS[pattern.way](text, pattern)
    if namesakes is not None and pattern.way == "name" and masked.endswith("*"):
        return namesakes.make_distinct_mask(text, masked)
    return masked


def mask(
    text: str, *, findings: list[Finding] | None = None, table: dict[str, MaskPattern] | None = None
) -> tuple[str, list[Finding]]:
    """Hide personal data in a text.

    Args:
        text: the text.
        findings: what to hide, not overlapping; found by `find` where not given (a reviewer may have
            struck some out).
        table: other mask patterns than those of `data/masks.tsv`.

    Returns:
        The masked text, and the findings with their offsets in the text as given.
    """

    chosen = find(text) if findings is None else findings
    patterns_used = load_mask_patterns() if table is None else table
    namesakes = NamesakeMasks()
    pieces: list[str] = []
    at = 0
    for finding in sorted(chosen, key=lambda item: item.start):
        pieces.append(text[at : finding.start])
        pieces.append(mask_finding(finding, patterns_used, namesakes))
        at = finding.end
    pieces.append(text[at:])
    return "".join(pieces), chosen
