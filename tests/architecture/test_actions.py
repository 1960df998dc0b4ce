"""Every change of state is an action with a rule, words and a test; nobody else writes states."""

import ast
import re
from functools import cache

from django.urls import get_resolver

from architecture.floors import PACKAGE, ROOT, app_path
from gongkai.core.acts.action import ACTIONS_BY_NAME

_ = get_resolver().url_patterns  # some rooms' actions are imported by their pages alone
ACTIONS = sorted(ACTIONS_BY_NAME)


@cache
def written() -> str:
    """Return all tests of the rooms, in one text; read where they are asked for, since every worker reads this module."""
    aside = {"architecture", "factories"}
    return "\n".join(p.read_text() for p in (ROOT / "tests").rglob("*.py") if not aside & set(p.parts))


def test_there_are_actions() -> None:
    assert len(ACTIONS) > 20


def test_an_action_has_words_a_rule_and_a_source() -> None:
    assert [name for name in ACTIONS if not re.search("[一-鿿]", ACTIONS_BY_NAME[name].label)] == []
    assert [name for name in ACTIONS if not callable(ACTIONS_BY_NAME[name].rule)] == []
    assert [name for name in ACTIONS if not (ACTIONS_BY_NAME[name].function.__doc__ or "").strip()] == []


def test_an_action_is_tested() -> None:
    tests = written()
    words = set(re.findall(r"\w+", tests))
    untested = [name for name in ACTIONS if ACTIONS_BY_NAME[name].function.__name__ not in words and name not in tests]
    assert untested == [], "no test calls these"


def test_no_room_sets_a_state_by_itself() -> None:
    """`.state = ` on entries stands only where the machine is applied."""
    allowed = {"ledger/entry_action.py"}
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        name = str(app_path(path))
        if name in allowed or "migrations" in path.parts:
            continue
        if re.search(r"\bentry\.state\s*=[^=]", path.read_text()):
            wrong.append(name)
    assert not wrong


def test_the_log_is_asked_for_actions_that_there_are() -> None:
    """A name that no action has finds nothing, and a rule that asks by it forbids nothing."""
    asked: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts or "filter(" not in (text := path.read_text()):
            continue
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"filter", "exclude", "get"}:
                given = [word.value for word in call.keywords if word.arg in {"action", "action__in"}]
                ones = [one for value in given for one in getattr(value, "elts", [value])]
                names = [one.value for one in ones if isinstance(one, ast.Constant)]
                asked |= dict.fromkeys(names, str(app_path(path)))
    assert len(asked) > 20
    assert {name: where for name, where in asked.items() if name not in ACTIONS_BY_NAME} == {}
