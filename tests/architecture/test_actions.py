"""Every change of state is an action with a label, a rule, a docstring and a test; only `entry_action` assigns states."""

import ast
import inspect
import re
from functools import cache
from importlib import import_module
from typing import Any

from django.urls import get_resolver

from architecture.layers import PACKAGE, ROOT, app_path, nodes_of, tree_of
from gongkai.core.acts.action import ACTIONS_BY_NAME, AnyAction
from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
from gongkai.core.ledger.past_records import PAST_ACTIONS

_ = get_resolver().url_patterns  # the actions of some apps are imported only by their views
#: Actions of the program. Tests that were collected before may have registered others.
ACTIONS = sorted(name for name, one in ACTIONS_BY_NAME.items() if one.function.__module__.startswith("gongkai."))

#: Moves without a button on the entry's page, by kind: jobs, other actions or forms of other pages perform them.
MOVES_WITHOUT_BUTTON = {
    "annual_report": "confirm draft drop explain fill review_ended was_published write",
    "assignment": "amend catch_up next_period reschedule restore tick_sent",
    "budget_duty": "find postpone",
    "cleanup": "cancel finish",
    "decision": "answered evaluated opened published",
    "decision_feedback": "ceased published",
    "delegated": "draw_in",
    "disclosure": "correct drop publish resume retitle take_down withhold",
    "fault": "rate",
    "inner": "amend catch_up next_period reschedule restore tick_sent",
    "inner_lapse": "revive settle",
    "inquiry": "rate settle",
    "interpretation": "interpret end",
    "lapse": "revive settle",
    "opinion": "published",
    "opinion_duty": "begin_again met",
    "press_plan": "reopen",
    "promise": "published",
    "self_assessment": "claim lapse",
    "support": "draw_in",
    "trial": "reopen",  # the kind of other tests
    "upload": "postpone reopen settle",
    "upward": "cancel resume",
    "validity": "reopen settle",
}


#: Actions whose rule does not check the actor, with the reason.
ACTIONS_WITHOUT_ACTOR_CHECK = {
    "firms.subscribe firms.confirm firms.leave": "the public, with the link in a mail",
    "portal.subscribe portal.confirm_subscription portal.unsubscribe": "the public, with the link in a mail",
    "platform.report_fault participation.reply_survey intake.hold_form": "public forms",
    "intake.register_party intake.issue_code": "a step of a registration, which has a rule itself",
    "ledger.record_past": "checks the rule of the action that it records",
}


@cache
def read_all_tests() -> str:
    """Return the source of all tests except architecture and factories. It is read when first needed: every worker imports this module."""
    aside = {"architecture", "factories"}
    return "\n".join(p.read_text() for p in (ROOT / "tests").rglob("*.py") if not aside & set(p.parts))


def test_registered_actions_are_found() -> None:
    assert len(ACTIONS) > 20


def test_each_action_has_chinese_label_rule_and_docstring() -> None:
    assert [name for name in ACTIONS if not re.search("[一-鿿]", ACTIONS_BY_NAME[name].label)] == []
    assert [name for name in ACTIONS if not callable(ACTIONS_BY_NAME[name].rule)] == []
    assert [name for name in ACTIONS if not (ACTIONS_BY_NAME[name].function.__doc__ or "").strip()] == []


def _allows_missing_actor(action: AnyAction) -> bool:
    no_actor: Any = None
    try:
        return action.rule(no_actor, no_actor) == []
    except (AttributeError, TypeError, AssertionError, RuntimeError):  # it reads the actor or the rows
        return False


def test_action_rules_check_the_actor() -> None:
    known = {name for names in ACTIONS_WITHOUT_ACTOR_CHECK for name in names.split()}
    assert {name for name in ACTIONS if _allows_missing_actor(ACTIONS_BY_NAME[name])} == known


def test_actions_on_past_records_take_past_proof() -> None:
    functions = {name: ACTIONS_BY_NAME[name].function for name in PAST_ACTIONS}
    assert len(functions) > 20
    assert [
        name
        for name, function in functions.items()
        if "past_proof" not in inspect.signature(function, follow_wrapped=False).parameters
    ] == []


def test_each_action_is_named_in_a_test() -> None:
    tests = read_all_tests()
    words = set(re.findall(r"\w+", tests))
    untested = [
        name
        for name in ACTIONS
        if ACTIONS_BY_NAME[name].function.__name__ not in words
        and name not in tests
        and (not name.startswith("request.") or f'"{name.partition(".")[2]}"' not in tests)  # `do(entry, "extend")`
    ]
    assert untested == [], "no test calls these"


def test_each_move_has_a_button_or_is_listed() -> None:
    """An action missing in `EntryKind.actions` cannot be reached from its entry."""
    for kind in ENTRY_KINDS_BY_NAME.values():
        assert set(kind.actions) <= ACTIONS_BY_NAME.keys(), kind.name
        hidden = set(kind.machine.moves) - {name.split(".", 1)[1] for name in kind.actions}
        assert hidden == set(MOVES_WITHOUT_BUTTON.get(kind.name, "").split()), kind.name


def test_only_entry_action_assigns_entry_state() -> None:
    """Only `ledger/entry_action.py` contains `entry.state = …`."""
    allowed = {"ledger/entry_action.py"}
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        name = str(app_path(path))
        if name in allowed or "migrations" in path.parts:
            continue
        if re.search(r"\bentry\.state\s*=[^=]", path.read_text()):
            wrong.append(name)
    assert not wrong


def test_log_queries_name_existing_actions() -> None:
    """A query with an unknown name finds no records, and a rule built on it forbids nothing."""
    asked: dict[str, str] = {}
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for call in nodes_of(tree_of(path)).get(ast.Call, []):
            if getattr(call.func, "attr", "") in {"filter", "exclude", "get"}:
                given = [word.value for word in call.keywords if word.arg in {"action", "action__in"}]
                ones = [one for value in given for one in getattr(value, "elts", [value])]
                names = [one.value for one in ones if isinstance(one, ast.Constant)]
                asked |= dict.fromkeys(names, str(app_path(path)))
    assert len(asked) > 20
    assert {name: where for name, where in asked.items() if name not in ACTIONS_BY_NAME} == {}


def test_action_packages_hide_no_module_or_action():
    """`actions/__init__.py` re-exports all names of its modules: it lists modules, not actions."""
    for folder in sorted(PACKAGE.glob("*/*/actions")):
        package = import_module(".".join(("gongkai", *folder.relative_to(PACKAGE).parts)))
        for path in folder.glob("[a-z]*.py"):
            module = import_module(f"{package.__name__}.{path.stem}")
            assert getattr(package, path.stem) is module, path
            for name, one in vars(module).items():
                if getattr(getattr(one, "function", None), "__module__", "") == module.__name__:
                    assert getattr(package, name, one) is one, f"{path}: a name imported by another module hides {name}"
