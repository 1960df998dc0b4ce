"""A text that says again what another says is found however it is dressed."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.content.reviewing.owed import is_near_duplicate

TEXT = "受第九号台风影响，今天夜间至明天云岭市东部有暴雨到大暴雨，请沿河居民按预案转移，学校停课。"
_SIGNS = [chr(code) for code in range(0x4E00, 0x9FA6)]
#: Words that say something: no sign over and over. (Drawn from a seed: one draw for a text, not one for each of its signs.)
HAN = st.builds(
    lambda seed, length: "".join(random.Random(seed).sample(_SIGNS, length)),
    st.integers(0, 2**32),
    st.integers(50, 200),
)


def test_it_is_the_same_both_ways() -> None:
    assert is_near_duplicate(TEXT, f"前言。{TEXT}后记。")
    assert is_near_duplicate(f"前言。{TEXT}后记。", TEXT)


def test_nothing_repeats_nothing() -> None:
    assert not is_near_duplicate("", "")
    assert not is_near_duplicate("", TEXT)


def test_a_few_words_are_no_copy_of_a_text_that_holds_them() -> None:
    assert not is_near_duplicate("学校停课", TEXT)
    assert is_near_duplicate("学校停课", "学校，停课。")


#: Ordinary notices of one unit, invented: the same set phrases, other matters; the last two of one pattern.
NOTICES = (
    "云岭市住房和城乡建设局关于做好冬季施工安全工作的通知。各区住建部门、各有关单位：为切实加强冬季施工安全管理，防范各类事故发生，现就有关事项通知如下。一、落实主体责任，开展自查自纠。二、加强值班值守，及时报送信息。请认真贯彻执行。",
    "云岭市住房和城乡建设局关于开展物业服务质量提升行动的通知。各区住建部门、各有关单位：为切实提高物业服务水平，回应群众关切，现就有关事项通知如下。一、公示收费项目，接受业主监督。二、建立投诉台账，限期办结回复。请认真贯彻执行。",
    "云岭市住房和城乡建设局关于公布第三批老旧小区改造项目名单的公告。经各区申报、部门联审并向社会公示，确定三十二个小区列入改造计划，现予公布。",
    "受第九号台风影响，今天夜间至明天云岭市东部有暴雨到大暴雨，请沿河居民按预案转移，学校停课。",
    "受强冷空气影响，后天上午至周末云岭市北部山区有大雪，请出行人员注意道路结冰，公路部门做好除雪。",
)


def changed(text: str, every: int) -> str:
    """A text with each so-many-th character replaced by another."""
    return "".join("某" if at % every == every - 1 else sign for at, sign in enumerate(text))


def test_a_word_changed_here_and_there_does_not_hide_it() -> None:
    assert is_near_duplicate(TEXT, TEXT.replace("今天", "今日").replace("明天", "明日"))
    assert is_near_duplicate(TEXT, TEXT.replace("暴雨到大暴雨", "大雨到暴雨"))


@pytest.mark.parametrize("text", NOTICES)
def test_nor_one_character_in_ten(text: str) -> None:
    assert is_near_duplicate(text, changed(text, 10))
    assert not is_near_duplicate(text, changed(text, 3))


@pytest.mark.parametrize(("one", "other"), list(combinations(NOTICES, 2)))
def test_two_notices_of_one_unit_are_two(one: str, other: str) -> None:
    assert not is_near_duplicate(one, other)


@given(HAN, HAN, HAN)
def test_whatever_stands_round_it(text: str, before: str, after: str) -> None:
    assert is_near_duplicate(text, before + text + after)


@given(HAN, st.sampled_from("，。 \u200b\u3000；"))
def test_whatever_marks_stand_in_it(text: str, mark: str) -> None:
    assert is_near_duplicate(text, mark.join(text))
