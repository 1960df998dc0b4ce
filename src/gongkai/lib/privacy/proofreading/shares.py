"""Check percentages, growth and products against the amounts next to them.

`CountTable` and `SparseBytes`, which hold the counts of words and characters for `word_counts` and `numbers`, are here, too:
32-bit keys with logarithmic counts.
"""

import struct
import zlib
from collections.abc import Iterator
from typing import IO

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.chinese.numerals import to_int
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.search_text import SearchText

#: A number in Arabic digits.
NUMBER_PATTERN = r"(?<![0-9.,，])(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
#: A unit after a number.
UNIT_PATTERN = (
    r"(?:[万亿]?(?:元|人次|人|名|户|件|个|项|条|家|起|所|处|宗|份|篇|场|次|亩|套|台|辆|期|只|头|株|例|栋|座|间|本|册|吨|斤|公斤|盏|张|艘|班次)"
    r"|批次|公里|平方米|平方公里|公顷|千瓦时|立方米|米|批|票|支|门|块|片|枚|箱|封|笔|床|架|列|口|尾|顶|双|瓶|桶|袋|包|副|根|面|幅|眼|孔|%)"
)
#: Characters that may separate amounts within one item.
ITEM_CHARACTER_CLASS = r"[^0-9，,、。；;：:\n（）()]"
#: Words for overlapping parts, other years or rough numbers, which need not add up.
NOT_ADDITIVE_WORD_PATTERN = re.compile(
    r"党员|女|岁|学历|以上|以下|其中|同比|增长|上年|去年|每|平均|人均|约|近|超|余(?!下)|多|至|累计|比|新增|重点|达(?!标)"
)
_SCALE_FACTORS = {"万": 1e4, "亿": 1e8}


def to_base_value(text: str, unit: str) -> float:
    """Return an amount in its base unit."""
    return float(re.sub("[,，]", "", text)) * _SCALE_FACTORS.get(unit[0], 1.0)


def compute_half_precision(text: str, unit: str) -> float:
    """Return half the value of the last printed digit; 0 for whole numbers of a base unit."""
    digits = len(text.partition(".")[2])
    scale = _SCALE_FACTORS.get(unit[0], 1.0)
    return 0.5 * scale * 10.0**-digits if digits or scale > 1 else 0.0


def format_amount(number: float, unit: str) -> str:
    """Return a number of base units as text in `unit`, for example 12000 元 in 万元 as 1.2."""
    return f"{number / _SCALE_FACTORS.get(unit[0], 1.0):.4f}".rstrip("0").rstrip(".")


def get_base_unit(unit: str) -> str:
    """Return the base unit of a unit; 名 counts as 人."""
    found = unit.lstrip("万亿")
    return "人" if found == "名" else found


#: 1486笔，其中本科生912笔、专科生437笔、研究生127笔。
_TOTAL_WITH_PARTS_RE = re.compile(
    rf"(?P<n>{NUMBER_PATTERN})\s?(?P<u>(?!%){UNIT_PATTERN})[，,（(]其中[：:]?(?P<parts>(?:[{HAN}]{{1,8}}{NUMBER_PATTERN}\s?(?P=u)[，,、和]){{2,7}}[{HAN}]{{1,8}}{NUMBER_PATTERN}\s?(?P=u))(?=[。；;）)])"
)
_ANY_NUMBER_RE = re.compile(NUMBER_PATTERN)


def find_slipped_totals(search_text: SearchText) -> Iterator[Finding]:
    """Yield totals that differ from the sum of their parts in one digit."""
    for match in _TOTAL_WITH_PARTS_RE.finditer(search_text.text):
        unit, amounts = match["u"], [number[0] for number in _ANY_NUMBER_RE.finditer(match["parts"])]
        total = to_base_value(match["n"], unit)
        both = sum(to_base_value(word, unit) for word in amounts)
        written, true = match["n"].replace(",", ""), format_amount(both, unit)
        # People are counted in several ways at once: there only a very small difference says something.
        tolerance = 0.02 if NOT_ADDITIVE_WORD_PATTERN.search(match["parts"]) else 0.1
        digits = sum(a != b for a, b in zip(written, true, strict=False))
        if total >= 100 and len(written) == len(true) and digits == 1 and abs(total - both) <= tolerance * total:
            yield _make_count_finding(search_text, match, f"各项之和为{true}{unit}")


