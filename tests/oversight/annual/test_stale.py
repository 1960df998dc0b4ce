"""Facts of a text held against what would be drafted now. Pure."""

import pytest

from gongkai.oversight.annual.stale import find_facts, find_outdated_facts, update_facts

OLD = "（二）依申请公开。收到政府信息公开申请4件，上年结转0件；超过法定期限办结1件。其中公告3条。"
GONE = ["收到政府信息公开申请 4件 14件", "超过法定期限办结 1件 没有", "工作日内公开 没有 2条"]
NOW = "（二）依申请公开。收到政府信息公开申请14件，上年结转0件；没有超过法定期限的。其中公告3条。自形成之日起20个工作日内公开2条。"


@pytest.mark.parametrize(
    ("text", "basis", "found"),
    [
        (NOW, OLD, []),
        (OLD, OLD, GONE),
        (OLD, "", ["收到政府信息公开申请 4件 14件"]),
        ("全年收到申请四件。", OLD, GONE),
        ("全年收到申请四件，培训9人次，检查3项。", "", []),
        ("收到政府信息公开申请14件。", NOW, []),
    ],
)
def test_what_changed_is_named_with_both_numbers(text: str, basis: str, found: list[str]) -> None:
    assert [f"{one.name} {one.was} {one.now}" for one in find_outdated_facts(text, basis, NOW)] == found


def test_what_is_no_more_is_said_so() -> None:
    assert [one.said for one in find_outdated_facts(OLD, OLD, NOW)][1:] == [
        "“超过法定期限办结”文中为1件，现在没有",
        "“工作日内公开”起草时没有，现在是2条",
    ]


def test_numbers_are_brought_up_and_words_left() -> None:
    mine = "今年收到不少。收到政府信息公开申请4件，上年结转0件，其中公告1条，检查9项。"
    assert update_facts(mine, NOW) == "今年收到不少。收到政府信息公开申请14件，上年结转0件，其中公告3条，检查9项。"


def test_that_none_was_late_is_a_fact_too() -> None:
    none, two = "结转3件；没有超过法定期限的。", "结转3件；超过法定期限办结或者逾期未办结2件。"
    [one] = find_outdated_facts(none, two, two)
    assert one.said == "“超过法定期限办结或者逾期未办结”文中没有，现在是2件"
    assert (update_facts(none, two), update_facts(two, none)) == (two, none)
    assert not find_facts("〔请补充：申请有没有超过法定期限的〕。")


def test_the_period_is_a_fact_that_moves_with_the_last_day() -> None:
    was = "数据统计期限为2026年1月1日至2026年12月31日。收到申请3件。"
    now = "数据统计期限为2026年1月1日至2026年11月24日。收到申请3件。"
    [one] = find_outdated_facts(was, was, now)
    assert one.said == "“数据统计期限”文中为2026年1月1日至2026年12月31日，现在是2026年1月1日至2026年11月24日"
    assert update_facts(was, now) == now
