"""Each figure of `recount.toml` that a page of the sample city shows is what its rows give, counted another way."""

import os
from collections import defaultdict
from pathlib import Path

import pytest

from browser.recount import Figure, connected, figures
from browser.test_demands import Visitor

pytestmark = pytest.mark.browser


def database(request: pytest.FixtureRequest) -> Path:
    """Return where the served city keeps its rows; GONGKAI_CITY_DATA names the folder of one that is served already."""
    folder = os.environ.get("GONGKAI_CITY_DATA")
    return Path(folder or request.getfixturevalue("city_built")[0]) / "gongkai.sqlite3"


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_figures_are_what_the_rows_give(city: str, request: pytest.FixtureRequest, slow: bool) -> None:
    pages = defaultdict[tuple[str, str], list[Figure]](list)
    for figure in figures():
        if figure.slow == slow:
            pages[figure.who, figure.page].append(figure)
    assert len(pages) > 5
    visitors = {who: Visitor(city, who) for who, _ in pages}
    words = {(who, page): visitors[who].get(page).words for who, page in pages}
    wrong = []
    # What a page shows is counted when all pages were read: a visit to a document counts, too.
    with connected(database(request)) as rows:
        for asked, those in pages.items():
            for figure in those:
                if found := figure.disagreement(words[asked], rows):
                    wrong.append(found)
                elif not figure.read(words[asked]):
                    wrong.append(f"{figure.page} {figure.place}: the sample city shows none")
    assert not wrong, "\n".join(wrong)
