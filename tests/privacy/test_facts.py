"""Days and months of birth in lists; days of careers, letters and periods are none."""

import pytest

from gongkai.privacy import find


def births(text):
    return [hit.text for hit in find(text) if hit.kind == "birth"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("奖励扶助对象：贺长林（1965年2月）、龚小琴（1964年12月）", "1964年12月"),
        ("贺长林（1989年7月、哈萨克族、高中）", "1989年7月"),
        ("奖励对象：贺长林，1968.04；龚小琴，1967.11。", "1967.11"),
        ("拟确定贺长林为发展对象：贺长林，男，1996年8月出生，2021年7月参加工作", "1996年8月"),
        ("学员登记：贺长林，1955年9月，退休教师，", "1955年9月"),
        ("产妇龚小琴于2021年6月18日在县医院顺产一男婴", "2021年6月18日"),
        ("龚小琴的孩子2021年6月18日在县医院出生", "2021年6月18日"),
    ],
)
def test_births(text, day):
    assert day in births(text)


@pytest.mark.parametrize(
    "text",
    [
        "姓名　参加工作　工龄\n贺长林　1981.10　26",
        "举报人：贺长林 2018年6月13日",
        "我先生于2006年购买了一套房，贺长林",
        "年满三周岁（即2013年9月1日—2014年8月31日出生）的幼儿",
    ],
)
def test_other_days(text):
    assert births(text) == []
