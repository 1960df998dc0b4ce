"""Rehearse a restore in a temporary folder and database, check it with this program, discard it.

This installation is not touched: a separate process, whose settings name the scratch database, does the
checks.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit
from uuid import uuid4

from django.conf import settings
from django.db import connection

from gongkai.core.acts.backups import database
from gongkai.core.acts.backups.archive import BackupSummary, open_scratch_folder, unpack
from gongkai.core.acts.backups.encryption import BackupError, BackupKey


def rehearse_restore(
    source: Path, program: str, secret: BackupKey | None = None
) -> tuple[BackupSummary, subprocess.CompletedProcess[str]]:
    """Restore a backup into a scratch folder and database, and run a Python program on it.

    Return the backup's summary and the completed process.

    Raises:
        BackupError: it cannot be unpacked or loaded; the message says why.
    """
    with open_scratch_folder(Path(settings.FILES_ROOT).parent) as folder:
        summary = unpack(source, folder, secret)
        return summary, run_in_scratch_database(folder, summary, program)


def run_in_scratch_database(folder: Path, summary: BackupSummary, program: str) -> subprocess.CompletedProcess[str]:
    """Load an unpacked backup into a scratch database, run a Python program on it and return the completed process.

    Args:
        folder: the unpacked backup; it becomes the data folder of the program.

    Raises:
        BackupError: the database cannot be loaded; the message says why.
    """
    _copy_public_key(folder)
    with _load_scratch_database(folder, summary) as address:
        return subprocess.run(  # noqa: S603 - our own interpreter, our own program
            [sys.executable, "-c", program, summary.seal],
            env=_make_program_environment(folder, address),
            capture_output=True,
            text=True,
            check=False,
        )


def _copy_public_key(folder: Path) -> None:
    """Copy the public key of the seals into the scratch folder."""
    public_key_path = Path(settings.DATA) / "keys" / "seal.pub"
    if public_key_path.exists():
        (folder / "keys").mkdir(mode=0o700, exist_ok=True)
        (folder / "keys" / "seal.pub").write_bytes(public_key_path.read_bytes())


def _make_program_environment(folder: Path, address: str) -> dict[str, str]:
    """Return the environment of a program that runs on a restored data folder and database URL."""
    inherited_variables = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    return {
        **inherited_variables,
        "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONIOENCODING": "utf-8",
        "GONGKAI_DATA": str(folder),
        "GONGKAI_FILES": "folder",
        "GONGKAI_KEYS": str(settings.GONGKAI_KEYS),
        "GONGKAI_SECRET_KEY": str(settings.SECRET_KEY),
        "DATABASE_URL": address,
    }


@contextmanager
def _load_scratch_database(folder: Path, summary: BackupSummary) -> Iterator[str]:
    """Load the backup's database into a scratch database; yield its URL."""
    dump_path = folder / "database" / database.DUMP_FILE_NAMES[summary.vendor]
    if summary.vendor == "sqlite":
        copy = shutil.copy(dump_path, folder / "scratch.sqlite3")  # the program migrates it to this version
        try:
            yield f"sqlite:///{copy}"
        finally:
            for suffix in ("", "-wal", "-shm"):
                Path(f"{copy}{suffix}").unlink(missing_ok=True)
        return
    name = f"gongkai_rehearsal_{uuid4().hex[:12]}"
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        database.load_into_empty_database(dump_path, name)
        yield _make_database_url(name)
    except database.DatabaseToolError as error:
        raise BackupError(str(error)) from error
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _make_database_url(name: str) -> str:
    """Return the URL of another database on the same server."""
    values = connection.settings_dict
    login = quote(str(values["USER"]), safe="") + (
        f":{quote(str(values['PASSWORD']), safe='')}" if values["PASSWORD"] else ""
    )
    host = quote(str(values["HOST"] or ""), safe=".:[]")
    port = f":{values['PORT']}" if values["PORT"] else ""
    options = urlsplit(os.environ.get("DATABASE_URL", "")).query
    return urlunsplit(("postgresql", f"{login}@{host}{port}" if login else f"{host}{port}", f"/{name}", options, ""))
