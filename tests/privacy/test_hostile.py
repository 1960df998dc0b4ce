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
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        call(text)
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize("call", [find, proofread])
@pytest.mark.parametrize("piece", _PIECES)
def test_time_grows_with_length(call, piece):
    short = piece * (4000 // len(piece))
    call(short[:100])
    base = max(_used(call, short), 0.004)
    assert _used(call, short * 4) < base * 10


@pytest.mark.parametrize("megabytes", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_megabytes_of_one_character_give_an_answer(megabytes):
    assert find("张" * (333_333 * megabytes)) == []
    assert find("1" * (1_000_000 * megabytes)) == []
    assert proofread("（" * 1000 + "的" * (333_333 * megabytes)) is not None


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "\r\n\r\n", "\u202e张三", "𠮷野家", "　" * 100])
def test_odd_text_is_taken(text):
    for finding in find(text):
        assert text[finding.start : finding.end] == finding.text
    proofread(text)
