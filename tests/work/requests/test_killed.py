"""An action on a request and its letter are both stored or neither if the process is killed; so are a payment and its clock (`make soak`)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.killing import MAX_KILLS, SOAK_MARKS, installation, run_kill_script

SCRIPT = Path(__file__).with_name("killed.py")
pytestmark = SOAK_MARKS


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    yield from installation(tmp_path_factory.mktemp("killed"))


@pytest.mark.parametrize("act", ["decide", "extend", "notify_fee", "take_payment"])
def test_kill_before_any_statement_or_around_commit_leaves_no_faults(act: str, place: dict[str, str]) -> None:
    said = run_kill_script(SCRIPT, place, act, str(MAX_KILLS))
    assert said["faults"] == []
    assert said["kills"] > said["statements"] > 1 if not MAX_KILLS else said["kills"] > 2


def test_decision_without_letter_is_detected(place: dict[str, str]) -> None:
    """Runs last, as it leaves inconsistent data."""
    assert run_kill_script(SCRIPT, place, "halved_decision", "10")["faults"]
