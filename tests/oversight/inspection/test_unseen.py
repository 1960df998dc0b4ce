"""Layouts that were once unseen stay read: entries and days of lists, learnt lists, days of publishing; what says no day is given none."""

import pytest
from benchmarks import inspection_layouts as unseen


@pytest.mark.parametrize("part", unseen.LISTS)
def test_what_was_learnt_from_unseen_lists_stays(part: str) -> None:
    assert {name: n for name, n in unseen.read_lists(part).items() if n != 10} == {}
    assert {name: said for name, said in unseen.read_learnt(part).items() if said != (10, 0)} == {}


@pytest.mark.parametrize("part", unseen.TEXTS)
def test_what_was_learnt_from_unseen_texts_stays(part: str) -> None:
    assert {name: day for name, day in unseen.read_articles(part).items() if day != unseen.PUBLISHED} == {}


def test_what_says_no_day_is_given_none() -> None:
    assert unseen.invented() == 0
