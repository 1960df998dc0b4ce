"""Missing characters are found with word counts; correct shorter words are not reported."""

import pytest

from gongkai.lib.privacy import proofread


@pytest.mark.parametrize(
    ("text", "place", "right"),
    [
        ("经县人民府同意，现将办法印发给你们。", "人民府", "人民政府"),
        ("不得向未成人出售烟酒。", "未成人", "未成年人"),
        ("参加城乡居民基本医保险的，应当按期缴费。", "医保险", "医疗保险"),
    ],
)
def test_missing_character_is_suggested(text, place, right):
    found = [hit for hit in proofread(text) if hit.kind == "missing"]
    assert len(found) == 1
    hit = found[0]
    assert text[hit.start : hit.end] == hit.text
    assert place in hit.text or hit.text in place
    assert right in hit.suggestion or hit.suggestion in right
    assert len(hit.suggestion) == len(hit.text) + 1


def test_phrase_repeated_three_times_is_not_reported():
    text = "县人民府同意。市人民府同意。区人民府同意。"
    assert [hit for hit in proofread(text) if hit.kind == "missing"] == []
