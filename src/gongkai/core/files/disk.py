"""Detect full disks, by an error or by a test write."""

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

#: Size of the test write; with less free space, SQLite's "disk I/O error" means a full disk.
PROBE_BYTES = 1 << 20
#: PostgreSQL error code (SQLSTATE) disk_full.
DISK_FULL_SQLSTATE = "53100"
#: Advice for administrators about a full disk.
FULL_DISK_ADVICE = "请清理旧备份和不用的文件，或者扩大磁盘"


def describe_full_disk(error: BaseException | None) -> str:
    """Return in Chinese which disk is full or read-only according to an error, or ""."""
    for one in _iterate_causes(error):
        if isinstance(one, StoreFull):
            return "存放文件的磁盘已满"
        if isinstance(one, OSError) and one.errno in {errno.ENOSPC, errno.EDQUOT}:
            return "服务器的磁盘已满"
        if isinstance(one, OSError) and one.errno == errno.EROFS:
            return "服务器的磁盘出了故障，变成只读"
        if getattr(one, "sqlstate", "") == DISK_FULL_SQLSTATE or _is_sqlite_disk_full(one):
            return "存放数据库的磁盘已满"
    return ""


def _iterate_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_sqlite_disk_full(error: BaseException) -> bool:
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR:
        folder = Path(connection.settings_dict["NAME"]).parent
        return folder.is_dir() and shutil.disk_usage(folder).free < PROBE_BYTES
    return code == sqlite3.SQLITE_FULL


def try_write() -> None:
    """Write test data to the data, file and media folders, and delete it.

    Raises:
        OSError: a disk is full or a folder not writable.
    """
    for folder in {str(settings.DATA), settings.FILES_ROOT, settings.MEDIA_ROOT}:
        if os.path.isdir(folder):
            with tempfile.TemporaryFile(dir=folder) as out:
                out.write(bytes(PROBE_BYTES))
