"""Explain due dates in sentences, and compute the traffic light of a list.

A light is never colour alone: each has a shape and a word, so that it is recognised in black and white and read
aloud.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import Enum

from gongkai.lib.chinese.days import BEIJING, as_day, day_in_words, end_of_day
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.figures import LegalFigure
from gongkai.lib.law.rules import ClockStop, RuleSet
from gongkai.lib.law.values import add_days, add_months

#: Words for the start of a period, by unit.
PERIOD_START_WORDS = {
    "working_day": "自次一工作日起算",
    "day": "自次日起算",
    "month": "自次日起算",
    "hour": "自该时刻起算",
}


def explain_provisional(years: Collection[int]) -> str:
    """Return the sentence that a date is provisional because holidays of some years are unknown."""
    name_list = "、".join(f"{year}年" for year in sorted(years))
    return f"{name_list}放假安排尚未公布（登记），暂按法定节假日和周末休息、其余为工作日推算，公布后重新计算。"


def explain_period(rules: RuleSet, count: int) -> str:
    """Return the words for the length of a period of `count` units."""
    assert rules.period is not None
    return f"{'不少于' if rules.minimum else ''}{rules.period.in_units(count)}"


def explain_begun_stop(stop: ClockStop, days_given: int | None, *, late: bool = False) -> str:
    """Return the sentence that the clock was paused; `late` if the period was already over."""
    if late:
        return f"{stop.begin_text}，此前已经逾期，仍算逾期。"
    time = f"，给予{days_given}个工作日" if stop.value_limit and days_given is not None else ""
    if stop.at_end == "keep":
        return f"{stop.begin_text}，暂停计时，期限不变。"
    then = "期限重新起算" if stop.at_end == "restart" else "其间的时间不计入期限"
    return f"{stop.begin_text}{time}，期限停止计算，{stop.end_text}后{then}。"


def explain_lapsed_stop(stop: ClockStop, end: date, limit: int, *, unserved: bool = False) -> str:
    """Return the sentence that a pause of the clock has ended by lapse of time.

    `unserved`: the notice has no recorded receipt, so the applicant cannot be treated as having given up.
    """
    if unserved:
        return (
            f"至{day_in_words(end)}（自发出之日起第{limit}个工作日）{stop.not_ended('未')}；{stop.served_text}的日期没有登记，"
            "期限自收到之日起计算，登记以前不能视为放弃。"
        )
    return f"至{day_in_words(end)}（第{limit}个工作日）{stop.not_ended('未')}：{stop.limit_text}。"


def explain_open_stop(stop: ClockStop, end: date | None, limit: int) -> str:
    """Return the sentence on the latest end of a pause of the clock; `end` None: unknown."""
    day = f"{day_in_words(end)}（第{limit}个工作日）" if end else f"第{limit}个工作日"
    return f"最迟至{day}{stop.not_ended('仍未')}的，{stop.limit_text}。"


def explain_working_days(base: date, end: date, calendar: Calendar, *, left_out: bool) -> str:
    """Return the sentence that explains the end of a period of working days."""
    off, makeup = calendar.count_days_off_and_makeup(base, end)
    text = f"期限届满之日为{day_in_words(end)}：自{day_in_words(base)}次日起，"
    text += f"休息日和放假共{off}天不计" if off else "其间没有休息日和放假"
    text += f"，调休上班{makeup}天计入" if makeup else ""
    return f"{text}{'，停止计算的工作日不计' if left_out else ''}。"


def explain_period_end(rules: RuleSet, raw: date, end: date) -> str:
    """Return the sentence on the end of a period of days, months or hours, with any shift."""
    moved = f"（{day_in_words(raw)}不是工作日，顺延）" if raw != end else ""
    return f"期限{'最早于' if rules.minimum else ''}{day_in_words(end)}届满{moved}。"


def get_month_end_rule(started: date) -> str:
    """Return the provision on the last day of a period of months, by the day the period started."""
    if started >= date(2021, 1, 1):
        return "民法典第二百零二条"
    if started >= date(2017, 10, 1):
        return "民法总则第二百零二条"
    return "民法通则第一百五十四条（计算同民法总则第二百零二条）"


def explain_not_before(day: date, end: date) -> str:
    """Return the sentence that a due date changed by law is never before the first day of the change, with any shift."""
    moved = f"（{day_in_words(day)}不是工作日，顺延至{day_in_words(end)}）" if end != day else ""
    return f"按修改后的期限计算早于{day_in_words(day)}，以修改施行之日为期限届满之日{moved}。"


def explain_ordered_date(end: date, calendar: Calendar) -> str:
    """Return the sentence on an ordered date; on a day off only the reminder is earlier."""
    text = f"应于{day_in_words(end)}前（含当日）完成"
    before = calendar.on_or_before(end)
    if before != end and calendar.covers(before, end):
        text += f"，当日不是工作日，不顺延，宜于{day_in_words(before)}前办结"
    return f"{text}。"


class TrafficLight(Enum):
    """Traffic-light status of a record: key, symbol and Chinese label."""

    GREEN = ("green", "●", "正常")
    YELLOW = ("yellow", "▲", "临期")
    RED = ("red", "■", "逾期")
    BLUE = ("blue", "‖", "暂停")
    GREY = ("grey", "✓", "已办结")
    GREY_RED = ("grey_red", "□", "逾期办结")

    def __init__(self, key: str, shape: str, word: str) -> None:
        self.key = key
        self.shape = shape
        self.word = word

    @classmethod
    def of(cls, key: str) -> "TrafficLight":
        """Return the traffic-light status with a key.

        Raises:
            KeyError: there is none.
        """
        for light in cls:
            if light.key == key:
                return light
        raise KeyError(key)


def compute_traffic_light(
    due_at: date | None, warn_at: date | None, paused: bool, closed_at: date | None, now: date
) -> TrafficLight:
    """Return the traffic-light status of a record.

    Args:
        due_at: last day (a date: to its end, Beijing time) or last moment (a datetime) in time; None: nothing is due.
        warn_at: from when it is yellow, where something is due; None: never.
        paused: the clock stands still.
        closed_at: when it was closed; None: open.
        now: the moment asked about.
    """
    if closed_at is not None:
        return TrafficLight.GREY_RED if due_at is not None and _is_after(closed_at, due_at) else TrafficLight.GREY
    if paused:
        return TrafficLight.BLUE
    if due_at is not None and _is_after(now, due_at):
        return TrafficLight.RED
    if due_at is not None and warn_at is not None and not _is_after(warn_at, now):
        return TrafficLight.YELLOW
    return TrafficLight.GREEN


def _is_after(one: date, other: date) -> bool:
    """Return true if one is after other: by time if both are moments, else by day."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return _add_default_time_zone(one) > _add_default_time_zone(other)
    return as_day(one) > as_day(other)


