"""Addresses down to the household: found wherever they stand, unless an office's or a shop's."""

import pytest

from gongkai.lib.privacy import find


def homes(text):
    return [hit.text for hit in find(text) if hit.kind == "address"]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("申请办理位于石桥镇文昌路中段117号2单元4楼1号房屋的继承登记", "石桥镇文昌路中段117号2单元4楼1号"),
        ("反映“青山路翡翠城6栋1102室漏水，物业公司推诿”", "青山路翡翠城6栋1102室"),
        ("造成翡翠城6栋1102室漏水", "翡翠城6栋1102室"),
    ],
)
def test_a_household(text, home):
    assert homes(text) == [home]


@pytest.mark.parametrize("text", ["报到地点：旗应急管理局306室", "翡翠城6栋102号门面通宵营业，噪音扰民"])
def test_an_office_or_a_shop(text):
    assert homes(text) == []
