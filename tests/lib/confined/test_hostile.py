"""Hostile files of each supported kind end in a one-line error within the limits of a child."""

from collections.abc import Callable

from benchmarks.hostile import list_readers

from factories.bombs import nested_mail, sheet_part, wide_mail
from gongkai.lib.confined import template_process
from gongkai.lib.confined.sandbox import DEFAULT_LIMITS, DEFAULT_MEMORY_BYTES
from gongkai.lib.fileformats.documents import UnreadFile
from gongkai.lib.fileformats.mails import read_mail
from gongkai.lib.fileformats.pictures import UnfitPicture
from gongkai.lib.fileformats.workbooks.rows import UnreadableFile
from gongkai.lib.privacy import PrivacyError
from gongkai.lib.reading import ReadingError
from gongkai.lib.richtext import UnfitText

REFUSALS = (PrivacyError, ReadingError, UnfitPicture, UnfitText, UnreadFile, UnreadableFile, ValueError)


def read_within_limits(read: Callable[[bytes], object], data: bytes) -> str:
    """Read; return the error message after checking the cost."""
    said = ""
    try:
        read(data)
    except REFUSALS as refused:
        said = str(refused)
    assert "\n" not in said
    assert template_process.LAST_CHILD_COST.spent.memory < DEFAULT_MEMORY_BYTES + (192 << 20)
    assert template_process.LAST_CHILD_COST.spent.seconds < DEFAULT_LIMITS.seconds + 2
    return said


def test_samples_of_each_kind_are_refused() -> None:
    taking = list_readers()
    assert "样式" in read_within_limits(
        taking["sheet"][1][1], sheet_part("xl/styles.xml", "styleSheet", "<xf/>", 300_000)
    )
    assert "嵌套太深" in read_within_limits(read_mail, nested_mail(90))
    assert "2000个部分" in read_within_limits(read_mail, wide_mail(3_000))
