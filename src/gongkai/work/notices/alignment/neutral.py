"""Neutral words, which change whenever a notice is passed down: places, levels, numbering.

They are shown but never counted as a change (我市 and 我县, 重庆市 and 铜梁区, 市财政局 and 区财政局).
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, HAN_ALL
from gongkai.lib.matching import analysis
from gongkai.lib.matching.facts import place_names
from gongkai.lib.matching.folding import fold

_LEVELS = "区市县|市区县|区县|县区|省|市|州|区|县|旗"
_LOCAL_WORDS = (
    rf"(?:我|全|本|各|辖)(?:{_LEVELS}|镇|乡|地)|(?:{_LEVELS})(?:、(?:{_LEVELS}))+"
    rf"|(?:{_LEVELS})(?=(?:人民)?政府|级|直)|区县|县区|本级|同级"
    rf"|(?:省|(?<!城)市(?!场|民|政)|区(?!域|别|分)|县)(?=[{HAN}]{{1,9}}(?:局|厅|委(?!托|派|任)|办(?!理|法|事|结|好)|馆|中心))"
)
_NUMBERING = (
    r"(?m:^\s*(?:\d{1,2}\s*[．.、](?!\d{1,3}(?!\d))|[（(][一二三四五六七八九十\d]{1,3}[）)]))"
    r"|(?<=[：:，,；;。（(〔])\d{1,2}\s*[．.、](?!\d)"
)
_FIGURE = r"\d+(?:\.\d+)?%?"
_WORD = re.compile(rf"[{HAN_ALL}○]+|[A-Za-z]+")
_LINE = re.compile(r"\n")
_PLACE = rf"^([{HAN}]{{2,12}}%s(?:省|自治区|市|州|区|县|旗|镇|乡))"
_GOVERNMENT = re.compile(_PLACE % "" + "(?:人民)?政府")
_OFFICE = re.compile(_PLACE % "?" + rf"[{HAN}]{{0,12}}(?:局|委|办)")
_SUFFIX = re.compile(r"(?:省|市|自治州|州|区|县|旗|镇|乡)$")
_PREFIX = re.compile(rf"^(?:全|本|各|我)?(?:省|市|州|区|县)(?=[{HAN}]{{2}})")
_GROUP = re.compile(
    r"^(?:各|有关|相关|其他|全|市级|区级|县级)|各[^、]*$|有关(?:部门|单位)|(?:部门|单位|等)$|区县政府$"
)


class ComparedToken(NamedTuple):
    """A token with the neutral words before it; `key` is compared, `line` is its paragraph from 0."""

    key: str
    printed: str
    line: int


def find_place_names(*texts: str) -> tuple[str, ...]:
    """Return place names in titles and names of governments, longest first, with and without suffix."""
    found: dict[str, None] = {}
    for text in texts:
        match = _GOVERNMENT.match(text.strip()) or _OFFICE.match(text.strip())
        name = match[1] if match else ""
        parts = [
            name,
            re.sub(rf"^[{HAN}]{{2,8}}?(?:省|市|州)(?=[{HAN}]{{2,}}(?:市|区|县|旗|镇|乡)$)", "", name),
        ]
        for part in parts:
            if 2 <= len(part) <= 12:
                found[part] = None
                short = _SUFFIX.sub("", part)
                if len(short) >= 2:
                    found[short] = None
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def split_tokens(text: str, names: Sequence[str]) -> list[ComparedToken]:
    """Split a text into tokens, each with the neutral words before it; the last one holds the rest."""
    made: list[ComparedToken] = []
    kept = 0
    line = 0
    for start, end, key in _iterate_pieces(text, tuple(names)):
        line += len(_LINE.findall(text[kept:start]))
        made.append(ComparedToken(key, text[kept:end], line))
        line += len(_LINE.findall(text[start:end]))
        kept = end
    return [*made, ComparedToken("", text[kept:], line)]


def _iterate_pieces(text: str, names: tuple[str, ...]) -> Iterable[tuple[int, int, str]]:
    """Yield (start, end, key) of each piece that is not neutral."""
    at = 0
    for hit in _neutral_pattern(names).finditer(text):
        yield from _iterate_words(text, at, hit.start())
        if hit.lastgroup == "figure":
            yield hit.start(), hit.end(), hit[0]
        at = hit.end()
    yield from _iterate_words(text, at, len(text))


def _iterate_words(text: str, start: int, end: int) -> Iterable[tuple[int, int, str]]:
    for run in _WORD.finditer(text, start, end):
        at = run.start()
        for word in analysis.segmenter().cut(run[0]):
            yield at, at + len(word), fold(word).replace("○", "〇")
            at += len(word)


@lru_cache(maxsize=64)
def _neutral_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    known = sorted({*names, *place_names()}, key=lambda one: (-len(one), one))
    places = "|".join(re.escape(value) for value in known)
    return re.compile(
        rf"(?P<number>{_NUMBERING})|(?P<figure>{_FIGURE})|(?P<place>{places})|(?P<local>{_LOCAL_WORDS})"
    )


def normalize_unit(name: str, names: Sequence[str]) -> str:
    """Return a unit's name without place and level; a group gives an empty string."""
    core = fold(name).strip()
    for place in (*names, *(place for place in place_names() if core.startswith(place))):
        core = core.removeprefix(fold(place))
    core = _PREFIX.sub("", core.removeprefix("市、"))
    if _GROUP.search(core) or _GROUP.search(name):
        return ""
    core = re.sub(rf"^(?:党)?委(?=[{HAN}]{{2}})", "", core)  # For example 区委网信办.
    core = re.sub(r"办公[厅室]$", "办", core)
    core = re.sub(r"委员会(?=$|办)", "委", core)
    core = re.sub(r"^(?:省|市|州|区|县)(?=政府)", "", core)
    return core.removeprefix("人民")
