"""The floors of the house as pyproject.toml lists them: room → its height, the ground being the lowest."""

import ast
import tomllib
from functools import cache
from pathlib import Path, PurePosixPath
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


LAYERS = ("ops", "ui", "oversight", "work", "content", "core", "lib")


@cache
def heights() -> dict[str, int]:
    """Return app → its place in the order of the contracts, the lowest first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    orders = {
        one["containers"][0].removeprefix("gongkai."): one["layers"]
        for one in config["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
    }
    lines = [line for layer in orders["gongkai"] for line in orders[layer]]
    return {app.strip(): len(lines) - position for position, line in enumerate(lines) for app in line.split("|")}


def apps_with(pattern: str) -> list[Path]:
    """Return the files of all apps that match a pattern below the app's folder."""
    return sorted(PACKAGE.glob(f"*/*/{pattern}"))


def app_path(path: Path) -> PurePosixPath:
    """Return the path of a file without the folder of its layer: `ledger/jobs/daily.py`."""
    parts = path.relative_to(PACKAGE).parts
    return PurePosixPath(*(parts[1:] if parts[0] in LAYERS and len(parts) > 2 else parts))


def room_of(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "gongkai" or len(parts) < 2:
        return None
    if parts[1] in LAYERS:
        return parts[2] if len(parts) > 2 else None
    return parts[1]


def may_know(room: str, other: str) -> bool:
    """Whether a room may use another: itself, or one on a lower floor."""
    floors = heights()
    return room == other or floors[other] < floors[room]
