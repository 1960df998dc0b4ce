"""Parse dates, times and numbers as people type them into a form or a spreadsheet.

Each function returns None for blank text and raises `TypedValueError` for text that it does not understand.
No function guesses: the caller shows the reason and keeps the text as it was typed.
"""

import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.chinese.numerals import to_int

#: Years that a typed date may have: the People's Republic's, up to the last year with a calendar.
ACCEPTED_YEARS = range(1949, 2101)
_TYPED_DATE_RE = re.compile(
    r"([0-9]{4})(?:\s*([-/.])\s*([0-9]{1,2})\s*\2\s*([0-9]{1,2})"
    r"|\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日"
    r"|([0-9]{2})([0-9]{2}))"
)
_TYPED_MONTH_DAY_RE = re.compile(
    r"([0-9]{1,2})\s*[-/.]\s*([0-9]{1,2})|([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*日|([0-9]{2})([0-9]{2})"
)
#: A year, month or day in Chinese digits, and what may follow or join the parts of a date.
_CHINESE_NUMBER = re.compile(r"[零〇○Oo一二三四五六七八九十]+(?=\s*[年月日])")
_WEEKDAY_SUFFIX_RE = re.compile(r"\s*[（(]?(?:星期|周)[一二三四五六日天][）)]?$")
_DASHES_RE = re.compile("[\u2010-\u2015\u2212]")
_LEAP_YEAR = 2024
_TYPED_TIME_RE = re.compile(
    r"([0-9]{1,2})(?:\s*:\s*([0-9]{2})(?:\s*:\s*([0-9]{2}))?"
    r"|\s*[时点]\s*(?:([0-9]{1,2})\s*分)?"
    r"|([0-9]{2}))"
)
#: A date followed by a time: after a blank or a T, or directly after 日.
_TYPED_MOMENT_RE = re.compile(r"(.{6,20}?[0-9]|.{8,20}?日)(?:\s*T\s*|\s+|(?<=日))([0-9]{1,2}\s*[:时点].*|[0-9]{4})")
_MIDNIGHT_SUFFIX_RE = re.compile(r"[T\s]\s*0?0:00(?::00(?:\.0+)?)?$")
_TYPED_NUMBER_RE = re.compile(r"([-+]?)([0-9]+|[0-9]{1,3}(?:[,\s][0-9]{3})+)(?:\.([0-9]+))?")
#: A number of more digits is a code, not a quantity.
_MAX_DIGITS = 18
_MAX_CHARACTERS = 60

#: Example shown in error messages and inputs.
DATE_EXAMPLE = "2026-01-05"
TIME_EXAMPLE = "09:30"
MOMENT_EXAMPLE = f"{DATE_EXAMPLE} {TIME_EXAMPLE}"
#: Messages of `TypedValueError`.
NO_SUCH_DATE_ERROR = "没有这一天，请核对年、月、日"
NO_SUCH_TIME_ERROR = "没有这个时间，请核对时、分"
OTHER_YEAR_ERROR = f"日期的年份应在{ACCEPTED_YEARS[0]}年至{ACCEPTED_YEARS[-1]}年之间，请核对"
NOT_A_DATE_ERROR = f"不是日期，请按“{DATE_EXAMPLE}”或者“2026年1月5日”的样式填写日期"
NOT_A_MONTH_DAY_ERROR = "不是月和日，请按“01-31”或者“1月31日”的样式填写月和日"
NOT_A_TIME_ERROR = f"不是时间，请按“{TIME_EXAMPLE}”的样式填写时间"
NOT_A_MOMENT_ERROR = f"不是日期加时间，请按“{MOMENT_EXAMPLE}”的样式填写日期和时间"
NOT_WHOLE_NUMBER_ERROR = "不是整数，请填写 12 或者 1,200 的样式，不写单位"
NOT_A_NUMBER_ERROR = "不是数字，请填写 12.5 或者 1,200.5 的样式，不写单位"
TOO_MANY_DIGITS_ERROR = f"数字超过{_MAX_DIGITS}位，请核对"


class TypedValueError(ValueError):
    """Raised for text that is no date, time or number; the message says what to write instead.

    Attributes:
        what: what is wrong, as a phrase.
        todo: what to do, as a phrase.
    """

    def __init__(self, reason: str) -> None:
        self.what, _, self.todo = reason.partition("，")
        super().__init__(reason)


def parse_date(text: str) -> date | None:
    """Return the date that a person typed; None for blank text.

    >>> [str(parse_date(text)) for text in ("2026-01-05", "20260105", "2026/1/5", "2026.1.5", "２０２６年１月５日")]
    ['2026-01-05', '2026-01-05', '2026-01-05', '2026-01-05', '2026-01-05']

    Raises:
        TypedValueError: the text is no date, the day does not exist, or its year is not in `ACCEPTED_YEARS`.
    """
    words = _WEEKDAY_SUFFIX_RE.sub("", _MIDNIGHT_SUFFIX_RE.sub("", _DASHES_RE.sub("-", _normalise_text(text))))
    if not words:
        return None
    words = _CHINESE_NUMBER.sub(lambda part: str(to_int(re.sub("[Oo]", "〇", part[0]))), words)
    match = _TYPED_DATE_RE.fullmatch(words)
    if match is None:
        raise TypedValueError(NOT_A_DATE_ERROR)
    year = int(match[1])
    month, day = int(match[3] or match[5] or match[7]), int(match[4] or match[6] or match[8])
    try:
        parsed = date(year, month, day)
    except ValueError:
        raise TypedValueError(NO_SUCH_DATE_ERROR) from None
    if year not in ACCEPTED_YEARS:
        raise TypedValueError(OTHER_YEAR_ERROR)
    return parsed


