"""Plates of bodies stay by what stands before them, behind them or over their list; a person's are found."""

import pytest

from gongkai.lib.privacy import find


def plates(text):
    return [hit.text for hit in find(text) if hit.kind == "plate"]


@pytest.mark.parametrize(
    "text",
    [
        "云岭县公车平台拟处置车辆明细\n川AP3375\t金杯客车\t原使用单位：县农业农村局\n川A6A209\t江铃全顺\t原使用单位：县疾控中心",
        "石桥镇人民政府车辆与驾驶员：川A1A366（江铃，司机周师傅）、川AG0918（皮卡，防汛专用）。",
        "县水务局公务用车封存清单：川AP3375（帕萨特）、川AP3376（瑞风）",
        "会务组电话0376-2572008，会务车川A0G331",
        "电力公司巡线车川AP3375途经石桥镇",
        "川A08761D、川A09223D等12辆纯电动公交车临时调配到1号线",
    ],
)
def test_of_a_body(text):
    assert plates(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "镇政府车辆与驾驶员如上。另，村民私车参加巡堤登记：贺长林，川A6Q29Z",
        "机动车报废补贴名单：川A6Q29Z，车主贺长林",
        "寻找车主：川A6Q29Z长期停放在公司停车场",
        "姓名\t车牌号\n贺长林\t川A6Q29Z",
    ],
)
def test_of_a_person(text):
    assert plates(text) == ["川A6Q29Z"]
