"""Days and months of birth in lists; days of careers, letters and periods are none."""

import pytest

from gongkai.lib.privacy import find


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
        ("申请人：贺长林，1968年1月，云岭市青石街道柳河村三组，18788540362；", "1968年1月"),
        ("体检预约：龚小琴，1943年8月，青石街道铁路宿舍4号楼201，白内障；", "1943年8月"),
        ("补贴名单：贺长林，2003年7月，港澳居民来往内地通行证H09384726", "2003年7月"),
        ("产妇龚小琴于2021年6月18日在县医院顺产一男婴", "2021年6月18日"),
        ("龚小琴的孩子2021年6月18日在县医院出生", "2021年6月18日"),
    ],
)
def test_births(text, day):
    assert day in births(text)


@pytest.mark.parametrize(
    "text",
    [
        "信访人贺长林反映，2019年5月，青石镇柳河村修路占用其耕地。",
        "申请人贺长林，2018年3月，云岭市青石镇柳河村村委会与其签订协议。",
        "我先生于2006年购买了一套房，贺长林",
    ],
)
def test_other_days(text):
    assert births(text) == []
