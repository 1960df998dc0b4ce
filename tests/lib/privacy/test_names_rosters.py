"""Rosters, tenders, praise and orders: who is named there stays; patients, pupils and families in the same words do not."""

import pytest

from gongkai.lib.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    "text",
    [
        "县评审专家名单已更新，水利组：邱启航、马存义；财务组：沈玉芬、叶尔兰·哈力。",
        "县医院护理部排班：内一科，凌艳、梁小英；外二科，于春燕、明珠。",
        "特邀调解员名册已经审定，古丽娜·买买提、李建平等18人续聘。",
        "查勘员、协保员签字：赵超、韦来。",
        "所长签字：潘淑珍",
        "验收人：孙国林、马会珍。",
        "谈话人李端、肖克俭，记录人龚武。",
        "采购人为县第三中学，代理机构：诚信招标代理有限公司，联系人：牛敏，18995011234。",
        "请与办公室刘慧（公司手机13986601234）联系。",
        "同时受表彰的还有外卖骑手白学礼、个体工商户王豹。",
        "其父胡进曾任台南知州。",
        "批示：请县公安局阅处。——罗长春 5月6日",
        "随访人：护士靳丽丽",
    ],
)
def test_who_is_named_in_a_roster_or_in_public_stays(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "专家组走访患者名单：骨科：邱启航、马存义；内科：沈玉芬、蒋纬。",
            ["邱启航", "马存义", "沈玉芬", "蒋纬"],
        ),
        ("紧急联系人：牛敏，18995011234", ["牛敏"]),
        ("父孙国强，母何会敏", ["孙国强", "何会敏"]),
    ],
)
def test_private_people_in_the_same_words_are_found(text, names):
    assert people(text) == names
