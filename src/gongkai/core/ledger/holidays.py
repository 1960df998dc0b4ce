"""Working-day calendars entered in the back office from the State Council's notices.

`load_entered_holiday_notices` supplies `law.default_calendar` with further years. Each process checks for new rows at
most every `REFRESH_SECONDS` seconds, so that counting days costs no query. The job `redate` then updates
the dates of open entries.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.db import OperationalError, connections, models, router, transaction
from django.utils import timezone

from gongkai.core.acts.action import ActionResult, Refused, action
from gongkai.core.ledger.models import HolidayYear
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role
from gongkai.lib import law
from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law.calendar import Holiday, HolidayNotice, check_holiday_notice

#: Seconds after which a process checks for years entered by another process.
REFRESH_SECONDS = 30.0
#: A line of holidays: 元旦 2027-01-01 2027-01-03 (one date for one day).
_HOLIDAY_LINE_PATTERN = re.compile(
    r"(\S.*?)[\s：:，,]+(\d{4}-\d{1,2}-\d{1,2})(?:[\s至到~—，,-]+(\d{4}-\d{1,2}-\d{1,2}))?"
)
_ONE_DAY = timedelta(days=1)
#: No row has this id, so the first check always reads the table.
NO_ROW_ID = -1


@dataclass
class _EnteredYearsCache:
    """Cache, one a process, of the holiday notices that clerks entered.

    Attributes:
        newest: highest row id.
        checked_at: time of the last check, in seconds of the monotonic clock; None before the first.
    """

    notices: tuple[HolidayNotice, ...] = ()
    newest: int = NO_ROW_ID
    checked_at: float | None = field(default=None)
    table_exists: bool = False


_known = _EnteredYearsCache()


def load_entered_holiday_notices() -> tuple[HolidayNotice, ...]:
    """Return the holiday notices entered in the back office, oldest first, cached for `REFRESH_SECONDS`; empty without
    a database. Several may be of one year: the last one counts."""
    now = time.monotonic()
    if _known.checked_at is not None and now - _known.checked_at < REFRESH_SECONDS:
        return _known.notices
    if not _known.table_exists:
        _known.table_exists = has_table(HolidayYear)
    # Keep the old values until the new ones are loaded: other threads must not count with
    # fewer years.
    newest = _get_newest_row() if _known.table_exists else NO_ROW_ID
    if newest == NO_ROW_ID:
        _known.notices, _known.newest = (), NO_ROW_ID
    elif newest != _known.newest:
        rows = HolidayYear.objects.order_by("pk")
        _known.notices, _known.newest = (
            # Cases closed up to the day of the entry are counted without it.
            tuple(replace(row.notice, announced=timezone.localdate(row.at) + _ONE_DAY) for row in rows),
            newest,
        )
    _known.checked_at = now
    return _known.notices


def _get_newest_row() -> int:
    """Return the highest primary key of `HolidayYear`, or 0."""
    return HolidayYear.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def has_table(model: type[models.Model]) -> bool:
    """Return true if the database can be reached and has the table of a model."""
    connection = connections[router.db_for_read(model)]
    try:
        connection.ensure_connection()
    except OperationalError:
        return False
    return model._meta.db_table in connection.introspection.table_names()


def expire_cache() -> None:
    """Check for new rows at the next call."""
    _known.newest, _known.checked_at = NO_ROW_ID, None


def expire_cache_on_commit() -> None:
    """Check for new rows after the transaction."""
    transaction.on_commit(expire_cache)


def check_may_enter(by: Actor, _: object) -> list[str]:
    """Return reasons unless the actor is an administrator: the due dates of all units depend on the calendar."""
    return [] if by.system or by.has(Role.ADMINISTRATOR) else ["放假安排由系统管理员登记。"]


@action("ledger.enter_holidays", label="登记放假安排", rule=check_may_enter)
def enter_holidays(_: None, *, by: Actor, notice: HolidayNotice) -> ActionResult:
    """Enter the State Council's holiday notice of a year; a known year is changed by `legal_changes.enter_calendar`.

    Raises:
        Refused: it names no source, is contradictory, or the year is known.
    """
    if not notice.source.strip():
        raise Refused("请填写来源：通知在中国政府网的网址，或者收文号。")
    try:
        check_holiday_notice(notice)
    except law.LawError as error:
        raise Refused(f"{error}。") from error
    # The cache of this process may be older than what another one stored.
    if find_holiday_notice(notice.year) or HolidayYear.objects.filter(year=notice.year).exists():
        raise Refused(f"{notice.year}年的放假安排已经登记；有调整的，请登记调整，由另一人核对。")
    stored_year = store_holiday_year(notice, by=by.name)
    facts = {
        "off": stored_year.off,
        "work": stored_year.work,
        "source": stored_year.source,
        "number": stored_year.number,
    }
    return ActionResult(f"登记{notice.year}年放假安排", facts=facts, stream=stored_year.stream, result=stored_year)


def store_holiday_year(notice: HolidayNotice, *, by: str) -> HolidayYear:
    """Store a year's notice inside an action; it supersedes an earlier one."""
    holiday_year = HolidayYear.objects.create(
        year=notice.year,
        title=notice.title,
        number=notice.number,
        issued_on=notice.issued_on,
        source=notice.source.strip(),
        off=[[days_off.name, days_off.first.isoformat(), days_off.last.isoformat()] for days_off in notice.off],
        work=[day.isoformat() for day in notice.work],
        by=by[:120],
    )
    expire_cache_on_commit()
    return holiday_year


