"""Hostile input gets an answer, and time grows with length, not with its square.

Growth is measured as a ratio of processor time, not as time: four times the text may take up to ten times
as long before the test fails; a square would take sixteen.
"""

import time

import pytest

from gongkai.privacy import find, proofread

_PIECES = [
    "张", "1", "1 ", "张李", "张三、", "申请人张三", "·", "阿·", "姓名：张三\n", "住", "村一组", "3栋2单元", "住3-", "云岭市青山区",
    "a.a@", "a@a.", "患高血压、", "（", "《（", "“", "一、", "共1人，其中", "〔2021〕", "2021年2月", "420106199001010010 ", "二〇",
    "0871-", "622202 ", "因病", "的的", "十是，", "，，", "姓名\t性别\n", "系某村",
]  # fmt: skip


def _used(call, text):
    begin = time.process_time()
    call(text)
    return time.process_time() - begin


#: Each piece is asked of one of the two, in turn; of both, and at twice and four times the length, by `make test-all`.
_CASES = [
    pytest.param(call, piece, length, marks=[pytest.mark.slow] if length > 1000 or (at + one) % 2 else [])
    for at, piece in enumerate(_PIECES)
    for one, call in enumerate((find, proofread))
    for length in (1000, 2000, 4000)
]


@pytest.mark.parametrize(("call", "piece", "length"), _CASES)
def test_time_grows_with_length(call, piece, length):
    short = piece * (length // len(piece))
    call(short[:100])
    for _ in range(4):  # a busy machine may spoil a measurement, not four
        base = max(_used(call, short), 0.004)
        if _used(call, short * 4) < base * 10:
            return
    raise AssertionError("four times the text took ten times the time, four times")


@pytest.mark.parametrize("megabytes", [0.1, pytest.param(10, marks=pytest.mark.slow)])
def test_megabytes_of_one_character_give_an_answer(megabytes):
    assert find("张" * int(333_333 * megabytes)) == []
    assert find("1" * int(1_000_000 * megabytes)) == []
    assert proofread("（" * 1000 + "的" * int(333_333 * megabytes)) is not None


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\r\n\r\n", "\u202e张三", "𠮷野家", "　" * 100, "陈"])
def test_odd_text_is_taken(text):
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.text
    proofread(text)
