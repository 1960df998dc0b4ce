"""The keywords of a search: question words are left out, everyday words bring the official term."""

import pytest

from gongkai.content.search.keywords import (
    find_keywords,
    is_homophone,
    list_spellings,
    matched_share,
    needed_keywords,
    replaces_words,
)
from gongkai.lib.matching.synonyms import Synonym, Synonyms

SYNONYMS = Synonyms([Synonym("大学生", "高校毕业生"), Synonym("住建局", "住房和城乡建设局"), Synonym("补贴", "补助")])


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("加装电梯管理办法现在有效吗", ["加装电梯"]),
        ("公积金最多能贷多少", ["公积金"]),
        ("下雪学校停不停课", ["下雪", "学校", "停课"]),
        ("云岭市有多少人口", ["人口"]),
        ("总第130期公报", ["总第130期", "公报"]),
        ("市政府令第12号", ["令第12号"]),
        ("住建局年报", ["住建局", "年报"]),
        ("小孩打预防针", ["预防针"]),  # the verb that the dictionary joins to it says nothing
        ("孙女上哪个初中", ["初中"]),
        ("孩子几岁上一年级", ["一年级"]),
        ("政府一年花多少钱", ["支出"]),
        ("申请办理", ["申请", "办理"]),  # nothing but weak words: each is needed
    ],
)
def test_the_words_that_must_be_found(typed: str, words: list[str]) -> None:
    assert [word.text for word in needed_keywords(find_keywords(typed, SYNONYMS, {"云岭"}))] == words


def test_a_homophone_is_corrected_where_it_makes_a_longer_word() -> None:
    assert is_homophone("公基金提取", "公积金提取")
    assert not is_homophone("公积金提取", "公基金提取")
    assert not is_homophone("彩礼标准", "彩高标准")


@pytest.mark.parametrize(
    ("typed", "proposed", "replaces"),
    [
        ("失业金怎么领", "事业金怎么领", True),
        ("失业登记", "事业登记", True),
        ("幼儿圆收费", "幼儿园收费", False),  # a word of the dictionary, but a hundred times rarer
        ("公基金提取", "公积金提取", False),
        ("居住正", "居住证", False),
    ],
)
def test_common_words_are_no_misspellings(typed: str, proposed: str, *, replaces: bool) -> None:
    assert replaces_words(typed, proposed) is replaces


def test_official_terms_stand_for_everyday_words() -> None:
    found = find_keywords("大学生补贴", SYNONYMS)
    assert list_spellings(found)[0] == "大学生 补贴"
    assert "高校毕业生 补助" in list_spellings(found)
    assert matched_share(found, "高校毕业生可以申请补助") == 1
    assert matched_share(found, "新生入学") == 0
