"""Rosters, tenders, praise and orders: who is named there stays; patients, pupils and families in the same words do not."""

import pytest

from gongkai.privacy import find


def people(text):
    return [hit.text for hit in find(text) if hit.kind == "person"]


@pytest.mark.parametrize(
    "text",
    [
        "县评审专家名单已更新，水利组：陈启明、王存厚；财务组：沈玉兰、木拉提·哈孜。",
        "县医院护理部排班：内一科，粟艳、梁小红；外二科，于海燕、明珠。",
        "特邀调解员名册已经审定，阿依夏木·肉孜、李建设等18人续聘。",
        "查勘员、协保员签字：张超、魏来。",
        "所长签字：潘淑英",
        "验收人：孙国强、马会敏。",
        "谈话人李正、肖克勤，记录人龚文。",
        "采购人为县第三中学，代理机构：诚信招标代理有限公司，联系人：牛丽，18995012268。",
        "请与办公室刘敏（公司手机13986609125）联系。",
        "同时受表彰的还有外卖骑手白学义、个体工商户王彪。",
        "其父胡传曾任台东知州。",
        "批示：请县公安局阅处。——罗长青 3月11日",
        "随访人：护士靳莉莉",
    ],
)
def test_who_is_named_in_a_roster_or_in_public_stays(text):
    assert people(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "专家组走访患者名单：骨科：陈启明、王存厚；内科：沈玉兰、蒋维。",
            ["陈启明", "王存厚", "沈玉兰", "蒋维"],
        ),
        ("紧急联系人：牛丽，18995012268", ["牛丽"]),
        ("父孙国强，母何会敏", ["孙国强", "何会敏"]),
    ],
)
def test_private_people_in_the_same_words_are_found(text, names):
    assert people(text) == names
