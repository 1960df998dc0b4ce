"""Regression of layouts that were once unseen: list entries, learnt lists, publication dates, and no invented dates."""

import pytest
from benchmarks import inspection_layouts as unseen


@pytest.mark.parametrize("part", unseen.LISTS)
def test_lists_learnt_from_unseen_layouts_are_still_read(part: str) -> None:
    assert {name: n for name, n in unseen.read_lists(part).items() if n != 10} == {}
    assert {name: said for name, said in unseen.read_learned(part).items() if said != (10, 0)} == {}


@pytest.mark.parametrize("part", unseen.TEXTS)
def test_dates_learnt_from_unseen_layouts_are_still_found(part: str) -> None:
    assert {name: day for name, day in unseen.read_articles(part).items() if day != unseen.PUBLISHED} == {}


def test_no_date_is_invented() -> None:
    assert unseen.count_invented_days() == 0
