"""Files that expand enormously, read as notices and as texts: refused in seconds within the memory limit of the child process."""

from dataclasses import replace

import pytest

from factories.bombs import BOMBS, docx_of_paragraphs
from gongkai.lib.confined import BOUNDS_BY_NAME, confined_reader, template_process
from gongkai.lib.confined.sandbox import DEFAULT_MEMORY_BYTES
from gongkai.lib.reading import ReadingError
from gongkai.lib.richtext import UnfitText
from gongkai.lib.richtext.office_files import convert_in_child
from gongkai.work.notices.importing.notice_parser import parse_notice

#: Memory of the template process before it reads a file, plus the limit of a child process (bytes).
MAX_MEMORY_BYTES = DEFAULT_MEMORY_BYTES + (128 << 20)


def read_within_limits(data: bytes) -> None:
    """Read data as a notice and as a Word file; check the costs and the error."""
    for work in (lambda: parse_notice(data, {}), lambda: convert_in_child(data, "docx")):
        try:
            work()
        except (ReadingError, UnfitText) as refused:
            said = str(refused)
            assert "\n" not in said
            assert "请" in said, "it says what to do"
        assert template_process.LAST_CHILD_COST.spent.memory < MAX_MEMORY_BYTES
        assert template_process.LAST_CHILD_COST.spent.seconds < confined_reader.DEFAULT_LIMITS.seconds + 3


@pytest.mark.parametrize("name", ["tables 200 deep", "pages that go round"])
def test_selected_bombs_are_read_within_limits(name: str) -> None:
    read_within_limits(BOMBS[name]())


def test_notice_with_too_many_measures_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BOUNDS_BY_NAME, "measures", replace(BOUNDS_BY_NAME["measures"], most=20))
    with pytest.raises(ReadingError, match="超过2000条举措"):
        parse_notice.here(docx_of_paragraphs(21), {})
