"""Bring the database up to date."""

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

from gongkai.ops.upkeep import owning
from gongkai.ops.upkeep.probes import migrated
from gongkai.ops.upkeep.servers import NoDirectAddress, direct_address, direct_addresses, parsed

#: What whoever migrates holds in PostgreSQL: two servers may start at once.
LOCK = 4_704_101
#: Seconds between two looks whether it is free. Nobody waits within a statement: an index that is built beside the work would wait for that one.
LOOK = 0.5
NOT_THE_OWNER = (
    "程序的账号不拥有数据表，不能更新：请用所有者的账号运行 gongkai manage migrate（GONGKAI_DIRECT_URL）"
)


def migrate() -> str:
    """Bring the database up to date, as Django does; where `GONGKAI_DIRECT_URL` stands by a process that asks the server itself: past a
    pooler, as the owner of the tables. A role that owns no table, and knows no address of another role, changes none.

    Returns:
        What is to be mended, in Chinese, where the server itself is not reached and the tables are up to date without it; else "".

    Raises:
        ImproperlyConfigured: it is not reached, or may not change the tables, and they are not up to date.
    """
    if _rows_only():
        if migrated():
            return ""
        raise ImproperlyConfigured(f"数据表要更新。{NOT_THE_OWNER}")
    if not direct_addresses():
        call_command("migrate", verbosity=0, interactive=False)
        return ""
    try:
        address = direct_address()
    except NoDirectAddress as error:
        if migrated():
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


def _rows_only() -> bool:
    """Whether neither the role that the settings name nor that of a direct address may change the tables, since another one owns them."""
    if not owning.is_owned_by_another(connection):
        return False
    role = connection.settings_dict["USER"]
    return all(parsed(address).get("USER") == role for address in direct_addresses())


@contextmanager
def alone(database: BaseDatabaseWrapper, wait: Callable[[float], object] = time.sleep) -> Iterator[None]:
    """Migrate while nobody else does: on PostgreSQL one waits for the other. SQLite, and sessions behind a pooler, know no such lock."""
    if database.vendor != "postgresql" or settings.GONGKAI_POOLER:
        yield
        return
    while not _held(database, "pg_try_advisory_lock"):
        wait(LOOK)
    try:
        yield
    finally:
        _held(database, "pg_advisory_unlock")


def _held(database: BaseDatabaseWrapper, function: str) -> bool:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [LOCK])
        return bool((cursor.fetchone() or [False])[0])
