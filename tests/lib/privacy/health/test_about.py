"""Whose a condition is: a person's, the addressee's, a child's without a name; not everybody's."""

import pytest

from gongkai.lib.privacy import find


def told(text):
    return [hit.text for hit in find(text) if hit.kind == "health"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("参保人贺长林以“股骨颈骨折”自行摔伤为由骗取医保基金", "股骨颈骨折"),
        ("患者龚小琴入住市里某医院，术后出现胆漏", "胆漏"),
        ("贺长林身份证510723196102183971，肢体残疾二级，260元", "肢体残疾二级"),
        ("主要慢病：高血压3级", "高血压3级"),
        ("受伤害部位：左手拇指近节完全缺失", "左手拇指近节完全缺失"),
        ("致贫原因：因病（脑梗）", "脑梗"),
    ],
)
def test_somebodys(text, words):
    assert words in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "贫困白内障患者接受手术，实行全免费",
        "经职业病诊断机构确诊为尘肺病的农民工，纳入救助",
        "发现发热、皮疹等症状，请及时就诊",
        "陈某某患尿毒症多年",
        "新冠疫情以来，专班坚持值守",
    ],
)
def test_nobodys(text):
    assert told(text) == []
