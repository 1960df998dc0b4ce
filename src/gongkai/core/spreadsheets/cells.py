"""Readers of a cell's value: text, choice, date, number, yes or no, list. Each returns a factory or is one itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from typing import TypeVar

from gongkai.core.spreadsheets.errors import Bad
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.typed_values import TypedValueError, parse_date, parse_moment, parse_whole
from gongkai.lib.fileformats.figures import Percent, exact
from gongkai.lib.fileformats.workbooks.values import CellFault, clock

V = TypeVar("V")

_SPACES = re.compile(r"[ \t\u3000\xa0\u200b\ufeff]+")
_SUM = re.compile(r"^(?:本页|本表|全部)?[合小总共累]\s*计[:：]?$")
_LIST = re.compile(r"[、，,；;\n]+")
#: A day as spreadsheet programs count them (from 1954 to 2099), as it stands in a cell that lost its format. In text only days from
#: 2000: the lower counts are dates with a digit left out (20261).
_COUNTED = re.compile(r"^(\d{5})(?:\.0+)?$")
_FIRST_DAY, _COUNTS = date(1899, 12, 30), range(20_000, 73_051)
_COUNTS_IN_TEXT = range(36_526, 73_051)
#: Where all that a column takes is written down.
GUIDE = "填写说明"
#: So many choices, and so many characters of them, are named in one line.
_FEW, _SHORT = 12, 60


def plain(value: object) -> str:
    """Return any cell's value as the text a person sees: 5.0 is 5, a percentage 2.85%, a date 2026-11-20, a time 8:00; blanks at the ends go.

    A `CellFault` stays one: whoever arranges cells anew hands it on to the column, which refuses it.
    """
    if value is None:
        return ""
    if isinstance(value, CellFault):
        return value
    return _SPACES.sub(" ", _shown(value)).strip()


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and not isinstance(value, Percent):
        return f"{exact(value):f}"
    if isinstance(value, time):
        return clock(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M") if (value.hour or value.minute) else f"{value:%Y-%m-%d}"
    return str(value)


def is_sum(value: object) -> bool:
    """Whether a cell heads a row of sums (合计, 小计): what it says is computed from the others, it is no row of its own.

    >>> is_sum("合 计："), is_sum("合计拨款项目")
    (True, False)
    """
    return bool(_SUM.match(plain(value)))


def text(value: object) -> str:
    """Read text of any length."""
    return plain(value)


def short(limit: int) -> Callable[[object], str]:
    """Read one line of text of at most `limit` characters."""

    def read(value: object) -> str:
        words = " ".join(plain(value).split())
        if len(words) > limit:
            raise Bad(f"共{len(words)}个字，超过{limit}个字的上限", "请缩短")
        return words

    return read


def nearest(words: str, known: Iterable[str], most: int = 4) -> list[str]:
    """Return what somebody may have meant, likest first: what holds the words or is held by them, and what is spelled alike."""

    def likeness(one: str) -> float:
        held = len(words) > 1 and (words in one or one in words)
        return max(SequenceMatcher(None, words, part).ratio() for part in one.split("：")) + held

    rated = sorted(((likeness(fromkey), fromkey) for fromkey in dict.fromkeys(known)), reverse=True)
    return [one for rate, one in rated[:most] if rate >= 0.5]


def choice(choices: Mapping[str, V], *, also: Mapping[str, V] | None = None) -> Callable[[object], V | None]:
    """Read one of the given labels; the value is what the label stands for, under `also` other words for it. Empty stays None."""

    def read(value: object) -> V | None:
        words = plain(value)
        if not words:
            return None
        for known in (choices, also or {}):
            if words in known:
                return known[words]
        raise Bad(f"“{words[:30]}”不在可选范围内", instead(words, list(choices)))

    return read


def instead(words: str, choices: Sequence[str]) -> str:
    """Return what to write: all choices where they are few, else the likest and where the others stand."""
    if len(choices) <= _FEW and len("、".join(choices)) <= _SHORT:
        return f"请填写：{'、'.join(choices)}"
    alike = nearest(words, choices)
    where = f"全部可填内容见模板的“{GUIDE}”表"
    return f"相近的有：{'、'.join(alike)}；{where}" if alike else where


def parsed(parse: Callable[[str], V | None], value: object) -> V | None:
    """Read a cell as `chinese.typed_values` reads what is typed into a form. Empty stays None.

    Raises:
        Bad: the cell cannot be read.
    """
    words = plain(value)
    try:
        return parse(words)
    except TypedValueError as wrong:
        raise Bad(f"{wrong.what}：“{words[:30]}”", wrong.todo) from None


def day(value: object) -> date | None:
    """Read a date: a date cell, a program's count of days, or a date as forms take it. Empty stays None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    counts = _COUNTS_IN_TEXT if isinstance(value, str) else _COUNTS
    if (counted := _COUNTED.match(plain(value))) and int(counted[1]) in counts:
        return _FIRST_DAY + timedelta(days=int(counted[1]))
    return parsed(parse_date, value)


def moment(value: object) -> datetime | None:
    """Read a moment: a date cell with a time, a date with a time as forms take it, or a day alone (its beginning).

    Without a zone; empty stays None.
    """
    if isinstance(value, datetime):
        return value
    try:
        alone = day(value)
    except Bad:
        return parsed(parse_moment, value)
    return datetime.combine(alone, time()) if alone else None


def whole(*, least: int = 0, most: int = 2_000_000_000) -> Callable[[object], int | None]:
    """Read a whole number within bounds. Empty stays None."""

    def read(value: object) -> int | None:
        number = parsed(parse_whole, value)
        if number is not None and not least <= number <= most:
            raise Bad(f"{number}不在{least}至{most}之间", "请核对后改正")
        return number

    return read


def yes_no(value: object) -> bool | None:
    """Read 是 or 否. Empty stays None."""
    words = plain(value).lower()
    if not words:
        return None
    known = {"是": True, "有": True, "√": True, "y": True, "1": True, "否": False, "无": False, "×": False}
    known |= {"n": False, "0": False, "true": True, "false": False}
    if words not in known:
        raise Bad(f"“{words[:30]}”不是“是”或“否”", "请填写“是”或“否”")
    return known[words]


def words_list(limit: int = 120) -> Callable[[object], list[str]]:
    """Read several names in one cell, separated by 、，；or line breaks; doubles once, in order."""

    def read(value: object) -> list[str]:
        found = [part.strip() for part in _LIST.split(plain(value)) if part.strip()]
        for one in found:
            if len(one) > limit:
                raise Bad(f"“{one[:12]}…”超过{limit}个字", "请用顿号分开各名称")
        return list(dict.fromkeys(found))

    return read
