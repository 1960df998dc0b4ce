"""Nearness of a question to an entry."""

import pytest

from gongkai.lib.matching import EntryPart, Index, compute_nearness_in_index, make_question_parts
from gongkai.lib.matching.folding import fold
from gongkai.lib.matching.nearness import Nearness, compute_nearness, get_subject_characters, list_titles
from gongkai.lib.matching.synonyms import Synonyms, load_default_synonyms

CARD = make_question_parts("如何办理社会保障卡挂失补领？", "拨打12333电话挂失。", ["卡丢了"])


@pytest.mark.parametrize("text", ["", "你好", "怎么办理", "需要什么材料？", "在哪里办", "多少钱", "，。"])
def test_generic_words_are_no_subject(text):
    assert len(get_subject_characters(fold(text))) < 2


def test_subject_characters_omit_question_words():
    assert get_subject_characters("如何办理居住证挂失补领") == set("居住证挂失补领")


def test_titles_are_unique_first_lines_and_sentences():
    assert list_titles(CARD) == ["如何办理社会保障卡挂失补领", "卡丢了"]
    assert list_titles([EntryPart("公租房申请条件：本市户籍"), EntryPart("长" * 200), EntryPart("\n")]) == [
        "公租房申请条件"
    ]


def test_nearness_ignores_punctuation_width_and_variants():
    near = compute_nearness("如何办理 社會保障卡挂失补领?!", CARD, load_default_synonyms())
    assert (near.covered, near.title, near.same) == (1.0, 1.0, True)


def test_synonyms_count_in_both_directions():
    near = compute_nearness("社保卡丢了", CARD, load_default_synonyms())
    assert near.covered == 1.0
    assert near.title > compute_nearness("社保卡丢了", CARD[:1], Synonyms()).title


def test_unrelated_question_has_zero_nearness():
    assert compute_nearness("红烧肉", CARD, load_default_synonyms())[1:] == (0.0, 0.0, False)


NIGHT_MARKET = "夜市几点收摊\n城北夜市又开了，十一点以后还有人在卖东西，住在旁边的居民想知道到底几点收摊。"


@pytest.mark.parametrize(
    ("asked", "near", "offered"),
    [
        ("社保卡丢了怎么补", True, True),
        ("卡丢了", True, True),  # a variant, word for word
        ("公交卡余额怎么退", False, False),  # one word in common
        (NIGHT_MARKET, False, False),
    ],
)
def test_one_common_word_is_not_near(asked, near, offered):
    index = Index.build([("card", CARD), ("house", "公租房怎样申请\n家庭人均住房建筑面积不足15平方米的居民可以申请。")])
    hit = index.search(asked, k=1)[0]
    found = compute_nearness_in_index(index, asked, "card")
    assert (found.near, found.is_offered(hit.score if hit.id == "card" else 0)) == (near, offered)


def test_related_hits_need_nearness_and_score_close_to_best():
    weak, strong = Nearness(10, 0.1, 0.1, False), Nearness(10, 0.3, 0.25, False)
    assert (weak.is_related(0.06, 0.06), strong.is_related(0.06, 0.06)) == (False, True)
    assert (weak.is_related(0.07, 0.07), weak.is_related(0.07, 0.15)) == (True, False)


def test_missing_entry_is_not_near():
    assert not compute_nearness_in_index(Index.build([("card", CARD)]), "卡丢了", "other").near
