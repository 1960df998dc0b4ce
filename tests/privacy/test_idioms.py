"""Idioms that are not quite there; those that are, and what is near one by accident, stay."""

import pytest

from gongkai.privacy.frame import frame
from gongkai.privacy.proofreading.expressions import settled as in_phrase
from gongkai.privacy.proofreading.idioms import idioms, settled


def reported(text):
    return [(hit.text, hit.suggestion) for hit in idioms(frame(text))]


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("森林防火要防范未然。", "防范未然", "防患未然"),
        ("村干部想法设法帮他渡过难关。", "想法设法", "想方设法"),
        ("要再接厉，争取更大成绩。", "再接厉", "再接再厉"),
        ("全体干部要齐心协协力完成任务。", "齐心协协力", "齐心协力"),
        ("做到有的矢放、精准发力。", "有的矢放", "有的放矢"),
    ],
)
def test_another_character_one_too_few_one_too_many_two_exchanged(text, words, right):
    assert (words, right) in reported(text)


@pytest.mark.parametrize(
    "text",
    [
        "防患未然、未雨绸缪，因地制宜、想方设法",
        "年轻人搬走了，只剩下老人守着。",
        "学有所思、学有所获，一丝一缕皆是匠心",
        "因地而制宜，防患于未然",
        "二、关于形式审查\n1. 流于形式",
    ],
)
def test_what_is_right_stays(text):
    assert reported(text) == []


def test_places_in_idioms_and_set_phrases_are_settled():
    text = "各司其职，防患未然。"
    assert settled(text, 5, 7)
    assert not settled(text, 3, 6)
    phrase = "牢记“不忘初心、牢记使命”的要求"
    assert in_phrase(phrase, 5, 7)
    assert not in_phrase(phrase, 0, 2)
