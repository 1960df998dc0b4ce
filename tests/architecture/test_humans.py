"""Who acts is compared with who acted before in one place (`units.another_person`): a second login of the same human is no second person."""

import ast
from collections.abc import Iterator
from pathlib import Path

from architecture.floors import PACKAGE, app_path, tree_of

#: Where numbers of persons are compared for all others, and the pure rule of signers that is given registrations.
PLACE = {"units/another_person.py"}
#: Names under which actions, rules and views have who acts.
ACTORS = {"by", "actor", "who"}
NUMBERS = {"person_id", "user_id"}


def compared(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        if any(isinstance(side, ast.Constant) and side.value is None for side in sides):
            continue
        for part in (inner for side in sides for inner in ast.walk(side)):
            if isinstance(part, ast.Attribute) and part.attr in NUMBERS and _acts(part.value):
                yield node.lineno, ast.unparse(node)


def _acts(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id in ACTORS


def test_no_rule_compares_who_acts_by_number() -> None:
    found = {
        f"{app_path(path)}:{line}: {words}"
        for path in PACKAGE.rglob("*.py")
        if app_path(path).as_posix() not in PLACE and any(one in path.read_text() for one in NUMBERS)
        for line, words in compared(path)
    }
    assert not sorted(found), "ask units.humans: is_among (another person), is_self (oneself), is_own_login"


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    wrong = tmp_path / "rules.py"
    wrong.write_text("def rule(by, target):\n    return by.person_id in {target.author, 3} or by.user_id != 4\n")
    assert [line for line, _ in compared(wrong)] == [2, 2]
