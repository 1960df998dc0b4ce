"""What the next packages carry: what the public has now, held against what the other side has. Reads only, from one moment's state."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import connection

from gongkai.moving.packages import documents, places
from gongkai.moving.packages.documents import Selection
from gongkai.publishing.parts import PARTS, PartRow

#: Parts whose rows stay on the other side for good: editions are insert-only, and documents, units and sites hold them.
LASTING = {"bodies", "websites", "documents"}


@dataclass(frozen=True)
class Op:
    """One row to write (`row`) or to take away."""

    part: str
    key: str
    digest: str
    row: PartRow | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the line that a package holds of it."""
        if self.row is None:
            return {"part": self.part, "key": self.key, "op": "drop"}
        return {
            "part": self.part,
            "key": self.key,
            "op": "put",
            "digest": self.digest,
            "data": self.row.load(),
        }


@dataclass
class Group:
    """Rows that belong together: they go in one package, or the public would see half of it. `files` come along."""

    ops: list[Op] = field(default_factory=list)
    files: list[tuple[str, int]] = field(default_factory=list)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it stands at one moment, without keeping anybody from writing; inside a transaction it is that one's view."""
    if connection.in_atomic_block:
        yield
        return
    sql = resources.files("gongkai.moving").joinpath(f"sql/snapshot.{connection.vendor}.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute(sql)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")


def groups(
    now: datetime, carried: dict[str, dict[str, str]], *, limited: bool, whole: bool
) -> Iterator[Group]:
    """Return what is to be carried, in order: places first, then documents one by one, then other rooms' tables, then what goes away.

    Args:
        now: the moment of the export.
        carried: what the other side has.
        limited: whether limited items go along.
        whole: carry everything again, as if the other side had nothing.
    """
    chosen = documents.select(now, carried, limited=limited, whole=whole)
    there = {} if whole else carried
    first = Group()
    gone: list[Op] = []
    for place in (places.BODIES, places.WEBSITES, places.COLUMNS):
        first.ops += _named(place.name, place.rows(chosen.shown), there, carried, gone)
    yield first
    yield from _documents(chosen, there, carried, gone)
    last = Group()
    last.ops += _named("successors", documents.successor_rows(chosen), there, carried, gone)
    for part in sorted(PARTS.values(), key=lambda one: one.position):
        last.ops += _named(part.name, part.rows(chosen.shown), there, carried, gone)
    last.ops += reversed(gone)
    yield last


def _named(
    name: str,
    rows: Iterator[PartRow],
    there: dict[str, dict[str, str]],
    carried: dict[str, dict[str, str]],
    gone: list[Op],
) -> list[Op]:
    """Return the rows of a part that changed; those that are no more go onto `gone`."""
    has, seen, found = there.get(name, {}), set(), []
    for row in rows:
        seen.add(row.key)
        if has.get(row.key) != row.digest:
            found.append(Op(name, row.key, row.digest, row))
    if name not in LASTING:
        gone += [Op(name, key, "") for key in sorted(carried.get(name, {})) if key not in seen]
    return found


def _documents(
    chosen: Selection, there: dict[str, dict[str, str]], carried: dict[str, dict[str, str]], gone: list[Op]
) -> Iterator[Group]:
    """Return a group for each document of which something changed: itself, its new texts, the files they are the first to carry."""
    texts: dict[int, list[Op]] = {}
    for op in _named("texts", documents.text_rows(chosen), there, carried, gone):
        texts.setdefault(chosen.texts[int(op.key)][0], []).append(op)
    files = {op.key: op for op in _named("files", documents.file_rows(chosen), there, carried, gone)}
    has = there.get("documents", {})
    for row in documents.document_rows(chosen):
        number = int(row.key)
        needed = [mark for pk in chosen.parts[number].texts for mark in chosen.carries.get(pk, [])]
        ops = [files.pop(mark) for mark in dict.fromkeys(needed) if mark in files]
        group = Group(ops, [(op.key, int(op.row.load()["size"])) for op in ops if op.row])
        if has.get(row.key) != row.digest:
            group.ops.append(Op("documents", row.key, row.digest, row))
        group.ops += texts.get(number, [])
        if group.ops:
            yield group
