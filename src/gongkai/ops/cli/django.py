"""Start Django for the commands that need it."""

import gc
import os
import pkgutil
from importlib import import_module

import click

_NOT_INSTALLED_ERROR = "这里还没有安装过：请先运行 gongkai init，登记本级政府和三员"
_UNMIGRATED_TABLES_ERROR = "数据表不是这一版本的：请先运行 gongkai manage migrate"


def start_django(*, ready: bool = True) -> None:
    """Load the settings and all apps, and check that no migration is pending unless `ready` is False.

    `ready=False` is for commands that build the database themselves.

    Raises:
        ClickException: the database does not have the tables of this version.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    # Garbage collection is off during the start (a tenth of its time); the loaded objects are then frozen.
    gc.disable()
    django.setup()
    gc.freeze()
    gc.enable()
    if ready and not _are_migrations_applied():
        raise click.ClickException(_UNMIGRATED_TABLES_ERROR if _is_installed() else _NOT_INSTALLED_ERROR)


def use_direct_database_url() -> None:
    """Set DATABASE_URL to the direct address, if `GONGKAI_DIRECT_URL` is set; call before the settings load.

    PgBouncer in transaction mode knows only its configured databases and has no session state, so migrations,
    backups, rehearsals and restores connect to the server itself.

    Raises:
        ClickException: the direct addresses lead to other servers, or nowhere.
    """
    from gongkai.ops.upkeep.servers import NoDirectAddress, find_direct_address

    try:
        address = find_direct_address()
    except NoDirectAddress as error:
        raise click.ClickException(str(error)) from error
    if address:
        os.environ |= {"DATABASE_URL": address, "GONGKAI_POOLER": "0"}


def require_primary() -> None:
    """Raise ClickException unless the database may be written to as the primary; commands that write call this.

    Raises:
        ClickException: it is another server.
    """
    from gongkai.ops.upkeep.primary import check_primary

    if fault := check_primary():
        raise click.ClickException(fault)


def _is_installed() -> bool:
    """Return True if any migration was applied to the database."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return bool(MigrationRecorder(connection).applied_migrations())


def _are_migrations_applied() -> bool:
    """Return True if all migrations of this program are recorded, or no migration is pending."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    from gongkai.ops.upkeep.probes import is_migrated

    applied = set(MigrationRecorder(connection).applied_migrations())
    recorded = all(
        (app_config.label, name) in applied
        for app_config in apps.get_app_configs()
        if app_config.name.startswith("gongkai.")
        for name in _list_migrations(app_config.name)
    )
    # Only Django's loader, which is slow, knows which migrations replace recorded ones.
    return recorded or is_migrated()


def _list_migrations(package: str) -> list[str]:
    """Return the names of a package's migration modules; empty if it has none."""
    try:
        folder = import_module(f"{package}.migrations")
    except ModuleNotFoundError:
        return []
    return [module_info.name for module_info in pkgutil.iter_modules(folder.__path__) if module_info.name[0] != "_"]
