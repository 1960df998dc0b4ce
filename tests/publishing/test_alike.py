"""A text that says again what another says is found however it is dressed."""

from hypothesis import given
from hypothesis import strategies as st

from gongkai.publishing.reviewing.alike import repeats

TEXT = "受第九号台风影响，今天夜间至明天云岭市东部有暴雨到大暴雨，请沿河居民按预案转移，学校停课。"
_SIGNS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
#: Words that say something: no sign over and over.
HAN = st.lists(_SIGNS, min_size=50, max_size=200, unique=True).map("".join)


def test_it_is_the_same_both_ways() -> None:
    assert repeats(TEXT, f"前言。{TEXT}后记。")
    assert repeats(f"前言。{TEXT}后记。", TEXT)


def test_nothing_repeats_nothing() -> None:
    assert not repeats("", "")
    assert not repeats("", TEXT)


def test_a_few_words_are_no_copy_of_a_text_that_holds_them() -> None:
    assert not repeats("学校停课", TEXT)
    assert repeats("学校停课", "学校，停课。")


@given(HAN, HAN, HAN)
def test_whatever_stands_round_it(text: str, before: str, after: str) -> None:
    assert repeats(text, before + text + after)


@given(HAN, st.sampled_from("，。 \u200b\u3000；"))
def test_whatever_marks_stand_in_it(text: str, mark: str) -> None:
    assert repeats(text, mark.join(text))
