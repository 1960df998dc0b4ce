"""Disks that take no more: recognise one by an error, and find one by writing."""

import errno
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection

from gongkai.core.files.errors import StoreFull

#: What `try_write` writes to each folder, and the free space under which SQLite's "disk I/O error" means a full disk.
PROBE_BYTES = 1 << 20
#: PostgreSQL's error codes (SQLSTATE): disk_full.
DISK_FULL = "53100"
#: What an administrator does about a full disk.
MEND = "请清理旧备份和不用的文件，或者扩大磁盘"


def describe_full(error: BaseException | None) -> str:
    """Return in Chinese which disk an error found full or read-only; "" for any other error."""
    for one in _causes(error):
        if isinstance(one, StoreFull):
            return "存放文件的磁盘已满"
        if isinstance(one, OSError) and one.errno in {errno.ENOSPC, errno.EDQUOT}:
            return "服务器的磁盘已满"
        if isinstance(one, OSError) and one.errno == errno.EROFS:
            return "服务器的磁盘出了故障，变成只读"
        if getattr(one, "sqlstate", "") == DISK_FULL or _is_full_sqlite(one):
            return "存放数据库的磁盘已满"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full_sqlite(error: BaseException) -> bool:
    """Return whether an error is SQLite's on a full disk: it reports some writes that find no space as errors of the disk."""
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR:
        folder = Path(connection.settings_dict["NAME"]).parent
        return folder.is_dir() and shutil.disk_usage(folder).free < PROBE_BYTES
    return code == sqlite3.SQLITE_FULL


def try_write() -> None:
    """Write to the folders of data, files and pictures, and leave nothing there.

    Raises:
        OSError: a disk is full, or a folder cannot be written to.
    """
    for folder in {str(settings.DATA), settings.FILES_ROOT, settings.MEDIA_ROOT}:
        if os.path.isdir(folder):
            with tempfile.TemporaryFile(dir=folder) as out:
                out.write(bytes(PROBE_BYTES))
