"""Real pairs of servers: a replica is read while it follows, and left while it is held up, stopped or promoted."""

import os
import signal
import time
from typing import Any

import pytest
from django.db import connections

from factories.postgres_pair import Server, servers
from gongkai.portal import replica
from gongkai.portal.replica import Watch


@pytest.mark.slow
def test_a_real_pair(django_db_blocker: Any, settings: Any) -> None:
    """A streaming replica: read while it follows, left while it is held up, stopped or promoted."""
    import dj_database_url

    with django_db_blocker.unblock(), servers() as base:
        primary, follower = Server(base / "primary").make(), Server(base / "replica")
        primary.copy_to(follower, "-R")
        follower.start()
        for alias, one in (("pair_primary", primary), ("pair_replica", follower)):
            connections.settings[alias] = {
                **connections.settings["default"],
                "OPTIONS": {},
                **dj_database_url.parse(one.url()),
            }
        watch = Watch(
            lambda: reached(ask("pair_replica", FOLLOWED)),
            time.monotonic,
            lambda: replica.place(ask("pair_primary", "SELECT pg_current_wal_lsn()")),
        )
        ask("pair_primary", "CREATE TABLE t AS SELECT 1")
        assert watch.settle()
        assert ask("pair_replica", "SELECT count(*) FROM t") == "1"
        assert watch.fresh()
        ask("pair_replica", "SELECT pg_wal_replay_pause()")
        settings.GONGKAI_REPLICA_LAG = 0
        ask("pair_primary", "INSERT INTO t VALUES (2)")
        assert not watch.settle(patience=0.2)
        assert watch.settle(wait=lambda seconds: time.sleep(0.2))
        assert not watch.fresh()
        ask("pair_replica", "SELECT pg_wal_replay_resume()")
        assert watch.settle()
        follower.tool("pg_ctl", "-D", str(follower.data), "-w", "promote")
        assert reached(ask("pair_replica", FOLLOWED)) == -1
        follower.stop()
        with pytest.raises(replica.FAULTS):
            ask("pair_replica", FOLLOWED)
        for alias in ("pair_primary", "pair_replica"):
            connections[alias].close()
            del connections.settings[alias]
            del connections[alias]


@pytest.mark.slow
def test_two_real_replicas(django_db_blocker: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two streaming replicas: pages are read by both, by the other while one is held up or gone, and caches wait for both."""
    import dj_database_url

    monkeypatch.setattr(replica, "PRIMARY", "pair_primary")
    monkeypatch.setattr(replica, "EVERY", 0.2)
    replica.watch_of.cache_clear()

    def read() -> set[str]:
        time.sleep(0.25)
        return {replica.chosen() for _ in range(4)}

    with django_db_blocker.unblock(), servers() as base:
        primary, one, two = (Server(base / name) for name in ("primary", "one", "two"))
        primary.make()
        named = {"pair_primary": primary, "replica": one, "replica2": two}
        for follower in (one, two):
            primary.copy_to(follower, "-R")
            follower.start()
        for alias, server in named.items():
            facts = {"OPTIONS": {}, **dj_database_url.parse(server.url())}
            monkeypatch.setitem(settings.DATABASES, alias, settings.DATABASES["default"] | facts)
        settings.GONGKAI_REPLICA_LAG = 0
        ask("pair_primary", "CREATE TABLE t AS SELECT 1")
        assert replica.settle()
        assert [ask(alias, "SELECT count(*) FROM t") for alias in named] == ["1"] * 3
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
        for alias in named:
            connections[alias].close()
            del connections[alias]
    replica.watch_of.cache_clear()


@pytest.mark.slow
def test_a_replica_that_says_nothing_is_not_waited_for(
    django_db_blocker: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stands still takes what it is sent and answers nothing: its reader goes elsewhere after a second, and asks it no more."""
    import dj_database_url

    monkeypatch.setattr(replica, "PRIMARY", "pair_primary")
    replica.watch_of.cache_clear()
    with django_db_blocker.unblock(), servers() as base:
        primary, follower = Server(base / "primary").make(), Server(base / "replica")
        primary.copy_to(follower, "-R")
        follower.start()
        for alias, server in {"pair_primary": primary, "replica": follower}.items():
            facts = {"OPTIONS": {}, **dj_database_url.parse(server.url())}
            monkeypatch.setitem(settings.DATABASES, alias, settings.DATABASES["default"] | facts)
        assert replica.settle()
        assert replica.chosen() == "replica"
        pid = int(ask("replica", "SELECT pg_backend_pid()"))
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.monotonic()
            with pytest.raises(replica.FAULTS):
                ask("replica", "SELECT 1")
            assert time.monotonic() - began < 3
            replica.watch_of("replica").away()
            assert replica.chosen() == "pair_primary"
        finally:
            os.kill(pid, signal.SIGCONT)
        for alias in ("pair_primary", "replica"):
            connections[alias].close()
            del connections[alias]
    replica.watch_of.cache_clear()


FOLLOWED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END"


def reached(found: str) -> int:
    return replica.place(found) if found else -1


def ask(alias: str, query: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return str((cursor.fetchone() or [""])[0] or "") if cursor.description else ""
