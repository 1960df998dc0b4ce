"""Every change of state is an action with a rule, words and a test; nobody else writes states."""

import re
from pathlib import Path

import pytest

from architecture.floors import PACKAGE, ROOT
from gongkai.acts.action import REGISTRY

ACTIONS = sorted(REGISTRY)
TESTS = "\n".join(
    p.read_text()
    for p in (ROOT / "tests").rglob("*.py")
    if "architecture" not in p.parts and "factories" not in p.parts
)
WORDS = set(re.findall(r"\w+", TESTS))


def test_there_are_actions() -> None:
    assert len(ACTIONS) > 20


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_has_words_a_rule_and_a_source(name: str) -> None:
    made = REGISTRY[name]
    assert re.search("[一-鿿]", made.label)
    assert callable(made.rule)
    assert (made.function.__doc__ or "").strip()


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_is_tested(name: str) -> None:
    verb = REGISTRY[name].function.__name__
    assert verb in WORDS or name in TESTS, f"no test calls {name}"


def test_no_room_sets_a_state_by_itself() -> None:
    """`.state = ` on entries stands only where the machine is applied."""
    allowed = {"ledger/entry_action.py"}
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        name = str(path.relative_to(PACKAGE))
        if name in allowed or "migrations" in path.parts:
            continue
        if re.search(r"\bentry\.state\s*=[^=]", path.read_text()):
            wrong.append(name)
    assert not wrong


def test_the_list_of_test_files_is_not_empty() -> None:
    assert len(TESTS) > 1000
    assert Path(ROOT / "tests").is_dir()
