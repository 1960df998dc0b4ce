"""Numbers and dates of spreadsheets as their cells show them."""

import re
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import lru_cache
from math import isfinite
from operator import eq, ge, gt, le, lt, ne

from gongkai.lib.chinese.numerals import to_words, write_digits
from gongkai.lib.fileformats.workbooks.values import Percent, round_to_fifteen_digits

#: Formats that files refer to by number only (ECMA-376, 18.8.30; 27 to 58 as Chinese programs show them).
BUILT_IN_FORMATS = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "General",
    13: "General", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: 'AM/PMh"时"mm"分"',
    35: 'AM/PMh"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    41: "#,##0", 42: "#,##0", 43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: 'm"月"d"日"', 55: 'AM/PMh"时"mm"分"', 56: 'AM/PMh"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_FORMAT_TOKEN_RE = re.compile(
    r'"[^"]*"|[\\!].|_.|\*.|\[[^\]]*\]|AM/PM|上午/下午|A/P|y+|m+|d+|h+|s+(?:\.0+)?|E[+-][0#?]+|e+|a{3,4}|[#0?][#0?,]*(?:\.[#0?]*)?'
    r"|%|General|@|.",
    re.IGNORECASE | re.DOTALL,
)
_FORMAT_LITERAL_RE = re.compile(r'"[^"]*"|[\\!].|_.|\*.|\[[^\]]*\]')
_ELAPSED_TIME_RE = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
#: The days that serial numbers count from; times of spreadsheets have no zone.
_DATE_ORIGIN_1900, _DATE_ORIGIN_1904 = datetime.fromisoformat("1899-12-30"), datetime.fromisoformat("1904-01-01")
_DBNUM_MARK_RE = re.compile(r"\[DBNum[123]\]")
_CHINESE_NUMBER_FORMAT_RE = re.compile(r"\[DBNum[123]\]|\[\$-[0-9A-Fa-f]+\]")
_FORMAL_NUMERALS_TABLE = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_SECTION_CONDITION_RE = re.compile(r"\[(<=|>=|<>|=|<|>)\s*(-?\d+(?:\.\d+)?)\]")
_COMPARISONS = {"=": eq, "<": lt, ">": gt, "<=": le, ">=": ge, "<>": ne}
_WEEKDAYS = "一二三四五六日"
_SECONDS_BY_UNIT = {"h": 3600, "m": 60, "s": 1}
#: The long date of the computer's settings; the rest of the format is that of another country.
_LONG_DATE_RE = re.compile(r"^\[\$-F800\].*", re.IGNORECASE)


@lru_cache(maxsize=2_000)
def is_date_format(number_format: str) -> bool:
    """Return whether a format shows a number as a date or time.

    >>> is_date_format('yyyy"年"m"月"'), is_date_format('0.0"月"')
    (True, False)
    """
    if _ELAPSED_TIME_RE.search(number_format):
        return True
    bare = _FORMAT_LITERAL_RE.sub("", number_format.split(";", maxsplit=1)[0]).replace("General", "")
    return bool(re.search(r"[ymdhs]|aaa", bare, re.IGNORECASE)) and not re.search(
        r"[#?]|0(?!\d*[sS])", re.sub(r"s\.0+", "s", bare)
    )


def show_number(value: float, number_format: str, *, from_1904: bool = False) -> str:  # noqa: PLR0911 - a table of kinds
    """Return a number as its format shows it, but without exponent."""
    if not isfinite(value):
        return str(value)
    number_format = number_format.replace("G/通用格式", "General")
    if _DBNUM_MARK_RE.search(number_format) and not is_date_format(number_format):
        return _write_in_chinese(
            show_number(value, _CHINESE_NUMBER_FORMAT_RE.sub("", number_format)), "[DBNum2]" in number_format
        )
    if is_date_format(number_format):
        return show_date(value, number_format.split(";", maxsplit=1)[0], from_1904=from_1904) or _format_general(value)
    sections = re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number_format)
    at = 1 if value < 0 and len(sections) > 1 else 2 if value == 0 and len(sections) > 2 else 0
    section = sections[at]
    amount = abs(value) if at == 1 else value
    if _SECTION_CONDITION_RE.search(number_format):
        section, amount = _choose_by_condition(sections, value), value
    bare = _FORMAT_LITERAL_RE.sub("", section)
    if not section.strip() or "/" in bare:
        return _format_general(value) if section.strip() else ""
    if "General" in section or not re.search(r"[#0?]", bare):
        is_shown = "@" in bare or "General" in section
        zero_text = at == 2 and _insert_literals(section, "")  # as the "-" of accountants
        is_shown = is_shown or not (bare.strip() or zero_text or _SECTION_CONDITION_RE.search(number_format))
        return _insert_literals(section, _format_general(amount) if is_shown else "")
    groups = [token for token in _FORMAT_TOKEN_RE.findall(section) if token[0] in "#0?"]
    if len(groups) > 1 and not re.search(r"[./%]|,[#0?]|E[+-]", bare, re.IGNORECASE):
        scaled = round_to_fifteen_digits(abs(amount)) / 1000 ** bare.count(",")
        return _group_digits(_round(scaled, 0), section.replace(",", ""), [group.replace(",", "") for group in groups])
    return _insert_literals(section, _format_digits(amount, bare))


