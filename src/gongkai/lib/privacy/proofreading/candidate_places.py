"""Preselect the places that a rule must check, with numpy."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN, HAN_RANGES
from gongkai.lib.privacy.persons import shape

#: Code points that are told apart; the rare ones beyond count as one.
_MAX_CODE_POINT = 0xFFFF
#: Characters by which strings are told apart: as many as one number holds.
_MAX_PREFIX_CHARACTERS = 4


def get_code_points(text: str) -> NDArray[np.uint32]:
    """Return the code points of a text; those above U+FFFF as U+FFFF."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return np.minimum(codes, _MAX_CODE_POINT)


def are_han(codes: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Return an array of flags: true where a code point is a Chinese character."""
    return np.logical_or.reduce([(codes >= first) & (codes <= last) for first, last in HAN_RANGES])


class PrefixFilter:
    """Preselect positions by the first two to four characters of many strings."""

    def __init__(self, items: Iterable[str]) -> None:
        self._first, self._second = np.zeros(_MAX_CODE_POINT + 1, bool), np.zeros(_MAX_CODE_POINT + 1, bool)
        heads: dict[int, list[int]] = {}
        for item in items:
            codes = get_code_points(item[:_MAX_PREFIX_CHARACTERS]).astype(np.uint64)
            self._first[codes[0]] = self._second[codes[1]] = True
            heads.setdefault(codes.size, []).append(int(_pack_characters(codes, np.array([0]), codes.size)[0]))
        self._heads = {size: np.unique(np.array(known, np.uint64)) for size, known in heads.items()}

    def find_places(self, text: str) -> list[int]:
        """Return in order all offsets where one of the strings may begin."""
        codes = get_code_points(text)
        may = np.flatnonzero(self._first[codes[:-1]] & self._second[codes[1:]])
        wide = codes.astype(np.uint64)
        offsets: set[int] = set()
        for size, known_keys in self._heads.items():
            begins = may[may <= codes.size - size]
            text_keys = _pack_characters(wide, begins, size)
            at = np.minimum(np.searchsorted(known_keys, text_keys), known_keys.size - 1)
            offsets.update(begins[known_keys[at] == text_keys].tolist())
        return sorted(offsets)


def _pack_characters(codes: NDArray[np.uint64], begins: NDArray[np.int64], size: int) -> NDArray[np.uint64]:
    """Return `size` characters from each beginning, packed into one number."""
    made = np.zeros(begins.size, np.uint64)
    for n in range(size):
        made = made << np.uint64(16) | codes[begins + n]
    return made


def can_repeat(text: str, max_repeats: int) -> bool:
    """Return false only if no run of 2 to `max_repeats` Chinese characters is directly repeated in the text."""
    codes = get_code_points(text)
    han = are_han(codes)
    for size in range(2, max_repeats + 1):
        is_equal = (codes[:-size] == codes[size:]) & han[size:]
        if bool((is_equal[: 1 - size] & is_equal[1 : 2 - size or None] & is_equal[size - 1 :]).any()):
            return True
    return False


_HAN = re.compile(rf"[{HAN}]")
#: Function words of one character and numerals.
GRAMMAR_CHARACTERS = frozenset(
    "一二三四五六七八九十百千万亿两几半的了在依由以可其或对与和及不即亦也又该本此各所有无至自但先非按将被把使令让给从向为于是则且而若如因已未曾再最更很较都就还"
    "另某这那哪何之者们个只我你他她它您吗呢吧啊大小多少高低好坏新老旧想看年月日号时分元"
)
#: Chinese numerals.
NUMERALS = frozenset("零一二三四五六七八九十百千万亿两")


def find_han_window(text: str, at: int, reach: int = 5) -> tuple[int, int]:
    """Return (start, end) of the Chinese characters around an offset, at most `reach` to each side."""
    start = at
    while start > max(0, at - reach) and _HAN.match(text[start - 1]):
        start -= 1
    end = at + 1
    while end < min(len(text), at + reach + 1) and _HAN.match(text[end]):
        end += 1
    return start, end


def is_possibly_in_name(text: str, at: int) -> bool:
    """Return whether the character may belong to a person's name."""
    for back in (0, 1, 2):
        place = at - back
        surname = (
            0 <= place < len(text) and text[place] in shape.USUAL_SURNAMES and text[place] not in shape.WEAK_SURNAMES
        )
        if surname and shape.score_given_name(text[place + 1 : place + 3]) > 0.5:
            return True
    return False


def is_quoted(text: str, at: int) -> bool:
    """Return whether the place is in a short quotation, often an invented name."""
    before = text[max(0, at - 10) : at]
    opened = max(before.rfind("“"), before.rfind("《"), before.rfind("〈"))
    return opened > max(before.rfind("”"), before.rfind("》"), before.rfind("〉"))


#: Words of places that few texts have: the districts of Inner Mongolia.
_LOCAL_AREA_WORD_RE = re.compile("[我本全各]旗|苏木|嘎查|旗[县市区]|[县市区]旗")


def is_local_area_word(text: str, start: int, end: int) -> bool:
    """Return whether a place is part of a regional area word (districts of Inner Mongolia)."""
    low = max(0, start - 2)
    return any(
        low + match.start() <= start and end <= low + match.end()
        for match in _LOCAL_AREA_WORD_RE.finditer(text[low : end + 2])
    )


#: Compounds that anybody forms and no count knows whole: a verb with 好, 限重, 管水员, 一器一物, 310家次. The place is what is told apart.
_FREE_COMPOUNDS = (
    re.compile(rf"[{HAN}]好"),
    re.compile(rf"[限旧过][{HAN}]"),
    re.compile(r"[家户批人班架车场]次"),
    re.compile(r"[水林路河井山园矿线]员"),
    re.compile(rf"一[{HAN}]"),
    re.compile(r"[出进供排回灌蓄尾渗积根源]水"),
    re.compile(r"[穴桩坡梯岩坑垄床渠堤墙]面"),
    re.compile(r"[江河湖海塘库渠沟溪][心畔沿汊湾口]"),
)
_COMPOUND_CONTEXTS = (
    re.compile(""),
    re.compile("(?<![超不通经路])$"),
    re.compile("[0-9一二三四五六七八九十百千万]$"),
    re.compile("[管护巡看养守放]$"),
    re.compile(""),
    re.compile(""),
    re.compile(""),
    re.compile(""),
)


def is_free_compound(text: str, start: int, end: int) -> bool:
    """Return whether a two-character word is freely formed (限重, 管水员, 一器一物)."""
    word, text_before = text[start:end], text[max(0, start - 2) : start]
    for number, (shape_, pattern) in enumerate(zip(_FREE_COMPOUNDS, _COMPOUND_CONTEXTS, strict=True)):
        if len(word) == 2 and shape_.fullmatch(word) and pattern.search(text_before):
            return number != 4 or "一" in text_before + text[end : end + 1]
    return False
