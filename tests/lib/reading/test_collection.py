"""The collection of layouts: at least forty, each read into rows."""

from pathlib import Path

import pytest

from gongkai.lib.reading.notice import read_notice
from lib.reading.collection import BY_HAND, FILES, PDFS, PRINTED, SHAPES, TORN, collection

DOC = Path(__file__).parents[3] / "docs" / "reading.md"
NAMES = [*PRINTED, *PDFS, *TORN, *SHAPES, *BY_HAND, *FILES]


@pytest.fixture(scope="module")
def printed() -> dict[str, bytes]:
    return collection()


def test_there_are_forty_layouts_and_more(printed: dict[str, bytes]) -> None:
    assert [*printed] == NAMES
    assert len(NAMES) >= 40
    assert f"{len(NAMES)} layouts" in DOC.read_text()


#: What is printed of Wangshu's notice and no other test reads row by row.
OTHERS = [*PDFS, *TORN, *FILES]


@pytest.mark.parametrize("name", OTHERS)
def test_a_layout_is_read(name: str, printed: dict[str, bytes]) -> None:
    assert len(read_notice(printed[name]).rows) >= 2
