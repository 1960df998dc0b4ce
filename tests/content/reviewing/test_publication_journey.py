"""Approve and publish: the modules that the last signature executes, listed in publication_journey.md."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from django.utils import timezone

from factories.publishing import item, read_whole, sign_all, submitted
from factories.units import actor
from gongkai.content.editions import gates
from gongkai.content.editions.actions.editions import NEW_EDITION_HOOKS
from gongkai.content.editions.gates import COMPANION_FINDERS, GATES_BY_NAME
from gongkai.content.editions.models import Column
from gongkai.content.editions.shelves import SHELF_INDEXES
from gongkai.content.publishing import actions
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import ACTION_BARRIERS
from gongkai.core.acts.following import REACTIONS_BY_ACTION
from gongkai.core.acts.models import Cover, Movement
from gongkai.core.acts.seal import verify_log
from gongkai.core.units.models import Body, Role
from journeys import Journey, lines_of, traced

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parent / "publication_journey.md"
APPS = ("content/reviewing", "content/editions")
MAX_MODULES, MAX_FILES, MAX_LINES, MAX_STATEMENTS = 80, 14, 1500, 51


def _callbacks() -> Iterator[CodeType]:
    """Return the functions that other apps register: gates, followers, indexes."""
    found: list[Callable[..., object]] = [
        *(gate.find_reasons for gate in GATES_BY_NAME.values()),
        *(react for reactions in REACTIONS_BY_ACTION.values() for react in reactions),
        *(index.derive for index in SHELF_INDEXES),
        *NEW_EDITION_HOOKS,
        *COMPANION_FINDERS,
        *ACTION_BARRIERS,
    ]
    for one in found:
        function = getattr(one, "__func__", one)
        if isinstance(code := getattr(function, "__code__", None), CodeType):
            yield code


INTRODUCTION = """\
Functions of `content/reviewing` and `content/editions` that the last signature executes, in the order of their first
call. Omitted: the view (`reviewing.views.signing`), the action mechanism (`core.acts`), the portal, which reads the
edition later, and callbacks of other apps:
"""


def _name_of(callback: Any) -> str:
    """Return the full name of a callback; "" for one that a test registered."""
    function = getattr(callback, "__func__", callback)
    in_package = function.__module__.startswith("gongkai.")
    return f"`{function.__module__.removeprefix('gongkai.')}.{function.__qualname__}`" if in_package else ""


def _list_omitted() -> Iterator[str]:
    """Yield the callbacks of other apps, a line for each registry."""
    callbacks: dict[str, Iterable[Any]] = {
        "gates": (gate.find_reasons for gate in GATES_BY_NAME.values()),
        "companions": COMPANION_FINDERS,
        "hooks of a new edition": NEW_EDITION_HOOKS,
        "search indexes": (index.derive for index in SHELF_INDEXES),
        "followers of `publishing.publish`": REACTIONS_BY_ACTION["publishing.publish"],
    }
    for registry, found in callbacks.items():
        yield f"- {registry}: {' · '.join(sorted(filter(None, map(_name_of, found))))}"


def _block(journey: Journey) -> str:
    read = journey.to_read(APPS)
    rows = [
        f"| `{module}` | {' · '.join(dict.fromkeys(f'`{one.co_qualname}`' for one in codes))} |"
        for module, codes in read.items()
    ]
    return "\n".join([INTRODUCTION, *_list_omitted(), "", "| module | functions |", "|---|---|", *rows, ""])


def _submit(unit: Body, column: Column, number: int) -> Review:
    return submitted(item(unit, [column], title=f"云岭市第{number}号规划", formed_on=timezone.localdate()))  # in time


def test_last_signature_journey_matches_its_page(
    housing: Body, plans: Column, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(
        gates, "GATES_BY_NAME", GATES_BY_NAME
    )  # those of all apps; other tests of this folder run without some
    reviews = [_submit(housing, plans, n) for n in range(2)]
    sign_all(reviews[0])  # fills the caches of the process
    sign_all(reviews[1], upto=1)
    by = actor(Role.LEAD, housing)
    sheet, before = read_whole(reviews[1], by), Movement.objects.latest("pk").pk
    with django_assert_max_num_queries(MAX_STATEMENTS), traced(_callbacks()) as journey:
        actions.approve(reviews[1], by=by, sheet=sheet)
    read = journey.to_read(APPS)
    wanted = _block(journey)
    if os.environ.get("GONGKAI_WRITE_JOURNEY"):
        PAGE.write_text(wanted)
    assert wanted == PAGE.read_text(), "run this file with GONGKAI_WRITE_JOURNEY=1"
    assert len(journey.modules) <= MAX_MODULES
    assert len(read) <= MAX_FILES
    assert lines_of(code for codes in read.values() for code in codes) <= MAX_LINES
    made = list(Movement.objects.filter(pk__gt=before).order_by("pk"))
    assert [one.action for one in made] == ["publishing.approve", "publishing.publish", "disclosure.publish"]
    covered = {cover.table for cover in Cover.objects.filter(movement=made[-1])}
    assert covered >= {"reviewing_review", "editions_document", "ledger_entry", "ledger_clockevent"}
    assert verify_log().ok
