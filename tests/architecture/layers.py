"""Apps in the order of their layers, as pyproject.toml lists them, and parsed source files."""

import ast
import tomllib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "gongkai"


@cache
def tree_of(path: Path) -> ast.Module:
    """Parse a source file, once for all tests."""
    return ast.parse(path.read_text())


@cache
def nodes_of(tree: ast.Module) -> dict[type[ast.AST], list[Any]]:
    """Return the nodes of a tree by type; each tree is walked once for all tests."""
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
def get_app_positions() -> dict[str, int]:
    """Return the position of each app in the order of the import contracts, the lowest first."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text())
    orders = {
        one["containers"][0].removeprefix("gongkai."): one["layers"]
        for one in config["tool"]["importlinter"]["contracts"]
        if one["type"] == "layers"
    }
    lines = [line for layer in orders["gongkai"] for line in orders[layer]]
    return {app.strip(): len(lines) - position for position, line in enumerate(lines) for app in line.split("|")}


def list_app_files(pattern: str) -> list[Path]:
    """Return the files of all apps that match a pattern below the app's folder."""
    return sorted(PACKAGE.glob(f"*/*/{pattern}"))


def app_path(path: Path) -> PurePosixPath:
    """Return the path of a file without the folder of its layer: `ledger/jobs/daily.py`."""
    parts = path.relative_to(PACKAGE).parts
    return PurePosixPath(*(parts[1:] if parts[0] in LAYERS and len(parts) > 2 else parts))


def get_app_of_module(module: str) -> str | None:
    parts = module.split(".")
    if parts[0] != "gongkai" or len(parts) < 2:
        return None
    if parts[1] in LAYERS:
        return parts[2] if len(parts) > 2 else None
    return parts[1]


def may_depend_on(app: str, other: str) -> bool:
    """Return true if an app may depend on another: itself or a lower one."""
    positions = get_app_positions()
    return app == other or positions[other] < positions[app]
