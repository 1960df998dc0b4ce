"""Who reads the replica, until how late; what a reader sent is found; a real pair of servers."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connections
from django.http import HttpResponse
from django.test import RequestFactory

from factories.postgres_pair import Server, servers
from gongkai.portal import replica
from gongkai.portal.middleware import WROTE, ReadReplica, anybody
from gongkai.portal.replica import EVERY, READS, Router, Watch, bound

GET = RequestFactory().get


class Pair:
    """A primary and a replica as numbers, and a clock."""

    def __init__(self) -> None:
        self.now, self.primary, self.replica, self.asked = 100.0, 10, 10, 0
        self.watch = Watch(lambda: self.now, self.at_primary, self.at_replica)

    def at_primary(self) -> int:
        self.asked += 1
        if self.primary < 0:
            raise OperationalError("away")
        return self.primary

    def at_replica(self) -> int:
        if self.replica < -1:
            raise OperationalError("away")
        return self.replica

    def later(self, seconds: float = 1.0, **where: int) -> bool:
        self.now += seconds
        vars(self).update(where)
        return self.watch.fresh()


def test_a_replica_is_read_until_it_is_too_far_behind() -> None:
    pair = Pair()
    assert pair.watch.fresh()
    assert pair.later(primary=20)
    assert (pair.watch.behind, pair.later()) == (1.0, True)
    assert not pair.later()
    assert pair.watch.behind == 3.0
    assert pair.later(replica=20)
    assert pair.watch.behind == 0.0


def test_it_is_asked_once_a_second_and_after_a_failure_less() -> None:
    pair = Pair()
    assert [pair.later(0.1) for _ in range(30)] == [True] * 30
    assert pair.asked == 3
    assert not pair.later(replica=-2)
    asked = pair.asked
    assert not pair.later(4)
    assert (pair.asked, pair.later(1.5, replica=10), pair.asked) == (asked, True, asked + 1)


def test_what_was_promoted_is_no_replica_and_without_a_primary_its_age_does_not_count() -> None:
    pair = Pair()
    assert pair.watch.fresh()
    assert not pair.later(replica=-1)
    assert not pair.later(primary=-1)
    assert pair.later(9, replica=5)


def test_caches_are_told_when_no_reader_meets_what_stood_before() -> None:
    pair, waits = Pair(), []
    pair.primary = 30

    def wait(seconds: float) -> None:
        waits.append(seconds)
        pair.now += max(seconds, 0.5)
        if len(waits) == 3:
            pair.replica = 30

    assert pair.watch.settle(wait=wait)
    pair.primary, pair.now = 99, 200.0
    assert pair.watch.settle(wait=wait)
    assert pair.now == 200.0 + bound()
    pair.replica = -2
    assert pair.watch.settle(wait=wait)
    assert waits[-1] == bound()
    assert pair.watch.settle(bound() + 1, wait=wait)
    assert waits[-1] == 0.0  # what was committed so long ago waits for nothing


def test_what_is_withdrawn_waits_a_moment_only_and_is_told_that_it_was_too_short() -> None:
    pair = Pair()
    pair.primary, waits = 99, []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        pair.now += seconds

    assert not pair.watch.settle(patience=0.2, wait=wait)
    assert sum(waits) == pytest.approx(0.2, abs=0.03)
    pair.replica = -2
    assert not pair.watch.settle(patience=0.2, wait=wait)
    pair.replica = 99
    assert pair.watch.settle(patience=0.2, wait=wait)


def test_a_promoted_server_is_waited_for_once_and_not_at_every_change() -> None:
    """The settings name it still: all processes have seen within a second that it is no replica any more."""
    pair = Pair()

    def wait(seconds: float) -> None:
        pair.now += seconds

    pair.primary, pair.replica = 99, -1
    began = pair.now
    assert pair.watch.settle(wait=wait)
    assert pair.now - began == pytest.approx(2 * EVERY, abs=0.03)
    for patience in (None, 0.2):
        before = pair.now
        assert pair.watch.settle(patience=patience, wait=wait)
        assert pair.now == before
    assert pair.later(5, replica=99)
    assert pair.watch.promoted is None  # a new replica stands there


@pytest.mark.parametrize(
    ("request_", "reads"),
    [
        (GET("/"), True),
        (RequestFactory().head("/x/"), True),
        (RequestFactory().post("/x/"), False),
        (GET("/admin/login/"), False),
        (GET("/api/x", HTTP_AUTHORIZATION="Bearer x"), False),
        (GET("/", HTTP_COOKIE=f"{settings.SESSION_COOKIE_NAME}=x"), False),
        (GET("/", HTTP_COOKIE=f"{WROTE}=1"), False),
    ],
)
def test_only_what_anybody_may_read_reads_the_replica(request_: Any, reads: bool) -> None:
    assert anybody(request_) is reads


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Ask a view behind the middleware; what it found is what it returned."""
    monkeypatch.setitem(settings.DATABASES, "replica", {})
    pair = Pair()
    monkeypatch.setattr(replica, "WATCH", pair.watch)
    monkeypatch.setattr(replica, "connections", {"default": SimpleNamespace(in_atomic_block=False)})

    def ask(view: Any, request: Any = None) -> Any:
        request = request or GET("/")
        request.resolver_match = SimpleNamespace(func=view, args=(), kwargs={})

        def get_response(request: Any) -> Any:
            try:
                return view(request)
            except Exception as error:
                if (again := one.process_exception(request, error)) is None:
                    raise
                return again

        one = ReadReplica(get_response)
        return one(request)

    return ask


def where(request: Any) -> HttpResponse:
    return HttpResponse(Router().db_for_read(None))


def test_a_page_reads_the_replica_and_what_it_writes_it_finds(asked: Any) -> None:
    def writes(request: Any) -> HttpResponse:
        before = Router().db_for_read(None)
        return HttpResponse(f"{before} {Router().db_for_write(None)} {Router().db_for_read(None)}")

    assert asked(where).content == b"replica"
    assert asked(writes).content == b"replica default default"
    assert READS.get() == "default", "nothing is left of a request"
    replica.connections["default"].in_atomic_block = True
    assert asked(where).content == b"default"


def test_who_sent_something_reads_the_primary_for_a_while(asked: Any) -> None:
    answer = asked(where, RequestFactory().post("/requests/new/"))
    assert (answer.content, answer.cookies[WROTE]["max-age"]) == (
        b"default",
        settings.GONGKAI_REPLICA_LAG + 2,
    )
    assert WROTE not in asked(where).cookies


def test_a_replica_that_fails_in_the_middle_of_a_page_is_left(asked: Any) -> None:
    def fails(request: Any) -> HttpResponse:
        if Router().db_for_read(None) == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return HttpResponse(b"read again")

    assert asked(fails).content == b"read again"
    assert asked(where).content == b"default", "not asked again for some seconds"

    def broken(request: Any) -> HttpResponse:
        raise OperationalError("of the primary")

    with pytest.raises(OperationalError):
        asked(broken)


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
            time.monotonic,
            lambda: replica.place(ask("pair_primary", "SELECT pg_current_wal_lsn()")),
            lambda: reached(ask("pair_replica", FOLLOWED)),
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


FOLLOWED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END"


def reached(found: str) -> int:
    return replica.place(found) if found else -1


def ask(alias: str, query: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute(query)
        return str((cursor.fetchone() or [""])[0] or "") if cursor.description else ""
