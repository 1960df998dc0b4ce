"""Limit the number of uses of `Any`: only libraries without types need it."""

import ast

from architecture.layers import PACKAGE, app_path, nodes_of, tree_of

#: Present number of uses. Lower it when a use is removed; never raise it.
MAX_USES = 63
ALTERNATIVES = (
    "`Any` is used more often than before. Use instead: a model or a library's own class; `object` for values that are only passed on or "
    "checked with isinstance; `Mapping[str, object]` read by `gongkai.lib.typed_json` for JSON and data of the log; "
    "`Unpack[FormFacts]` (`widgets.forms`) for the arguments of a form or a field; "
    "a TypedDict or a dataclass for structures of the app; nothing if the type is inferred."
)


def count_uses() -> dict[str, int]:
    """Return the number of uses of `Any` by file, without imports, including quoted annotations."""
    found: dict[str, int] = {}
    for path in PACKAGE.rglob("*.py"):
        if "migrations" in path.parts or "Any" not in path.read_text():
            continue
        nodes = nodes_of(tree_of(path))
        names = sum(one.id == "Any" for one in nodes.get(ast.Name, []))
        quoted = sum(_count_quoted(one) for one in (*nodes.get(ast.arg, []), *nodes.get(ast.AnnAssign, [])))
        quoted += sum(_count_in_annotation(one.returns) for one in nodes.get(ast.FunctionDef, []))
        if names + quoted:
            found[app_path(path).as_posix()] = names + quoted
    return found


def _count_quoted(one: ast.arg | ast.AnnAssign) -> int:
    return _count_in_annotation(one.annotation)


def _count_in_annotation(annotation: ast.expr | None) -> int:
    if annotation is None:
        return 0
    words = (one.value for one in ast.walk(annotation) if isinstance(one, ast.Constant))
    return sum(
        isinstance(node, ast.Name) and node.id == "Any"
        for one in words
        if isinstance(one, str) and "Any" in one
        for node in ast.walk(ast.parse(one, mode="eval"))
    )


def test_any_is_used_no_more_often_than_before() -> None:
    found = count_uses()
    dearest = sorted(found.items(), key=lambda one: -one[1])[:10]
    assert sum(found.values()) <= MAX_USES, (
        f"{sum(found.values())} uses instead of {MAX_USES}, most of them in {dearest}. {ALTERNATIVES}"
    )
