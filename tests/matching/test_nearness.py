"""How near a question is to an entry."""

import pytest

from gongkai.matching import Part, question_and_answer
from gongkai.matching.folding import fold
from gongkai.matching.nearness import nearness, subject, titles
from gongkai.matching.synonyms import Synonyms, default

CARD = question_and_answer("如何办理社会保障卡挂失补领？", "拨打12333电话挂失。", ["卡丢了"])


@pytest.mark.parametrize("text", ["", "你好", "怎么办理", "需要什么材料？", "在哪里办", "多少钱", "，。"])
def test_what_stands_in_any_question_is_no_subject(text):
    assert len(subject(fold(text))) < 2


def test_the_subject_is_what_the_question_is_about():
    assert subject("如何办理居住证挂失补领") == set("居住证挂失补领")


def test_titles_are_first_lines_and_sentences_each_once():
    assert titles(CARD) == ["如何办理社会保障卡挂失补领", "卡丢了"]
    assert titles([Part("公租房申请条件：本市户籍"), Part("长" * 200), Part("\n")]) == ["公租房申请条件"]


def test_the_same_question_is_the_same_whatever_its_marks_and_width():
    near = nearness("如何办理 社會保障卡挂失补领?!", CARD, default())
    assert (near.covered, near.title, near.same) == (1.0, 1.0, True)


def test_synonyms_count_both_ways():
    near = nearness("社保卡丢了", CARD, default())
    assert near.covered == 1.0
    assert near.title > nearness("社保卡丢了", CARD[:1], Synonyms()).title


def test_nothing_in_common():
    assert nearness("红烧肉", CARD, default())[1:] == (0.0, 0.0, False)
