"""Detection of near-duplicates."""

import random

import pytest

from gongkai.lib.matching import compute_similarity, duplicates, find_near_duplicates, make_fingerprint

MESSAGE = "我家住在翠湖花园三栋，楼下烧烤店每天营业到凌晨两点，油烟和噪声让人无法入睡，请相关部门尽快处理，谢谢。"


@pytest.mark.parametrize(
    "again",
    [
        MESSAGE.replace("，", ", "),
        "  " + MESSAGE + "\r\n",
        MESSAGE.replace("翠湖花园三栋", "翠湖花園三棟"),
        MESSAGE.replace("。", "！！"),
    ],
)
def test_fingerprint_ignores_spaces_punctuation_and_variants(again):
    assert make_fingerprint(again) == make_fingerprint(MESSAGE)


def test_different_message_has_different_fingerprint():
    assert make_fingerprint(MESSAGE) != make_fingerprint(MESSAGE.replace("三栋", "四栋"))


def test_message_with_small_changes_is_near_duplicate():
    texts = [
        ("1", MESSAGE),
        ("2", "公积金提取需要什么材料？"),
        ("3", MESSAGE.replace("请相关部门尽快处理", "盼相关部门尽快处理")),
        ("4", "公积金贷款最高能贷多少钱？"),
    ]
    assert [(each.id, each.of) for each in find_near_duplicates(texts)] == [("3", "1")]


@pytest.mark.parametrize(("a", "b", "low", "high"), [("甲乙丙丁戊", "甲乙丙丁戊", 1, 1), ("公积金", "公积金", 1, 1)])
def test_similarity_is_within_bounds(a, b, low, high):
    assert low <= compute_similarity(a, b) <= high


def test_empty_text_is_similar_to_nothing():
    assert compute_similarity("", "") == compute_similarity("，。", "公积金") == 0.0


def test_similarity_of_long_texts_is_estimated_closely():
    letters = random.Random(7)
    half, other = ("".join(chr(letters.randrange(0x4E00, 0x9000)) for _ in range(8000)) for _ in range(2))
    assert compute_similarity(half, half + other) == pytest.approx(0.5, abs=0.1)


def test_texts_of_one_topic_are_filtered_before_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many share some trigrams, few share most: only those are compared one by one."""
    pairs = []
    monkeypatch.setattr(duplicates, "_estimate_similarity", lambda a, b: pairs.append(1) or 0.9)
    words = [f"收费标准由学校公示，家长意见第{n:04d}条另附说明" for n in range(40)]
    own = [
        f"{word}{chr(0x4E00 + n * 7) * 30}{chr(0x5E00 + n * 11)}{n * 7919}甲乙{n * 104729}丙丁{n * 1299709}"
        for n, word in enumerate(words)
    ]
    duplicates.find_near_duplicates([(str(n), text) for n, text in enumerate(own)], at_least=0.8)
    assert pairs == []
    duplicates.find_near_duplicates([("a", own[0]), ("b", own[0] + "。")], at_least=0.8)
    assert pairs == [1]
