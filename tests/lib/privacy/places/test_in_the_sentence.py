"""Homes that stand in the middle of a sentence or a list, births beside them, and rooms of those who govern."""

import pytest

from gongkai.lib.privacy import find


def found(text, kind="address"):
    return [hit.text for hit in find(text) if hit.kind == kind]


@pytest.mark.parametrize(
    ("text", "homes"),
    [
        ("来信人：贺长林。我想把户口迁回新宁县黄龙镇茶亭子村十一组", ["新宁县黄龙镇茶亭子村十一组"]),
        (
            "潘生义，5人，原住民勤县西渠镇煌辉村四社，安置移民新区2排11号；",
            ["民勤县西渠镇煌辉村四社", "移民新区2排11号"],
        ),
        ("被告贺长林，送达地址许昌市五女店镇苗店村东头路北第三家", ["许昌市五女店镇苗店村东头路北第三家"]),
        ("贺长林诉称其母居住的柯城区航埠镇墩头村19号被误拆", ["柯城区航埠镇墩头村19号"]),
        (
            "患者：贺长林\n电话：13523918047\n地址：博爱县寨豁乡茶棚村下岭自然村",
            ["博爱县寨豁乡茶棚村下岭自然村"],
        ),
        ("贺长林，原籍江苏省泗阳县爱园镇松张口村七组", ["江苏省泗阳县爱园镇松张口村七组"]),
        (
            "被执行人贺长林名下货车新N·5C271及阿克苏市晶水路17号绿洲花苑8-2-601房产将拍卖",
            ["阿克苏市晶水路17号绿洲花苑8-2-601"],
        ),
    ],
)
def test_a_home(text, homes):
    assert found(text) == homes


@pytest.mark.parametrize(
    "text",
    [
        "会务组：镇政府201室，贺长林负责签到",
        "贺兰山库（镇北堡镇昊苑村委会院内，管理员贺长林）",
        "石桥镇老覃记豆皮店，经营者贺长林，经营场所为石桥镇锣圈岩街86号",
        "贺长林原住民族乡，安置小区3栋已封顶",
        "会议（2026-06-17，石桥镇龙泉村村部）由贺长林参加",
    ],
)
def test_no_home(text):
    assert found(text) == []


def test_births_beside_a_village_and_in_a_paper():
    assert found("解放（1990-06-17，黑塔镇三葛村后刘庄）诊断为布鲁氏菌病", "birth") == ["1990-06-17"]
    text = "户口簿与出生医学证明编号K430518274载明2010年11月9日不一致"
    assert found(text, "birth") == ["2010年11月9日"]
    assert found("结婚证编号K430518274载明2010年11月9日登记", "birth") == []
