"""Planning of entries: one for each measure, responsible unit and period, with a due date and its reason."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.work.notices.planning.descriptions import (
    MAX_TITLE_CHARACTERS,
    describe_rule,
    make_short_title,
    remove_paths,
)
from gongkai.work.notices.planning.periods import (
    QUARTER,
    RECURRING_TRACKS,
    TRACK_LABELS,
    WEEK,
    YEAR,
    find_first_period,
    find_period,
    get_next_period,
    is_in_year,
    parse_period,
)
from gongkai.work.notices.planning.plan import (
    OwnedPart,
    OwnerCell,
    PlannedDuty,
    PlannedMeasure,
    TaskOwner,
    find_due_date,
    find_owners,
    list_next_periods,
    merge_owners,
    plan_entries,
)
from gongkai.work.notices.planning.rules import (
    PRESET_AUTHOR,
    VagueMeaning,
    find_day_in_period,
    find_last_day,
    find_track,
    find_vague_meaning,
    is_vague,
    list_rule_faults,
)

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))
A, B, C = TaskOwner(1), TaskOwner(2), TaskOwner(3, office_id=30)


# Periods


@given(DAYS, st.sampled_from(list(TRACK_LABELS)))
def test_period_contains_its_day_and_next_begins_the_day_after(day: date, track: str) -> None:
    period = find_period(track, day)
    assert period.first <= day <= period.last
    assert get_next_period(period).first == period.last + timedelta(days=1)


@given(DAYS, st.sampled_from(list(TRACK_LABELS)))
def test_period_is_parsed_from_its_label(day: date, track: str) -> None:
    assert parse_period(track, find_period(track, day).label) == find_period(track, day)


@given(st.integers(2010, 2060))
def test_year_has_52_or_53_weeks(year: int) -> None:
    week, count = find_period(WEEK, date(year, 1, 4)), 0
    while is_in_year(week, year):
        week, count = get_next_period(week), count + 1
    assert count in {52, 53}


@given(
    st.integers(2010, 2060),
    st.sampled_from(RECURRING_TRACKS),
    st.dates(date(2009, 12, 1), date(2061, 2, 1)),
    st.booleans(),
)
def test_first_period_is_in_year_of_the_notice(year: int, track: str, today: date, issued_then: bool) -> None:
    assert is_in_year(find_first_period(track, year, today if issued_then else None, today), year)


@pytest.mark.parametrize(
    ("today", "label"),
    [
        (date(2020, 12, 1), "2021Q2"),  # before it was issued: the quarter of issue
        (date(2021, 8, 1), "2021Q3"),
        (date(2026, 11, 20), "2021Q4"),  # entered years later: the last quarter, no row of empty ones
    ],
)
def test_first_period_is_the_current_one(today: date, label: str) -> None:
    assert find_first_period(QUARTER, 2021, date(2021, 5, 7), today).label == label


# Owners (N-03, N-04)


@pytest.mark.parametrize(
    ("lead", "responsible", "expected"),
    [
        (OwnerCell((A,)), OwnerCell((B, C)), (OwnedPart(B, (1,)), OwnedPart(C, (1,)))),
        (
            OwnerCell((A, B)),
            OwnerCell(),
            (OwnedPart(A, (1, 2)), OwnedPart(B, (1, 2))),
        ),  # empty or “—” responsible: the leads do it
        (
            OwnerCell(),
            OwnerCell((A, B)),
            (OwnedPart(A, (1,)), OwnedPart(B, (2,))),
        ),  # empty lead: each leads its own part
        (OwnerCell(outside=True), OwnerCell((A,)), (OwnedPart(A, ()),)),  # a lead outside: nobody here leads
        (OwnerCell((A,)), OwnerCell(outside=True), ()),  # done by an office outside
        (OwnerCell(), OwnerCell(), ()),
    ],
)
def test_every_measure_has_owners(lead: OwnerCell, responsible: OwnerCell, expected: tuple[OwnedPart, ...]) -> None:
    assert find_owners(lead, responsible) == expected


def test_group_gives_each_member_once_without_excluded_ones() -> None:
    assert merge_owners([(A, B, C), (B,), (TaskOwner(4), A)], excluded=[4]) == (A, B, C)


def test_named_body_is_kept_though_excluded_from_group() -> None:
    assert merge_owners([(A, B), (TaskOwner(4),)], excluded=[4, 2]) == (A, TaskOwner(4))


def test_office_named_for_a_body_is_kept() -> None:
    assert merge_owners([(A, TaskOwner(3)), (C,)]) == (A, C)


# Rules (N-06, N-07)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "by_date", "date": "2021-06-30"}, date(2021, 6, 30)),
        ({"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}, date(2022, 1, 31)),
        ({"kind": "yearly_by", "month_day": "02-29", "of_year": "same"}, date(2021, 2, 28)),
        ({"kind": "working_days", "count": 5}, None),
        ({"kind": "calendar_days", "count": 30, "least": True}, None),
        ({"kind": "months", "count": 3, "after": "印发"}, None),
        ({"kind": "times", "count": 4, "period": "year", "least": True}, None),
        ({"kind": "recurring", "period": "quarter"}, None),
        ({"kind": "ongoing", "mode": "及时"}, None),
        ({}, None),
    ],
)
def test_last_day_exists_only_for_rules_with_a_date(rule: dict[str, object], expected: date | None) -> None:
    assert list_rule_faults(rule) == []
    assert find_last_day(rule, 2021) == expected


@pytest.mark.parametrize(
    ("dated", "expected"), [(date(2021, 12, 10), date(2022, 3, 10)), (date(2021, 11, 30), date(2022, 2, 28))]
)
def test_months_are_counted_from_awaited_act(dated: date, expected: date) -> None:
    assert find_last_day({"kind": "months", "count": 3, "after": "国家层面出台规定"}, 2021, dated) == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "someday"},
        {"kind": "by_date"},
        {"kind": "by_date", "date": "2021-02-30"},
        {"kind": "yearly_by", "month_day": "13-01", "of_year": "same"},
        {"kind": "yearly_by", "month_day": "01-31", "of_year": "later"},
        {"kind": "working_days", "count": 0},
        {"kind": "months", "count": 3},
        {"kind": "months", "count": 99_999, "after": "规定出台"},
        {"kind": "calendar_days", "count": 9_999_999, "after": "规定出台"},
        {"kind": "recurring", "period": "week", "day": 8},
        {"kind": "times", "count": 2, "period": "decade"},
        {"kind": "recurring"},
        {"kind": "ongoing", "mode": ""},
    ],
)
def test_incomplete_rule_has_faults(rule: dict[str, object]) -> None:
    assert list_rule_faults(rule)


def test_large_number_of_times_is_no_fault() -> None:
    assert not list_rule_faults({"kind": "times", "count": 1200, "period": "year", "least": True})


def test_vague_words_have_defaults_and_their_author() -> None:
    assert find_vague_meaning("及时").days == 20
    assert find_vague_meaning("及时更新").word == "及时"
    assert find_vague_meaning("动态更新").set_by == PRESET_AUTHOR
    assert find_vague_meaning("经常").cycle == "quarter"
    own = VagueMeaning("定期", None, "month", "每月一次", "云岭市政府办公室 周一")
    assert find_vague_meaning("定期", {"定期": own}) == own


# Entries


def measure(*rules: dict[str, object], owned: tuple[OwnedPart, ...] = (OwnedPart(A, (9,)),)) -> PlannedMeasure:
    return PlannedMeasure(7, owned, tuple(PlannedDuty(n, rule) for n, rule in enumerate(rules, start=1)))


TODAY = date(2021, 5, 20)


def plan(*rules: dict[str, object], **more: object) -> list[tuple[str, date, tuple[int, ...]]]:
    made = plan_entries(measure(*rules, **more), year=2021, today=TODAY, started=date(2021, 5, 7))
    return [(entry.period.label, entry.due, entry.duties) for entry in made]


def test_entry_without_date_is_due_at_end_of_year() -> None:
    assert plan() == [("2021", date(2021, 12, 31), ())]
    assert plan({"kind": "ongoing", "mode": "及时"}) == [("2021", date(2021, 12, 31), (1,))]


def test_earliest_dated_duty_gives_due_date() -> None:
    late, early = {"kind": "by_date", "date": "2021-09-30"}, {"kind": "by_date", "date": "2021-06-30"}
    assert plan(late, early) == [("2021", date(2021, 6, 30), (1, 2))]


def test_duty_dated_in_next_year_is_due_after_the_year() -> None:
    assert plan({"kind": "by_date", "date": "2022-01-15"}) == [("2021", date(2022, 1, 15), (1,))]


def test_quarterly_duties_get_own_entry_for_current_quarter_only() -> None:
    assert plan({"kind": "recurring", "period": "quarter"}, {}) == [
        ("2021Q2", date(2021, 6, 30), (1,)),
        ("2021", date(2021, 12, 31), (2,)),
    ]


@pytest.mark.parametrize(
    ("issued", "due"), [(date(2021, 5, 19), date(2021, 5, 20)), (date(2021, 5, 20), date(2021, 6, 20))]
)
def test_period_ending_on_day_of_issue_is_skipped(issued: date, due: date) -> None:
    """For 每月20日前 in a notice issued on the 20th, the first period would be over at once."""
    monthly = {"kind": "recurring", "period": "month", "day": 20, "of_period": "same"}
    made = plan_entries(measure(monthly), year=2021, today=TODAY, started=issued)
    assert [entry.due for entry in made] == [due]


def test_each_responsible_unit_gets_an_entry() -> None:
    owned = find_owners(OwnerCell((A,)), OwnerCell((A, B, C)))
    made = plan_entries(measure({}, owned=owned), year=2021, today=TODAY)
    assert [entry.owned.owner.body_id for entry in made] == [1, 2, 3]


def test_ticking_earliest_duty_moves_due_date_to_next() -> None:
    duties = [
        PlannedDuty(1, {"kind": "by_date", "date": "2021-06-30"}),
        PlannedDuty(2, {"kind": "by_date", "date": "2021-09-30"}),
    ]
    year = find_period(YEAR, TODAY)
    assert find_due_date(duties, year, 2021) == date(2021, 6, 30)
    assert find_due_date(duties, year, 2021, done_duties=[1]) == date(2021, 9, 30)
    assert find_due_date(duties, year, 2021, done_duties=[1, 2]) == date(2021, 9, 30)


@pytest.mark.parametrize(
    ("newest", "today", "closed", "labels"),
    [
        ("2021Q2", date(2021, 5, 20), False, []),
        ("2021Q2", date(2021, 5, 20), True, ["2021Q3"]),
        ("2021Q2", date(2021, 7, 1), False, ["2021Q3"]),
        ("2021Q1", date(2021, 10, 2), False, ["2021Q2", "2021Q3", "2021Q4"]),
        ("2021Q4", date(2022, 2, 1), True, []),
    ],
)
def test_next_period_opens_when_current_closes_or_ends(
    newest: str, today: date, closed: bool, labels: list[str]
) -> None:
    found = list_next_periods(parse_period(QUARTER, newest), year=2021, today=today, closed=closed)
    assert [period.label for period in found] == labels


def test_yearly_track_has_no_next_period() -> None:
    assert list_next_periods(find_period(YEAR, TODAY), year=2021, today=date(2022, 5, 1), closed=True) == ()


RULES = st.sampled_from(
    [
        {},
        {"kind": "by_date", "date": "2021-06-30"},
        {"kind": "recurring", "period": "month"},
        {"kind": "recurring", "period": "unspecified"},
        {"kind": "times", "count": 2, "period": "half_year", "least": True},
        {"kind": "ongoing", "mode": "动态更新"},
        {"kind": "months", "count": 3, "after": "印发"},
    ]
)


@given(st.lists(RULES, max_size=8), st.sets(st.integers(1, 50), min_size=1, max_size=6))
def test_every_duty_is_in_one_entry_of_each_unit(rules: list[dict[str, object]], bodies: set[int]) -> None:
    owned = tuple(OwnedPart(TaskOwner(body), (99,)) for body in sorted(bodies))
    made = plan_entries(measure(*rules, owned=owned), year=2021, today=TODAY)
    for body in bodies:
        mine = [entry for entry in made if entry.owned.owner.body_id == body]
        numbers = [number for entry in mine for number in entry.duties]
        assert sorted(numbers) == list(range(1, len(rules) + 1))
        assert len({entry.period.label for entry in mine}) == len(mine) >= 1


@given(RULES)
def test_vague_rules_have_no_date(rule: dict[str, object]) -> None:
    if is_vague(rule):
        assert find_last_day(rule, 2021) is None
        assert find_track(rule) == YEAR


# Sentences


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"kind": "by_date", "date": "2021-06-30"}, "2021年6月30日前"),
        ({"kind": "yearly_by", "month_day": "01-31", "of_year": "following"}, "次年1月31日前"),
        ({"kind": "working_days", "count": 20, "after": "形成或者变更"}, "形成或者变更后20个工作日内"),
        ({"kind": "calendar_days", "count": 30, "least": True}, "不少于30日"),
        ({"kind": "months", "count": 3, "after": "国家层面印发"}, "国家层面印发后3个月内"),
        (
            {
                "kind": "times",
                "count": 4,
                "period": "year",
                "least": True,
                "of_which": [{"who": "主要负责人", "count": 2}],
            },
            "每年不少于4次，其中主要负责人不少于2次",
        ),
        ({"kind": "recurring", "period": "half_year"}, "每半年"),
        ({"kind": "ongoing", "mode": "及时", "starts": "2021-06-01"}, "自2021年6月1日起及时"),
        ({}, "未写明时限，按年底前完成"),
        ({"kind": "by_date"}, "时限不完整，请补充"),
    ],
)
def test_rules_are_described_in_words(rule: dict[str, object], words: str) -> None:
    assert describe_rule(rule) == words


# Titles


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("公开专项规划。", "公开专项规划"),
        ("1．公开纲要〔公开路径：1．政府网站>规划信息〕。\n2．公开规划。", "公开纲要等2项"),
        ("（一）公开纲要（公开路径：政府网站）。", "公开纲要"),
        ("（公开路径：政府网站）", "（公开路径：政府网站）"),
        ("2026年6月底前，公开学区划分和招生结果，同步公布咨询电话。", "公开学区划分和招生结果"),
        ("各牵头单位于2027年1月15日前报送完成情况。", "报送完成情况"),
        ("按照统一要求，及时公开部门预算、决算。", "及时公开部门预算、决算"),
        ("落实“三审，三校”制度，严禁“一阵风”。", "落实“三审，三校”制度"),
        ("一是公开，二是更新。", "一是公开，二是更新"),
        ("", ""),
    ],
)
def test_short_title_omits_number_and_path(text: str, title: str) -> None:
    assert make_short_title(text) == title


@given(st.text("公开规划，。；（）〔〕：>1．\n 　2026年6月底前", max_size=400))
def test_short_title_is_limited_and_not_empty(text: str) -> None:
    assert len(make_short_title(text)) <= MAX_TITLE_CHARACTERS
    assert bool(make_short_title(text)) == bool(text.strip())


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("公开纲要〔公开路径：1．政府网站>规划，2．宣传栏等（以下简称其他渠道）〕。", "公开纲要。"),
        ("公开预算（公开路径：政府网站>预算），并解读（每年）。", "公开预算，并解读（每年）。"),
        ("公开渠道要畅通。", "公开渠道要畅通。"),
        ("公布清单；公开路径：政府网站>清单；其他渠道：政务新媒体。", "公布清单。"),
    ],
)
def test_remove_paths_drops_bracket_with_path(text: str, bare: str) -> None:
    assert remove_paths(text) == bare


@pytest.mark.parametrize(
    ("track", "label", "rule", "day"),
    [
        ("month", "2026-05", {"workdays": -1}, date(2026, 5, 29)),  # 30 and 31 May are a weekend
        ("month", "2026-05", {"workdays": -3}, date(2026, 5, 27)),
        ("quarter", "2026Q2", {"workdays": -1}, date(2026, 6, 30)),
        ("month", "2026-05", {"workdays": -60}, date(2026, 5, 1)),
    ],
)
def test_last_working_days_of_a_period(track: str, label: str, rule: dict[str, int], day: date) -> None:
    due = {"kind": "recurring", "period": track, **rule}
    assert not list_rule_faults(due)
    assert find_day_in_period(due, parse_period(track, label)) == day
