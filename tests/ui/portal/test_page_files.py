"""Stored page files under killed processes, a full disk, and over time: withdrawn pages never reappear (`portal.page_files`)."""

import errno
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import RequestFactory

from gongkai.core.acts import generation
from gongkai.core.acts.generation import DatabaseGeneration
from gongkai.ui.portal import caching, page_file_upkeep
from gongkai.ui.portal.caching import SHARED_SECONDS
from gongkai.ui.portal.page_file_upkeep import delete_expired_files
from gongkai.ui.portal.page_files import (
    CHANGED_FOLDER,
    NGINX_PROVEN,
    NOW_FOLDER,
    PAGES_FOLDER,
    HostFolder,
    PageFilesMiddleware,
)

HOST, NAME = "www.yunling.gov.cn", "columns/1/2.html"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    for name in (NOW_FOLDER, CHANGED_FOLDER):
        (tmp_path / name).mkdir()
    NGINX_PROVEN.set()
    yield tmp_path
    NGINX_PROVEN.clear()


def read_shown(folder: Path) -> bytes:
    """Return what nginx serves, b"" if it would ask the portal."""
    try:
        return (folder / NOW_FOLDER / HOST / PAGES_FOLDER / f"{NAME}.gz").read_bytes()
    except OSError:
        return b""


def purge(folder: Path, *, everything: bool) -> None:
    """Purge as nginx does (`purging.cache_protocols`): rewrite `changed`, then rename the host's folder or unlink the page."""
    part = folder / f"{random.random()}"
    part.write_text("1")
    part.rename(folder / CHANGED_FOLDER / HOST)
    try:
        if everything:
            (folder / NOW_FOLDER / HOST).rename(folder / NOW_FOLDER / f".{HOST}.{random.random()}")
        else:
            (folder / NOW_FOLDER / HOST / PAGES_FOLDER / f"{NAME}.gz").unlink()
    except FileNotFoundError:
        pass


def _store_repeatedly(folder: Path) -> None:
    """Read the state, wait as long as rendering takes, and store what was read, in an endless loop."""
    while True:
        with HostFolder(folder, HOST) as host_folder:
            state = (folder / "state").read_bytes()
            time.sleep(random.random() / 500)
            host_folder.put(f"{PAGES_FOLDER}/{NAME}.gz", state)


@pytest.fixture
def writers(folder: Path) -> Iterator[Callable[[], None]]:
    """Run three processes that store a page; yield a function that kills one and starts another."""
    running: list[int] = []

    def begin() -> None:
        if (child := os.fork()) == 0:
            try:
                _store_repeatedly(folder)
            finally:
                os._exit(1)
        running.append(child)

    def kill() -> None:
        os.kill(victim := running.pop(0), signal.SIGKILL)
        os.waitpid(victim, 0)
        begin()

    (folder / "state").write_bytes(b"0")
    for _ in range(3):
        begin()
    yield kill
    for child in running:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_withdrawn_page_never_reappears_even_if_writers_are_killed(folder: Path, writers: Callable[[], None]) -> None:
    """Checked continuously after a site's folder was renamed."""
    seen = 0  # turns in which a page was kept: some tens, however slow the machine is
    for turn in range(1, 600):
        state = folder / "next"
        state.write_bytes(f"{turn}".encode())
        state.rename(folder / "state")
        purge(folder, everything=True)
        until, page = time.monotonic() + 0.02, b""
        while time.monotonic() < until:
            page = read_shown(folder) or page
            assert page in {b"", f"{turn}".encode()}
        if turn % 3 == 0:
            writers()
        if (seen := seen + bool(page)) > 30:
            break
    assert seen > 30


def test_changed_page_is_soon_the_new_one(folder: Path, writers: Callable[[], None]) -> None:
    for turn in range(1, 40):
        state = folder / "next"
        state.write_bytes(f"{turn}".encode())
        state.rename(folder / "state")
        purge(folder, everything=False)
        time.sleep(0.02)
        assert read_shown(folder) in {b"", f"{turn}".encode()}


