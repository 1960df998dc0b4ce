"""The sentences by which a due date explains itself, to staff and to the applicant."""

from collections.abc import Collection
from datetime import date

from gongkai.lib.chinese.days import day_in_words
from gongkai.lib.law.calendar import Calendar
from gongkai.lib.law.rules import RuleSet, Stop

#: From when a period runs, by unit.
RUNS = {
    "working_day": "自次一工作日起算",
    "day": "自次日起算",
    "month": "自次日起算",
    "hour": "自该时刻起算",
}


def provisional(years: Collection[int]) -> str:
    """Say that a date is provisional: which years' days off are not announced, how days were counted instead."""
    named = "、".join(f"{year}年" for year in sorted(years))
    return f"{named}放假安排尚未公布（登记），暂按法定节假日和周末休息、其余为工作日推算，公布后重新计算。"


def period(rules: RuleSet, count: int) -> str:
    """Say how long a period is."""
    assert rules.period is not None
    return f"{'不少于' if rules.minimum else ''}{rules.period.in_units(count)}"


def begun(stop: Stop, given: int | None, *, late: bool = False) -> str:
    """Say that a stop has begun, and what will follow it; `late`: the period was over before."""
    if late:
        return f"{stop.begin_text}，此前已经逾期，仍算逾期。"
    time = f"，给予{given}个工作日" if stop.value_limit and given is not None else ""
    if stop.at_end == "keep":
        return f"{stop.begin_text}，暂停计时，期限不变。"
    then = "期限重新起算" if stop.at_end == "restart" else "其间的时间不计入期限"
    return f"{stop.begin_text}{time}，期限停止计算，{stop.end_text}后{then}。"


def lapsed(stop: Stop, end: date, limit: int) -> str:
    """Say that the time of a stop is over."""
    return f"至{day_in_words(end)}（第{limit}个工作日）{stop.not_ended('未')}：{stop.limit_text}。"


def still_open(stop: Stop, end: date | None, limit: int) -> str:
    """Say until when a stop lasts at the longest; `end` None: the day cannot be named yet."""
    day = f"{day_in_words(end)}（第{limit}个工作日）" if end else f"第{limit}个工作日"
    return f"最迟至{day}{stop.not_ended('仍未')}的，{stop.limit_text}。"


def working_days(base: date, end: date, calendar: Calendar, *, left_out: bool) -> str:
    """Say how a period of working days came to its end."""
    off, makeup = calendar.count_reasons(base, end)
    text = f"期限届满之日为{day_in_words(end)}：自{day_in_words(base)}次日起，"
    text += f"休息日和放假共{off}天不计" if off else "其间没有休息日和放假"
    text += f"，调休上班{makeup}天计入" if makeup else ""
    return f"{text}{'，停止计算的工作日不计' if left_out else ''}。"


def period_end(rules: RuleSet, raw: date, end: date) -> str:
    """Say when a period of days, months or hours ends, and whether its last day was moved."""
    moved = f"（{day_in_words(raw)}不是工作日，顺延）" if raw != end else ""
    return f"期限{'最早于' if rules.minimum else ''}{day_in_words(end)}届满{moved}。"


def month_end_rule(started: date) -> str:
    """Return the provision on the last day of a period of months, by the day the period started."""
    if started >= date(2021, 1, 1):
        return "民法典第二百零二条"
    if started >= date(2017, 10, 1):
        return "民法总则第二百零二条"
    return "民法通则第一百五十四条（计算同民法总则第二百零二条）"


def not_before(day: date) -> str:
    """Say that a changed figure, which reaches earlier clocks, is never due before its first day."""
    return f"按修改后的期限计算早于{day_in_words(day)}，以修改施行之日为期限届满之日。"


def ordered(end: date, calendar: Calendar) -> str:
    """Say by when an ordered date wants it done: it stays on a day off, which only brings the reminder forward."""
    text = f"应于{day_in_words(end)}前（含当日）完成"
    before = calendar.on_or_before(end)
    if before != end and calendar.covers(before, end):
        text += f"，当日不是工作日，不顺延，宜于{day_in_words(before)}前办结"
    return f"{text}。"
