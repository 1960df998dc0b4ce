"""Set patterns: missing last characters, and pairs of words, articles and numbers."""

import pytest

from gongkai.lib.privacy import proofread


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("请于9月15前将表格报县教育局。", "9月15", "9月15日"),
        ("办公室设在县农业农村，负责日常工作。", "县农业农村", "县农业农村局"),
        ("落实县政府第17次常务会精神。", "第17次常务会", "第17次常务会议"),
        ("进出口总额同比增8.6%。", "同比增", "同比增长"),
        ("该站2025年63日投入运行。", "", ""),
        ("自2025年118日起执行。", "", ""),
    ],
)
def test_missing_last_character_of_pattern_is_reported(text, words, right):
    found = [(hit.text, hit.suggestion) for hit in proofread(text) if hit.kind == "missing"]
    assert (words, right) in found or not words


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("即要守住底线，又要积极作为。", "即要", "既要"),
        ("第五条　资金管理。第六条　监督检查。第八条　附则。第八条　施行时间。", "八", "七"),
        ("第一项，宣读名单；第二项，颁奖；第二项，代表发言。", "二", "三"),
        ("收费依据湘发改价费【2024】316号。", "收费依据湘发改价费【2024】316号", ""),
        ("（岷政发2021〔34〕号）", "岷政发2021〔34〕号", "岷政发〔2021〕34号"),
    ],
)
def test_wrong_pairs_of_words_articles_and_numbers_are_reported(text, words, right):
    found = [(hit.text, hit.suggestion) for hit in proofread(text)]
    assert any(one in words and (not right or now == right) for one, now in found)
