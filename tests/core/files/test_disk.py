"""Detection of full disks, by real errors of SQLite and of a small disk."""

import errno
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError

from gongkai.core.files.storage import StoreFull, StoreUnavailable, describe_full_disk, try_write


def _raise_sqlite_full() -> sqlite3.Error:
    """Return the error that SQLite raises on a full database."""
    with closing(sqlite3.connect(":memory:")) as own:
        own.execute("CREATE TABLE t (x)")
        own.execute("PRAGMA max_page_count = 3")
        try:
            own.execute("INSERT INTO t VALUES (zeroblob(100000))")
        except sqlite3.Error as error:
            return error
    raise AssertionError


class _DiskFull(Exception):
    sqlstate = "53100"


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (_raise_sqlite_full(), "存放数据库的磁盘已满"),
        (_DiskFull("could not extend file"), "存放数据库的磁盘已满"),
        (OSError(errno.EDQUOT, "quota"), "服务器的磁盘已满"),
        (OSError(errno.EROFS, "read-only"), "服务器的磁盘出了故障，变成只读"),
        (StoreFull("x"), "存放文件的磁盘已满"),
        (sqlite3.OperationalError("no such table: x"), ""),
        (StoreUnavailable("x"), ""),
        (OSError(errno.EACCES, "denied"), ""),
    ],
)
def test_full_disk_is_recognised_by_the_cause_of_an_error(cause: Exception, words: str) -> None:
    raised = OperationalError("x")
    raised.__cause__ = cause
    assert describe_full_disk(raised) == describe_full_disk(cause) == words


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=False, capture_output=True
    )
    if not made or made.returncode:
        pytest.skip("this account may not mount")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.parametrize("name", ["DATA", "FILES_ROOT", "MEDIA_ROOT"])
def test_try_write_detects_a_full_disk_and_leaves_no_file(settings, small_disk: Path, name: str) -> None:
    setattr(settings, name, str(small_disk))
    try_write()
    assert not list(small_disk.iterdir())
    (small_disk / "other").write_bytes(bytes(1_500_000))
    with pytest.raises(OSError, match="No space left") as caught:
        try_write()
    assert describe_full_disk(caught.value) == "服务器的磁盘已满"
