"""Wrong characters found with character counts of official texts."""

from io import BytesIO

import numpy as np

from gongkai.lib.privacy import proofread
from gongkai.lib.privacy.proofreading.numbers import (
    load_character_counts,
    pack_character_counts,
    unpack_character_counts,
)
from gongkai.lib.privacy.proofreading.suspects import (
    SHAPE,
    SOUND,
    find_suspects,
    list_similar_characters,
    normalise_reading,
)


def test_phrase_repeated_three_times_is_not_reported():
    once = "全镇推广稻鸭共作。"
    assert all(suspect.again == 1 for suspect in find_suspects(once))
    assert [hit for hit in proofread(once * 3) if hit.kind == "typo"] == []


def test_similar_characters_by_sound_and_shape():
    assert list_similar_characters("申")["审"] & SOUND
    assert list_similar_characters("贵")["责"] & SHAPE
    assert normalise_reading("zhang") == normalise_reading("zan")
    assert normalise_reading("lan") == normalise_reading("nang")


def test_packed_counts_are_unpacked_unchanged():
    rows = {size: (np.array([5, 9, 1 << 20]), np.array([3, 400, 7])) for size in (3, 4)}
    rows[2] = np.array([1 << 13 | 4, 4 << 13 | 5, 5 << 13 | 4]), np.array([3, 400, 7])
    again = unpack_character_counts(BytesIO(pack_character_counts("。0A的了", np.array([9, 9, 9, 5000, 40]), rows)))
    assert again.letters == "。0A的了"
    assert again.number("了") == 5
    assert abs(again.count_sequences(np.array([4]))[0] - 5000) < 1000
    assert abs(again.count_sequences(np.array([4]), np.array([5]))[0] - 400) < 80
    assert again.count_sequences(np.array([5]), np.array([5]))[0] == 0
    assert abs(again.count_sequences(np.array([0]), np.array([0]), np.array([9]))[0] - 400) < 80
    assert again.count_sequences(np.array([0]), np.array([0]), np.array([10]))[0] == 0


def test_encoding_keeps_offsets_and_merges_numbers():
    numbers, places = load_character_counts().encode("共12.5万，，元")
    assert list(places[4:-4]) == [0, 1, 5, 6, 8]
    assert numbers[5] == 2
    assert numbers[7] == 1
