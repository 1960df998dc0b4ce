"""The eight elements and the share read out of the document: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.interpretation.aspects import (
    ASPECTS,
    copied_sentences,
    copied_share,
    found_in,
    has_film,
    has_prose,
    headings,
    missing,
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
    assert found_in(TEXT) == {
        "background": "出台背景",
        "measures": "主要内容",
        "audience": "适用对象",
        "difference": "新旧政策有哪些变化",
    }


def test_a_long_line_is_no_heading() -> None:
    assert (
        found_in(
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
    assert headings(text) == ["为什么制定这个办法？", "哪些学校要检查？", "执行标准："]
    assert found_in(text) == {
        "background": "为什么制定这个办法？",
        "purpose": "为什么制定这个办法？",
        "audience": "哪些学校要检查？",
        "standard": "执行标准：",
    }


def test_an_element_needs_words_or_a_reason() -> None:
    aspects = {key: {"text": "见正文", "none": ""} for key in ASPECTS}
    assert missing(aspects) == []
    aspects["difference"] = {"text": " ", "none": ""}
    assert missing(aspects) == ["新旧文件差异"]
    aspects["difference"] = {"text": "", "none": "首次制定，没有旧文件"}
    assert missing(aspects) == []


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


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("毕业生求职压力增大，不少企业反映用工成本偏高。两头都盼着有人搭把手，所以出台这份办法。", True),
        ("毕业生求职压力增大，不少企业反映用工成本偏高。", False),
        ("##########\n" * 8, False),
        ("待完善待完善待完善待完善。" * 20, False),
        ("无无无无无无无无无无无无。" * 8, False),
        ("毕业生求职压力增大企业反映。" * 9, False),
        ("…………。ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789。" * 5, False),
        ("出台背景。出台目的。核心举措。适用对象。执行标准。关键词。专业名词。新旧文件差异。", False),
        ("", False),
        ("本解读内容正在整理，后续将在本栏目发布。敬请广大企业和群众持续关注本栏目的最新消息。", False),
        ("有关政策的具体内容以文件为准，请各单位和广大群众参照文件认真贯彻执行。详见附件原文及有关链接。", False),
    ],
)
def test_an_interpretation_is_written_in_sentences(text: str, written: bool) -> None:
    assert has_prose(text) is written


@pytest.mark.parametrize(
    ("html", "film"),
    [
        ('<a href="https://www.yunling.gov.cn/2026/jiedu.mp4">解读</a>', True),
        ('<p><a class="x" href="https://www.yunling.gov.cn/v/118.html"><b>点击观看视频</b></a></p>', True),
        ('<embed embedtype="media" url="https://v.yunling.cn/118"/>', True),
        ('<a href="https://www.yunling.gov.cn/118.html">办法全文</a>', False),
        ('<a href="#top">观看视频</a>', False),
        ("<a>视频</a><video></video>", False),
        ("<p>视频正在制作。</p>", False),
    ],
)
def test_a_film_is_embedded_or_linked(html: str, film: bool) -> None:
    assert has_film(html) is film
