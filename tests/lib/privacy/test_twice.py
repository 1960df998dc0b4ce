"""Auxiliaries that stand twice, numbers of items that jump, brackets shown with what they hold, days of one month."""

import pytest

from gongkai.lib.privacy import proofread


def reported(text):
    return [(finding.kind, finding.text, finding.suggestion) for finding in proofread(text)]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("申请人可以可通过政务服务网提交材料。", ("duplicate", "可以可", "可以")),
        ("任何单位和个人不得不得截留、挪用。", ("duplicate", "不得不得", "不得")),
        ("所有工地应当应设置围挡。", ("duplicate", "应当应", "应当")),
        ("沿海风力逐渐逐渐增大。", ("duplicate", "逐渐逐渐", "逐渐")),
        ("存在的问题：第一，队伍不稳；第二，经费不足；第五，培训不够。", ("ordinal", "五", "三")),
        ("本章程共三章：第一章总则，第二章会员，第二章组织机构。", ("ordinal", "二", "三")),
        ("印发了《关于加强助餐点管理的通知，要求建档。", ("bracket", "《关于加强助餐点管理的通知", "")),
        ("参加的有住建局（含下属单位、教育局和卫健局。", ("bracket", "（含下属单位、教育局和卫健局", "")),
        (
            "他说：“群众的小事，就是大事。问题解决了，群众才满意。",
            ("bracket", "“群众的小事，就是大事。问题解决了，群众才满意。", ""),
        ),
        ("会议认为，填补空白”，应尽快申报。", ("bracket", "填补空白”", "")),
    ],
)
def test_what_is_reported(text, finding):
    assert reported(text) == [finding]


@pytest.mark.parametrize(
    "text",
    [
        "被告应当应诉，各村应当应急值守。",
        "数据可以可视化展示。",
        "他不得不得罪人。",
        "第一，摸清底数；第二，建立台账；第三，销号管理。",
        "第一章总则，第二章会员，第三章组织机构。",
        "首先，查清病害成因；其次，论证方案；最后，组织验收。",
        "报名时间为11月3日9时至11月12日17时。",
        "轮值时间为12月28日8时至1月3日8时。",
        "某公司未编报水土保持方案案行政处罚决定书",
        "各村要多宣传宣传，再商议商议。",
    ],
)
def test_what_is_right(text):
    assert reported(text) == []
