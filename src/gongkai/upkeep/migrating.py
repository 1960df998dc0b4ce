"""Bringing the database up to date.

Nearly all that Django spends on migrating is making classes of tables anew, many thousand times, that nobody asks. `quickly` spares that, for
databases of tests and measurements; a test holds that it comes to the same. Installations are migrated by Django alone.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.apps.registry import Apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.state import ProjectState

from gongkai.acts.first_tables import FirstTables
from gongkai.upkeep import owning
from gongkai.upkeep.probes import migrated
from gongkai.upkeep.servers import NoDirectAddress, direct_address, direct_addresses, parsed

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
        [sys.executable, "-c", "from gongkai.cli import main; main()", *words], check=True, env=environment
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


@contextmanager
def quickly() -> Iterator[None]:
    """Let migrations run in a fraction of the time.

    - A step that changes a table makes anew that table and those that point to it, not all that is related to any of them; a new index or
      constraint only its table. A step that runs code gets all tables made anew, as Django does where it put that off.
    - A room's first tables are added to those that were made before, which nothing of them changes: not all are made anew for each room.
    - Which models may be swapped for others is asked once: it does not change while migrations run.
    """
    own = [
        (ProjectState, "_find_reload_model", _pointing),
        (ProjectState, "_append_option", _append),
        (FirstTables, "state_forwards", _first),
        (Apps, "get_swappable_settings_name", _Lasting(vars(Apps)["get_swappable_settings_name"])),
    ]
    before = [(owner, name, vars(owner)[name]) for owner, name, _ in own]
    try:
        for owner, name, instead in own:
            setattr(owner, name, instead)
        yield
    finally:
        for owner, name, was in before:
            setattr(owner, name, was)


def _pointing(state: ProjectState, app: str, model: str, delay: bool = False) -> set[tuple[str, str]]:
    """Return a table that a step changed and those that point to it or extend it."""
    state.is_delayed = True
    found = {(app, model)}
    try:
        old = state.apps.get_model(app, model)
    except LookupError:
        return found  # a new one: nothing points to it yet
    others = [one._meta for one in old.__subclasses__() if hasattr(one, "_meta")]
    for field in old._meta.get_fields(include_hidden=True):
        if field.auto_created and not field.concrete and field.related_model:
            others.append(field.related_model._meta)
    return found | {
        (other.app_label, other.model_name) for other in others if other.app_label and other.model_name
    }


def _first(tables: FirstTables, app: str, state: ProjectState) -> None:
    """Add a room's first tables."""
    for operation in tables.operations:
        operation.state_forwards(app, state)


def _append(state: ProjectState, app: str, model: str, option: str, one: object) -> None:
    """Add an index or a constraint to a table."""
    options = state.models[app, model].options
    options[option] = [*options[option], one]
    if "apps" in state.__dict__:
        state.is_delayed = True
        state._reload({(app, model)})  # type: ignore[attr-defined]  # Django's own, unknown to its stubs


class _Lasting:
    """What a method of the registry answered, kept over `clear_cache`."""

    def __init__(self, method: Callable[[Apps, str], str | None]) -> None:
        self.method = getattr(method, "__wrapped__")  # noqa: B009 - Django keeps it behind a cache of its own
        self.answers: dict[tuple[Apps, str], str | None] = {}

    def __get__(self, registry: Apps, owner: type[Apps]) -> Callable[[str], str | None]:
        """Return the method of one registry."""

        def answer(name: str) -> str | None:
            if (registry, name) not in self.answers:
                self.answers[registry, name] = self.method(registry, name)
            return self.answers[registry, name]

        answer.cache_clear = lambda: None  # type: ignore[attr-defined]
        return answer
