"""Alignment of measures with those of a higher office."""

import pytest

from gongkai.lib.matching import align_measures

PARENTS = [
    "公开全市法定国土空间规划，做好历史规划的归集整理工作，2026年6月30日前完成。",
    "每年至少开展4次新闻发布会，及时回应社会关切。",
    "加强政务新媒体管理，清理关停长期不更新的账号。",
    "规范政府信息依申请公开答复文书格式。",
]


def kinds(pairs):
    return [(pair.kind, pair.parent, pair.child) for pair in pairs]


def test_passed_down_changed_dropped_and_added():
    children = [
        "公开全区法定国土空间规划，做好历史规划的归集整理工作，2026年6月30日前完成。",
        "每年至少开展2次新闻发布会，及时回应社会关切。",
        "规范区政府信息依申请公开答复文书格式。",
        "在社区图书馆设立政府公报查阅点。",
    ]
    pairs = align_measures(PARENTS, children)
    assert kinds(pairs) == [
        ("passed_down", 0, 0),
        ("changed", 1, 1),
        ("dropped", 2, None),
        ("passed_down", 3, 2),
        ("added", None, 3),
    ]
    assert pairs[1].differences == ["数量：上级为4次，本级为2次"]


def test_postponed_date_is_reported():
    children = [PARENTS[0].replace("6月30日", "9月30日")]
    assert align_measures(PARENTS[:1], children)[0].differences == ["日期：上级为2026-06-30，本级为2026-09-30"]


def test_missing_count_is_reported():
    children = [PARENTS[1].replace("每年至少开展4次", "积极开展")]
    pair = align_measures(PARENTS[1:2], children)[0]
    assert (pair.kind, pair.differences) == ("changed", ["数量：上级为4次，本级没有"])


def test_additional_count_is_no_difference():
    assert align_measures(PARENTS[1:2], [PARENTS[1] + "其中局长出席不少于1场。"])[0].differences == []


def test_measure_split_in_two_gives_two_pairs():
    parent = "公开财政预算信息，在门户网站设专栏集中展示；公开政府采购项目信息，及时发布中标结果。"
    children = ["公开财政预算信息，在门户网站设专栏集中展示。", "公开政府采购项目信息，及时发布中标结果。"]
    assert kinds(align_measures([parent], children)) == [("changed", 0, 0), ("changed", 0, 1)]


def test_merged_measures_are_not_dropped():
    topics = ("环境污染", "食品药品安全", "工资拖欠", "房地产金融")
    parents = [f"密切关注涉及{topic}方面的舆情，在宣传部门指导下及时作出回应。" for topic in topics]
    pairs = align_measures(parents, ["\n".join(parents)])
    assert {pair.parent for pair in pairs if pair.child == 0} == {0, 1, 2, 3}


def test_place_names_are_ignored():
    parent = "涉及云岭的舆情由涉事单位第一时间回应。"
    assert align_measures([parent], [parent.replace("云岭", "青溪")], names=["云岭", "青溪"])[0].score == 1.0


@pytest.mark.parametrize(
    ("parents", "children", "expected"),
    [
        ([], [], []),
        (["公开规划"], [], [("dropped", 0, None)]),
        ([], ["公开规划"], [("added", None, 0)]),
        ([""], [""], [("dropped", 0, None), ("added", None, 0)]),
    ],
)
def test_empty_side_gives_dropped_or_added(parents, children, expected):
    assert kinds(align_measures(parents, children)) == expected


def test_too_many_measures_are_refused():
    with pytest.raises(ValueError, match=r"^举措过多"):
        align_measures(["公开"] * 3001, [])
