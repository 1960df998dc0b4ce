"""Strict JSON: no NaN, no Infinity, and a single exception for every error."""

import json
from typing import Never

from gongkai.lib.law.errors import LawError


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


#: Whole numbers of more digits are not calculated with (Python reads and writes no more than 4,300; sums need room).
MAX_WHOLE = 4000


class Digits(str):
    """A whole number too long for arithmetic, as text."""


def _parse_whole(digits: str) -> int | float | Digits:
    if len(digits) > MAX_WHOLE:
        return Digits(digits)
    return -0.0 if digits == "-0" else int(digits)


_decode_json = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_parse_whole).decode


def loads(data: bytes, what: str) -> object:
    """Read JSON in UTF-8, with or without byte order mark.

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
