"""Readers of a cell's value: text, choice, date, number, yes or no, list. Each returns a factory or is one itself."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from difflib import SequenceMatcher
from typing import TypeVar

from gongkai.chinese import lazy_re as re
from gongkai.opening.figures import Percent, exact
from gongkai.opening.workbooks.values import clock
from gongkai.spreadsheets.errors import Bad

V = TypeVar("V")

_SPACES = re.compile(r"[ \t\u3000\xa0\u200b\ufeff]+")
_DATE = re.compile(r"^(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T]00:00(?::00)?)?$")
_SUM = re.compile(r"^(?:本页|本表|全部)?[合小总共累]\s*计[:：]?$")
_LIST = re.compile(r"[、，,；;\n]+")
#: A day as spreadsheet programs count them (from 1954 to 2099), as it stands in a cell that lost its format.
_COUNTED = re.compile(r"^(\d{5})(?:\.0+)?$")
_FIRST_DAY, _COUNTS = date(1899, 12, 30), range(20_000, 73_051)
#: Where all that a column takes is written down.
GUIDE = "填写说明"
#: So many choices, and so many characters of them, are named in one line.
_FEW, _SHORT = 12, 60


def plain(value: object) -> str:
    """Return any cell's value as the text a person sees: 5.0 is 5, a percentage 2.85%, a date 2026-11-20, a time 8:00; blanks at the ends go."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and not isinstance(value, Percent):
        return f"{exact(value):f}"
    if isinstance(value, time):
        return clock(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M") if (value.hour or value.minute) else f"{value:%Y-%m-%d}"
    return _SPACES.sub(" ", str(value)).strip()


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


def day(value: object) -> date | None:
    """Read a date: a date cell, 2026-11-20, 2026/11/20, 2026.11.20, 2026年11月20日, 20261120 or a program's count of days. Empty stays None."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    words = plain(value)
    if not words:
        return None
    if (counted := _COUNTED.match(words)) and int(counted[1]) in _COUNTS:
        return _FIRST_DAY + timedelta(days=int(counted[1]))
    match = _DATE.match(words)
    if match:
        year, month, of_month = match[1], match[2] or match[4], match[3] or match[5]
        try:
            return date(int(year), int(month), int(of_month))
        except ValueError:
            pass
    raise Bad(f"“{words[:30]}”不是日期", "请按“2026-11-20”的样式填写")


def moment(value: object) -> datetime | None:
    """Read a moment: a date cell with a time, or 2026-11-20 09:30 (a day alone is its beginning). Without a zone; empty stays None."""
    if isinstance(value, datetime):
        return value
    words = plain(value).replace("T", " ")
    if not words:
        return None
    head, _, tail = words.partition(" ")
    clock = re.fullmatch(r"(\d{1,2})[:：](\d{2})(?:[:：]\d{2})?", tail.strip() or "0:00")
    found = day(head)
    if found is None or clock is None or int(clock[1]) > 23 or int(clock[2]) > 59:
        raise Bad(f"“{words[:30]}”不是时间", "请按“2026-11-20 09:30”的样式填写")
    return datetime.combine(found, time(int(clock[1]), int(clock[2])))


def whole(*, least: int = 0, most: int = 2_000_000_000) -> Callable[[object], int | None]:
    """Read a whole number within bounds. Empty stays None."""

    def read(value: object) -> int | None:
        words = plain(value).replace(",", "")
        if not words:
            return None
        if not re.fullmatch(r"-?\d{1,12}", words):
            raise Bad(f"“{words[:30]}”不是整数", "请填写数字")
        number = int(words)
        if not least <= number <= most:
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
