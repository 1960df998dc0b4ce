"""The floors of the house as pyproject.toml lists them: room → its height, the ground being the lowest."""

import ast
import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "gongkai"


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the tree of a source file; each is read once for all tests that ask."""
    return ast.parse(path.read_text())


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
