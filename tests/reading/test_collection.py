"""The collection of layouts: at least forty, each listed in the documentation, each read into rows."""

from pathlib import Path

import pytest

from gongkai.reading import read_notice
from reading.collection import collection

DOC = Path(__file__).parents[2] / "docs" / "reading.md"
ALL = collection()


def test_there_are_forty_layouts_and_more() -> None:
    assert len(ALL) >= 40
    assert f"{len(ALL)} layouts" in DOC.read_text()


@pytest.mark.parametrize("name", ALL)
def test_a_layout_is_listed_and_read(name: str) -> None:
    assert name in DOC.read_text()
    assert len(read_notice(ALL[name]).rows) >= 2