def _request_page(folder: Path, settings: Any, answer: HttpResponse) -> HttpResponse:
    settings.GONGKAI_PAGES, settings.GONGKAI_CACHE_SECRET = str(folder), "s3cret"
    settings.ALLOWED_HOSTS = ["*"]
    caching.mark_shareable(answer)
    given = {caching.COMPRESSED_HEADER: "s3cret"}
    page = PageFilesMiddleware(lambda _: answer)(RequestFactory().get(f"/{NAME}", headers=given, HTTP_HOST=HOST))
    assert isinstance(page, HttpResponse)
    return page


def test_full_disk_stores_nothing_and_page_is_served(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / NOW_FOLDER / HOST).mkdir()

    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as within:
        within.setattr(os, "rename", full)
        answer = _request_page(folder, settings, HttpResponse("page"))
    assert (answer.content, answer.headers["X-Accel-Expires"]) == (b"page", "0")
    assert not [file for file in folder.rglob("*") if file.is_file()], "no half of a page is left"
    assert _request_page(folder, settings, HttpResponse("page")).content == b"page"
    assert read_shown(folder)


@pytest.mark.parametrize(
    "changed", [{"Content-Security-Policy": "default-src 'none'"}, {"Content-Type": "application/json"}]
)
def test_response_with_extra_headers_is_not_stored(folder: Path, settings: Any, changed: dict[str, str]) -> None:
    (folder / NOW_FOLDER / HOST).mkdir()
    _request_page(folder, settings, HttpResponse("page", headers=changed))
    assert not read_shown(folder)


def test_old_files_are_deleted_while_pages_are_stored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / NOW_FOLDER / HOST).mkdir()
    with HostFolder(folder, HOST) as host_folder:
        for name in ("old", "new"):
            assert host_folder.put(f"{PAGES_FOLDER}/{name}.html.gz", b"x")
    os.utime(folder / NOW_FOLDER / HOST / PAGES_FOLDER / "old.html.gz", (1, 1))
    os.utime(folder / NOW_FOLDER / HOST / PAGES_FOLDER / "new.html.gz", (time.time(), time.time()))
    take = folder / NOW_FOLDER / f".{HOST}.1"
    take.mkdir()
    assert delete_expired_files(folder, time.time()) == 1
    assert not take.exists()
    os.utime(folder / NOW_FOLDER / HOST / PAGES_FOLDER / "new.html.gz", (one := time.time(), one))
    assert (
        delete_expired_files(folder, one + SHARED_SECONDS - 5)
        == delete_expired_files(folder, one - SHARED_SECONDS + 5)
        == 0
    )
    assert delete_expired_files(folder, one - SHARED_SECONDS - 5) == 1, (
        "the clock was set back: it would stand for that long"
    )

    def away(*_names: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(page_file_upkeep.replica, "choose_database", away)
    assert not page_file_upkeep._is_database_available(), "readers go on with what is there"


def test_files_of_another_generation_are_deleted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restore, files may show content that the database no longer has; pages being rendered are not stored."""
    monkeypatch.setattr(generation, "read_current_generation", lambda: DatabaseGeneration("first"))
    assert page_file_upkeep.delete_other_generation(folder)
    assert not page_file_upkeep.delete_other_generation(folder)
    (folder / NOW_FOLDER / HOST / PAGES_FOLDER / "columns/1").mkdir(parents=True)
    with HostFolder(folder, HOST) as slow, HostFolder(folder, HOST) as host_folder:
        assert host_folder.put(f"{PAGES_FOLDER}/{NAME}.gz", b"later withdrawn")
        monkeypatch.setattr(generation, "read_current_generation", lambda: DatabaseGeneration("second", restored=True))
        assert page_file_upkeep.delete_other_generation(folder)
        assert read_shown(folder) == b""
        slow.put(f"{PAGES_FOLDER}/{NAME}.gz", b"made before")
        assert read_shown(folder) == b""

    def away() -> DatabaseGeneration:
        raise DatabaseError

    monkeypatch.setattr(generation, "read_current_generation", away)
    assert not page_file_upkeep.delete_other_generation(folder), "readers go on with what is there"
