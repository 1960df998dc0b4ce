"""Names at the head of records that hold a personal number, whatever word they are; beside each what heads a record and is nobody."""

import pytest

from gongkai.lib.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        # records parted by ；, some of them shaped like names and some not
        (
            "补证登记：周秀兰，身份证号530102198001011236；明白，旧身份证号530102580417331与现号不符。",
            ["周秀兰", "明白"],
        ),
        (
            "绝收理赔公示：常常，玉米3亩，赔款900元，13912345678；温暖，玉米2亩，赔款600元，13812345678。",
            ["常常", "温暖"],
        ),
        ("私车登记：方便，鄂H6Q29Z；段飞，鄂HD30716。", ["方便", "段飞"]),
        # brackets
        ("威胁农户为崔时雨（5人，13873812647）、成果（2人，17873862094）。", ["崔时雨", "成果"]),
        ("灰石镇好吃米粉店（经营者花椒，92430922MA4NYT6X34）停业。", ["花椒"]),
        # a word for a person before the head
        ("失败名单：学生常识，家长常方贵，卡号6210342800180455379。", ["常识", "常方贵"]),
        ("驳回名单：豫R3Y85W，车主成功，银行账户（6229911185002637417）与车主不符。", ["成功"]),
    ],
)
def test_the_head_of_a_record_with_a_personal_number_is_a_name(text, names):
    assert people(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "车辆：面包，鄂A12345；轿车，鄂A22345。",
        "服务热线（13812345678）；安全员（13912345678）。",
        "学历：本科　电话：13094087561",
        "费用说明：单价，按月计算；账号：42001234567890123。",
        "行政相对人代码（统一社会信用代码）：92440305MA5EQXL77W",
    ],
)
def test_labels_things_and_desks_at_the_head_are_nobody(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "拟批准下列青年入伍：石桥镇武子轩，大学毕业；青山乡蒙恩来，大学在校；白云街道方圆，高中毕业；城关镇阚家旺，大专毕业。",
            ["武子轩", "蒙恩来", "方圆", "阚家旺"],
        ),
        ("签发登记：簡志明，台湾居民来往大陆通行证号码03927184。", ["簡志明"]),
        ("物资点：石桥镇河东村，棉被20床；青山乡河西村，棉被30床；城关镇河南村，棉被10床。", []),
    ],
)
def test_a_place_before_the_head_is_no_part_of_it(text, names):
    assert people(text) == names
