"""Words held against the words around: right ones in the wrong place, ones that lack a character, ones that are not there."""

import tracemalloc

import numpy as np
import pytest

from gongkai.lib.privacy import proofread
from gongkai.lib.privacy.frame import frame
from gongkai.lib.privacy.proofreading.lexis import (
    BORDER,
    LATIN,
    NUMBER,
    lexis,
    likelier,
    line,
    pack,
    signed,
    unpack,
)
from gongkai.lib.privacy.proofreading.wording import wording


def found(text, kind):
    return [(hit.text, hit.suggestion) for hit in proofread(text) if hit.kind == kind]


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("对排查发现的隐患，要即使整改到位。", "即使", "及时"),
        ("本细则由县财政局负责解析，自印发之日起施行。", "解析", "解释"),
        ("任何单位不得截流、挪用专项资金。", "截流", "截留"),
        ("拟聘用人员公式期为五个工作日。", "公式", "公示"),
        ("压实企业安全生产主题责任。", "主题", "主体"),
        ("解决农村人口引水安全问题。", "引水", "饮水"),
    ],
)
def test_a_right_word_in_the_wrong_place(text, words, right):
    assert any(words in was and right in now for was, now in found(text, "typo"))


@pytest.mark.parametrize(
    "text",
    [
        "即使遇到困难，也要坚持到底。",
        "雨水截流井和污水管网同步建设。",
        "老师解析了试题。",
        "按照这个公式计算补偿标准。",
        "主题公园开园。",
        "实施引水工程，改善灌溉条件。",
        "苏木镇和嘎查村要做好接羔保育。当前，我旗气温回升。",
    ],
)
def test_the_same_words_in_their_place(text):
    assert found(text, "typo") == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("各成员单位要密切配，形成合力。", "配合"),
        ("严格按照规定程序办理审批手。", "手续"),
        ("加快建设高质交通网络，推动经济社会高质发展。", "高质量"),
    ],
)
def test_what_is_not_there_is_named(text, right):
    assert any(right in hit.suggestion for hit in proofread(text) if hit.kind == "missing")


@pytest.mark.parametrize(
    "text",
    [
        "会议强调，要统一思想。",
        "审议通过了有关事项。",
        "责任不清、分解不细的问题较多。",
        "稻鸭共作，一田双收。",
    ],
)
def test_sentences_that_lack_nothing(text):
    assert found(text, "missing") == []


def test_set_phrases_are_not_doubted():
    assert list(wording(frame("各司其职，各负其责。"))) == [] or found("各司其职，各负其责。", "typo") == []


def test_the_words_of_a_text():
    view = frame("共12.5万元，\n自2025年")
    words = line(view)
    texts = [view.text[begin:end] for begin, end in zip(words.begins, words.ends, strict=True)]
    assert texts[2:-2] == ["共", "12.5", "万元", ",\n", "自", "2025", "年"]
    assert words.ids[3] == NUMBER
    assert words.ids[5] == BORDER
    assert (signed("ＡＢ"), signed("ab"), signed("12%"), signed("、"), signed("县")) == (
        BORDER,
        LATIN,
        NUMBER,
        BORDER,
        0,
    )


def test_likelier_words_gain():
    before, after = ["。", "。", "负责"], ["。", "。"]
    gain, loss = likelier(
        [
            ([*before, "解析", *after], [*before, "解释", *after]),
            ([*before, "解释", *after], [*before, "解析", *after]),
        ]
    )
    assert gain > 3
    assert loss == pytest.approx(-gain, abs=1e-3)
    assert likelier([(before, before)]) == [0.0]


def test_the_words_come_back_as_they_were_packed():
    words = ["。", "0", "A", "甲", "乙", "丙"]
    two = [np.array([4, 5]), np.array([5, 6])], np.array([400, 30])
    three = [np.array([4]), np.array([5]), np.array([6])], np.array([50])
    apart = [np.array([4]), np.array([6])], np.array([9])
    again = unpack(
        pack(words, np.array([900, 50, 20, 500, 450, 40]), [two, three, apart], [(4, 5, 4), (4, 6, 16)])
    )
    one, other, last = (np.array([number]) for number in (4, 5, 6))
    assert again.number["乙"] == 5
    assert abs(again.pairs(one, other)[0] - 400) < 80
    assert again.pairs(other, one)[0] == 0
    assert abs(again.triples(one, other, last)[0] - 50) < 10
    assert again.spaced(one, last)[0] > 7
    assert list(again.behind[again.begins[4] : again.begins[5]]) == [5]
    assert list(again.like[again.mates[4] : again.mates[5]]) == [5, 6]
    assert again.chance(one, other, last)[0] > again.chance(one, last, other)[0]


def test_the_words_that_come_with_the_room():
    known = lexis()
    assert known.number["群众"] > LATIN
    assert known.words[known.number["群众"] - 1] == "群众"


@pytest.mark.parametrize("words", ["为人民服", "患癌症的", "的一是在不了有和"])
def test_memory_stays_small_whatever_is_repeated(words):
    proofread(words * 99)
    tracemalloc.start()
    try:
        proofread(words * (4_000 // len(words)))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1000 * 4_000
