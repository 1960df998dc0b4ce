"""Hostile input is processed, in time that is not quadratic."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from gongkai.lib import privacy
from gongkai.lib.confined import confined_reader
from gongkai.lib.matching import make_search_tokens
from gongkai.lib.privacy import PrivacyError, find, long_texts, proofread
from gongkai.lib.privacy.masks import mask as mask_here
from gongkai.lib.privacy.proofreading.run import proofread as proofread_here

#: At these lengths, but not at half of them, searching the whole text for each repetition shows.
SHORT, FACTOR, MOST = 20_000, 4, 5.0


def _processor_seconds(call: Callable[[str], object], text: str) -> float:
    begin = time.thread_time()
    call(text)
    return time.thread_time() - begin


@pytest.mark.parametrize(
    ("call", "piece"),
    [(mask_here, "李强，"), (mask_here, "张三、"), (proofread_here, "张三、"), (make_search_tokens, "李强，")],
)
def test_processor_time_is_not_quadratic(call: Callable[[str], object], piece: str) -> None:
    """`mask` includes `find`. The ratio may be exceeded twice on a busy machine."""
    short = (piece * SHORT)[:SHORT]
    call(short[:100])
    ratios = []
    for _ in range(3):
        base = max(_processor_seconds(call, short), 0.01)
        ratios.append(_processor_seconds(call, (piece * SHORT)[: SHORT * FACTOR]) / base)
        if ratios[-1] <= MOST:
            return
    raise AssertionError(ratios)


LONG = "申请人李强，电话13812345678，现将云府办发[2023]05号文件的工作布署如下。\n" * 30


def test_long_text_gives_same_findings_in_child(monkeypatch: pytest.MonkeyPatch) -> None:
    assert privacy.is_searched_in_child("李" * 11_000)
    monkeypatch.setattr(privacy, "MAX_DIRECT_CHARACTERS", len(LONG) - 1)
    options = {
        "units": ["云岭市教育局"],
        "leaders": [("王建国", "局长")],
        "terms": privacy.TermList([privacy.ProofreadingTerm("如下", "")]),
    }
    found = find(LONG), privacy.mask(LONG), proofread(LONG, **options)
    monkeypatch.setattr(privacy, "MAX_DIRECT_CHARACTERS", len(LONG))
    monkeypatch.setattr(long_texts, "find", lambda _: pytest.fail("a child searched a short text"))
    assert found == (find(LONG), privacy.mask(LONG), proofread(LONG, **options))
    assert len(found[0]) == 60
    short = LONG[:80]
    assert proofread(short, **options, in_child=True) == proofread(short, **options) != []


def test_search_beyond_time_limit_suggests_splitting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined_reader, "DEFAULT_LIMITS", replace(confined_reader.DEFAULT_LIMITS, seconds=1))
    for call in (privacy.mask, partial(proofread, units=["云岭市教育局"])):
        with pytest.raises(PrivacyError, match="请拆分成几篇"):
            call("李强的" * 200_000)


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\r\n\r\n", "\u202e张三", "𠮷野家", "　" * 100, "陈"])
def test_unusual_text_is_searched(text: str) -> None:
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.text
    proofread(text)


def test_very_long_repetitions_are_searched() -> None:
    assert find("张" * 33_333) == []
    assert find("1" * 100_000) == []
    assert proofread("（" * 1000 + "的" * 33_333) is not None
