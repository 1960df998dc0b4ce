"""Only `units.another_person` compares actors by id: two accounts of a human are not two persons."""

import ast
from collections.abc import Iterator
from pathlib import Path

from architecture.layers import PACKAGE, app_path, tree_of

#: The module that compares person ids for all others.
ALLOWED_MODULES = {"units/another_person.py"}
#: Names of the actor in actions, rules and views.
ACTOR_NAMES = {"by", "actor", "who"}
ID_FIELDS = {"person_id", "user_id"}


def find_comparisons(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Constant) and side.value is None for side in sides):
            continue
        for part in (inner for side in sides for inner in ast.walk(side)):
            if isinstance(part, ast.Attribute) and part.attr in ID_FIELDS and _is_actor(part.value):
                yield node.lineno, ast.unparse(node)


def _is_actor(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ACTOR_NAMES


def test_actors_are_not_compared_by_id() -> None:
    found = {
        f"{app_path(path)}:{line}: {words}"
        for path in PACKAGE.rglob("*.py")
        if app_path(path).as_posix() not in ALLOWED_MODULES and any(one in path.read_text() for one in ID_FIELDS)
        for line, words in find_comparisons(path)
    }
    assert not sorted(found), "use units.another_person: is_among (another person), is_self (oneself), is_own_login"


def test_comparison_by_id_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "rules.py"
    wrong.write_text("def rule(by, target):\n    return by.person_id in {target.author, 3} or by.user_id != 4\n")
    assert [line for line, _ in find_comparisons(wrong)] == [2, 2]