def _add_default_time_zone(moment: datetime) -> datetime:
    """Return a moment; one without a zone is Beijing time."""
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


# Shortest warning period as a share of the whole term: a year's term is yellow more than three
# days before its end.
MIN_WARN_SHARE = 1 / 10
#: Longest warning period as a share of the whole term: a term of three days is not yellow from its
#: first day.
MAX_WARN_SHARE = 1 / 2


def compute_warning_time(due: date, rules: RuleSet, calendar: Calendar, start: date | None = None) -> date:
    """Return the date or moment from which a due date is yellow.

    It is the rule set's `warn` figure before the due date, bounded by shares of the term.

    Args:
        due: a date, or a datetime for a due moment.
        rules: the rule set; three working days unless its row says otherwise.
        calendar: the working days.
        start: start of the term, of the same type as `due`; None: the figure alone counts.

    Returns:
        For a date a date; for a datetime the first moment of that day in Beijing, or that many hours before if the figure is in hours.
    """
    warned = subtract_figure(due, rules.warn, calendar)
    if start is None or start >= due:
        return warned
    term = due - start
    earliest, latest = due - term * MAX_WARN_SHARE, due - term * MIN_WARN_SHARE
    bounded = max(earliest, min(latest, warned))
    if bounded == warned or rules.warn.unit == "hour":
        return bounded
    return datetime.combine(as_day(bounded), time(), tzinfo=BEIJING) if isinstance(due, datetime) else bounded


def subtract_figure(due: date, figure: LegalFigure, calendar: Calendar) -> date:
    """Return the date or moment a period (`figure`) before a due date."""
    if figure.unit == "hour":
        moment = due if isinstance(due, datetime) else end_of_day(due)
        return _add_default_time_zone(moment) - timedelta(hours=figure.count)
    day = as_day(due)
    if figure.unit == "working_day":
        day = calendar.subtract_working_days(day, figure.count)
    elif figure.unit == "month":
        day = add_months(day, -figure.count)
    else:
        day = add_days(day, -figure.count)
    return datetime.combine(day, time(), tzinfo=BEIJING) if isinstance(due, datetime) else day
