"""How far the words for a condition reach: parts of the body, grades, lists."""

import pytest

from gongkai.lib.privacy import find


def told(text):
    return [hit.text for hit in find(text) if hit.kind == "health"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("伤者耿茂林，右侧第4、5肋骨骨折", ["右侧第4、5肋骨骨折"]),
        ("耿茂林患高血压3级、2型糖尿病", ["高血压3级", "2型糖尿病"]),
        ("耿茂林出现发热、咳嗽症状", ["发热、咳嗽"]),
        ("耿茂林，职业性慢性轻度铅中毒", ["职业性慢性轻度铅中毒"]),
        ("患者耿茂林，双手深Ⅱ度烧伤", ["双手深Ⅱ度烧伤"]),
        ("耿茂林，鉴定为伤残八级", ["伤残八级"]),
        ("退役军人耿茂林，评定残疾五级", ["残疾五级"]),
        ("耿茂林，重度失能Ⅱ级", ["重度失能Ⅱ级"]),
        ("他母亲去年被诊断出癌症", ["癌症"]),
    ],
)
def test_the_words(text, words):
    assert told(text) == words


@pytest.mark.parametrize(
    "text",
    ["贺长林家厨房积水", "贺长林用手打了对方一耳光", "石材多处断裂，贺长林要求更换", "苯的污染直接致癌，贺长林投诉", "急诊科人手异常紧张"],
)  # fmt: skip
def test_words_that_only_look_like_it(text):
    assert told(text) == []
