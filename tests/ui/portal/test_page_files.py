"""Kept pages hold under kills, a full disk, and time: what was withdrawn never comes back (`portal.page_files`)."""

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


def shown(folder: Path) -> bytes:
    """What nginx shows; nothing where it would ask the portal."""
    try:
        return (folder / NOW_FOLDER / HOST / PAGES_FOLDER / f"{NAME}.gz").read_bytes()
    except OSError:
        return b""


def take_away(folder: Path, *, everything: bool) -> None:
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


def _keeps_on(folder: Path) -> None:
    """Read the state, take a while as a page does, keep what was read; again and again."""
    while True:
        with HostFolder(folder, HOST) as host_folder:
            state = (folder / "state").read_bytes()
            time.sleep(random.random() / 500)
            host_folder.put(f"{PAGES_FOLDER}/{NAME}.gz", state)


@pytest.fixture
def writers(folder: Path) -> Iterator[Callable[[], None]]:
    """Three processes that keep a page; give what kills one of them at once and begins another."""
    running: list[int] = []

    def begin() -> None:
        if (child := os.fork()) == 0:
            try:
                _keeps_on(folder)
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


def test_what_was_withdrawn_never_comes_back_whoever_is_killed(folder: Path, writers: Callable[[], None]) -> None:
    """From the moment when a site's folder is renamed, and at every look from then on."""
    seen = 0  # turns in which a page was kept: some tens, however slow the machine is
    for turn in range(1, 600):
        state = folder / "next"
        state.write_bytes(f"{turn}".encode())
        state.rename(folder / "state")
        take_away(folder, everything=True)
        until, page = time.monotonic() + 0.02, b""
        while time.monotonic() < until:
            page = shown(folder) or page
            assert page in {b"", f"{turn}".encode()}
        if turn % 3 == 0:
            writers()
        if (seen := seen + bool(page)) > 30:
            break
    assert seen > 30


def test_a_page_that_changed_is_the_new_one_soon(folder: Path, writers: Callable[[], None]) -> None:
    for turn in range(1, 40):
        state = folder / "next"
        state.write_bytes(f"{turn}".encode())
        state.rename(folder / "state")
        take_away(folder, everything=False)
        time.sleep(0.02)
        assert shown(folder) in {b"", f"{turn}".encode()}


def _asked(folder: Path, settings: Any, answer: HttpResponse) -> HttpResponse:
    settings.GONGKAI_PAGES, settings.GONGKAI_CACHE_SECRET = str(folder), "s3cret"
    settings.ALLOWED_HOSTS = ["*"]
    caching.mark_shareable(answer)
    given = {caching.COMPRESSED_HEADER: "s3cret"}
    page = PageFilesMiddleware(lambda _: answer)(RequestFactory().get(f"/{NAME}", headers=given, HTTP_HOST=HOST))
    assert isinstance(page, HttpResponse)
    return page


def test_a_full_disk_keeps_nothing_and_hinders_nobody(
    folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / NOW_FOLDER / HOST).mkdir()

    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as within:
        within.setattr(os, "rename", full)
        answer = _asked(folder, settings, HttpResponse("page"))
    assert (answer.content, answer.headers["X-Accel-Expires"]) == (b"page", "0")
    assert not [file for file in folder.rglob("*") if file.is_file()], "no half of a page is left"
    assert _asked(folder, settings, HttpResponse("page")).content == b"page"
    assert shown(folder)


@pytest.mark.parametrize(
    "changed", [{"Content-Security-Policy": "default-src 'none'"}, {"Content-Type": "application/json"}]
)
def test_what_says_more_of_itself_than_a_file_can_is_no_file(
    folder: Path, settings: Any, changed: dict[str, str]
) -> None:
    (folder / NOW_FOLDER / HOST).mkdir()
    _asked(folder, settings, HttpResponse("page", headers=changed))
    assert not shown(folder)


def test_what_is_past_its_time_goes_while_pages_can_be_made(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_pages_of_another_generation_go(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restore the files show what the record no longer holds; who is making one of them keeps it nowhere."""
    monkeypatch.setattr(generation, "read_current_generation", lambda: DatabaseGeneration("first"))
    assert page_file_upkeep.delete_other_generation(folder)
    assert not page_file_upkeep.delete_other_generation(folder)
    (folder / NOW_FOLDER / HOST / PAGES_FOLDER / "columns/1").mkdir(parents=True)
    with HostFolder(folder, HOST) as slow, HostFolder(folder, HOST) as host_folder:
        assert host_folder.put(f"{PAGES_FOLDER}/{NAME}.gz", b"later withdrawn")
        monkeypatch.setattr(generation, "read_current_generation", lambda: DatabaseGeneration("second", restored=True))
        assert page_file_upkeep.delete_other_generation(folder)
        assert shown(folder) == b""
        slow.put(f"{PAGES_FOLDER}/{NAME}.gz", b"made before")
        assert shown(folder) == b""

    def away() -> DatabaseGeneration:
        raise DatabaseError

    monkeypatch.setattr(generation, "read_current_generation", away)
    assert not page_file_upkeep.delete_other_generation(folder), "readers go on with what is there"
