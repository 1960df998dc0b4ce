"""Holidays fixed by the State Council's regulation for every year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from gongkai.lib.chinese.days import DRAGON_BOAT, FESTIVAL_YEARS, MID_AUTUMN, QINGMING, SPRING, find_festival

_NEW_YEAR, _LABOUR_DAY, _NATIONAL_DAY = (1, 1), (5, 1), (10, 1)
#: A festival of the table of festivals, or the month and day of a fixed date.
_HolidayDay = int | tuple[int, int]


@dataclass(frozen=True, slots=True)
class _FixedHoliday:
    """A holiday of every year: name, day, and its days off relative to that day (-1: 除夕 before 春节)."""

    name: str
    when: _HolidayDay
    days: tuple[int, ...] = (0,)


def _make_revision(spring: tuple[int, ...], labour: tuple[int, ...], *more: _FixedHoliday) -> tuple[_FixedHoliday, ...]:
    """Return the statutory holidays of one revision of the rule."""
    return (
        _FixedHoliday("元旦", _NEW_YEAR),
        _FixedHoliday("春节", SPRING, spring),
        _FixedHoliday("劳动节", _LABOUR_DAY, labour),
        _FixedHoliday("国庆节", _NATIONAL_DAY, (0, 1, 2)),
        *more,
    )


_SINCE_2008 = (
    _FixedHoliday("清明节", QINGMING),
    _FixedHoliday("端午节", DRAGON_BOAT),
    _FixedHoliday("中秋节", MID_AUTUMN),
)
#: First year of each revision, the newest first → its holidays.
_HOLIDAYS_BY_REVISION = (
    (2025, _make_revision((-1, 0, 1, 2), (0, 1), *_SINCE_2008)),
    (2014, _make_revision((0, 1, 2), (0,), *_SINCE_2008)),
    (2008, _make_revision((-1, 0, 1), (0,), *_SINCE_2008)),
    (2000, _make_revision((0, 1, 2), (0, 1, 2))),
)


def _list_holidays(year: int) -> Iterator[tuple[int, str]]:
    """Yield (ordinal, name) of the statutory holidays of a year."""
    holidays = next((holidays for since, holidays in _HOLIDAYS_BY_REVISION if year >= since), ())
    for holiday in holidays:
        first = date(year, *holiday.when) if isinstance(holiday.when, tuple) else find_festival(holiday.when, year)
        for place in holiday.days if first else ():
            assert first is not None
            yield (first + timedelta(days=place)).toordinal(), holiday.name


@lru_cache(maxsize=1)
def get_fixed_holidays() -> MappingProxyType[int, str]:
    """Return the statutory holidays that no notice can make working days: {ordinal of the day: Chinese name}."""
    return MappingProxyType({day: name for year in FESTIVAL_YEARS for day, name in _list_holidays(year)})
