"""Read and write days and moments as in official texts, and find festivals.

Source of the form: 党政机关公文格式 (GB/T 9704-2012) 7.3.5.4: 用阿拉伯数字将年、月、日标全，年份应标全称，月、日不编虚位.

Festivals that move with the moon and the sun: 春节、清明、端午、中秋, from 2000 to 2080.
Source: 农历的编算和颁行 (GB/T 33661-2017). The table is calculated; a test holds it against the new moons and the sun's longitude,
another against the yearly notices that were published. Three libraries had the same days. Later years hang on how the Earth will turn.
"""

import re
from datetime import date, datetime, time, timedelta, timezone

from gongkai.lib.chinese.normalisation import normalise_text
from gongkai.lib.chinese.numerals import to_int

#: Periods of Chinese law run in Beijing time, wherever the server stands.
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
#: Chinese characters of the days of the week, Monday first.
WEEKDAYS = "一二三四五六日"
_ZERO_CHARACTERS = "〇零○Ｏ"
_CHINESE_DATE_RE = re.compile(
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
    text = f"{moment.year}年{moment.month}月{moment.day}日"
    return f"{text}{moment.hour}时{moment.minute:02d}分" if isinstance(moment, datetime) else text


def weekday_in_words(day: date) -> str:
    """Write the day of the week: 星期四."""
    return f"星期{WEEKDAYS[day.weekday()]}"


def find_days(text: str) -> list[date]:
    """Return the valid days that a text names in full, in order.

    >>> find_days("自2026年5月7日起施行，2026年2月30日")
    [datetime.date(2026, 5, 7)]
    """
    days = (read_day(match[0]) for match in _CHINESE_DATE_RE.finditer(text))
    return [day for day in days if day]


def read_day(text: str) -> date | None:
    """Return the day if a text is one day in Arabic or Chinese digits and nothing else, or None.

    >>> read_day("2026年5月7日"), read_day("二〇二六年十二月三十一日"), read_day("2026年2月30日")
    (datetime.date(2026, 5, 7), datetime.date(2026, 12, 31), None)
    """
    match = _CHINESE_DATE_RE.fullmatch("".join(normalise_text(text).split()))
    if match is None:
        return None
    year, month, day = (to_int(match[part]) or 0 for part in ("year", "month", "day"))
    try:
        return date(year, month, day)
    except ValueError:
        return None


SPRING, QINGMING, DRAGON_BOAT, MID_AUTUMN = range(4)

#: Year, 春节 (first day of the first lunar month), 清明, 端午 (5/5), 中秋 (8/15), each as month and day.
_HOLIDAY_DATES_TABLE = """
    2000 0205 0404 0606 0912  2001 0124 0405 0625 1001  2002 0212 0405 0615 0921  2003 0201 0405 0604 0911  2004 0122 0404 0622 0928
    2005 0209 0405 0611 0918  2006 0129 0405 0531 1006  2007 0218 0405 0619 0925  2008 0207 0404 0608 0914  2009 0126 0404 0528 1003
    2010 0214 0405 0616 0922  2011 0203 0405 0606 0912  2012 0123 0404 0623 0930  2013 0210 0404 0612 0919  2014 0131 0405 0602 0908
    2015 0219 0405 0620 0927  2016 0208 0404 0609 0915  2017 0128 0404 0530 1004  2018 0216 0405 0618 0924  2019 0205 0405 0607 0913
    2020 0125 0404 0625 1001  2021 0212 0404 0614 0921  2022 0201 0405 0603 0910  2023 0122 0405 0622 0929  2024 0210 0404 0610 0917
    2025 0129 0404 0531 1006  2026 0217 0405 0619 0925  2027 0206 0405 0609 0915  2028 0126 0404 0528 1003  2029 0213 0404 0616 0922
    2030 0203 0405 0605 0912  2031 0123 0405 0624 1001  2032 0211 0404 0612 0919  2033 0131 0404 0601 0908  2034 0219 0405 0620 0927
    2035 0208 0405 0610 0916  2036 0128 0404 0530 1004  2037 0215 0404 0618 0924  2038 0204 0405 0607 0913  2039 0124 0405 0527 1002
    2040 0212 0404 0614 0920  2041 0201 0404 0603 0910  2042 0122 0404 0622 0928  2043 0210 0405 0611 0917  2044 0130 0404 0531 1005
    2045 0217 0404 0619 0925  2046 0206 0404 0608 0915  2047 0126 0405 0529 1004  2048 0214 0404 0615 0922  2049 0202 0404 0604 0911
    2050 0123 0404 0623 0930  2051 0211 0405 0613 0919  2052 0201 0404 0601 0907  2053 0219 0404 0620 0926  2054 0208 0404 0610 0916
    2055 0128 0405 0530 1005  2056 0215 0404 0617 0924  2057 0204 0404 0606 0913  2058 0124 0404 0625 1002  2059 0212 0405 0614 0921
    2060 0202 0404 0603 0909  2061 0121 0404 0622 0928  2062 0209 0404 0611 0917  2063 0129 0405 0601 1006  2064 0217 0404 0619 0925
    2065 0205 0404 0608 0915  2066 0126 0404 0528 1003  2067 0214 0405 0616 0923  2068 0203 0404 0604 0911  2069 0123 0404 0623 0929
    2070 0211 0404 0613 0919  2071 0131 0405 0602 0908  2072 0219 0404 0620 0926  2073 0207 0404 0610 0916  2074 0127 0404 0530 1005
    2075 0215 0404 0617 0924  2076 0205 0404 0606 0912  2077 0124 0404 0624 1001  2078 0212 0404 0614 0920  2079 0202 0404 0604 0910
    2080 0122 0404 0622 0928
"""
_HOLIDAY_DATE_FIELDS = _HOLIDAY_DATES_TABLE.split()
_FESTIVAL_DAYS_BY_YEAR = {
    int(_HOLIDAY_DATE_FIELDS[at]): _HOLIDAY_DATE_FIELDS[at + 1 : at + 5]
    for at in range(0, len(_HOLIDAY_DATE_FIELDS), 5)
}
#: Years of the table of festivals.
FESTIVAL_YEARS = range(min(_FESTIVAL_DAYS_BY_YEAR), max(_FESTIVAL_DAYS_BY_YEAR) + 1)


def find_festival(festival: int, year: int) -> date | None:
    """Return the day of a festival (`SPRING`, `QINGMING`, …), None for a year outside `FESTIVAL_YEARS`.

    >>> find_festival(SPRING, 2027), find_festival(QINGMING, 2027), find_festival(MID_AUTUMN, 2090)
    (datetime.date(2027, 2, 6), datetime.date(2027, 4, 5), None)
    """
    if year not in _FESTIVAL_DAYS_BY_YEAR:
        return None
    text = _FESTIVAL_DAYS_BY_YEAR[year][festival]
    return date(year, int(text[:2]), int(text[2:]))
