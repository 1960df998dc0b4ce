"""Recurrence phrases generated from the grammar in docs/reading.md are read exactly or flagged."""

from itertools import product

import pytest

from gongkai.lib.reading.model import DueLimit
from gongkai.lib.reading.words.dues import ReferenceYears, find_dues, find_unread_times, read_limit

WHEN = ReferenceYears(2027, 3)
MONTHS = {"每月": "month", "每个月": "month"}
QUARTERS = {"每季度": "quarter", "每季": "quarter", "每个季度": "quarter"}
PERIODS = {**MONTHS, **QUARTERS, "每半年": "half_year"}
FIRST = {"首月": 1, "第一个月": 1, "第二个月": 2, "末月": 3, "最后一个月": 3}


def make_exact_phrases() -> dict[str, dict[str, object]]:
    """Return phrases with the deadline that each states."""
    made: dict[str, dict[str, object]] = {}
    for (every, period), day, end in product(MONTHS.items(), (5, 25), ("日前", "号前", "日以前", "日之前")):
        made[f"{every}{day}{end}"] = {"period": period, "day": day}
    for (every, period), (part, day) in product(MONTHS.items(), (("底前", 31), ("末", 31), ("上旬", 10), ("中旬", 20))):
        made[f"{every}{part}"] = {"period": period, "day": day}
    for (every, period), (nth, month), day in product(QUARTERS.items(), FIRST.items(), (5, 20)):
        made[f"{every}{nth}{day}日前"] = {"period": period, "month": month, "day": day}
    for (every, period), n in product(PERIODS.items(), (3, 10)):
        made[f"{every}前{n}个工作日"] = {"period": period, "workdays": n, "of_period": "same"}
        made[f"{every}第{n}个工作日前"] = {"period": period, "workdays": n}
        made[f"{every}前{n}天内"] = {"period": period, "day": n, "month": 1}
        made[f"{every}结束后{n}个工作日内"] = {"period": period, "workdays": n, "of_period": "following"}
        made[f"{every}终了后{n}日内"] = {"period": period, "day": n, "of_period": "following"}
        made[f"{every}倒数第{n}个工作日前"] = {"period": period, "workdays": -n}
    for (every, period), last in product(PERIODS.items(), ("最后一个工作日前", "最后1个工作日", "最末一个工作日前")):
        made[f"{every}{last}"] = {"period": period, "workdays": -1}
    for words, period in {"次月": "month", "下月": "month", "下季度首月": "quarter"}.items():
        made[f"{words}10日前"] = {"period": period, "day": 10, "of_period": "following"}
    for words, period in {"半年一次": "half_year", "一月一次": "month", "每三个月一次": "quarter"}.items():
        made[words] = {"period": period}
    return made


def make_flagged_phrases() -> list[str]:
    """Return phrases whose reading a person must confirm or complete."""
    ends = ("末前10日", "结束前5天", "最后一周", "第二周", "结束前5个工作日")
    made = [every + end for every, end in product(PERIODS, ends)]
    counts = ("2", "两", "4", "五")
    units = ("个月", "周", "个星期", "天", "个工作日", "年")
    made += [f"{least}每{n}{unit}一次" for least, n, unit in product(("", "至少"), counts, units)]
    return [*made, "每双月10日前", "逢单月", "隔周", "每半个月", "每旬", "每日", "每个工作日", "每学期", "一季度一次"]


def read(phrase: str, *, cell: bool) -> list[DueLimit]:
    text = phrase if cell else f"公开进展情况，{phrase}更新。"
    return read_limit(text, WHEN) if cell else [found.due for found in find_dues(text, WHEN)]


@pytest.mark.parametrize("cell", [True, False])
def test_recurrence_is_read_exactly(cell: bool) -> None:
    wrong = {}
    for phrase, wanted in make_exact_phrases().items():
        dues = read(phrase, cell=cell)
        if len(dues) != 1 or dues[0].doubt or any(getattr(dues[0], name) != value for name, value in wanted.items()):
            wrong[phrase] = dues
    assert not wrong


@pytest.mark.parametrize("cell", [True, False])
def test_recurrence_without_exact_form_is_flagged(cell: bool) -> None:
    silent = [
        phrase
        for phrase in make_flagged_phrases()
        if not any(due.doubt for due in read(phrase, cell=cell))
        and not find_unread_times(phrase if cell else f"公开进展情况，{phrase}更新。", WHEN)
    ]
    assert not silent


def test_two_days_of_month_are_two_deadlines() -> None:
    assert [due.day for due in read_limit("每月5日、20日前", WHEN)] == [5, 20]
