"""Ownership of the tables in PostgreSQL: the migrating role, never the application's role.

The owner of a table may drop its triggers, which make it insert-only. Migrations therefore run as a role of their
own (`GONGKAI_DIRECT_URL`), and `gongkai grants ROLE` lets the application's role read and write rows only.
"""

from collections.abc import Iterator

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.ops.upkeep.findings import FindingLevel, UpkeepFinding

# Privileges of the application on every table. Triggers protect insert-only tables; this role cannot drop them.
_TABLE_PRIVILEGES = "SELECT, INSERT, UPDATE, DELETE"


def role_exists(role: str) -> bool:
    """Return True if the role exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def describe_role_ownership(role: str) -> str:
    """Return in Chinese why a role could remove a trigger (superuser, owner or member of the owner), or ""."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        if (cursor.fetchone() or [False])[0]:
            return "是超级用户"
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
            " AND pg_has_role(%s, relowner, 'MEMBER')",
            [role],
        )
        count = (cursor.fetchone() or [0])[0]
    return f"是{count}张数据表的所有者" if count else ""


def is_owned_by_another(database: BaseDatabaseWrapper) -> bool:
    """Return True if the tables exist and this role neither owns them nor inherits from their owner.

    False on SQLite.
    """
    if database.vendor != "postgresql":
        return False
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT NOT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('django_migrations')"
        )
        return bool((cursor.fetchone() or [False])[0])


def list_grant_statements(role: str) -> list[str]:
    """Return the statements that grant a role all rows of this schema, also in tables that this role creates later."""
    quoted = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = (connection.ops.quote_name(value) for value in cursor.fetchone() or ())
    return [
        f"GRANT CONNECT ON DATABASE {database} TO {quoted}",
        f"GRANT USAGE ON SCHEMA {schema} TO {quoted}",
        f"GRANT {_TABLE_PRIVILEGES} ON ALL TABLES IN SCHEMA {schema} TO {quoted}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT {_TABLE_PRIVILEGES} ON TABLES TO {quoted}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {quoted}",
    ]


def check_owner() -> Iterator[UpkeepFinding]:
    """Yield a finding if the role in use could remove a trigger; nothing on SQLite."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        role = str((cursor.fetchone() or [""])[0])
    if why := describe_role_ownership(role):
        yield UpkeepFinding(
            "database_owner",
            FindingLevel.UNSAFE,
            f"程序使用的数据库账号 {role} {why}，可以拆除只增表的保护",
            "数据表归另一个账号所有（GONGKAI_DIRECT_URL），用 gongkai grants 给程序的账号授权（docs/deploying.md）",
        )
