"""Refuse migrations that take long locks, break running code or cannot be reverted: `python tools/migrations.py` (`make check`).

Checks every migration of this project that is not in the baseline (tools/migrations.txt, the migrations of released
versions); `--mark` rewrites the baseline at a release. No database is used. docs/schema.md explains how to make a
change that is refused here.
"""

import os
import pathlib
import re
import sys
import tempfile
from collections.abc import Collection, Iterator
from typing import Any

BASELINE = pathlib.Path(__file__).with_suffix(".txt")
#: Tables that grow with work or readers: a lock there is noticed.
GROWING_TABLES = frozenset(
    [
        "acts.movement",
        "acts.movementwords",
        "outbox.message",
        "outbox.letter",
        "ledger.entry",
        "ledger.clockevent",
        "ledger.told",
        "ledger.evidence",
        "editions.document",
        "editions.edition",
        "editions.editioncontent",
        "editions.placement",
        "editions.shelf",
        "editions.address",
        "search.searchrow",
        "policies.use",
        "reviewing.shown",
        "reviewing.signature",
        "checks.checkresult",
        "checks.look",
        "publishing.itempage",
        "files.storedfile",
        "mirror.leaf",
        "migration.moverow",
        "signin.operation",
        "intake.party",
    ]
)
_DROPS = re.compile(
    r"\bDROP\s+(?:COLUMN|TABLE)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b|\bALTER\s+COLUMN\s+\S+\s+(?:SET\s+DATA\s+)?TYPE\b",
    re.I,
)
_LOCKS = re.compile(r"\b(?:CREATE\s+(?:UNIQUE\s+)?|DROP\s+)INDEX\b(?!\s+CONCURRENTLY)", re.I)


class MigrationCheck:
    """A check of one migration, operation by operation, with the tables' state before each."""

    def __init__(self, migration: Any, state: Any, connection: Any) -> None:
        self.migration, self.state, self.connection = migration, state, connection
        self.app: str = migration.app_label
        self.made: set[str] = set()
        #: Reason why no running code uses the removed column or table: `contracts = "0.4: nothing has read it since 0.3"` in the migration.
        self.contracts = str(getattr(migration, "contracts", "")).strip()

    def faults(self) -> list[str]:
        """Return the reasons for refusal, in the order of the operations."""
        flat = list(_flat(self.migration.operations))
        found = []
        for operation, in_database, in_state in flat:
            if in_database:
                found += list(self.of(operation))
            if in_state:
                operation.state_forwards(self.app, self.state)
        moving = [_moves_data(one) for one, in_database, _ in flat if in_database]
        if any(moving) and not all(moving):
            found.append("data and tables in one migration: rows stay locked until both are done; make two")
        return found

    def of(self, operation: Any) -> Iterator[str]:
        """Yield the reasons against one operation."""
        name = type(operation).__name__
        if handler := getattr(self, f"of_{name.lower()}", None):
            yield from handler(operation)
        elif name in {"RenameModel", "RenameField", "AlterModelTable"}:
            yield f"{name}: running code knows the old name; add the new one, copy, contract later"
        elif name in {"AddIndexConcurrently", "RemoveIndexConcurrently"}:
            yield f"{name}: SQLite has none; use gongkai.core.acts.index_operations"
        elif name in {"AddIndexQuietly", "RemoveIndexQuietly"} and self.migration.atomic:
            yield f"{name}: needs atomic = False, in a migration of its own"
        elif name in {
            "AlterUniqueTogether",
            "AlterIndexTogether",
            "AddConstraint",
            "AddIndex",
            "RemoveIndex",
        } and self._long(getattr(operation, "model_name", None) or getattr(operation, "name", "")):
            yield f"{name}: locks a long table while it is built; use gongkai.core.acts.index_operations (a constraint: NOT VALID first, then validated)"

    def of_createmodel(self, operation: Any) -> Iterator[str]:
        """Check a new table, to which no running code writes yet."""
        self.made.add(self._label(operation.name))
        yield from ()

    def of_removefield(self, operation: Any) -> Iterator[str]:
        if not self.contracts:
            yield f"RemoveField {operation.model_name}.{operation.name}: running code still asks for it; {CONTRACT_ADVICE}"

    def of_deletemodel(self, operation: Any) -> Iterator[str]:
        if not self.contracts:
            yield f"DeleteModel {operation.name}: running code still asks for it; {CONTRACT_ADVICE}"

    def of_addfield(self, operation: Any) -> Iterator[str]:
        field, label = operation.field, self._label(operation.model_name)
        if label in self.made or field.many_to_many:
            return
        named = f"AddField {operation.model_name}.{operation.name}"
        if not field.null and not field.has_db_default() and not getattr(field, "generated", False):
            yield f"{named}: NOT NULL without a default in the database (db_default): running code cannot insert"
        if self._is_sealed(operation) and operation.name not in self._sealed_if_set(operation):
            yield f"{named}: seals from before it would not hold; name it in the model's SEALED_IF_SET"
        if label in GROWING_TABLES and (field.unique or field.db_index):
            yield f"{named}: its index locks a long table; db_index=False, then AddIndexQuietly"

    def _is_sealed(self, operation: Any) -> bool:
        from gongkai.core.acts.insert_only import INSERT_ONLY_TABLES

        return operation.model_name.lower() in {name.lower() for app, name in INSERT_ONLY_TABLES if app == self.app}

    def _sealed_if_set(self, operation: Any) -> Collection[str]:
        from django.apps import apps

        return getattr(apps.get_model(self.app, operation.model_name), "SEALED_IF_SET", ())

    def of_alterfield(self, operation: Any) -> Iterator[str]:
        label = self._label(operation.model_name)
        if label in self.made:
            return
        named = f"AlterField {operation.model_name}.{operation.name}"
        old = self.state.models[self.app, operation.model_name.lower()].get_field(operation.name)
        new = operation.field
        if old.null and not new.null and not self.contracts:
            yield f"{named}: NOT NULL, while running code may write none; {CONTRACT_ADVICE}"
        if not new.many_to_many and self._narrower(old, new):
            yield f"{named}: another type rewrites the table under a lock; add a new column, copy, contract later"
        if label in GROWING_TABLES and (new.unique or new.db_index) and not (old.unique or old.db_index):
            yield f"{named}: its index locks a long table; AddIndexQuietly"

    def of_runpython(self, operation: Any) -> Iterator[str]:
        if not operation.reversible:
            yield "RunPython without a way back (reverse_code; RunPython.noop where nothing is to be undone)"

    def of_runsql(self, operation: Any) -> Iterator[str]:
        text = (
            operation.sql
            if isinstance(operation.sql, str)
            else "\n".join(str(one[0] if isinstance(one, tuple) else one) for one in operation.sql)
        )
        if not operation.reversible:
            yield "RunSQL without a way back (reverse_sql; RunSQL.noop where nothing is to be undone)"
        if _DROPS.search(text) and not self.contracts:
            yield f"RunSQL takes away or renames what running code asks for; {CONTRACT_ADVICE}"
        if _LOCKS.search(text):
            yield "RunSQL: an index that is not CONCURRENTLY locks its table"

    def _label(self, name: str) -> str:
        return f"{self.app}.{name.lower()}"

    def _long(self, name: str) -> bool:
        return self._label(name) in GROWING_TABLES - self.made

    def _narrower(self, old: Any, new: Any) -> bool:
        """Return true if PostgreSQL would rewrite the table or refuse rows: any change of type except to a longer text."""
        before, after = (_type(one, self.connection) for one in (old, new))
        if before == after or (after == "text" and before.startswith("varchar")):
            return False
        sizes = [re.fullmatch(r"varchar\((\d+)\)", one) for one in (before, after)]
        return not (all(sizes) and int(sizes[0][1]) <= int(sizes[1][1]))  # type: ignore[index]


