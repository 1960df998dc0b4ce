"""Figures on pages of the sample city match a recount from its rows (`recount.toml`)."""

import os
from collections import defaultdict
from pathlib import Path

import pytest

from browser.recount import Figure, load_figures, open_database
from browser.test_demands import Visitor

pytestmark = pytest.mark.browser


def get_database_path(request: pytest.FixtureRequest) -> Path:
    """Return the database of the served city; GONGKAI_CITY_DATA names the folder of one that is served already."""
    folder = os.environ.get("GONGKAI_CITY_DATA")
    return Path(folder or request.getfixturevalue("city_built")[0]) / "gongkai.sqlite3"


@pytest.mark.parametrize("slow", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_page_figures_match_the_recount(city: str, request: pytest.FixtureRequest, slow: bool) -> None:
    pages = defaultdict[tuple[str, str], list[Figure]](list)
    for figure in load_figures():
        if figure.slow == slow:
            pages[figure.who, figure.page].append(figure)
    assert len(pages) > 5
    visitors = {who: Visitor(city, who) for who, _ in pages}
    words = {(who, page): visitors[who].get(page).words for who, page in pages}
    wrong = []
    # Recount after all pages were read: visits to documents are counted, too.
    with open_database(get_database_path(request)) as rows:
        for asked, those in pages.items():
            for figure in those:
                if found := figure.find_difference(words[asked], rows):
                    wrong.append(found)
                elif not figure.read(words[asked]):
                    wrong.append(f"{figure.page} {figure.place}: the sample city shows none")
    assert not wrong, "\n".join(wrong)
