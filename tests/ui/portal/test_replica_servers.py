"""Real pairs of servers: a replica is read while it follows, and left while it is held up, stopped, promoted or abandoned."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from factories.postgres_pair import Server, servers
from gongkai.ui.portal import replica


@pytest.fixture
def name(settings: Any, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Iterator[Callable[..., None]]:
    """Name servers as databases of the settings; each is read without delay."""
    import dj_database_url

    monkeypatch.setattr(replica, "PRIMARY_DATABASE", "pair_primary")
    monkeypatch.setattr(replica, "EVERY", 0.2)
    replica.watch_of.cache_clear()
    named: set[str] = set()

    def names(**given: Server) -> None:
        for alias, server in given.items():
            if alias in named:
                connections[alias].close()
                del connections[alias]
            named.add(alias)
            facts = {"OPTIONS": {}, **dj_database_url.parse(server.url())}
            monkeypatch.setitem(settings.DATABASES, alias, settings.DATABASES["default"] | facts)

    with django_db_blocker.unblock():
        yield names
        for alias in named:
            connections[alias].close()
            del connections[alias]
    replica.watch_of.cache_clear()


def begin(generation: str, timeline: int = 1) -> None:
    """Begin a generation, as `gongkai promote` does."""
    ask(
        "pair_primary",
        "CREATE TABLE IF NOT EXISTS acts_movement (stream text, seq int, hash text, facts jsonb)",
    )
    row = f"'database/1', {timeline}, '{generation}', '{{\"timeline\": {timeline}}}'"
    ask("pair_primary", f"INSERT INTO acts_movement VALUES ({row})")


def read() -> set[str]:
    """Return which databases pages read a moment later."""
    time.sleep(0.25)
    return {replica.chosen() for _ in range(4)}


@pytest.mark.slow
def test_a_real_pair(name: Callable[..., None], settings: Any) -> None:
    """A streaming replica: read while it follows, left while it is held up, stopped or promoted."""
    with servers() as base:
        primary, follower = Server(base / "primary").make(), Server(base / "replica")
        primary.copy_to(follower, "-R")
        follower.start()
        name(pair_primary=primary, replica=follower)
        begin("first")
        ask("pair_primary", "CREATE TABLE t AS SELECT 1")
        assert replica.settle()
        assert ask("replica", "SELECT count(*) FROM t") == "1"
        assert read() == {"replica"}
        ask("replica", "SELECT pg_wal_replay_pause()")
        settings.GONGKAI_REPLICA_LAG = 0
        ask("pair_primary", "INSERT INTO t VALUES (2)")
        assert not replica.settle(patience=0.1)
        assert read() == {"pair_primary"}
        ask("replica", "SELECT pg_wal_replay_resume()")
        assert replica.settle()
        follower.tool("pg_ctl", "-D", str(follower.data), "-w", "promote")
        assert replica.followed("replica").reached == -1
        assert read() == {"pair_primary"}
        follower.stop()
        with pytest.raises(replica.DATABASE_ERRORS):
            replica.followed("replica")


@pytest.mark.slow
def test_a_replica_of_a_future_that_a_restore_abandoned_is_not_read(name: Callable[..., None], tmp_path: Path) -> None:
    """It is ahead of the restored primary, and holds what that no longer does; built anew it is read again."""
    with servers() as base:
        archive = base / "archive"
        (archive / "wal").mkdir(parents=True)
        for path in (archive, archive / "wal"):
            path.chmod(0o777)
        command = f"cp %p {archive}/wal/%f"
        primary = Server(base / "primary", archive_mode="on", archive_command=command).make()
        follower, restored = Server(base / "replica"), Server(base / "restored")
        primary.copy_to(follower, "-R")
        follower.start()
        name(pair_primary=primary, replica=follower)
        begin("first")
        ask("pair_primary", "CREATE TABLE t AS SELECT 1")
        primary.copy_to(restored)
        moment = ask("pair_primary", "SELECT clock_timestamp()")
        ask("pair_primary", "INSERT INTO t SELECT generate_series(1, 9999)")
        assert replica.settle()
        assert read() == {"replica"}
        last = ask("pair_primary", "SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + 60
        while not (archive / "wal" / last).exists():
            assert time.monotonic() < until
            time.sleep(0.1)
        primary.stop()
        assert read() == {"replica"}, "while no primary says otherwise"

        with (restored.data / "postgresql.auto.conf").open("a") as settings_file:
            settings_file.write(
                f"restore_command = 'cp {archive}/wal/%f %p'\nrecovery_target_time = '{moment}'\n"
                "recovery_target_action = 'promote'\n"
            )
        (restored.data / "recovery.signal").touch()
        restored.start()
        name(pair_primary=restored)
        until = time.monotonic() + 60
        while ask("pair_primary", "SELECT pg_is_in_recovery()") != "False":
            assert time.monotonic() < until
            time.sleep(0.1)
        ask("pair_primary", "SELECT 1")
        assert replica.followed("replica").reached > replica.written().reached
        assert replica.written().generation == "", "nobody has accepted the restore yet"
        time.sleep(1)
        assert read() == {"pair_primary"}
        begin("second", 2)
        for _ in range(3):  # past the replica's place in the log
            ask("pair_primary", "INSERT INTO t SELECT generate_series(1, 99999)")
            ask("pair_primary", "SELECT pg_switch_wal()")
        assert replica.followed("replica").reached < replica.written().reached
        assert read() == {"pair_primary"}
        assert replica.settle(), "no process reads it"
        follower.stop()
        built = Server(base / "built")
        restored.copy_to(built, "-R")
        built.start()
        name(pair_primary=restored, replica=built)
        replica.watch_of.cache_clear()
        assert replica.settle()
        assert read() == {"replica"}


@pytest.mark.slow
def test_two_real_replicas(name: Callable[..., None], settings: Any) -> None:
    """Two streaming replicas: pages are read by both, by the other while one is held up or gone, and caches wait for both."""
    with servers() as base:
        primary, one, two = (Server(base / called) for called in ("primary", "one", "two"))
        primary.make()
        for follower in (one, two):
            primary.copy_to(follower, "-R")
            follower.start()
        name(pair_primary=primary, replica=one, replica2=two)
        settings.GONGKAI_REPLICA_LAG = 0
        begin("first")
        ask("pair_primary", "CREATE TABLE t AS SELECT 1")
        assert replica.settle()
        assert [ask(alias, "SELECT count(*) FROM t") for alias in ("pair_primary", "replica", "replica2")] == ["1"] * 3
        assert read() == {"replica", "replica2"}
        ask("replica", "SELECT pg_wal_replay_pause()")
        ask("pair_primary", "INSERT INTO t VALUES (2)")
        assert not replica.settle(patience=0.1)
        assert read() == {"replica2"}
        ask("replica", "SELECT pg_wal_replay_resume()")
        assert replica.settle()
        assert read() == {"replica", "replica2"}
        two.stop()
        assert read() == {"replica"}
        one.stop()
        assert read() == {"pair_primary"}


@pytest.mark.slow
def test_a_replica_that_says_nothing_is_not_waited_for(name: Callable[..., None]) -> None:
    """A process that stands still takes what it is sent and answers nothing: its reader goes elsewhere after a second, and asks it no more."""
    with servers() as base:
        primary, follower = Server(base / "primary").make(), Server(base / "replica")
        primary.copy_to(follower, "-R")
        follower.start()
        name(pair_primary=primary, replica=follower)
        begin("first")
        assert replica.settle()
        assert replica.chosen() == "replica"
        pid = int(ask("replica", "SELECT pg_backend_pid()"))
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(replica.DATABASE_ERRORS):
                ask("replica", "SELECT 1")
            assert time.monotonic() - began < 3
            replica.watch_of("replica").away()
            assert replica.chosen() == "pair_primary"
        finally:
            os.kill(pid, signal.SIGCONT)


def ask(alias: str, query: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return str((cursor.fetchone() or [""])[0]) if cursor.description else ""