CONTRACT_ADVICE = "first a release that does not ask for it, then `contracts = …` in the migration says since when"


def _type(field: Any, connection: Any) -> str:
    """Return the type of a column; for a foreign key the kind of key, the only thing known before the tables exist."""
    return "key" if field.remote_field else str(field.db_type(connection))


def _moves_data(operation: Any) -> bool:
    if type(operation).__name__ == "RunSQL":
        return bool(re.search(r"\b(?:INSERT|UPDATE|DELETE)\b", str(operation.sql), re.I))
    return type(operation).__name__ == "RunPython"


def _flat(operations: list[Any]) -> Iterator[tuple[Any, bool, bool]]:
    """Yield operations, true if they reach the database, and true if they change Django's state of the tables."""
    for one in operations:
        if type(one).__name__ == "SeparateDatabaseAndState":
            yield from ((each, True, False) for each, _, _ in _flat(one.database_operations))
            yield from ((each, False, True) for each, _, _ in _flat(one.state_operations))
        elif type(one).__name__ == "FirstTables":
            yield from _flat(one.operations)
        else:
            yield one, True, True


def check_migration(migration: Any, state: Any) -> list[str]:
    """Return the reasons for refusing a migration, given the state of the tables before it."""
    from django.db.backends.postgresql.base import DatabaseWrapper

    return MigrationCheck(migration, state, DatabaseWrapper({"TIME_ZONE": None}, "lint")).faults()


def load_migrations() -> tuple[Any, list[tuple[str, str]]]:
    """Return Django's migration loader, without a database, and the names of this project's migrations."""
    from django.apps import apps
    from django.db.migrations.loader import MigrationLoader

    # Replaced migrations stay in the graph: a change since the last release is checked by itself.
    loader = MigrationLoader(None, replace_migrations=False)
    labels = {one.label for one in apps.get_app_configs() if one.name.startswith("gongkai.")}
    return loader, sorted(key for key in loader.disk_migrations if key[0] in labels)


def read_baseline() -> set[tuple[str, str]]:
    """Return the migrations of released versions."""
    return {
        (app, name)
        for app, name in (line.split() for line in BASELINE.read_text().splitlines() if line and line[0] != "#")
    }


def main(mark: bool) -> int:
    """Check all new migrations, or mark all as released; return the exit code."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongkai.ops.config.settings"
    with tempfile.TemporaryDirectory() as data:
        os.environ["GONGKAI_DATA"] = data
        from gongkai.ops.cli.django import start_django

        start_django(ready=False)
        loader, names = load_migrations()
    if mark:
        head = "# Migrations of released versions: `python tools/migrations.py --mark` at a release, never to get past the check.\n"
        BASELINE.write_text(head + "".join(f"{app} {name}\n" for app, name in names))
        return 0
    wrong = 0
    for key in (one for one in names if one not in read_baseline()):
        for fault in check_migration(loader.disk_migrations[key], loader.project_state(key, at_end=False)):
            print(f"{key[0]} {key[1]}: {fault}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main("--mark" in sys.argv))
