"""Insert-only tables: triggers that refuse UPDATE and DELETE.

`register_insert_only("acts", "Movement")` registers a table. Triggers are created after every migration (a later
`ALTER TABLE` on SQLite drops them silently), and a system check names missing ones. `audit verify` finds rows
that were changed while a trigger was missing. The SQL is in `sql/`.
"""

import re
from importlib import resources

from django.apps import apps
from django.core import checks
from django.db import connection, connections

#: (app label, model name) of every insert-only table.
INSERT_ONLY_TABLES: set[tuple[str, str]] = set()
#: Guarded table → SQL condition on the NEW values that an inserted row must meet.
INSERT_CONDITIONS: dict[tuple[str, str], str] = {}
#: Guarded table whose rows may be blanked by law → SQL condition on the OLD values that permits it.
BLANKABLE_TABLES: dict[tuple[str, str], str] = {}
#: Guarded table whose rows may be erased by law → (table, column) of the row that must order the erasure first.
ERASABLE_TABLES: dict[tuple[str, str], tuple[str, str]] = {}


def register_insert_only(
    app_label: str,
    model_name: str,
    *,
    erased_by: tuple[str, str] | None = None,
    inserted_if: str = "",
    blanked_if: str = "",
) -> None:
    """Register a table as insert-only.

    With `erased_by=(table, column)` a row may be deleted once that table has a row with the same value in this
    column (both tables have it), so that the erasure is recorded first. With `inserted_if` (a condition on NEW
    for both databases) a row that does not meet it is refused. With `blanked_if` (likewise, on OLD) a row that
    meets it may be changed, because law orders the erasure of its text; the app's check in `audit verify`
    verifies that nothing else changed.
    """
    INSERT_ONLY_TABLES.add((app_label, model_name))
    if erased_by:
        ERASABLE_TABLES[app_label, model_name] = erased_by
    if inserted_if:
        INSERT_CONDITIONS[app_label, model_name] = inserted_if
    if blanked_if:
        BLANKABLE_TABLES[app_label, model_name] = blanked_if


def _read_sql(name: str) -> str:
    return resources.files("gongkai.core.acts").joinpath(f"sql/{name}.sql").read_text()


def _make_deletion_statements(vendor: str, table: str, erased_by: tuple[str, str] | None) -> list[str]:
    """Return the SQL that forbids deletion in a table, except of rows named in `erased_by` (table, column)."""
    condition, arguments = "", ""
    if erased_by:
        erasing_table, column = erased_by
        condition = f"WHEN NOT EXISTS (SELECT 1 FROM {erasing_table} WHERE {column} = OLD.{column})"  # noqa: S608
        arguments = f"'{erasing_table}', '{column}'"
    text = _read_sql(f"insert_only.{vendor}").replace("{table}", table)
    text = text.replace("{when}", condition).replace("{arguments}", arguments)
    return [statement.strip() for statement in text.split("--;;") if statement.strip()]


def _make_statements(name: str, vendor: str, table: str, condition: str) -> list[str]:
    """Return the statements of an SQL file for a table, divided at `--;;`, with the condition filled in."""
    text = _read_sql(f"{name}.{vendor}").replace("{table}", table).replace("{condition}", condition)
    return [statement.strip() for statement in text.split("--;;") if statement.strip()]


def _make_trigger_statements(vendor: str, key: tuple[str, str], table: str) -> list[str]:
    """Return the statements that create a insert-only table's triggers, in order; `key` is (app label, model name)."""
    statements = _make_deletion_statements(vendor, table, ERASABLE_TABLES.get(key))
    if key in INSERT_CONDITIONS:
        statements += _make_statements("insert_if", vendor, table, INSERT_CONDITIONS[key])
    if key in BLANKABLE_TABLES:
        name = f"CREATE TRIGGER guard_{table}_update "
        statements = [statement for statement in statements if not statement.startswith(name)]
        statements += _make_statements("blank_if", vendor, table, BLANKABLE_TABLES[key])
    return statements


def install_triggers(using: str = "default", **_: object) -> None:
    """Create the triggers of every registered table that exists."""
    database = connections[using]
    vendor, tables = database.vendor, set(database.introspection.table_names())
    with database.cursor() as cursor:
        for key in sorted(INSERT_ONLY_TABLES):
            table = apps.get_model(*key)._meta.db_table
            if table not in tables:
                continue
            for statement in _make_trigger_statements(vendor, key, table):
                cursor.execute(statement)


def drop_triggers(using: str = "default") -> None:
    """Drop the triggers; only for restoring a backup or emptying a test database."""
    database = connections[using]
    with database.cursor() as cursor:
        for key in sorted(INSERT_ONLY_TABLES):
            table = apps.get_model(*key)._meta.db_table
            on = f" ON {table}" if database.vendor == "postgresql" else ""
            for verb in ("update", "delete", "insert"):
                cursor.execute(f"DROP TRIGGER IF EXISTS guard_{table}_{verb}{on}")


def find_missing_triggers() -> list[str]:
    """Return the names of registered tables whose triggers are missing, disabled or changed, sorted."""
    installed_definitions = _read_installed_definitions()
    expected_definitions: dict[str, set[str]] = {}
    for key in INSERT_ONLY_TABLES:
        table = apps.get_model(*key)._meta.db_table
        statements = _make_trigger_statements(connection.vendor, key, table)
        expected_definitions[table] = {
            _normalise_definition(statement) for statement in statements if statement.startswith("CREATE")
        }
    return sorted(
        table for table, definitions in expected_definitions.items() if not definitions <= installed_definitions
    )


def _normalise_definition(statement: str) -> str:
    """Return a trigger or function definition in a form that is equal for our SQL and the database's listing."""
    if name := re.match(r"CREATE OR REPLACE FUNCTION (\w+)", statement):
        return f"{name[1]} {' '.join(statement.split('$$')[1].split())}"
    plain = " ".join(statement.split())
    return plain if connection.vendor == "sqlite" else re.sub(r"[()]|OLD\b|old\.\*|NEW\b|new\.\*|public\.", "", plain)


def _read_installed_definitions() -> set[str]:
    """Return the definitions of the enabled triggers, on PostgreSQL also of their functions."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            return {_normalise_definition(statement) for (statement,) in cursor.fetchall()}
        # enabled for ordinary sessions: O (origin) or A (always), neither D (disabled) nor R (replica)
        cursor.execute(
            "SELECT pg_get_triggerdef(oid, true) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
        installed = {_normalise_definition(statement) for (statement,) in cursor.fetchall()}
        cursor.execute(
            "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            " AND (proname LIKE 'gongkai%%' OR proname LIKE 'guard%%')"
        )
        return installed | {f"{name} {' '.join(source.split())}" for name, source in cursor.fetchall()}


@checks.register(checks.Tags.database)
def check_triggers(*, databases: object = None, **_: object) -> list[checks.CheckMessage]:
    """System check: return a warning for each insert-only table whose triggers are missing or changed; `migrate`
    installs them."""
    if not databases:
        return []
    existing_tables = set(connection.introspection.table_names())
    return [
        checks.Warning(
            f"只增表 {table} 的保护触发器缺失、停用或者被改动",
            hint="运行 gongkai manage migrate 重新安装",
            id="acts.W001",
        )
        for table in find_missing_triggers()
        if table in existing_tables
    ]
