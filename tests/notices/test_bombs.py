"""Files that cost far more than they weigh, read as notices and as texts: one line within seconds, and no more memory than a child may have."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from factories.bombs import BOMBS, paragraphs, pdf
from gongkai.confined import BOUNDS, asking, reading
from gongkai.confined.limits import MEMORY, PLAIN, Limits
from gongkai.notices.parsing import parse
from gongkai.reading import ReadingError
from gongkai.richtext import UnfitText
from gongkai.richtext.word import convert

#: What the template holds before a file is read, and a child may have besides (bytes).
MOST = MEMORY + (128 << 20)


def read(data: bytes) -> None:
    """Read as a notice, and a Word file as a text; check what it cost and what is said."""
    for work in (lambda: parse(data, "x", {}), lambda: convert(data, "docx")):
        try:
            work()
        except (ReadingError, UnfitText) as refused:
            said = str(refused)
            assert "\n" not in said
            assert "请" in said, "it says what to do"
        assert asking.LAST.spent.memory < MOST
        assert asking.LAST.spent.wall < reading.PLAIN.wall + 3


@pytest.mark.parametrize("name", ["tables 200 deep", "pages that go round", "60,000 paragraphs"])
def test_some_cost_little(name: str) -> None:
    read(BOMBS[name]())


def test_a_page_that_prints_for_ever_is_stopped(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import zlib

    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(reading, "PLAIN", Limits(seconds=1, wall=20, memory=PLAIN.memory))
    data = pdf(zlib.compress(b"BT /F1 9 Tf 1 0 0 1 9 9 Tm (ab) Tj ET\n" * 200_000, 9))
    with pytest.raises(ReadingError, match="已经停止"):
        parse(data, "x.pdf", {})


def test_more_tasks_than_a_person_reviews_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BOUNDS, "measures", replace(BOUNDS["measures"], most=20))
    with pytest.raises(ReadingError, match="超过2000条举措"):
        parse.here(paragraphs(21), "x.docx", {})


@pytest.mark.slow
@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_each_is_refused_or_read_within_its_limits(
    make: Callable[[], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    read(make())
