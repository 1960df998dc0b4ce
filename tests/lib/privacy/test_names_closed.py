"""Names between a word for a person and what closes them, and those listed with them; beside each what only looks like it."""

import pytest

from gongkai.lib.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("两车相撞，乘客云海轻微脑震荡。", ["云海"]),
        ("其子向红车祸致颅脑损伤，救助8000元。", ["向红"]),
        ("请其女史丽娟于收到本告知书之日起15日内退还。", ["史丽娟"]),
        ("随母常静由外省转入县实验小学。", ["常静"]),
        ("您的孩子周一凡目前学籍在外地。", ["周一凡"]),
        ("接收一名老人，自称拜万福，约75岁。", ["拜万福"]),
        # those that follow in the list
        ("拟安置人员：保洁员晋永平、祥和、江山美。", ["晋永平", "祥和", "江山美"]),
        ("五楼业主杭月英、林木水的意见。", ["杭月英", "林木水"]),
    ],
)
def test_a_name_behind_a_word_for_a_person_ends_where_something_closes_it(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "老人双目失明，由村里照料。",
        "一居民楼起火，无人受伤。",
        "行政拘留家属通知书",
        "学生安全因素较多，家长满意。",
        "患者全身骨折多处，业主方面称已知情。",
        "乘客时常投诉，居民向镇里申请。",
        "家长联系电话：见附件",
    ],
)
def test_what_else_stands_behind_a_word_for_a_person_is_nobody(text):
    assert people(text) == []


@pytest.mark.parametrize("text", ["学生雷", "患者王小", "其女史", "学生欧阳", "业主杭月、林"])
def test_a_text_that_ends_within_a_name_is_read(text):
    assert all(hit.end <= len(text) for hit in find(text))