def _write_in_chinese(text: str, is_formal: bool) -> str:
    """Return the whole numbers of a text in Chinese; with formal digits for DBNum2: 壹仟贰佰叁拾肆."""
    words = re.sub(
        r"(?<![0-9.])[0-9]{1,12}(?![0-9.])", lambda found: _spell_number(int(found[0])), text.replace(",", "")
    )
    return (
        re.sub("(?<![一二三四五六七八九])十", "一十", words).translate(_FORMAL_NUMERALS_TABLE) if is_formal else words
    )


def _spell_number(number: int) -> str:
    """Return a whole number below 10¹² in Chinese."""
    high, low = divmod(number, 100_000_000)
    if not high:
        return to_words(low)
    return f"{to_words(high)}亿{'零' if 0 < low < 10_000_000 else ''}{to_words(low) if low else ''}"


def _choose_by_condition(sections: list[str], value: float) -> str:
    """Return the first section whose condition a number meets ([=1]"是";"否"), else "General"."""
    for section in sections:
        found = _SECTION_CONDITION_RE.search(section)
        if found is None or _COMPARISONS[found[1]](value, float(found[2])):
            return section
    return "General"


def _group_digits(digits: str, section: str, groups: list[str]) -> str:
    """Return the digits of a number in groups with signs between them: 000-0000-0000."""
    digits = digits.zfill(sum(group.count("0") for group in groups))
    digit_groups: list[str] = []
    for group in reversed(groups[1:]):
        digit_groups.insert(0, digits[-len(group) :])
        digits = digits[: -len(group)]
    digit_groups.insert(0, digits)
    return "".join(
        digit_groups.pop(0) if token[0] in "#0?" else _insert_literals(token, "")
        for token in _FORMAT_TOKEN_RE.findall(section)
    ).strip()


def _format_general(value: float) -> str:
    """Return a number without exponent, to fifteen digits."""
    return f"{round_to_fifteen_digits(value).normalize():f}" if value else "0"


def _format_digits(value: float, bare: str) -> str:
    """Return a number with the decimals, separators and percent sign of a format."""
    scale = round_to_fifteen_digits(value) * 100 if "%" in bare else round_to_fifteen_digits(value)
    numeric = re.search(r"[#0?][#0?,]*(?:\.[#0?]*)?,*", bare)
    pattern = numeric[0] if numeric else "0"
    if re.search(r"E[+-]0", bare, re.IGNORECASE):
        return _format_general(value)
    integer_format, _, decimals = pattern.partition(".")
    for scaling in (integer_format, decimals):
        scale /= 1000 ** (len(scaling) - len(scaling.rstrip(",")))
    integer_format, decimals = integer_format.rstrip(","), decimals.rstrip(",")
    integer, _, fraction = _round(abs(scale), len(decimals)).partition(".")
    fixed_decimals = decimals.rstrip("#?")
    while fraction and len(fraction) > len(fixed_decimals) and fraction.endswith("0"):
        fraction = fraction[:-1]
    integer = (
        integer.zfill(sum(char == "0" for char in integer_format))
        if "0" in integer_format
        else integer.lstrip("0") or ("0" if not fraction else "")
    )
    if "," in integer_format:
        integer = f"{int(integer or 0):,}"
    sign = "-" if scale < 0 and (integer.strip("0,") or fraction.strip("0")) else ""
    return sign + integer + (f".{fraction}" if fraction else "") + ("%" if "%" in bare else "")


def _round(value: Decimal, places: int) -> str:
    """Return a number with its decimals rounded as spreadsheets do: a half up."""
    with localcontext() as context:
        context.rounding = ROUND_HALF_UP
        return f"{value:.{places}f}"


def _insert_literals(section: str, number: str) -> str:
    """Return the literal text of a format's section with the number at its place."""
    out, done = "", False
    for token in _FORMAT_TOKEN_RE.findall(section):
        if token.startswith('"'):
            out += token[1:-1]
        elif token[0] in "\\!":
            out += token[1:]
        elif token.startswith("[$"):
            out += token[2:-1].split("-")[0]
        elif token[0] in "[_*":
            continue
        elif token[0] in "#0?@%,.Ee" or token.lower() == "general":
            out += "" if done else number
            done = True
        else:
            out += token
    return (out if done or not number else out + number).strip()


def show_date(value: float, number_format: str, *, from_1904: bool = False) -> str:
    """Return a serial number as a date, a time or elapsed time; "" where it is none."""
    if _ELAPSED_TIME_RE.search(number_format):
        return _show_elapsed(value, number_format)
    moment = _parse_serial_date(value, to_millisecond="s.0" in number_format, from_1904=from_1904)
    return show_moment(moment, number_format) if moment else ""