def find_holiday_notice(year: int) -> HolidayNotice | None:
    """Return the holiday notice of a year, or None."""
    return next((notice for notice in law.default_calendar().notices if notice.year == year), None)


def format_holidays(days: Sequence[Holiday]) -> str:
    """Format holidays as text lines, which `parse_holidays` parses."""
    return "\n".join(f"{days_off.name} {days_off.first} {days_off.last}" for days_off in days)


def parse_holidays(text: str) -> tuple[Holiday, ...]:
    """Parse the lines of holidays (放假) that a user typed, one period per line.

    Raises:
        ValueError: an invalid line; the message is Chinese.
    """
    holidays = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        read = _HOLIDAY_LINE_PATTERN.fullmatch(line)
        if read is None:
            raise ValueError(f"“{line[:40]}”不是一段放假，请写成“元旦 2027-01-01 2027-01-03”。")
        first_day = _parse_day(read[2])
        holidays.append(Holiday(read[1], first_day, _parse_day(read[3]) if read[3] else first_day))
    return tuple(holidays)


def parse_makeup_workdays(text: str) -> tuple[date, ...]:
    """Parse the make-up working days (调休上班) that a user typed, with any separators.

    Raises:
        ValueError: an invalid date; the message is Chinese.
    """
    return tuple(sorted({_parse_day(word) for word in re.split(r"[\s，,、；;]+", text) if word}))


def _parse_day(word: str) -> date:
    """Parse an ISO date.

    Raises:
        ValueError: it is none; with a Chinese text.
    """
    try:
        year, month, day = (int(number) for number in word.split("-"))
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"“{word[:20]}”不是日期，请写成2027-01-01。") from None


@dataclass(frozen=True)
class CalendarMonth:
    """A month of a wall calendar.

    Attributes:
        number: 1 to 12.
        weeks: lists of seven (day, Chinese name of its holiday or ""); None for days of other
            months.
        worked: number of working days.
    """

    number: int
    weeks: list[list[tuple[date, str] | None]]
    worked: int


def list_months(year: int, calendar: law.Calendar | None = None) -> list[CalendarMonth]:
    """Return the months of a year as in a wall calendar; weeks begin on Monday."""
    days = calendar or law.default_calendar()
    months = []
    for number in range(1, 13):
        first_day = date(year, number, 1)
        last_day = date(year + number // 12, number % 12 + 1, 1) - _ONE_DAY
        cells: list[tuple[date, str] | None] = [None] * first_day.weekday()
        cells += [
            (day, days.get_kind(day))
            for day in (first_day + n * _ONE_DAY for n in range((last_day - first_day).days + 1))
        ]
        cells += [None] * (-len(cells) % 7)
        weeks = [cells[index : index + 7] for index in range(0, len(cells), 7)]
        months.append(CalendarMonth(number, weeks, days.count_working_days(first_day - _ONE_DAY, last_day)))
    return months


def format_holiday_period(holiday: Holiday) -> str:
    """Return a holiday period in Chinese, for example 10月1日至7日."""
    text = day_in_words(holiday.first)
    return text if holiday.first == holiday.last else f"{text}至{day_in_words(holiday.last)}"
