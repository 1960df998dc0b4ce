"""Typos found through their context, and sentences that the counts doubt although they are right."""

import pytest

from gongkai.lib.privacy import proofread


def reported(text):
    return [(finding.kind, finding.text, finding.suggestion) for finding in proofread(text)]


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [
        ("专人化分责任区逐户排查。", "typo", "划分"),
        ("优先推荐付科级干部参加培训班。", "typo", "副"),
        ("可到街道服务窗口申令求职补贴。", "typo", "申领"),
        ("防讯物资储备充足。", "typo", "防汛"),
        ("给予其党内严肃警告处分。", "typo", "严重"),
    ],
)
def test_typos_are_found(text, kind, right):
    assert any(hit[0] == kind and hit[2].endswith(right) for hit in reported(text))


@pytest.mark.parametrize(
    "text",
    [
        "维护双方当事人的合法权益，做到不偏不倚。",
        "组建镇综合行政执法队，规范执法流程。",
        "工程实行合同管理制，加强资金监管。",
        "部分讨论记录过简，只写结论，不写依据。",
        "要用群众满不满意来衡量工作。",
        "守法律，遵公德，遇到纠纷不蛮横。",
        "小小议事台，也聚起了民智。",
        "收费标准试行2年。试行期满前报批。",
        "财政按月支付县级补贴。",
        "收入分配调节机制不断完善。",
    ],
)
def test_right_sentences_have_no_finding(text):
    assert reported(text) == []