def _make_count_finding(search_text: SearchText, match: re.Match[str], reason: str) -> Finding:
    start, end = match.start("n"), match.end()
    return Finding("sum", start, end, search_text.source[start:end], reason + "，与此处不符，请核对")


#: Numbers of characters or words.
Ints = NDArray[np.signedinteger]
#: Numbers or counts, of any numeric type.
Numbers = NDArray[np.integer | np.floating]
#: Counts, as floating-point numbers.
Reals = NDArray[np.float32]

_LEVELS_PER_E = 3.0
#: Places of a block in `SparseBytes`: six bits.
_BLOCK_BITS, _BLOCK_OFFSET_MASK = np.int32(6), np.int32(63)
_HASH_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class CountTable:
    """Sorted 32-bit keys with the level of each count.

    Keys with the same bits above the last `shift` (at most 16) are adjacent, and their places are known: a key needs
    two more bytes.
    """

    def __init__(self, rows: NDArray[np.uint32], levels: NDArray[np.uint8], shift: int = 14) -> None:
        self._shift, self._mask = np.uint32(shift), np.uint32((1 << shift) - 1)
        # One more at the end, so that a step never leaves the table.
        self._rests = np.zeros(len(rows) + 1, np.uint16)
        self._rests[:-1] = rows  # the lower half
        self._rests &= np.uint16(self._mask)
        self._levels = np.append(levels, np.uint8(0))
        prefixes = np.arange(0, 1 << 32, 1 << shift, dtype=np.uint32)
        self._begins = np.append(np.searchsorted(rows, prefixes), len(rows)).astype(np.int32)

    def get_counts(self, keys: NDArray[np.uint32]) -> Reals:
        """Return the counts of these keys."""
        prefixes = keys >> self._shift
        at, ends = self._begins[prefixes], self._begins[prefixes + np.uint32(1)]
        rests = (keys & self._mask).astype(np.uint16)
        lasts = ends.copy()
        unfinished = np.flatnonzero(at < lasts)
        while len(unfinished):  # Binary search within each prefix.
            low, high = at[unfinished], lasts[unfinished]
            middle = (low + high) >> 1
            before = self._rests[middle] < rests[unfinished]
            at[unfinished] = low = np.where(before, middle + 1, low)
            lasts[unfinished] = high = np.where(before, high, middle)
            unfinished = unfinished[low < high]
        known = (at < ends) & (self._rests[at] == rests)
        return np.where(known, _LEVEL_COUNTS[self._levels[at]], np.float32(0))


class SparseBytes:
    """A sparse byte array that stores only blocks of 64 with content."""

    def __init__(self, places: Ints, values: NDArray[np.uint8], size: int) -> None:
        blocks = places >> _BLOCK_BITS
        is_first = np.ones(len(places), bool)
        is_first[1:] = blocks[1:] != blocks[:-1]
        begins = np.cumsum(is_first, dtype=np.int32) << _BLOCK_BITS  # the first block is for those that hold nothing
        self._begins = np.zeros((size >> _BLOCK_BITS) + 1, np.int32)
        self._begins[blocks] = begins
        self._bytes = np.zeros(begins[-1] + (1 << _BLOCK_BITS), np.uint8)
        self._bytes[begins + (places & _BLOCK_OFFSET_MASK)] = values

    def at(self, places: Ints) -> NDArray[np.uint8]:
        """Return the bytes at these positions."""
        values: NDArray[np.uint8] = self._bytes[self._begins[places >> _BLOCK_BITS] + (places & _BLOCK_OFFSET_MASK)]
        return values

    def places(self, least: int) -> Ints:
        """Return in order the positions whose byte is at least `least` (above zero)."""
        indices = np.flatnonzero(self._bytes >= least)
        positions: Ints = (np.flatnonzero(self._begins)[(indices >> _BLOCK_BITS) - 1] << _BLOCK_BITS) + (
            indices & _BLOCK_OFFSET_MASK
        )
        return positions


