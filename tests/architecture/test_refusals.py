"""Every refusal in the code says what to do next, in its own text or by its kind (`acts.next_steps`)."""

import ast
from collections.abc import Iterator

from architecture.layers import PACKAGE, app_path, nodes_of, tree_of
from gongkai.core.acts.next_steps import names_next_step, with_next_step

#: Replaces interpolated values.
PLACEHOLDER = "□"


def get_literal_text(node: ast.expr) -> str | None:
    """Return the literal text of an expression, or None if it is computed elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else PLACEHOLDER for part in node.values)
    return None


def find_refusals() -> Iterator[tuple[str, str]]:
    """Yield the place of each raised refusal and its text."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if {"migrations", "demo"} & set(path.parts):
            continue
        for call in nodes_of(tree_of(path)).get(ast.Call, []):
            named = getattr(call.func, "id", "") == "Refused" and call.args
            if named and (words := get_literal_text(call.args[0])):
                yield f"{app_path(path)}:{call.lineno}", words


def test_each_refusal_names_the_next_step() -> None:
    found = list(find_refusals())
    assert len(found) > 500, "too few were found"
    # A text that ends with an interpolated value passes on a reason that is written elsewhere.
    own = [(where, words) for where, words in found if not words.rstrip("。").endswith(PLACEHOLDER)]
    silent = [f"{where}: {words}" for where, words in own if not names_next_step(with_next_step(words))]
    assert not silent, "\n".join(silent)


#: Decorators of actions that a page offers on an entry unless `why_not` returns reasons.
ENTRY_DECORATORS = {"entry_act", "entry_action", "share_action", "shared_action"}
#: Rules of actions that only the system performs: they are never offered.
SYSTEM_RULES = {"check_system", "list_reasons_unless_system", "_list_reasons_unless_system"}


def names_in(node: ast.AST) -> set[str]:
    """Return the names of variables in a syntax tree."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def is_offered_on_entries(function: ast.FunctionDef) -> bool:
    """Return true for an action on an entry that is open to persons."""
    calls = [one for one in function.decorator_list if isinstance(one, ast.Call)]
    made = [one for one in calls if getattr(one.func, "id", "") in ENTRY_DECORATORS]
    return bool(made) and not any(names_in(one) & SYSTEM_RULES for one in made)


def find_known_refusals(function: ast.FunctionDef) -> Iterator[int]:
    """Yield the lines where an action refuses because of its target alone, whatever its form contains."""
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
                return  # it stores its arguments: later reasons depend on them
            targets = step.targets if isinstance(step, ast.Assign) else [step]
            asked |= {name for one in targets for name in names_in(one)}


def test_offered_entry_action_is_not_refused_for_known_reasons() -> None:
    """A reason that no form can remove belongs in the rule or in `ready`, which decide whether a page offers the action."""
    looked, late = 0, []
    for path in sorted(PACKAGE.rglob("*.py")):
        for function in filter(is_offered_on_entries, nodes_of(tree_of(path)).get(ast.FunctionDef, [])):
            looked += 1
            late += [f"{app_path(path)}:{line}: {function.name}" for line in find_known_refusals(function)]
    assert looked > 150, "too few were found"
    assert not late, "\n".join(late)
