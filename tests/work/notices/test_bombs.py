"""Files that cost far more than they weigh, read as notices and as texts: one line within seconds, and no more memory than a child may have."""

from dataclasses import replace

import pytest

from factories.bombs import BOMBS, paragraphs
from gongkai.lib.confined import BOUNDS_BY_NAME, reading, template_process
from gongkai.lib.confined.kernel import DEFAULT_MEMORY_BYTES
from gongkai.lib.reading import ReadingError
from gongkai.lib.richtext import UnfitText
from gongkai.lib.richtext.word import convert_in_child
from gongkai.work.notices.importing.notice_parser import parse_notice

#: What the template holds before a file is read, and a child may have besides (bytes).
MOST = DEFAULT_MEMORY_BYTES + (128 << 20)


def read(data: bytes) -> None:
    """Read as a notice, and a Word file as a text; check what it cost and what is said."""
    for work in (lambda: parse_notice(data, {}), lambda: convert_in_child(data, "docx")):
        try:
            work()
        except (ReadingError, UnfitText) as refused:
            said = str(refused)
            assert "\n" not in said
            assert "请" in said, "it says what to do"
        assert template_process.LAST_CHILD_COST.spent.memory < MOST
        assert template_process.LAST_CHILD_COST.spent.seconds < reading.DEFAULT_LIMITS.seconds + 3


@pytest.mark.parametrize("name", ["tables 200 deep", "pages that go round"])
def test_some_cost_little(name: str) -> None:
    read(BOMBS[name]())


def test_more_tasks_than_a_person_reviews_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BOUNDS_BY_NAME, "measures", replace(BOUNDS_BY_NAME["measures"], most=20))
    with pytest.raises(ReadingError, match="超过2000条举措"):
        parse_notice.here(paragraphs(21), {})