def hash_keys(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """Return a 32-bit hash of each key."""
    hashes = keys * _HASH_MULTIPLIER
    hashes >>= np.uint64(32)
    return hashes.astype(np.uint32)


def to_levels(counts: Numbers) -> NDArray[np.uint8]:
    """Return counts as levels, three for each factor of e."""
    steps = np.rint(np.log(np.maximum(counts, 1)) * _LEVELS_PER_E)
    found: NDArray[np.uint8] = np.minimum(steps, 255).astype(np.uint8)
    return found


def from_levels(levels: bytes | bytearray) -> Reals:
    """Return the counts that were stored as levels."""
    found: Reals = np.exp(np.frombuffer(levels, np.uint8).astype(np.float32) / np.float32(_LEVELS_PER_E)).astype(
        np.float32
    )
    return found


#: Count by level.
_LEVEL_COUNTS = from_levels(bytes(range(256)))


def encode_gaps(sorted_numbers: Numbers) -> tuple[bytes, bytes]:
    """Return (low, high 16 bits) of the gaps between sorted 32-bit numbers, for compression."""
    gaps = np.diff(sorted_numbers.astype(np.uint64), prepend=np.uint64(0)).astype("<u4")
    return (gaps & 0xFFFF).astype("<u2").tobytes(), (gaps >> 16).astype("<u2").tobytes()


def decode_gaps(low: bytearray, high: bytearray) -> NDArray[np.uint32]:
    """Return the sorted numbers that `encode_gaps` stored."""
    rows: NDArray[np.uint32] = np.frombuffer(high, "<u2").astype(np.uint32)
    rows <<= np.uint32(16)
    rows |= np.frombuffer(low, "<u2")
    return np.cumsum(rows, dtype=np.uint32, out=rows)


def pack_parts(parts: list[bytes]) -> bytes:
    """Return several byte strings as one compressed file."""
    head = struct.pack(f"<{len(parts)}I", *map(len, parts))
    return zlib.compress(bytes([len(parts)]) + head + b"".join(parts), 9)


#: Bytes of a compressed file that are read at once: each call of the decompressor copies the rest.
_PIECE_BYTES = 1 << 16


def unpack_parts(source: IO[bytes]) -> Iterator[bytearray]:
    """Yield the byte strings of a file made by `pack_parts`."""
    stream = zlib.decompressobj()

    def read(size: int) -> bytearray:
        """Return the next `size` bytes of the decompressed file."""
        section = bytearray()
        while len(section) < size:
            piece = stream.unconsumed_tail or source.read(_PIECE_BYTES)
            section += stream.decompress(piece, size - len(section))
        return section

    count = read(1)[0]
    for size in struct.unpack(f"<{count}I", read(4 * count)):
        yield read(size)


_DECIMAL_NUMBER = r"[0-9]{1,3}(?:[,，][0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_COUNTED_UNIT = (
    r"万元|亿元|元|万人次|人次|万人|亿吨|万吨|吨|亿斤|万亩|平方米|平方公里|公顷|公里|批次|人|名|户|件|个|项|条|家|起|所|处|宗|份|"
    r"篇|场|次|亩|套|台|辆|期|批|只|头|株|例|栋|座|间|岁|"
    r"把|艘|张|本|册|块|条|笔|口|盏|枚|箱|瓶|样|支|根|片|羽|班|段|台次|车次|组|盘|袋|具"
)
#: 受理800件，办结760件，办结率为96%
_COMPLETION_RATE_RE = re.compile(
    rf"(?<![0-9.,，])(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[，,、](?P<part>(?!其中)[{HAN}]{{2,8}}?)(?P<m>{_DECIMAL_NUMBER})\s?(?P=u)[，,]"
    rf"(?P<rate>[{HAN}]{{2,6}}?率)(?:为|是|达|达到|达了)?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 共有800户，其中低保户80户，占12%
_SHARE_OF_TOTAL_RE = re.compile(
    rf"(?<![0-9.,，])(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[^0-9，,。；;：:\n]{{0,6}}[，,（(]其中[：:]?(?P<part>[^0-9，,。；;\n]{{1,14}}?)(?P<m>{_DECIMAL_NUMBER})\s?(?P=u)"
    rf"[，,]占(?:比|总数的?|全部的?|总[{HAN}]{{1,3}}的?)?(?:为|达)?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 完成投资3.6亿元，占年度计划5亿元的72%
_SHARE_OF_PLAN_RE = re.compile(
    rf"(?<![0-9.,，])(?P<m>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[^0-9，,。；;：:\n]{{0,6}}[，,（(]?\s?(?:占|是|为|相当于|完成)(?!比)[^0-9，,。；;：:\n]{{0,14}}?"
    rf"(?P<n>{_DECIMAL_NUMBER})\s?(?P<v>{_COUNTED_UNIT})的(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 计划投资5亿元，已完成3.6亿元，占年度计划的72%
_PLAN_COMPLETION_RE = re.compile(
    rf"(?:计划|任务|目标|预算|应[{HAN}]{{1,3}}|总[{HAN}]{{1,4}}|共有?)[^0-9，,。；;：:\n]{{0,10}}?(?P<n>{_DECIMAL_NUMBER})\s?(?P<v>{_COUNTED_UNIT})[^0-9，,。；;：:\n]{{0,4}}[，,]\s?"
    rf"(?P<done>(?:截至[^，,。；;\n]{{1,10}}?(?:日|月|底|末|前)[，,]?)?(?:目前|现|今年以来)?(?:已|累计|实际|其中)?[^0-9，,。；;：:\n]{{2,10}}?)(?P<m>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[^0-9，,。；;：:\n]{{0,4}}[，,（(]\s?"
    rf"(?:占(?:全年|年度|总|计划|任务|目标|全部|应)[^0-9，,。；;：:\n]{{0,10}}?的?|(?:完成|执行|支出|到位|兑现|投资完成|计划完成|任务完成|预算执行|回收|投放|覆盖)(?:率|比例)(?:为|达|达到)?|完成率?(?:年度|全年|目标|计划)[^0-9，,。；;：:\n]{{0,6}}?的?)(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 12.6亿元，比上年同期的12.0亿元增长6%
_GROWTH_OVER_YEAR_RE = re.compile(
    rf"(?<![0-9.,，])(?P<m>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[，,]\s?(?:同)?(?:比|较)(?:上年|去年|前年|上月|上季度|[0-9]{{4}}年)(?:同期|同月|全年)?的?"
    rf"(?P<n>{_DECIMAL_NUMBER})\s?(?P=u)[，,]?(?P<way>增长|增加|上升|提高|下降|减少|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
_STATED_GROWTH_RE = re.compile(
    rf"(?<![0-9.,，])(?P<m>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[，,]\s?(?:同比|比上年同期|较上年同期|比上年|较上年|比去年|较去年)(?P<way>增长|增加|上升|提高|下降|减少|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%[，,（(]"
    rf"\s?(?:上年|去年)(?:同期|同月|全年)?(?:为|是|有|完成|实现)?(?P<n>{_DECIMAL_NUMBER})\s?(?P=u)"
)
_CHANGE_FROM_TO_RE = re.compile(
    rf"(?:由|从)(?:上年|去年|[0-9]{{4}}年)?(?:同期|底|末)?的?(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})(?P<way>增加|增长|提高|上升|扩大|减少|下降|降低)(?:到|至|为)了?"
    rf"(?:[0-9]{{4}}年的?|今年的?)?(?P<m>{_DECIMAL_NUMBER})\s?(?P=u)[，,](?:增长|增加|增幅为?|提高|上升|下降|减少|降幅为?|降低)了?(?P<p>[0-9]+(?:\.[0-9]+)?)%"
)
#: 共96人，分为四个班，每班26人
_EQUAL_GROUPS_RE = re.compile(
    rf"(?<![0-9.,，])(?P<n>{_DECIMAL_NUMBER})\s?(?P<u>{_COUNTED_UNIT})[，,][^0-9，,。；;\n]{{0,4}}(?:分为|分成|编为|编成|划分为|分|设)(?P<k>[0-9]{{1,3}}|[二两三四五六七八九十]{{1,2}})个?"
    rf"(?P<x>[{HAN}]{{1,4}}?)[，,]\s?(?:平均)?每个?(?P<y>[{HAN}]{{1,3}}?)(?P<m>{_DECIMAL_NUMBER})\s?(?P=u)(?![以左之])"
)
_INEXACT_WORD_RE = re.compile("其余|剩余|还剩|未完成|不到|超过|以上|左右|约|近|多")
_DECREASE_WORDS = frozenset(["下降", "减少", "降低"])


def _parse_number(text: str) -> float:
    return float(re.sub("[,，]", "", text))


def _get_last_digit_value(text: str) -> float:
    return 10.0 ** -len(text.partition(".")[2])


def find_share_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield percentages and group sizes that contradict the numbers next to them."""
    text = search_text.text
    for pattern in (_COMPLETION_RATE_RE, _SHARE_OF_TOTAL_RE):
        for match in pattern.finditer(text):
            if pattern is _COMPLETION_RATE_RE and not _is_rate_of_part(text, match):
                continue
            total, share = _parse_number(match["n"]), _parse_number(match["m"])
            if (
                total
                and share <= total
                and _exceeds_rounding(match, share / total * 100, _compute_rounding_error(match, share / total * 100))
            ):
                yield _make_finding(search_text, match, "p", share / total * 100)
    yield from _check_plan_shares(search_text)
    for pattern in (_GROWTH_OVER_YEAR_RE, _CHANGE_FROM_TO_RE, _STATED_GROWTH_RE):
        for match in pattern.finditer(text):
            old_value, new_value = _parse_number(match["n"]), _parse_number(match["m"])
            change = (new_value - old_value) / old_value * 100 if old_value else 0.0
            percent = -change if match["way"] in _DECREASE_WORDS else change
            if old_value and _exceeds_rounding(
                match, percent, _compute_rounding_error(match, new_value / old_value * 100)
            ):
                yield _make_finding(search_text, match, "p", percent)
    for match in _EQUAL_GROUPS_RE.finditer(text):
        if match["x"][-1] == match["y"][-1] and _parse_number(match["n"]) != _parse_count(match["k"]) * _parse_number(
            match["m"]
        ):
            start, end = match.start("n"), match.end("m")
            product = f"{_parse_count(match['k']):g}×{_parse_number(match['m']):g}"
            reason = f"{product}与总数{_parse_number(match['n']):g}不符，请核对"
            yield Finding("sum", start, end, search_text.source[start:end], reason)


def _check_plan_shares(search_text: SearchText) -> Iterator[Finding]:
    """Yield percentages of a plan or total that contradict the two amounts next to them."""
    for pattern in (_SHARE_OF_PLAN_RE, _PLAN_COMPLETION_RE):
        for match in pattern.finditer(search_text.text):
            if get_base_unit(match["u"]) != get_base_unit(match["v"]) or _INEXACT_WORD_RE.search(match[0]):
                continue
            planned, done = to_base_value(match["n"], match["v"]), to_base_value(match["m"], match["u"])
            if planned and done and 0.02 <= done / planned <= 3:
                percent = done / planned * 100
                error = (
                    0.25
                    * percent
                    * (
                        compute_half_precision(match["m"], match["u"]) / done
                        + compute_half_precision(match["n"], match["v"]) / planned
                    )
                    * 2
                )
                if _exceeds_rounding(match, percent, error):
                    yield _make_finding(search_text, match, "p", percent)


def _is_rate_of_part(text: str, match: re.Match[str]) -> bool:
    """Return true if the names of a rate and of a part share characters."""
    rate_characters = set(match["rate"][:-1])
    text_before = text[max(0, match.start() - 6) : match.start()]
    return (
        bool(rate_characters & set(match["part"]))
        and not rate_characters & set(text_before)
        and match["part"][0] not in "未正尚剩其"
    )


def _parse_count(text: str) -> float:
    return float(to_int(text) or 0)


def _compute_rounding_error(match: re.Match[str], percent: float) -> float:
    """Return how many percentage points a percentage may be off by rounding."""
    total, share = _parse_number(match["n"]), _parse_number(match["m"])
    rounded = match["u"][0] in "万亿" or "." in match["n"] or "." in match["m"]
    if not rounded or not total or not share:
        return 0.0
    return 0.25 * percent * (_get_last_digit_value(match["m"]) / share + _get_last_digit_value(match["n"]) / total)


def _exceeds_rounding(match: re.Match[str], true: float, error: float) -> bool:
    """Return true if a percentage differs by more than its last digit allows."""
    last = _get_last_digit_value(match["p"])
    return abs(_parse_number(match["p"]) - true) > (0.5 * last + error if error else 0.999 * last)


def _make_finding(search_text: SearchText, match: re.Match[str], group: str, true: float) -> Finding:
    start, end = match.start(), max(match.end(group) + 1, match.end())
    why = f"按前后数字计算为{true:.1f}%，与此处不符，请核对"
    return Finding("sum", start, end, search_text.source[start:end], why)
