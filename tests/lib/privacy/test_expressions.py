"""Set phrases: deviations that are reported, and variants that are not."""

import pytest

from gongkai.lib.privacy.proofreading.expressions import (
    OPEN_PHRASE_END,
    PhraseIndex,
    find_phrase_errors,
    strip_marks,
)
from gongkai.lib.privacy.search_text import prepare_text


def reported(text):
    return [(hit.text, hit.suggestion) for hit in find_phrase_errors(prepare_text(text))]


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("不忘初心、牢记任务，扎实开展主题教育", "不忘初心、牢记任务", "不忘初心、牢记使命"),
        ("以中国式现代化全面推进中华民族伟大振兴", "中华民族伟大振兴", "中华民族伟大复兴"),
        ("推进国家治理体系和治理水平现代化", "推进国家治理体系和治理水平现代化", "推进国家治理体系和治理能力现代化"),
        ("协调推进四个全面总体布局", "协调推进四个全面总体布局", "协调推进“四个全面”战略布局"),
        ("完整准确全面贯彻新发展思想", "完整准确全面贯彻新发展思想", "完整、准确、全面贯彻新发展理念"),
    ],
)
def test_deviating_word_is_reported(text, words, right):
    assert (words, right) in reported(text)


@pytest.mark.parametrize(
    "text",
    [
        "增强四个意识、坚定四个自信、做到两个维护",
        "增强“四个意识”，坚定“四个自信”，做到“两个维护”",
        "践行以人民为中心的发展思想",
        "全面推进全市乡村振兴",
        "让现代化建设成果更多更公平惠及全县人民",
        "《中华人民共和国文物保护法》《中华人民共和国军事设施保护法》",
    ],
)
def test_punctuation_open_positions_and_other_verbs_are_not_reported(text):
    assert reported(text) == []


def test_open_positions_come_from_table():
    closed = PhraseIndex({"不忘初心牢记使命": frozenset()})
    text, _ = strip_marks("不忘初心、牢记任务")
    assert [(hit.expected, hit.written) for hit in closed.find_deviations(text)] == [("使命", "任务")]
    assert not list(PhraseIndex({"不忘初心牢记使命": frozenset({6})}).find_deviations(text))
    assert not list(PhraseIndex({"不忘初心牢记使命": frozenset({OPEN_PHRASE_END})}).find_deviations(text))


def test_phrase_does_not_extend_over_full_stop():
    assert reported("不忘初心，牢记。任务繁重。") == []
