"""Days and moments as official text writes them, read and written. Beijing time.

Source of the form: 党政机关公文格式 (GB/T 9704-2012) 7.3.5.4: 用阿拉伯数字将年、月、日标全，年份应标全称，月、日不编虚位.
"""

import re
from datetime import date, datetime, time, timedelta, timezone

from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.chinese.numerals import to_int

#: Periods of Chinese law run in Beijing time, wherever the server stands.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
WEEKDAYS = "一二三四五六日"
_ZERO_CHARACTERS = "〇零○Ｏ"
_CHINESE_DATE = re.compile(
    rf"(?P<year>\d{{4}}|[一二三四五六七八九{_ZERO_CHARACTERS}]{{4}})年"
    r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})月"
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})日"
)


def today() -> date:
    """Return the current day in Beijing."""
    return datetime.now(BEIJING).date()


def as_day(moment: date) -> date:
    """Return the day of a date or datetime, in Beijing time if it has a time zone."""
    if isinstance(moment, datetime):
        return (moment.astimezone(BEIJING) if moment.tzinfo else moment).date()
    return moment


def end_of_day(day: date) -> datetime:
    """Return the last second of a day in Beijing, for fields that store moments."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=BEIJING)


def day_in_words(moment: date) -> str:
    """Write a day (and its time, for a datetime) as Chinese official text.

    >>> day_in_words(date(2026, 5, 7)), day_in_words(datetime(2026, 5, 7, 9, 5))
    ('2026年5月7日', '2026年5月7日9时05分')
    """
    if isinstance(moment, datetime) and moment.tzinfo:
        moment = moment.astimezone(BEIJING)
    words = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{words}{moment.hour}时{moment.minute:02d}分" if isinstance(moment, datetime) else words


def weekday_in_words(day: date) -> str:
    """Write the day of the week: 星期四."""
    return f"星期{WEEKDAYS[day.weekday()]}"


def find_days(text: str) -> list[date]:
    """Return the valid days that a text names in full, in order.

    >>> find_days("自2026年5月7日起施行，2026年2月30日")
    [datetime.date(2026, 5, 7)]
    """
    days = (read_day(found[0]) for found in _CHINESE_DATE.finditer(text))
    return [day for day in days if day]


def read_day(text: str) -> date | None:
    """Return the day that a text states in Arabic or Chinese digits, or None.

    >>> read_day("2026年5月7日"), read_day("二〇二六年十二月三十一日"), read_day("2026年2月30日")
    (datetime.date(2026, 5, 7), datetime.date(2026, 12, 31), None)
    """
    found = _CHINESE_DATE.fullmatch("".join(normalise_text(text).split()))
    if found is None:
        return None
    year, month, day = (to_int(found[part]) or 0 for part in ("year", "month", "day"))
    try:
        return date(year, month, day)
    except ValueError:
        return None
