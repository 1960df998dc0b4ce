"""Check document numbers, dates, periods and weekdays; read character counts.

The counts, of sequences of one to four characters in laws, news and official replies, are in `data/counts.bin`, built by `tools/privacy_counts.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import IO

import numpy as np
from numpy.typing import NDArray

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.characters import HAN
from gongkai.lib.privacy.digits import is_valid_date
from gongkai.lib.privacy.model import Finding
from gongkai.lib.privacy.proofreading.candidate_places import are_han
from gongkai.lib.privacy.proofreading.shares import (
    CountTable,
    Ints,
    Numbers,
    Reals,
    SparseBytes,
    decode_gaps,
    encode_gaps,
    from_levels,
    hash_keys,
    pack_parts,
    to_levels,
    unpack_parts,
)
from gongkai.lib.privacy.search_text import SearchText

#: Signs for what is not Chinese, in the places of the first three characters.
BORDER, NUMBER, LATIN = "。", "0", "A"
_NUMBER_CHARACTERS = "0123456789０１２３４５６７８９．.%％"
#: Maximum number of characters in the model: 13 bits.
MAX_COUNTED_CHARACTERS = 8191
#: Count of a pair of characters by its level in `CharacterCounts.pairs`.
_PAIR_COUNTS: Reals = np.concatenate((np.zeros(1), np.exp(np.arange(255) / 3.0))).astype(np.float32)


@dataclass(frozen=True)
class CharacterCounts:
    """Counts of sequences of one to four characters in sample texts.

    Attributes:
        letters: the characters; the number of a character is its position plus one.
        single: count of each number.
        pairs: for each pair its frequency level plus one, 0 if unknown, at the position `pair`.
        rows: for 3 and 4, counts of sequences of that length by hash.
        numbers: the number of each code point.
    """

    letters: str
    single: Reals
    pairs: SparseBytes
    rows: dict[int, CountTable]
    numbers: Ints

    def encode(self, text: str) -> tuple[Ints, Ints]:
        """Return (numbers of a text's characters, their offsets), padded by four borders."""
        points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4")
        numbers = self.numbers[np.minimum(points, 0xFFFF)]
        repeated = np.zeros(len(numbers), dtype=bool)
        repeated[1:] = (numbers[1:] == numbers[:-1]) & (numbers[1:] <= 3) & (numbers[1:] > 0)
        positions = np.flatnonzero(~repeated)
        rim = np.ones(4, dtype=np.int64)
        places: Ints = np.concatenate((rim * -1, positions, rim * len(text)))
        padded: Ints = np.concatenate((rim.astype(np.int32), numbers[positions], rim.astype(np.int32)))
        return padded, places

    def number(self, char: str) -> int:
        """Return the number by which the tables name a character: 0 for an uncounted Chinese one, 1 to 3 for signs."""
        return int(self.numbers[min(ord(char), 0xFFFF)])

    def count_sequences(self, *columns: Ints) -> Reals:
        """Return the counts of sequences given column by column."""
        size = len(columns)
        if size == 1:
            return self.single[columns[0]]
        if size == 2:
            return _PAIR_COUNTS[self.pairs.at(self.pair(*columns))]
        return self.rows[size].get_counts(hash_sequences(columns))

    def pair(self, first: Ints, second: Ints) -> Ints:
        """Return the positions of pairs in `pairs`."""
        found: Ints = first * np.int32(len(self.letters) + 1) + second
        return found


def hash_sequences(columns: Iterable[Ints]) -> NDArray[np.uint32]:
    """Return a 32-bit hash of each sequence of characters; pairs are not hashed."""
    key: NDArray[np.uint64] | None = None
    size = 0
    for column in columns:
        number = column.astype(np.uint64)
        key = number if key is None else (key << np.uint64(13)) | number
        size += 1
    assert key is not None
    return key.astype(np.uint32) if size < 3 else hash_keys(key)


def get_min_pair_level(often: float) -> int:
    """Return the smallest value in `CharacterCounts.pairs` for pairs that occur `often` times."""
    return int(np.searchsorted(_PAIR_COUNTS, np.float32(often)))


def pack_character_counts(letters: str, single: Numbers, rows: Mapping[int, tuple[Numbers, Numbers]]) -> bytes:
    """Return the file: letters, levels of single characters, hashes and levels for each size (`rows`)."""
    parts = [letters.encode(), to_levels(single).tobytes()]
    for size in (2, 3, 4):
        keys, counts = rows[size]
        hashes = keys.astype(np.uint32) if size < 3 else hash_keys(keys.astype(np.uint64))
        order = np.argsort(hashes, kind="stable")
        hashes, levels = hashes[order], to_levels(counts[order])
        parts += [*encode_gaps(hashes), levels.tobytes()]
    return pack_parts(parts)


def unpack_character_counts(source: IO[bytes]) -> CharacterCounts:
    """Return the character counts stored in a file."""
    parts = unpack_parts(source)
    letters = next(parts).decode()
    single = np.zeros(MAX_COUNTED_CHARACTERS + 1, dtype=np.float32)
    single[1 : len(letters) + 1] = from_levels(next(parts))
    rows = {}
    for size in (2, 3, 4):
        hashes, steps = decode_gaps(next(parts), next(parts)), next(parts)
        if size == 2:
            places = (hashes >> 13).astype(np.int32) * np.int32(len(letters) + 1) + (hashes & 8191).astype(np.int32)
            pairs = SparseBytes(places, np.frombuffer(steps, np.uint8) + np.uint8(1), (len(letters) + 1) ** 2)
            continue
        rows[size] = CountTable(hashes, np.frombuffer(steps, np.uint8))
    return CharacterCounts(letters, single, pairs, rows, _build_number_table(letters))


def _build_number_table(letters: str) -> Ints:
    """Return the number of each code point: 0 Han, 1 other, 2 digit, 3 Latin, 4+ counted Han."""
    table = np.ones(0x10000, dtype=np.int32)
    table[are_han(np.arange(table.size))] = 0
    for sign, chars in ((2, _NUMBER_CHARACTERS), (3, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")):
        for char in chars:
            table[ord(char)] = sign
    for place, char in enumerate(letters[3:], 4):
        table[ord(char)] = place
    return table


@cache
def load_character_counts() -> CharacterCounts:
    """Return the bundled character counts."""
    with (files("gongkai.lib.privacy") / "data" / "counts.bin").open("rb") as source:
        return unpack_character_counts(source)


_ISSUING_BODY = (
    rf"(?P<body>[{HAN}]{{0,10}}(?:发|函|办|字|文|规|令|发明电|办发|通|呈|报|议|纪|批|任|告|审|复|办函|电|委|局|府|"
    r"库|税|综|企|资|建|农|教|民|财|人社|卫|环|林|水|交|工信|市监|应急|党))"
)
_DOCUMENT_NUMBER_RE = re.compile(
    _ISSUING_BODY
    + r"\s?(?P<open>[\[\(（【［〈《{〔])\s?(?P<year>[0-9]{2,4})\s?(?P<close>[\]\)）】］〉》}〕])\s?(?P<rest>第?\s?[0-9]{1,5}\s?号?)"
)
#: Words before a document number that are not part of it.
_LEAD_WORDS = re.compile(
    rf".*(?:将|根据|依据|按照|遵照|参照|执行|落实|贯彻|关于|转发|印发|文件|通知|依照|收到|见|及|和|与|对|以|经|在|从|据|是|为|按)(?=[{HAN}]{{2}})"
)
_CHINESE_DATE_RE = re.compile(
    r"(?<![0-9])(?:(?P<y>[12][0-9]{3})\s?年\s?)?(?P<m>[0-9]{1,2})\s?月\s?(?P<d>[0-9]{1,2})\s?[日号]"
)
_ISO_DATE_RE = re.compile(
    r"(?<![0-9\-/.])(?P<y>20[0-9]{2})(?P<s>[\-/])(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9\-/])"
)
_YEAR_AND_MONTH_RE = re.compile(r"(?<![0-9.])[12][0-9]{3}\s?年\s?(?P<m>[0-9]{1,2})\s?月(?!\s?[0-9])")
_HOUR_OF_DAY_RE = re.compile(r"[日号]\s?(?:上午|下午|晚上?|凌晨)?(?P<h>[0-9]{1,2})时(?!间|期|段|刻)")
_INVALID_MINUTE_RE = re.compile(r"(?<![0-9])[0-9]{1,2}[时点](?P<n>[6-9][0-9])分(?!钟|之)")
_INVALID_QUARTER_RE = re.compile(r"第[五六七八九5-9]季度")
_DATE_WITH_WEEKDAY_RE = re.compile(
    r"(?P<y>[12][0-9]{3})\s?年\s?(?P<m>[0-9]{1,2})\s?月\s?(?P<d>[0-9]{1,2})\s?[日号]\s?[（(,，]?\s?(?P<w>(?:星期|周|礼拜)(?P<n>[一二三四五六日天]))"
)
_DATE_RANGE_RE = re.compile(
    r"(?P<y1>[12][0-9]{3})年(?P<m1>[0-9]{1,2})月(?P<d1>[0-9]{1,2})日\s?起?(?:至|到|—|－|-|~|——)\s?(?:(?P<y2>[12][0-9]{3})年)?(?P<m2>[0-9]{1,2})月(?P<d2>[0-9]{1,2})日"
)
_MONTH_RANGE_RE = re.compile(
    r"(?<![0-9])(?P<y1>[12][0-9]{3})年(?P<m1>[0-9]{1,2})月\s?(?:起)?(?:至|到|—|－|-|~|——)\s?(?P<y2>[12][0-9]{3})年(?P<m2>[0-9]{1,2})月(?!\s?[0-9])"
)
#: Days of one month, and hours before the evening: later than the end they cannot begin.
_DAY_RANGE_RE = re.compile(
    r"(?<![0-9年])(?P<m>[0-9]{1,2})月(?P<d1>[0-9]{1,2})日\s?起?(?:至|到|—|－|-|~|——)(?:(?P=m)月)?(?P<d2>[0-9]{1,2})日"
)
_HOUR_RANGE_RE = re.compile(
    r"(?<![0-9:])(?P<h1>[0-9]{1,2})[:：](?P<n1>[0-9]{2})\s?(?:至|到|—|－|-|~|——)\s?(?P<h2>[0-9]{1,2})[:：](?P<n2>[0-9]{2})(?![0-9])"
)
_YEAR_RANGE_RE = re.compile(
    r"(?<![0-9])(?P<y1>(?:19|20)[0-9]{2})年?(?:至|到|—|－|-|~|——)(?P<y2>(?:19|20)[0-9]{2})年(?![0-9])"
)
_DAYS_OF_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_WEEKDAYS = "一二三四五六日"


_HALF_BRACKETED_NUMBER_RE = re.compile(
    rf"(?P<body>[{HAN}]{{1,8}}(?:发|函|办发|办字|字|办|令))(?P<year>(?:19|20)[0-9]{{2}})[〕\]】]\s?第?(?P<n>[0-9]{{1,5}})\s?号"
)
_NUMBER_WITH_NIAN_RE = re.compile(
    rf"(?P<body>[{HAN}]{{2,10}})\s?〔(?P<year>(?:19|20)[0-9]{{2}})年〕\s?第?(?P<n>[0-9]{{1,5}})\s?号"
)
_UNBRACKETED_NUMBER_RE = re.compile(
    rf"(?P<body>[{HAN}]{{1,8}}(?:发|函|办发|办字|政字|府发|字|办))(?P<year>(?:19|20)[0-9]{{2}})年第(?P<n>[0-9]{{1,5}})号(?!公告|令)"
)


_WRONG_BRACKETS_RE = re.compile(
    rf"(?P<body>[{HAN}]{{2,10}})\s?[\[【［]\s?(?P<year>(?:19|20)[0-9]{{2}})\s?[\]】］]\s?第?(?P<n>[0-9]{{1,5}})\s?号"
)
_REVERSED_BRACKETS_RE = re.compile(
    rf"(?P<body>[{HAN}]{{2,10}})(?P<year>(?:19|20)[0-9]{{2}})\s?[〔\[【［(（](?P<n>[0-9]{{1,5}})[〕\]】］)）]\s?号"
)


#: A body of any name with the year cut short, or 第 before the number; orders and notices of law are counted with 第.
_SHORT_YEAR_OR_ORDINAL_RE = re.compile(
    r"〔\s?(?P<year>(?:19|20)?[0-9]{2})\s?〕\s?(?P<first>第?)(?P<n>[0-9]{1,5})\s?号(?!令|公告)"
)
_TITLE_BEFORE_NUMBER_RE = re.compile(
    r"(?:通知|意见|办法|方案|规定|批复|复函|细则|报告|规划|纲要|要点|措施|计划)》[（(]$"
)
_BODY_NAME_RE = re.compile(rf"[{HAN}]{{2,10}}\s?$")


def _find_odd_numbers(search_text: SearchText) -> Iterator[Finding]:
    """Yield document numbers of known wrong forms."""
    for pattern, reason in (
        (_NUMBER_WITH_NIAN_RE, "六角括号内只写年份，不加“年”字"),
        (_UNBRACKETED_NUMBER_RE, "年份应用六角括号〔〕，序号前不加“第”"),
        (_HALF_BRACKETED_NUMBER_RE, "年份前缺六角括号“〔”"),
        (_WRONG_BRACKETS_RE, "年份应用六角括号〔〕"),
        (_REVERSED_BRACKETS_RE, "六角括号〔〕括年份，不括序号"),
    ):
        for match in pattern.finditer(search_text.source):
            lead = _LEAD_WORDS.match(match["body"])
            start = match.start("body") + (lead.end() if lead else 0)
            correct = f"{search_text.source[start : match.end('body')]}〔{_write_year_in_full(match['year'])}〕{match['n'].lstrip('0') or '0'}号"
            yield Finding(
                "doc_number",
                start,
                match.end(),
                search_text.source[start : match.end()],
                f"发文字号：{reason}",
                correct,
            )


def _write_year_in_full(year: str) -> str:
    return "20" + year if len(year) == 2 else year


def _find_numbers_of_any_body(search_text: SearchText) -> Iterator[Finding]:
    """Yield document numbers with a short year, or with 第 in a title's number."""
    for match in _SHORT_YEAR_OR_ORDINAL_RE.finditer(search_text.source):
        body = _BODY_NAME_RE.search(search_text.source, max(0, match.start() - 11), match.start())
        short = len(match["year"]) == 2
        titled = body and _TITLE_BEFORE_NUMBER_RE.search(search_text.source, max(0, body.start() - 12), body.start())
        # Writs are numbered with 第 by right (政府信息公开答复书〔2024〕第16号).
        if not body or not (short or (match["first"] and titled)) or body[0].strip().endswith(("令", "告", "字")):
            continue
        lead = _LEAD_WORDS.match(body[0])
        start, end = body.start() + (lead.end() if lead else 0), match.end()
        correct = f"{search_text.source[start : match.start()].strip()}〔{_write_year_in_full(match['year'])}〕{match['n'].lstrip('0') or '0'}号"
        reason = "年份应写全称" if short else "序号前不加“第”"
        yield Finding("doc_number", start, end, search_text.source[start:end], f"发文字号：{reason}", correct)


#: Papers of cases have numbers of their own form: 公（治）行罚决字〔2026〕0113号.
_CASE_WORD_RE = re.compile(r"[罚决告审执刑民检强扣解鉴送受立撤]\S{0,3}字$")


def find_document_number_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield document numbers of a wrong form (GB/T 9704-2012, 7.2.5)."""
    yield from _find_odd_numbers(search_text)
    yield from _find_numbers_of_any_body(search_text)
    for match in _DOCUMENT_NUMBER_RE.finditer(search_text.source):
        body, year, serial = match["body"], match["year"], re.sub(r"\s", "", match["rest"])
        if not body or ("号" not in serial and match["open"] != "〔"):
            continue
        wrong: list[str] = []
        if match["open"] != "〔" or match["close"] != "〕":
            wrong.append("年份应用六角括号〔〕")
        if len(year) != 4:
            wrong.append("年份应写全称")
        if serial.startswith("第") and not body.endswith(("令", "公告", "通告")):
            wrong.append("序号前不加“第”")
        digits = re.sub(r"[^0-9]", "", serial)
        if digits.startswith("0") and not _CASE_WORD_RE.search(body):
            wrong.append("序号不编虚位")
        if "号" not in serial:
            if search_text.source[match.end() : match.end() + 1] in "-—、-~至0123456789":
                continue
            wrong.append("序号后缺“号”字")
        if wrong:
            lead = _LEAD_WORDS.match(body)
            start = match.start("body") + (lead.end() if lead else 0)
            text = search_text.source[start : match.end()]
            correct = f"{search_text.source[start : match.end('body')]}〔{_write_year_in_full(year)}〕{digits.lstrip('0') or '0'}号"
            yield Finding("doc_number", start, match.end(), text, "发文字号：" + "，".join(wrong), correct)


def find_date_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield impossible days, months, quarters, hours and minutes."""
    text = search_text.text
    for match in _CHINESE_DATE_RE.finditer(text):
        year, month, day = match["y"], int(match["m"]), int(match["d"])
        good = (
            is_valid_date(int(year), month, day)
            if year
            else 1 <= month <= 12 and 1 <= day <= _DAYS_OF_MONTHS[month - 1]
        )
        if not good:
            yield _make_date_finding(search_text, match.start(), match.end(), "日历上没有这一天")
    for match in _ISO_DATE_RE.finditer(text):
        if not is_valid_date(int(match["y"]), int(match["m"]), int(match["d"])):
            yield _make_date_finding(search_text, match.start(), match.end(), "日历上没有这一天")
    for match in _HOUR_OF_DAY_RE.finditer(text):
        if int(match["h"]) > 24:
            yield _make_date_finding(search_text, match.start("h"), match.end(), "一天没有这一时刻")
    for match in _INVALID_MINUTE_RE.finditer(text):
        yield _make_date_finding(search_text, match.start("n"), match.end(), "一小时没有这一分钟")
    for match in _INVALID_QUARTER_RE.finditer(text):
        yield _make_date_finding(search_text, match.start(), match.end(), "一年只有四个季度")
    for match in _YEAR_AND_MONTH_RE.finditer(text):
        if not 1 <= int(match["m"]) <= 12:
            yield _make_date_finding(search_text, match.start(), match.end(), "没有这个月份")


def find_period_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield periods that end before they begin."""
    text = search_text.text
    for match in _DATE_RANGE_RE.finditer(text):
        start_day = (int(match["y1"]), int(match["m1"]), int(match["d1"]))
        end_day = (int(match["y2"] or match["y1"]), int(match["m2"]), int(match["d2"]))
        if is_valid_date(*start_day) and is_valid_date(*end_day) and end_day < start_day:
            yield _make_date_finding(search_text, match.start(), match.end(), "截止日期早于起始日期")
    for match in _MONTH_RANGE_RE.finditer(text):
        if (int(match["y2"]), int(match["m2"])) < (int(match["y1"]), int(match["m1"])):
            yield _make_date_finding(search_text, match.start(), match.end(), "截止时间早于起始时间")
    for match in _DAY_RANGE_RE.finditer(text):
        if int(match["d2"]) < int(match["d1"]) <= 31:
            yield _make_date_finding(search_text, match.start(), match.end(), "截止日期早于起始日期")
    for match in _HOUR_RANGE_RE.finditer(text):
        begin, end = (int(match[f"h{n}"]) * 60 + int(match[f"n{n}"]) for n in (1, 2))
        if 8 * 60 <= end < begin < 17 * 60:
            yield _make_date_finding(search_text, match.start(), match.end(), "结束时间早于开始时间")
    for match in _YEAR_RANGE_RE.finditer(text):
        if int(match["y2"]) < int(match["y1"]):
            yield _make_date_finding(search_text, match.start(), match.end(), "截止年份早于起始年份")


_WRONG_UNTIL_RE = re.compile(
    r"截止(?=\s?(?:(?:19|20)[0-9]{2}年|[0-9]{1,2}月|目前|当前|今年|去年|昨日|昨天|上月|本月|月底|年底|年末|上年末)[^。；;\n]{0,14}[，,共已全])"
)
_CLOSING_DATE_WORD_RE = re.compile(
    r"报名|申报|受理|时间|缴费|投标|递交|征集|登记|提交|期限|投稿|申请|公示|注册|预约|订购|活动|招聘|日期|上报"
)


def find_until_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield 截止 where 截至 is required (before the day of a count)."""
    for match in _WRONG_UNTIL_RE.finditer(search_text.text):
        start, end = match.span()
        if not _CLOSING_DATE_WORD_RE.search(search_text.text[max(0, start - 8) : start]):
            yield Finding("typo", start, end, "截止", "后面接时间表示统计到某时，应为“截至”", "截至")


def _make_date_finding(search_text: SearchText, start: int, end: int, reason: str) -> Finding:
    return Finding("date", start, end, search_text.source[start:end], f"日期有误：{reason}")


def find_weekday_errors(search_text: SearchText) -> Iterator[Finding]:
    """Yield weekdays that do not match their dates."""
    for match in _DATE_WITH_WEEKDAY_RE.finditer(search_text.text):
        year, month, day = int(match["y"]), int(match["m"]), int(match["d"])
        if not is_valid_date(year, month, day):
            continue
        true = _WEEKDAYS[date(year, month, day).weekday()]
        written = "日" if match["n"] == "天" else match["n"]
        if written != true:
            start, end = match.span("w")
            correct = match["w"][:-1] + true
            reason = f"{year}年{month}月{day}日是星期{true}"
            yield Finding("weekday", start, end, search_text.source[start:end], reason, correct)
