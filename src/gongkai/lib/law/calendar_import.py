"""Add a year to an office's calendar file, from a table or a 放假 notice.

The notice says for each holiday which days are off (``2月10日至17日放假调休，共8天``) and which weekend days are worked
(``2月4日（星期日）、2月18日（星期日）上班``). What does not agree with its own weekdays and sums is refused, not guessed.
"""

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.law.calendar import Calendar, Holiday, HolidayNotice, check_holiday_notice, read_calendar_file, to_toml
from gongkai.lib.law.errors import LawError, describe_os_error

_NOTICE_TITLE_RE = re.compile(r"关于\s*([0-9]{4})\s*年\s*部分节假日安排的通知")
_HOLIDAY_ITEM_RE = re.compile(r"[一二三四五六七八九十]、([^：:。\n]{1,20})[：:]")
_DATE_RE = re.compile(r"(?:([0-9]{4})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日(?:[（(]([^（）()]{0,30})[）)])?")
_TOTAL_DAYS_RE = re.compile(r"共([0-9]{1,2})天")
_SIGNING_DATE_RE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日\s*$", re.MULTILINE)
_WEEKDAY_RE = re.compile("(?:周|星期)([一二三四五六日天])")
_CLOSING_PARAGRAPH_RE = re.compile("节假日期间|鼓励单位")
_ASCII_DIGITS_TABLE = str.maketrans("０１２３４５６７８９", "0123456789")
#: Maximum characters of a notice; bounds the work on a wrong file.
MAX_NOTICE_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class _Item:
    """One holiday of a notice: periods off, and make-up working days."""

    off: tuple[tuple[date, date], ...]
    work: tuple[date, ...]


def parse_notice_text(text: str, source: str) -> HolidayNotice:
    """Return the holiday notice that the text of a yearly notice states.

    Args:
        text: the notice, from its title to its date.
        source: where it comes from (a file name, an address).

    Raises:
        LawError: no such notice, or one that does not agree with itself: a weekday, a sum of days, a year.
    """
    text = text.translate(_ASCII_DIGITS_TABLE)
    title = _NOTICE_TITLE_RE.search(text)
    if title is None or len(text) > MAX_NOTICE_CHARACTERS:
        raise LawError(f"{source} 不是部分节假日安排的通知（没有“关于某年部分节假日安排的通知”字样）")
    year = int(title[1])
    off: list[Holiday] = []
    work: list[date] = []
    for name, body in _split_items(text[title.end() :]):
        item = _read_item(year, name, body)
        off += [Holiday(name, first, last) for first, last in item.off]
        work += item.work
    numbers = find_numbers(text[: title.start()]) + find_numbers(text[title.end() :])
    notice = HolidayNotice(
        year=year,
        title=f"国务院办公厅关于{year}年部分节假日安排的通知",
        number=numbers[0] if numbers else "",
        issued_on=_read_issue_date(text, year),
        source=source,
        off=tuple(off),
        work=tuple(sorted(work)),
    )
    check_holiday_notice(notice)
    return notice


def _split_items(text: str) -> Iterator[tuple[str, str]]:
    """Yield (name of the holiday, text of its arrangement)."""
    heads = list(_HOLIDAY_ITEM_RE.finditer(text))
    for head, following in zip(heads, [*heads[1:], None], strict=True):
        body = text[head.end() : following.start() if following else len(text)]
        yield head[1].strip(), _CLOSING_PARAGRAPH_RE.split(body)[0]


def _read_item(year: int, name: str, body: str) -> _Item:
    """Return the days off and the make-up working days that one holiday's paragraph states.

    Raises:
        LawError: no day off in it, or the stated number of days differs.
    """
    off: list[tuple[date, date]] = []
    work: list[date] = []
    for clause in re.split("[，。；,;]", body):
        days = list(_read_days(year, name, clause))
        if "上班" in clause:
            work += days
        elif ("放假" in clause or "补休" in clause) and days:
            off += [(days[0], days[-1])] if "至" in clause else [(day, day) for day in days]
    if not off:
        raise LawError(f"{year}年{name}没有读到放假日期")
    total = _TOTAL_DAYS_RE.search(body)
    counted = sum((last - first).days + 1 for first, last in off)
    if total and int(total[1]) != counted:
        raise LawError(f"{year}年{name}：通知称共{total[1]}天，起止日期为{counted}天")
    return _Item(tuple(off), tuple(work))


def _read_days(year: int, name: str, clause: str) -> Iterator[date]:
    """Yield the dates of a clause (LawError: no such date or weekday)."""
    month = 0
    for match in _DATE_RE.finditer(clause):
        month = int(match[2]) if match[2] else month
        try:
            day = date(int(match[1]) if match[1] else year, month, int(match[3]))
        except ValueError:
            raise LawError(f"{year}年{name}：没有“{match[0]}”这一天") from None
        year = day.year
        said = _WEEKDAY_RE.search(match[4] or "")
        if said and "一二三四五六日".index(said[1].replace("天", "日")) != day.weekday():
            raise LawError(f"{year}年{name}：{day} 不是“{said[0]}”")
        yield day


def _read_issue_date(text: str, year: int) -> date | None:
    """Return the last signed date, if it lies in the notice's year or the year before."""
    signed = _SIGNING_DATE_RE.findall(text)
    if not signed:
        return None
    try:
        issued = date(*map(int, signed[-1]))
    except ValueError:
        return None
    return issued if issued.year in {year - 1, year} else None


def import_year(source: Path, target: Path) -> dict[str, object]:
    """Read a notice (.txt) or table (.toml) of a year and write it to a calendar file.

    Returns:
        The years read, how many days off and make-up days they have, and the file written.

    Raises:
        LawError: the source cannot be read or does not agree with itself, or the target cannot be written.
    """
    notices = read_calendar_file(source) if source.suffix.lower() == ".toml" else [_read_notice_text(source)]
    if not notices:
        raise LawError(f"{source} 中没有放假安排")
    kept = read_calendar_file(target) if target.exists() else []
    merged = Calendar([*kept, *notices]).notices
    _write_file(target, to_toml(merged))
    return {
        "years": [notice.year for notice in notices],
        "days_off": sum((days.last - days.first).days + 1 for notice in notices for days in notice.off),
        "makeup_days": sum(len(notice.work) for notice in notices),
        "file": str(target),
    }


def _read_notice_text(source: Path) -> HolidayNotice:
    try:
        return parse_notice_text(source.read_text("utf-8-sig"), source.name)
    except (OSError, UnicodeDecodeError) as error:
        raise LawError(f"不能读取 {source}：{describe_os_error(error)}") from error


def _write_file(target: Path, text: str) -> None:
    """Replace a file atomically (LawError: it cannot be written)."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=target.parent, prefix=target.name, delete=False
        ) as draft:
            draft.write(text)
        os.chmod(draft.name, 0o644)
        os.replace(draft.name, target)
    except OSError as error:
        raise LawError(f"不能写入 {target}：{describe_os_error(error)}") from error
