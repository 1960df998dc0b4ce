"""The eight elements and the share read out of the document: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.interpretation.kind import (
    ASPECT_WORDS,
    copied_sentences,
    copied_share,
    find_aspects,
    find_headings,
    list_missing_aspects,
)

TEXT = """一、出台背景
近年来求职压力增大。
二、主要内容
（一）每吸纳一人补贴三千元。
三、适用对象
全市各类企业。
四、新旧政策有哪些变化
"""


def test_elements_are_found_under_their_headings() -> None:
    assert find_aspects(TEXT) == {
        "background": "出台背景",
        "measures": "主要内容",
        "audience": "适用对象",
        "difference": "新旧政策有哪些变化",
    }


def test_a_long_line_is_no_heading() -> None:
    assert (
        find_aspects(
            "为贯彻落实上级关于稳定就业的决策部署，充分考虑我市就业形势的背景和特点，经广泛征求各方面意见，制定本办法。"
        )
        == {}
    )


def test_the_question_that_a_paragraph_begins_with_is_its_heading() -> None:
    text = (
        "一、为什么制定这个办法？近几年民办学校数量增加，年检标准不一，家长和学校都盼着有统一的尺度。\n"
        "二、哪些学校要检查？市内经批准设立的民办中小学和幼儿园，不论办学规模大小，都在检查范围以内。\n"
        "（三）执行标准：按照省里统一的评分表逐项打分，六十分以上为合格，得分和结论都在网上公布出来。\n"
        "近几年群众普遍关心谁来检查：答案是由教育部门会同市场监管、消防等部门一起组成检查组到校检查。\n"
    )
    assert find_headings(text) == ["为什么制定这个办法？", "哪些学校要检查？", "执行标准："]
    assert find_aspects(text) == {
        "background": "为什么制定这个办法？",
        "purpose": "为什么制定这个办法？",
        "audience": "哪些学校要检查？",
        "standard": "执行标准：",
    }


def test_an_element_needs_words_or_a_reason() -> None:
    aspects = {key: {"text": "见正文", "none": ""} for key in ASPECT_WORDS}
    assert list_missing_aspects(aspects) == []
    aspects["difference"] = {"text": " ", "none": ""}
    assert list_missing_aspects(aspects) == ["新旧文件差异"]
    aspects["difference"] = {"text": "", "none": "首次制定，没有旧文件"}
    assert list_missing_aspects(aspects) == []


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("每吸纳一名毕业生给予补贴三千元。", 1.0),
        ("每吸纳一名毕业生，给予“补贴”三千元！", 1.0),
        ("企业招来一个应届生，政府就补三千块钱。", 0.0),
        ("三千元。", 0.0),
        ("", 0.0),
    ],
)
def test_how_far_a_text_repeats_the_document(words: str, share: float) -> None:
    assert copied_share(words, "第三条　每吸纳一名毕业生，给予补贴三千元。") == share


def test_the_repeated_sentences_are_shown_as_written() -> None:
    document = "第一条　为了稳定和扩大就业，制定本办法。"
    assert copied_sentences("出台目的：为了稳定和扩大就业，制定本办法。大家都受益。", document) == []
    assert copied_sentences("为了稳定和扩大就业，制定本办法。大家都受益。", document) == [
        "为了稳定和扩大就业，制定本办法"
    ]


@given(
    st.text(alphabet="政策解读，。；是人民", max_size=200),
    st.text(alphabet="政策解读，。；是人民", max_size=200),
)
def test_the_share_is_a_share_and_a_copy_is_all_copy(words: str, document: str) -> None:
    assert 0.0 <= copied_share(words, document) <= 1.0
    assert copied_share(document, document) in {0.0, 1.0}
