"""Killed at any moment, no act of publishing is ever there by half; what was said to be done is there (`make soak`; SQLite and PostgreSQL)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.killing import MARKS, MOST, installation, run

SCRIPT = Path(__file__).with_name("killed.py")
SECONDS = os.environ.get("GONGKAI_SOAK_SECONDS", "60")
pytestmark = MARKS


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    yield from installation(tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("act", ["publish", "replace", "withdraw", "restore", "schedule", "erase", "submit", "attach"])
def test_killed_before_any_statement_or_around_its_commit(act: str, place: dict[str, str]) -> None:
    said = run(SCRIPT, place, act, str(MOST))
    assert said["faults"] == []
    assert said["statements"] > 1
    assert said["kills"] > said["statements"] if not MOST else said["kills"] > 2


def test_killed_at_random_times(place: dict[str, str]) -> None:
    said = run(SCRIPT, place, "any_time", SECONDS)
    assert said["faults"] == []
    assert said["done"]


def test_an_act_in_two_halves_would_be_found(place: dict[str, str]) -> None:
    """Last: what it leaves is broken on purpose."""
    assert run(SCRIPT, place, "halved", "10")["faults"]
