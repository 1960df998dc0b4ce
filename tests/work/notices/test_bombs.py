"""Files that cost far more than they weigh, read as notices and as texts: one line within seconds, and no more memory than a child may have."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest

from factories.bombs import BOMBS, paragraphs
from gongkai.lib.confined import BOUNDS_BY_NAME, asking, reading
from gongkai.lib.confined.limits import DEFAULT_MEMORY_BYTES, Limits
from gongkai.lib.reading import ReadingError
from gongkai.lib.richtext import UnfitText
from gongkai.lib.richtext.word import convert
from gongkai.work.notices.importing.notice_parser import parse_notice

#: What the template holds before a file is read, and a child may have besides (bytes).
MOST = DEFAULT_MEMORY_BYTES + (128 << 20)


def read(data: bytes) -> None:
    """Read as a notice, and a Word file as a text; check what it cost and what is said."""
    for work in (lambda: parse_notice(data, "x", {}), lambda: convert(data, "docx")):
        try:
            work()
        except (ReadingError, UnfitText) as refused:
            said = str(refused)
            assert "\n" not in said
            assert "请" in said, "it says what to do"
        assert asking.LAST_CHILD_COST.spent.memory < MOST
        assert asking.LAST_CHILD_COST.spent.wall < reading.DEFAULT_LIMITS.wall + 3


@pytest.mark.parametrize("name", ["tables 200 deep", "pages that go round", "60,000 paragraphs"])
def test_some_cost_little(name: str) -> None:
    read(BOMBS[name]())


#: Which bound a page without end reaches first depends on the machine; all are true reasons.
TIME_OR_PAGE = r"时间超过上限|有一页超过\d+万(个字符|条线)|内存超过上限"


@pytest.mark.parametrize(
    ("name", "megabytes", "said"),
    [
        ("80 MB of printing in a PDF", DEFAULT_MEMORY_BYTES >> 20, TIME_OR_PAGE),
        ("forms in forms in a PDF", DEFAULT_MEMORY_BYTES >> 20, TIME_OR_PAGE),
        ("4.5 million lines in a PDF", DEFAULT_MEMORY_BYTES >> 20, TIME_OR_PAGE),
        ("4.5 million lines in a PDF", 100, "内存超过上限"),
    ],
)
def test_a_page_without_end_is_refused_for_the_limit_that_it_reached(
    name: str,
    megabytes: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(reading, "DEFAULT_LIMITS", Limits(seconds=2, wall=60, memory=megabytes << 20))
    with pytest.raises(ReadingError, match=said):
        parse_notice(BOMBS[name](), "x.pdf", {})


def test_more_tasks_than_a_person_reviews_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BOUNDS_BY_NAME, "measures", replace(BOUNDS_BY_NAME["measures"], most=20))
    with pytest.raises(ReadingError, match="超过2000条举措"):
        parse_notice.here(paragraphs(21), "x.docx", {})


@pytest.mark.slow
@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS.keys())
def test_each_is_refused_or_read_within_its_limits(make: Callable[[], bytes], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    read(make())
