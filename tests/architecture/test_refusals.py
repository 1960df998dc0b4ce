"""Every refusal that the code writes says what to do next: in its own words, or by its sort (`acts.next_steps`)."""

import ast
from collections.abc import Iterator

from architecture.floors import PACKAGE, app_path, nodes_of, tree_of
from gongkai.core.acts.next_steps import names_next_step, with_next_step

#: Stands for what is put in when it is raised.
PLACE = "□"


def words_of(node: ast.expr) -> str | None:
    """Return the words of a text as it is written; None for what is put together elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else PLACE for part in node.values)
    return None


def refusals() -> Iterator[tuple[str, str]]:
    """Yield where a refusal is raised, and its words."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if {"migrations", "demo"} & set(path.parts):
            continue
        for call in nodes_of(tree_of(path)).get(ast.Call, []):
            named = getattr(call.func, "id", "") == "Refused" and call.args
            if named and (words := words_of(call.args[0])):
                yield f"{app_path(path)}:{call.lineno}", words


def test_every_refusal_names_the_next_step() -> None:
    found = list(refusals())
    assert len(found) > 500, "they are found at all"
    # What ends with something put in passes on a reason that was written elsewhere.
    own = [(where, words) for where, words in found if not words.rstrip("。").endswith(PLACE)]
    silent = [f"{where}: {words}" for where, words in own if not names_next_step(with_next_step(words))]
    assert not silent, "\n".join(silent)


#: Decorators of actions that a page offers on an entry unless `why_not` has reasons against them.
ENTRY_DECORATORS = {"entry_act", "entry_action", "share_action", "shared_action"}
#: Rules of actions that no person may do: they are never offered.
SYSTEM_RULES = {"check_system", "list_reasons_unless_system", "_list_reasons_unless_system"}


def names_in(node: ast.AST) -> set[str]:
    """Return the variables that a piece of code names."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def is_offered_on_entries(function: ast.FunctionDef) -> bool:
    """Return true for an action on an entry that persons may do."""
    calls = [one for one in function.decorator_list if isinstance(one, ast.Call)]
    made = [one for one in calls if getattr(one.func, "id", "") in ENTRY_DECORATORS]
    return bool(made) and not any(names_in(one) & SYSTEM_RULES for one in made)


def find_known_refusals(function: ast.FunctionDef) -> Iterator[int]:
    """Yield lines where an action refuses by its target alone, whatever its form asks for."""
    arguments = function.args
    asked = {one.arg for one in [*arguments.args[1:], *arguments.kwonlyargs]} - {"by"}
    for step in function.body:
        if isinstance(step, ast.If):
            either = isinstance(step.test, ast.BoolOp) and isinstance(step.test.op, ast.Or)
            conditions = step.test.values if either else [step.test]  # type: ignore[attr-defined]
            refuses = any(isinstance(one, ast.Raise) and "Refused" in names_in(one) for one in step.body)
            if refuses and any(asked.isdisjoint(names_in(one)) for one in conditions):
                yield step.lineno
        elif names_in(step) & asked:
            if isinstance(step, ast.Expr):
                return  # it stores what was given: later reasons depend on that
            targets = step.targets if isinstance(step, ast.Assign) else [step]
            asked |= {name for one in targets for name in names_in(one)}


def test_no_entry_action_refuses_for_what_was_known_when_it_was_offered() -> None:
    """A reason that no form can remove belongs in the rule or in `ready`, which decide what a page offers."""
    looked, late = 0, []
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in filter(is_offered_on_entries, nodes_of(tree_of(path)).get(ast.FunctionDef, [])):
            looked += 1
            late += [f"{app_path(path)}:{line}: {function.name}" for line in find_known_refusals(function)]
    assert looked > 150, "they are found at all"
    assert not late, "\n".join(late)
