"""Word counts and the scoring of changes."""

import tracemalloc
from io import BytesIO

import numpy as np
import pytest

from gongkai.lib.privacy import proofread
from gongkai.lib.privacy.proofreading.word_counts import (
    BORDER,
    LATIN,
    NUMBER,
    get_sign_number,
    load_word_counts,
    pack_word_counts,
    score_changes,
    unpack_word_counts,
)


def test_special_tokens_have_reserved_numbers():
    assert [get_sign_number(word) for word in ("ab", "12%", "、", "县")] == [LATIN, NUMBER, BORDER, 0]


def test_likelier_word_has_higher_score():
    before, after = ["。", "。", "负责"], ["。", "。"]
    gain, loss = score_changes(
        [
            ([*before, "解析", *after], [*before, "解释", *after]),
            ([*before, "解释", *after], [*before, "解析", *after]),
        ]
    )
    assert gain > 3
    assert loss == pytest.approx(-gain, abs=1e-3)
    assert score_changes([(before, before)]) == [0.0]


def test_packed_words_are_unpacked_unchanged():
    words = ["。", "0", "A", "甲", "乙", "丙", "人民代表大会", "𠮷甲乙丙"]
    two = [np.array([4, 5]), np.array([5, 6])], np.array([400, 30])
    three = [np.array([4]), np.array([5]), np.array([6])], np.array([50])
    again = unpack_word_counts(
        BytesIO(pack_word_counts(words, np.array([900, 50, 20, 500, 450, 40, 3, 1]), [two, three]))
    )
    one, other, last = (np.array([number]) for number in (4, 5, 6))
    assert [again.numbers.find(word) for word in (*words, "丁", "人民代表")] == [*range(1, 9), 0, 0]
    assert abs(again.count_pairs(one, other)[0] - 400) < 80
    assert again.count_pairs(other, one)[0] == 0
    assert abs(again.count_triples(one, other, last)[0] - 50) < 10
    assert again.log_likelihood(one, other, last)[0] > again.log_likelihood(one, last, other)[0]


def test_bundled_word_counts_are_loaded():
    find = load_word_counts().numbers.find
    assert find("群众") > LATIN
    assert [find(word) for word in ("", "群眾", "群众群众群众")] == [0, 0, 0]


@pytest.mark.parametrize("words", ["为人民服", "患癌症的", "的一是在不了有和"])
def test_memory_is_bounded_for_repeated_text(words):
    proofread(words * 99)
    tracemalloc.start()
    try:
        proofread(words * (4_000 // len(words)))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 1000 * 4_000
