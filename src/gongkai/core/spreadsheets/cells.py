"""Parsers of cell values: text, choice, date, number, yes/no, list; factories or functions."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from gongkai.core.spreadsheets.errors import BadCell
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.typed_values import TypedValueError, parse_date, parse_moment, parse_whole
from gongkai.lib.fileformats.workbooks.values import CellFault, Percent, format_time, round_to_fifteen_digits

V = TypeVar("V")

_WHITESPACE_PATTERN = re.compile(r"[ \t\u3000\xa0\u200b\ufeff]+")
_TOTAL_LABEL_PATTERN = re.compile(r"^(?:本页|本表|全部)?[合小总共累]\s*计[:：]?(?:\s*\d+\s*[^\d\s]{0,4})?$")
_FOOTER_PATTERN = re.compile(
    r"(?:填表|填报|制表|报送|审核|审批|负责|联系|经办|统计)(?:人|单位|日期|时间|电话|方式)?(?:[（(]?(?:签字|签名|签章|盖章)[)）]?)?[:：]"
    r"|(?:单位|主要|分管)(?:负责人|领导)(?:[（(]?(?:签字|签名|签章|盖章)[)）]?)?[:：]|(?:备?注|说明)\d?[:：]"
)
_VALUE_SEPARATOR_PATTERN = re.compile(r"[、，,；;\n]+")
#: Serial number of a date (1954 to 2099) in a cell without date format. In text only from 2000
#: on: lower numbers are dates with a missing digit (20261).
_SERIAL_DATE_PATTERN = re.compile(r"^(\d{5})(?:\.0+)?$")
_SERIAL_DATE_EPOCH, _SERIAL_DATES = date(1899, 12, 30), range(20_000, 73_051)
_SERIAL_DATES_IN_TEXT = range(36_526, 73_051)
#: Maximum length of texts of several lines for columns that declare none; forms have the same limit.
MAX_TEXT_CHARACTERS = 5000
#: Reference to the sheet that lists all choices.
GUIDE_SHEET_NAME = "填写说明"
#: Maximum number of choices, and of their characters, in one error line.
_FEW, _SHORT = 12, 60


def format_value(value: object) -> str:
    """Return any cell's value as displayed text: 5.0 is 5, dates are 2026-11-20; without repeated or outer spaces.

    A `CellFault` is returned unchanged, for its column to refuse.
    """
    if value is None:
        return ""
    if isinstance(value, CellFault):
        return value
    return _WHITESPACE_PATTERN.sub(" ", _to_text(value)).strip()


def _to_text(value: object) -> str:
    """Return a value as text: 是 or 否, a plain number, a date without a time of midnight."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and not isinstance(value, Percent):
        return f"{round_to_fifteen_digits(value):f}"
    if isinstance(value, time):
        return format_time(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M") if (value.hour or value.minute) else f"{value:%Y-%m-%d}"
    return str(value)


def is_total_label(value: object) -> bool:
    """Return true if a cell is the label of a row of totals (合计, 小计).

    >>> is_total_label("合 计："), is_total_label("合计：12个单位"), is_total_label("合计拨款项目")
    (True, True, False)
    """
    return bool(_TOTAL_LABEL_PATTERN.match(format_value(value)))


def is_footer_line(value: object) -> bool:
    """Return true if a cell begins a line below a table: 填表人：…, 审核人（签字）：…, 注：….

    >>> is_footer_line("填表人：沈舟"), is_footer_line("单位负责人（签字）："), is_footer_line("联系人")
    (True, True, False)
    """
    return bool(_FOOTER_PATTERN.match(format_value(value).replace(" ", "")))


def parse_text(value: object) -> str:
    """Parse text of at most the usual length of a form field."""
    return _check_length(format_value(value), MAX_TEXT_CHARACTERS)


def long_text(limit: int) -> Callable[[object], str]:
    """Return a parser of text with at most `limit` characters in any number of lines."""
    return lambda value: _check_length(format_value(value), limit)


def _check_length(text: str, limit: int) -> str:
    if len(text) > limit:
        raise BadCell(f"共{len(text)}个字，超过{limit}个字的上限", "请缩短")
    return text


def short_text(limit: int) -> Callable[[object], str]:
    """Return a parser of text with at most `limit` characters, joined to one line."""

    def read(value: object) -> str:
        return _check_length(" ".join(format_value(value).split()), limit)

    return read


def checked_text(limit: int, is_valid: Callable[[str], object], what: str) -> Callable[[object], str]:
    """Return a parser of a short text for which `is_valid` returns true; an empty cell gives "".

    `what` is the fault of other texts, in Chinese.
    """

    def read(value: object) -> str:
        """Return the text (BadCell: too long, or not valid)."""
        text = short_text(limit)(value)
        if text and not is_valid(text):
            raise BadCell(f"“{text[:30]}”{what}", "请核对，没有的留空")
        return text

    return read


def _is_mail_address(text: str) -> bool:
    """Return true if a form field accepts an e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


#: Parser of an e-mail address.
parse_mail_address = checked_text(200, _is_mail_address, "不是电子邮箱，应像 name@example.cn")


def find_nearest_words(text: str, known: Iterable[str], limit: int = 4) -> list[str]:
    """Return at most `limit` of the known words that are similar to the text, best first."""

    def likeness(word: str) -> float:
        contains = len(text) > 1 and (text in word or word in text)
        return max(SequenceMatcher(None, text, phrase).ratio() for phrase in word.split("：")) + contains

    rated_words = sorted(((likeness(fromkey), fromkey) for fromkey in dict.fromkeys(known)), reverse=True)
    return [word for rate, word in rated_words[:limit] if rate >= 0.5]


def choice(choices: Mapping[str, V], *, synonyms: Mapping[str, V] | None = None) -> Callable[[object], V | None]:
    """Return a parser of labels: it returns the value of a label or synonym, None for an empty cell."""

    def read(value: object) -> V | None:
        """Return the choice of a label, None if empty (BadCell: unknown)."""
        text = format_value(value)
        if not text:
            return None
        for keys_by_label in (choices, synonyms or {}):
            if text in keys_by_label:
                return keys_by_label[text]
        raise BadCell(f"“{text[:30]}”不在可选范围内", choice_advice(text, list(choices)), text)

    return read


def choice_advice(text: str, choices: Sequence[str]) -> str:
    """Return the Chinese advice for a text that is no choice: all choices if few, else similar ones and where to find
    all."""
    if len(choices) <= _FEW and len("、".join(choices)) <= _SHORT:
        return f"请填写：{'、'.join(choices)}"
    similar_words = find_nearest_words(text, choices)
    guide_note = f"全部可填内容见模板的“{GUIDE_SHEET_NAME}”表"
    return f"相近的有：{'、'.join(similar_words)}；{guide_note}" if similar_words else guide_note


def parse_with(parse: Callable[[str], V | None], value: object) -> V | None:
    """Parse a cell with a form parser of `chinese.typed_values`; empty gives None.

    Raises:
        BadCell: the cell cannot be read.
    """
    text = format_value(value)
    try:
        return parse(text)
    except TypedValueError as wrong:
        raise BadCell(f"{wrong.what}：“{text[:30]}”", wrong.todo) from None


def parse_day(value: object) -> date | None:
    """Parse a date: date cell, serial number or text; empty gives None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    serial_dates = _SERIAL_DATES_IN_TEXT if isinstance(value, str) else _SERIAL_DATES
    if (match := _SERIAL_DATE_PATTERN.match(format_value(value))) and int(match[1]) in serial_dates:
        return _SERIAL_DATE_EPOCH + timedelta(days=int(match[1]))
    return parse_with(parse_date, value)


def parse_day_and_time(value: object) -> datetime | None:
    """Parse a date with optional time, without time zone; empty gives None."""
    if isinstance(value, datetime):
        return value
    try:
        day = parse_day(value)
    except BadCell:
        return parse_with(parse_moment, value)
    return datetime.combine(day, time()) if day else None


def whole_number(*, minimum: int = 0, maximum: int = 2_000_000_000) -> Callable[[object], int | None]:
    """Return a parser of integers within bounds; an empty cell gives None."""

    def read(value: object) -> int | None:
        """Return the number, None if empty (BadCell: not an integer, or outside the bounds)."""
        number = parse_with(parse_whole, value)
        if number is not None and not minimum <= number <= maximum:
            raise BadCell(f"{number}不在{minimum}至{maximum}之间", "请核对后改正")
        return number

    return read


def yes_no(value: object) -> bool | None:
    """Parse 是, 否 or a usual synonym (有, √, y, 1); empty gives None (BadCell: another word)."""
    text = format_value(value).lower()
    if not text:
        return None
    values_by_word = {"是": True, "有": True, "√": True, "y": True, "1": True, "否": False, "无": False, "×": False}
    values_by_word |= {"n": False, "0": False, "true": True, "false": False}
    if text not in values_by_word:
        raise BadCell(f"“{text[:30]}”不是“是”或“否”", "请填写“是”或“否”")
    return values_by_word[text]


def split_list(text: str) -> list[str]:
    """Split a cell of several values at 、，； and line breaks."""
    return [name.strip() for name in _VALUE_SEPARATOR_PATTERN.split(text) if name.strip()]


def words_list(limit: int = 120) -> Callable[[object], list[str]]:
    """Return a parser of names separated by 、，； or line breaks, without duplicates."""

    def read(value: object) -> list[str]:
        """Return the names, each once (BadCell: one is too long)."""
        names = split_list(format_value(value))
        for name in names:
            if len(name) > limit:
                raise BadCell(f"“{name[:12]}…”超过{limit}个字", "请用顿号分开各名称")
        return list(dict.fromkeys(names))

    return read
