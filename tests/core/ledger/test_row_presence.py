"""Existence of the rows that parts of a page need: checked in one statement."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest

from factories.ledger import EntryFactory
from factories.units import actor
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.panels import HomeBlock, build_home_page, list_blocks_with_rows
from gongkai.core.ledger.row_presence import ANY_VALUE, RowCondition, check_existence
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db


def check(*asked: Mapping[str, object]) -> list[bool]:
    return check_existence([RowCondition(Entry, where) for where in asked])


def test_conditions_are_answered_in_order_in_one_statement(
    django_assert_num_queries: Callable[[int], AbstractContextManager[None]],
) -> None:
    entry = EntryFactory()
    with django_assert_num_queries(1):
        assert check(
            {"body": {entry.body_id}},
            {"body": {entry.body_id + 1}},
            {"body": set(), "kind": entry.kind},
            {"kind": entry.kind, "closed_at": None},
            {"closed_at": ANY_VALUE},
            {"id": ANY_VALUE},
        ) == [True, False, False, True, False, True]


def test_impossible_conditions_make_no_query(
    django_assert_num_queries: Callable[[int], AbstractContextManager[None]],
) -> None:
    with django_assert_num_queries(0):
        assert check({"body": ()}) == [False]
        assert check() == []
    role = Role.CLERK
    EntryFactory(external_ref=role.value)
    assert check({"external_ref": role}, {"external_ref": [role, Role.LEAD]}, {"external_ref": Role.LEAD}) == [
        True,
        True,
        False,
    ]


def test_block_without_needed_rows_is_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryFactory()
    here, elsewhere = {"body": {entry.body_id}}, {"body": {entry.body_id + 1}}

    def block(name: str, *needs: Mapping[str, object]) -> HomeBlock:
        shown: dict[str, Any] = {"entries": []}
        return HomeBlock(
            name,
            1,
            lambda _: shown if here in needs else None,
            needs=lambda _: [RowCondition(Entry, one) for one in needs],
        )

    blocks = [block("either", elsewhere, here), block("here", here), block("elsewhere", elsewhere), block("never")]
    monkeypatch.setattr("gongkai.core.ledger.panels.BLOCKS_BY_NAME", {one.name: one for one in blocks})
    by = actor(Role.CLERK, entry.body)
    assert (
        [one.name for one in list_blocks_with_rows(by)]
        == ["either", "here"]
        == [one.name for one, _ in build_home_page(by).above]
    )
