"""Migration of the database at start."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from gongkai.ops.upkeep import ownership, table_stamp
from gongkai.ops.upkeep.probes import is_migrated
from gongkai.ops.upkeep.servers import NoDirectAddress, find_direct_address, list_direct_addresses, parse_database_url

# Advisory lock of migrations in PostgreSQL: two servers may start at once.
MIGRATION_LOCK_ID = 4_704_101
# Seconds between two attempts to lock. Nobody waits inside a statement, which would block a concurrent index build.
LOCK_RETRY_SECONDS = 0.5
NOT_OWNER_ERROR = "程序的账号不拥有数据表，不能更新：请用所有者的账号运行 gongkai manage migrate（GONGKAI_DIRECT_URL）"


def migrate_database() -> str:
    """Migrate the database, unless the stamp says that this program has done so before.

    With `GONGKAI_DIRECT_URL` it runs in a separate process that connects to the server itself, as
    the owner of the tables. A role that owns no table and has no direct address migrates nothing.

    Returns:
        A Chinese sentence on what to fix if the server itself is unreachable but the tables are up
            to date; else "".

    Raises:
        ImproperlyConfigured: the server is unreachable or refuses, and the tables are not up to
            date.
    """
    if table_stamp.is_up_to_date():
        return ""
    if _may_change_rows_only():
        if is_migrated():
            return ""
        raise ImproperlyConfigured(f"数据表要更新。{NOT_OWNER_ERROR}")
    if not list_direct_addresses():
        call_command("migrate", verbosity=0, interactive=False)
        table_stamp.write_table_stamp()
        return ""
    try:
        address = find_direct_address()
    except NoDirectAddress as error:
        if is_migrated():
            return f"{error}；数据表已是这一版本，照常启动"
        raise ImproperlyConfigured(f"数据表要更新，必须直接连到主库：{error}") from error
    words = ["manage", "migrate", "--noinput", "-v0"]
    environment = {**os.environ, "GONGKAI_DIRECT_URL": address}
    subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", "from gongkai.ops.cli import main; main()", *words],
        check=True,
        env=environment,
    )
    return ""


def _may_change_rows_only() -> bool:
    """Return True if the role owns no table, and no direct address names another role."""
    if not ownership.is_owned_by_another(connection):
        return False
    role = connection.settings_dict["USER"]
    return all(parse_database_url(address).get("USER") == role for address in list_direct_addresses())


@contextmanager
def migration_lock(database: BaseDatabaseWrapper, wait: Callable[[float], object] = time.sleep) -> Iterator[None]:
    """Hold the lock of migrations, waiting for it; SQLite and sessions behind a pooler have no such lock."""
    if database.vendor != "postgresql" or settings.GONGKAI_POOLER:
        yield
        return
    while not _call_lock_function(database, "pg_try_advisory_lock"):
        wait(LOCK_RETRY_SECONDS)
    try:
        yield
    finally:
        _call_lock_function(database, "pg_advisory_unlock")


def _call_lock_function(database: BaseDatabaseWrapper, function: str) -> bool:
    """Call a PostgreSQL lock function with the migration lock's number; return True if it succeeded."""
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [MIGRATION_LOCK_ID])
        return bool((cursor.fetchone() or [False])[0])