def _show_elapsed(value: float, number_format: str) -> str:
    """Return a number of days as elapsed time: its largest unit is in brackets ([h]:mm, [mm]:ss)."""
    section = number_format.partition(";")[0]
    tokens = [token for token in _FORMAT_TOKEN_RE.findall(section) if token[0] not in "_*"]
    times = [
        token.strip("[]").lower() for token in tokens if re.fullmatch(r"\[(h+|m+|s+)\]|h+|m+|s+(\.0+)?", token, re.I)
    ]
    unit = min(_SECONDS_BY_UNIT[time[0]] for time in times)
    rest, out = round(abs(value) * 86_400 / unit) * unit, "-" if value < 0 else ""
    for token in tokens:
        time = token.strip("[]").lower()
        if time in times:
            count, rest = divmod(rest, _SECONDS_BY_UNIT[time[0]])
            out += f"{count:0{len(time.partition('.')[0])}d}"
        else:
            out += _insert_literals(token, "")
    return out.strip()


def _parse_serial_date(value: float, *, to_millisecond: bool, from_1904: bool) -> datetime | None:
    """Return the date of a spreadsheet's serial number, or None outside its range."""
    if not 0 <= value < 2_958_466:
        return None
    first = (
        _DATE_ORIGIN_1904 if from_1904 else _DATE_ORIGIN_1900 if value >= 61 else _DATE_ORIGIN_1900 + timedelta(days=1)
    )
    try:
        return first + timedelta(seconds=round(value * 86_400, 3) if to_millisecond else round(value * 86_400))
    except OverflowError:  # after year 9999: counted from 1904, or rounded up to its end
        return None


def type_number(value: float, number_format: str, *, from_1904: bool = False) -> object:
    """Return a number as the value that its format means: datetime, time, `Percent`, int or float.

    Elapsed time becomes text. A number that its date format cannot show stays a number.
    """
    if not isfinite(value):
        return value
    if is_date_format(number_format) and not _ELAPSED_TIME_RE.search(number_format):
        moment = _parse_serial_date(value, to_millisecond=False, from_1904=from_1904)
        return value if moment is None else moment.time() if value < 1 else moment
    if is_date_format(number_format):
        return show_date(value, number_format)
    if "%" in _FORMAT_LITERAL_RE.sub("", number_format):
        return Percent(value)
    return int(value) if value.is_integer() else value


def show_moment(moment: datetime, number_format: str) -> str:
    """Return a moment in a date format."""
    number_format = _LONG_DATE_RE.sub('yyyy"年"m"月"d"日"', number_format)
    tokens = _FORMAT_TOKEN_RE.findall(number_format)
    half = any(token.upper() in ("AM/PM", "A/P") or "上午/下午" in token for token in tokens)
    out, timed = "", False
    for at, token in enumerate(tokens):
        low = token.lower()
        if token.startswith('"'):
            out += token[1:-1]
        elif token[0] in "\\!":
            out += token[1:]
        elif token[0] in "[_*@":
            continue
        elif low[0] == "m" and set(low) == {"m"}:
            next_token = next(
                (later.lower() for later in tokens[at + 1 :] if re.match(r"[ymdhs]", later, re.IGNORECASE)), ""
            )
            if timed or next_token.startswith("s"):
                out += f"{moment.minute:0{min(len(low), 2)}d}"
            else:
                out += f"{moment.month}" if len(low) != 2 else f"{moment.month:02d}"
            timed = False
        else:
            piece = _format_date_token(moment, low, half)
            timed = low[0] == "h" or (timed and piece is None)
            out += piece if piece is not None else token
    if "DBNum1" in number_format:
        out = re.sub("[0-9]+", lambda part: write_digits(part[0]) if len(part[0]) > 2 else to_words(int(part[0])), out)
    return out.strip()


def _format_date_token(moment: datetime, token: str, is_12_hour: bool) -> str | None:  # noqa: PLR0911 - a table of tokens
    """Return the part of a moment that a token of a date format shows, None for others."""
    if token[0] in "ye" and len(set(token)) == 1:
        return f"{moment.year:04d}" if len(token) > 2 or token[0] == "e" else f"{moment.year % 100:02d}"
    if token in ("ddd", "dddd"):
        return ("星期" if len(token) == 4 else "周") + _WEEKDAYS[moment.weekday()]
    if token[0] == "d" and len(set(token)) == 1:
        return f"{moment.day:02d}" if len(token) == 2 else str(moment.day)
    if token in ("aaa", "aaaa"):
        return ("星期" if len(token) == 4 else "") + _WEEKDAYS[moment.weekday()]
    if token[0] == "h" and len(set(token)) == 1:
        hour = (moment.hour % 12 or 12) if is_12_hour else moment.hour
        return f"{hour:0{min(len(token), 2)}d}"
    if re.fullmatch(r"s+(?:\.0+)?", token):
        return f"{moment.second:02d}"
    if token in ("am/pm", "a/p", "上午/下午"):
        return "上午" if moment.hour < 12 else "下午"
    return None
