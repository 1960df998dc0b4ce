"""Hostile texts are processed or refused with one line, in linear time."""

import pytest

from gongkai.lib.matching import (
    Index,
    Router,
    align_measures,
    compute_similarity,
    decide_answer,
    find_document_numbers,
    find_near_duplicates,
    fold,
    make_fts5_query,
    make_search_tokens,
)
from gongkai.lib.matching.facts import find_facts
from gongkai.lib.matching.synonyms import load_default_synonyms
from lib.costs import least_seconds

INDEX = Index.build([("a", "公租房申请条件"), ("b", "社会保障卡补领"), ("c", "第一百二十条 2026年6月30日 15号")])

SAMPLES = {
    "one letter": "a",
    "one character": "政",
    "one digit": "1",
    "numerals": "一",
    "brackets": "〔",
    "years": "〔2026〕",
    "dates": "2026年6月",
    "marks": "，",
    "blanks": " ",
    "lines": "\n",
    "NUL": "\x00",
    "surrogates": "\ud800",
    "combining": "\u0300\u0316",
    "commas in numbers": "1,",
    "thousands": "1,234",
    "articles": "第一百",
    "words": "社保卡丢了怎么办理",
    "numbers": "云府办发〔2026〕15号",
    "emoji": "😀",
    "zero width": "\u200b",
}

FUNCTIONS = {
    "fold": fold,
    "search_tokens": make_search_tokens,
    "fts5_query": make_fts5_query,
    "document_numbers": find_document_numbers,
    "facts": find_facts,
    "synonyms": lambda text: load_default_synonyms().find(fold(text)),
    "build": lambda text: Index.build([("x", text)]),
    "search": INDEX.search,
    "decide": lambda text: decide_answer(INDEX, text),
    "learn": lambda text: Router([(text, "甲")]).route("甲"),
    "duplicates": lambda text: find_near_duplicates([("x", text), ("y", text)]),
    "similarity": lambda text: compute_similarity(text, "公租房"),
    "align": lambda text: align_measures([text], [text]),
}


@pytest.mark.parametrize("way", FUNCTIONS.values(), ids=FUNCTIONS)
def test_any_text_is_processed(way):
    for sample in SAMPLES.values():
        way(sample)
        way(sample * 1000)


#: Each function with a sixth of the samples, in turn: they all split a text with the same function.
GROWTH_CASES = [
    pytest.param(way, sample, id=f"{way}-{sample}")
    for one, way in enumerate(FUNCTIONS)
    for other, sample in enumerate(SAMPLES)
    if (one + other) % 6 == 0
]


@pytest.mark.parametrize(("called", "piece"), GROWTH_CASES)
def test_time_is_not_quadratic(called, piece):
    way, sample = FUNCTIONS[called], SAMPLES[piece]
    short, long = sample * (1_500 // len(sample)), sample * (24_000 // len(sample))
    way(short)
    # Sixteen times the text: linear time is 16, quadratic 256. Very short times are noise.
    most = max(least_seconds(lambda: way(short)), 0.0003) * 80
    assert least_seconds(lambda: way(long), most) < most


def test_too_long_text_is_refused_with_one_line():
    with pytest.raises(ValueError, match=r"^文本过长：\d+ 字，最多 \d+ 字$"):
        Index.build([("x", "政" * 20_000_001)])


def test_invalid_characters_survive_saving(tmp_path):
    index = Index.build([("x\ud800", "坏字\ud800\x00符"), ("y", "正常文本")])
    index.save(tmp_path / "i")
    assert Index.load(tmp_path / "i").search("坏字") == index.search("坏字")
