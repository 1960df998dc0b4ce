"""Percentages, products, totals and periods against the numbers beside them."""

import pytest

from gongkai.privacy import proofread


def reported(text):
    return [(hit.kind, hit.text) for hit in proofread(text) if hit.kind in ("sum", "date")]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("窗口共受理业务800件，办结760件，办结率为96%。", "sum", "96%"),
        ("今年一季度财政收入12.6亿元，比上年同期的12.0亿元增长6%。", "sum", "6%"),
        ("在校生由2023年的500人增加到600人，增长25%。", "sum", "25%"),
        ("现有农户800户，其中脱贫户80户，占12%。", "sum", "12%"),
        ("参训学员共96人，分为四个班，每班26人。", "sum", "26"),
        ("全年共办理建议提案186件，其中建议112件、提案84件。", "sum", "186"),
        ("全县共排查房屋3420栋，其中安全3311栋、存在隐患119栋。", "sum", "3420"),
        ("项目实施期为2026年6月至2025年12月。", "date", "2026年6月至2025年12月"),
        ("规划期为2026年至2020年。", "date", "2026年至2020年"),
        ("会议定于9时75分开始。", "date", "75分"),
    ],
)
def test_numbers_that_do_not_follow(text, kind, words):
    assert (kind, words) in reported(text)


@pytest.mark.parametrize(
    "text",
    [
        "共受理业务800件，办结760件，办结率为95%。",
        "共受理业务143件，办结131件，办结率为91.6%。",
        "共反映问题143个，已完成整改131个，正在整改12个，整改率91.6%。",
        "财政收入12.6亿元，比上年同期的12.0亿元增长5.3%。",
        "参训学员共96人，分为四个班，每班24人。",
        "共办理建议提案186件，其中建议112件、提案74件。",
        "代表团共723人，其中运动员439人，包括男运动员221人、女运动员218人。",
        "实施期为2025年6月至2026年12月。",
    ],
)
def test_numbers_that_do(text):
    assert reported(text) == []
