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
