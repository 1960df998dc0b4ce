"""Homes that are told: a villager's village, where somebody builds, lives or is visited."""

import pytest

from gongkai.lib.privacy import find


def homes(text):
    return [hit.text for hit in find(text) if hit.kind == "address"]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("在龙泉村村民何永贵家中，询问老人身体", "龙泉村"),
        ("关于向杨柳社区居民袁大川发放救助金的公示", "杨柳社区"),
        ("家访教师到黑石村学生包子轩家了解情况", "黑石村"),
        ("到石桥镇槐川村下湾组核查王百顺家。", "石桥镇槐川村下湾组"),
        ("仲丽萍从叙永县水尾镇官田村搬迁至幸福小区", "叙永县水尾镇官田村"),
        ("龚小琴家属：您家申请的石桥镇龙源村四组危房改造已通过验收", "石桥镇龙源村四组"),
        ("龚小琴购拖拉机1台，补贴4.36万元，石桥镇安庄村；", "石桥镇安庄村"),
    ],
)
def test_a_home(text, home):
    assert home in homes(text)


@pytest.mark.parametrize(
    "text",
    ["县乡两级干部走进示范村", "全村村民参加了会议", "在石桥镇杨柳村新建蓄水池一口", "在全县农村定居点推广"],
)
def test_no_home(text):
    assert homes(text) == []
