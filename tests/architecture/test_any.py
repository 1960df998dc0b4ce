"""`Any` switches the types off where it stands: it is for what a library without types gives, and grows no more."""

import ast

from architecture.floors import PACKAGE, app_path, nodes_of, tree_of

#: So often it is written now. Lower this with every one that goes; nothing raises it.
MOST = 63
INSTEAD = (
    "`Any` is written more often than before. Say what it is instead: a model or a library's own class; `object` for what is only handed on or "
    "looked at with isinstance; `Mapping[str, object]` read by `gongkai.lib.typed_json` for JSON and facts of the log; "
    "`Unpack[FormFacts]` (`widgets.forms`) for what a form or a field is made with; "
    "a TypedDict or a dataclass for what this room writes itself; nothing where the type is inferred."
)


def uses() -> dict[str, int]:
    """Return file → how often `Any` is written in it, imports aside, also within annotations in quotes."""
    found: dict[str, int] = {}
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts or "Any" not in path.read_text():
            continue
        nodes = nodes_of(tree_of(path))
        names = sum(one.id == "Any" for one in nodes.get(ast.Name, []))
        quoted = sum(_in_quotes(one) for one in (*nodes.get(ast.arg, []), *nodes.get(ast.AnnAssign, [])))
        quoted += sum(_said(one.returns) for one in nodes.get(ast.FunctionDef, []))
        if names + quoted:
            found[app_path(path).as_posix()] = names + quoted
    return found


def _in_quotes(one: ast.arg | ast.AnnAssign) -> int:
    return _said(one.annotation)


def _said(annotation: ast.expr | None) -> int:
    if annotation is None:
        return 0
    words = (one.value for one in ast.walk(annotation) if isinstance(one, ast.Constant))
    return sum(
        isinstance(node, ast.Name) and node.id == "Any"
        for one in words
        if isinstance(one, str) and "Any" in one
        for node in ast.walk(ast.parse(one, mode="eval"))
    )


def test_any_is_written_no_more_often_than_before() -> None:
    found = uses()
    dearest = sorted(found.items(), key=lambda one: -one[1])[:10]
    assert sum(found.values()) <= MOST, f"{sum(found.values())} instead of {MOST}, most of them in {dearest}. {INSTEAD}"
