"""A killed publishing action leaves nothing partial, and reported work is stored (`make soak`; SQLite and PostgreSQL)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.killing import MAX_KILLS, SOAK_MARKS, installation, run_kill_script

SCRIPT = Path(__file__).with_name("killed.py")
SECONDS = os.environ.get("GONGKAI_SOAK_SECONDS", "60")
pytestmark = SOAK_MARKS


@pytest.fixture(scope="module")
def installation_paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    yield from installation(tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("act", ["publish", "replace", "withdraw", "restore", "schedule", "erase", "submit", "attach"])
def test_kill_before_a_statement_or_around_commit_leaves_nothing(act: str, installation_paths: dict[str, str]) -> None:
    said = run_kill_script(SCRIPT, installation_paths, act, str(MAX_KILLS))
    assert said["faults"] == []
    assert said["statements"] > 1
    assert said["kills"] > said["statements"] if not MAX_KILLS else said["kills"] > 2


def test_kill_at_random_times_loses_nothing(installation_paths: dict[str, str]) -> None:
    said = run_kill_script(SCRIPT, installation_paths, "any_time", SECONDS)
    assert said["faults"] == []
    assert said["done"]


def test_action_in_two_transactions_is_detected(installation_paths: dict[str, str]) -> None:
    """Runs last, because it leaves broken data on purpose."""
    assert run_kill_script(SCRIPT, installation_paths, "halved", "10")["faults"]
