"""Parse dates, whole numbers and JSON in one strict form each."""

import json
from datetime import date
from functools import lru_cache
from typing import Never

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.law.errors import LawError

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_NUMBER = re.compile(r"[0-9]+")
#: Longest accepted number; bounds the work on hostile input.
MAX_DIGITS = 100


def quote_value(value: object) -> str:
    """Quote a value in a message as short one-line JSON."""
    text = value if isinstance(value, str) else _to_json_text(value)
    text = text if len(text) <= 40 else f"{text[:40]}…"
    return f"“{''.join(c if c.isprintable() else repr(c)[1:-1] for c in text)}”"


def _to_json_text(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # no JSON value: a caller's own
        return repr(value)


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date:
    """Read ``YYYY-MM-DD``.

    Raises:
        LawError: any other form, or a day that does not exist.
    """
    if _ISO_DATE.fullmatch(text) is None:
        raise LawError(f"日期应写作 YYYY-MM-DD（如 2024-01-02），不能读取{quote_value(text)}")
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        raise LawError(f"没有这一天：{text}") from None


def parse_whole(text: str, what: str = "数", least: int = 0) -> int:
    """Read a whole number of ASCII digits.

    Args:
        text: the digits.
        what: the name of the number, for the message.
        least: the smallest number allowed.

    Raises:
        LawError: any other character, more than `MAX_DIGITS` digits, or a number below `least`.
    """
    if _WHOLE_NUMBER.fullmatch(text) is None:
        raise LawError(f"{what}应为整数（只用数字 0-9），不能读取{quote_value(text)}")
    if len(text) > MAX_DIGITS:
        raise LawError(f"{what}过大（超过{MAX_DIGITS}位）")
    number = int(text)
    if number < least:
        raise LawError(f"{what}不能小于{least}：{quote_value(text)}")
    return number


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


#: Maximum digits of a whole number used in arithmetic (Python reads and writes at most 4,300; sums need room).
MAX_WHOLE_DIGITS = 4000


class LongNumber(str):
    """A whole number too long for arithmetic, as text."""


def _parse_whole(digits: str) -> int | float | LongNumber:
    if len(digits) > MAX_WHOLE_DIGITS:
        return LongNumber(digits)
    return -0.0 if digits == "-0" else int(digits)


_decode_json = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_parse_whole).decode


def loads(data: bytes, what: str) -> object:
    """Parse JSON in UTF-8, with or without byte order mark; numbers too long for arithmetic become
    `LongNumber`.

    Raises:
        LawError: not UTF-8, not JSON, or nested too deep.
    """
    try:
        return _decode_json(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LawError(f"{what}不是 UTF-8 编码") from None
    except (ValueError, RecursionError):
        raise LawError(f"{what}不是合格的 JSON") from None


def dumps(value: object) -> bytes:
    """Write compact JSON on one line in UTF-8; lone surrogates are escaped."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()
