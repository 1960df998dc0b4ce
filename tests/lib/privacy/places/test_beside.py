"""Homes beside a private name: behind it, in brackets, before it with a word for who lives there."""

import pytest

from gongkai.lib.privacy import find


def homes(text):
    return [hit.text for hit in find(text) if hit.kind == "address"]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("贺长林，石桥镇团结村人，因病申请救助", "石桥镇团结村"),
        ("身份证一张（贺长林，沙河县石桥镇团结村）", "沙河县石桥镇团结村"),
        ("安排公益性岗位：贺长林（团结村）、龚小琴（龙泉村）", "团结村"),
        ("贺长林，男，藏族，牧民，玛曲县欧拉镇达尔庆村，持有草原证", "玛曲县欧拉镇达尔庆村"),
        ("贺长林，肺癌，石桥镇团结村二组，补助2000元", "石桥镇团结村二组"),
        ("上门为春城小区3号楼独居老人舒桂芳理发", "春城小区3号楼"),
        ("贺长林，石桥镇团结村西街组，肺癌", "石桥镇团结村西街组"),
    ],
)
def test_a_home(text, home):
    assert home in homes(text)