def parse_month_day(text: str) -> str | None:
    """Return a day of every year as 01-31; None for blank text.

    >>> [parse_month_day(text) for text in ("01-31", "1月31日", "0131", "1/31", "1.31")]
    ['01-31', '01-31', '01-31', '01-31', '01-31']

    Raises:
        TypedValueError: the text is no month and day, or no year has the day.
    """
    typed_text = _normalise_text(text)
    if not typed_text:
        return None
    match = _TYPED_MONTH_DAY_RE.fullmatch(typed_text)
    if match is None:
        raise TypedValueError(NOT_A_MONTH_DAY_ERROR)
    month, day = (int(match[group] or match[group + 2] or match[group + 4]) for group in (1, 2))
    try:
        return f"{date(_LEAP_YEAR, month, day):%m-%d}"
    except ValueError:
        raise TypedValueError(NO_SUCH_DATE_ERROR) from None


def parse_time(text: str) -> time | None:
    """Return the time of day that a person typed; None for blank text.

    >>> [str(parse_time(text)) for text in ("9:30", "０９：３０", "0930", "9时", "9点30分")]
    ['09:30:00', '09:30:00', '09:30:00', '09:00:00', '09:30:00']

    Raises:
        TypedValueError: the text is no time, or the time does not exist.
    """
    words = _normalise_text(text)
    if not words:
        return None
    match = _TYPED_TIME_RE.fullmatch(words)
    if match is None:
        raise TypedValueError(NOT_A_TIME_ERROR)
    hour, minute, second = int(match[1]), int(match[2] or match[4] or match[5] or 0), int(match[3] or 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        raise TypedValueError(NO_SUCH_TIME_ERROR) from None


def parse_moment(text: str) -> datetime | None:
    """Return the date and time that a person typed, without a time zone; None for blank text.

    >>> str(parse_moment("2026年1月5日9时30分")), str(parse_moment("20260105 0930"))
    ('2026-01-05 09:30:00', '2026-01-05 09:30:00')

    Raises:
        TypedValueError: the text is no date with a time, or one of the two does not exist.
    """
    words = _normalise_text(text)
    if not words:
        return None
    match = _TYPED_MOMENT_RE.fullmatch(words)
    if match is None:
        raise TypedValueError(NOT_A_MOMENT_ERROR)
    try:
        day, clock = parse_date(match[1]), parse_time(match[2])
    except TypedValueError as wrong:
        if str(wrong) in (NOT_A_DATE_ERROR, NOT_A_TIME_ERROR):
            raise TypedValueError(NOT_A_MOMENT_ERROR) from wrong
        raise
    if day is None or clock is None:
        raise TypedValueError(NOT_A_MOMENT_ERROR)
    return datetime.combine(day, clock)


def parse_decimal(text: str) -> Decimal | None:
    """Return the number that a person typed, with all its digits; None for blank text.

    >>> [str(parse_decimal(text)) for text in ("1,200.5", "１２", " -3.50 ", "1 200")]
    ['1200.5', '12', '-3.50', '1200']

    Raises:
        TypedValueError: the text is no number, groups its digits wrongly or has too many of them.
    """
    return _parse_number(text, NOT_A_NUMBER_ERROR)


def parse_whole(text: str) -> int | None:
    """Return the whole number that a person typed; None for blank text.

    >>> parse_whole("1,200"), parse_whole("１２"), parse_whole("12.0")
    (1200, 12, 12)

    Raises:
        TypedValueError: the text is no whole number, groups its digits wrongly or has too many of them.
    """
    number = _parse_number(text, NOT_WHOLE_NUMBER_ERROR)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise TypedValueError(NOT_WHOLE_NUMBER_ERROR)
    return int(number)


def _parse_number(text: str, reason: str) -> Decimal | None:
    """Return a typed number, None for blank text (TypedValueError: no number)."""
    typed_text = _normalise_text(text).replace("−", "-")
    if not typed_text:
        return None
    match = _TYPED_NUMBER_RE.fullmatch(typed_text)
    if match is None:
        raise TypedValueError(reason)
    sign, digits, decimals = match[1], re.sub(r"[,\s]", "", match[2]), match[3] or ""
    if len((digits + decimals.rstrip("0")).lstrip("0")) > _MAX_DIGITS:
        raise TypedValueError(TOO_MANY_DIGITS_ERROR)
    return Decimal(f"{sign}{digits}.{decimals}" if decimals else f"{sign}{digits}")


def _normalise_text(text: str) -> str:
    """Return the text with half-width characters and plain blanks, cut if too long."""
    bare = text.strip()
    if len(bare) > _MAX_CHARACTERS:
        return f"{bare[:_MAX_CHARACTERS]}…"  # no date, time or number is so long
    return "".join(map(_normalise_character, normalise_text(bare))).strip()


def _normalise_character(character: str) -> str:
    """Return a wide or small form as its usual character, and any blank as a space."""
    if character.isspace():
        return " "
    if unicodedata.decomposition(character).startswith(("<wide>", "<small>")):
        return unicodedata.normalize("NFKC", character)
    return character
