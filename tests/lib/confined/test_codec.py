"""Encoding of results between processes: values round-trip, undeclared types are refused."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.lib.confined.codec import ANSWER, FRAME_HEADER, PROGRESS, FrameDecoder, MalformedResult, pack, unpack


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Dot:
    name: str
    colour: Colour = Colour.RED
    data: bytes = b""


@dataclass
class Line:
    dots: tuple[Dot, ...]
    rest: dict[str, list[int]]
    ends: "Dot | Line | None" = None


DOTS = (Dot("甲", data=b"\0\xff"), Dot("乙", data=b"x" * 99))


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (Line(DOTS, {"a": [1, 2]}, Line((), {}, Dot("丙"))), Line),
        ({1: "a", None: 2.5}, dict[object, object]),
        (
            [(1, ["a", None, date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC), time(4), Decimal("0.10")])],
            list[tuple[int, list[object]]],
        ),
        ({"甲", "乙"}, set[str]),
        (timedelta(seconds=1.5), timedelta),
        ("\ud800", str),
        (DOTS, tuple[Dot, ...]),
    ],
)
def test_values_round_trip(value: object, hint: Any) -> None:
    assert unpack(pack(value), hint) == value


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (1, str),
        ("x", int),
        (Dot("甲"), Line),
        ({"t": "no"}, date),
        ("green", Colour),
        ([1], Dot),
        (None, Dot),
        ({"a": 1}, dict[str, str]),
    ],
)
def test_undeclared_type_is_refused(value: object, hint: Any) -> None:
    with pytest.raises(MalformedResult):
        unpack(pack(value), hint)


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(MalformedResult):
        unpack(data, Line)


def test_frames_are_decoded_in_pieces_and_bounded() -> None:
    whole = FRAME_HEADER.pack(PROGRESS, 2) + b"ab" + FRAME_HEADER.pack(ANSWER, 3) + b"cde"
    frames = FrameDecoder(10)
    heard = [one for place in range(len(whole)) for one in frames.feed(whole[place : place + 1])]
    assert heard == [(PROGRESS, b"ab"), (ANSWER, b"cde")]
    with pytest.raises(OverflowError):
        list(FrameDecoder(10).feed(FRAME_HEADER.pack(ANSWER, 11)))
