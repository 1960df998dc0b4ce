"""The floors of the house as pyproject.toml lists them: room → its height, the ground being the lowest."""

import ast
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "gongkai"


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the tree of a source file; each is read once for all tests that ask."""
    return ast.parse(path.read_text())


@cache
def nodes_of(tree: ast.Module) -> dict[type[ast.AST], list[Any]]:
    """Return kind → the nodes of a tree that are of it: a tree is walked once for all tests that ask."""
    found: dict[type[ast.AST], list[Any]] = {}
    todo: list[Any] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, list):
            todo += node
        elif isinstance(node, ast.AST) and not isinstance(node, ast.expr_context):
            found.setdefault(type(node), []).append(node)
            todo += [getattr(node, name, None) for name in node._fields]
    return found


@cache
def heights() -> dict[str, int]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = config["tool"]["importlinter"]["contracts"][0]["layers"]
    return {
        room.strip(): len(layers) - position
        for position, line in enumerate(layers)
        for room in line.split("|")
    }


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "gongkai" and len(parts) > 1 else None


def may_know(room: str, other: str) -> bool:
    """Whether a room may use another: itself, or one on a lower floor."""
    floors = heights()
    return room == other or floors[other] < floors[room]
