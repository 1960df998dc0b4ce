"""Routing reads to replicas: permitted lag, failures, and reading one's own writes (real servers: `benchmarks/large`)."""

import json
import threading
import time
from socket import socketpair
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory

from gongkai.ops.config import stores
from gongkai.ui.portal import page_file_upkeep, replica
from gongkai.ui.portal.middleware import WROTE_COOKIE, ReadReplicaMiddleware, is_anonymous_read
from gongkai.ui.portal.replica import (
    CHECK_SECONDS,
    CURRENT_READ_DATABASE,
    LogPosition,
    ReplicaRouter,
    ReplicaWatch,
    get_max_lag_seconds,
)

GET = RequestFactory().get


class Pair:
    """A primary and a replica as log positions, and a clock."""

    def __init__(self) -> None:
        self.now, self.primary, self.replica, self.asked = 100.0, 10, 10, 0
        self.generation = self.followed = "first"
        self.watch = ReplicaWatch(self.at_replica, lambda: self.now, self.at_primary)

    def at_primary(self) -> LogPosition:
        self.asked += 1
        if self.primary < 0:
            raise OperationalError("away")
        return LogPosition(self.primary, self.generation)

    def at_replica(self) -> LogPosition:
        if self.replica < -1:
            raise OperationalError("away")
        return LogPosition(self.replica, self.followed)

    def later(self, seconds: float = 1.0, **where: int | str) -> bool:
        self.now += seconds
        vars(self).update(where)
        return self.watch.fresh()


def test_replica_is_read_until_too_far_behind() -> None:
    pair = Pair()
    assert pair.watch.fresh()
    assert pair.later(primary=20)
    assert (pair.watch.behind, pair.later()) == (1.0, True)
    assert not pair.later()
    assert pair.watch.behind == 3.0
    assert pair.later(replica=20)
    assert pair.watch.behind == 0.0


def test_replica_is_checked_once_a_second_and_less_after_failure() -> None:
    pair = Pair()
    assert [pair.later(0.1) for _ in range(30)] == [True] * 30
    assert pair.asked == 3
    assert not pair.later(replica=-2)
    asked = pair.asked
    assert not pair.later(4)
    assert (pair.asked, pair.later(1.5, replica=10), pair.asked) == (asked, True, asked + 1)


def test_promoted_server_is_no_replica_and_age_needs_primary() -> None:
    pair = Pair()
    assert pair.watch.fresh()
    assert not pair.later(replica=-1)
    assert not pair.later(primary=-1)
    assert pair.later(9, replica=5)


def test_replica_of_another_generation_is_not_read() -> None:
    pair = Pair()
    assert pair.watch.fresh()
    assert not pair.later(primary=5), "ahead of the primary: it follows another history"
    assert pair.later(primary=10)
    assert not pair.later(generation=""), "restored, and nobody has accepted that yet"
    assert not pair.later(generation="second", primary=99)
    assert not pair.later(replica=99)
    assert pair.watch.abandoned
    assert not pair.later(primary=-1), "nor while the primary is away"
    assert pair.later(primary=99, followed="second")
    assert not pair.watch.abandoned
    assert pair.later(primary=50, replica=50, generation="third", followed="third"), "rebuilt after a restore"


def test_new_process_reads_stored_generation_while_primary_is_down(settings: Any, tmp_path: Any) -> None:
    settings.DATA = tmp_path
    for seen, read in (("", False), ("first", True), ("second", False)):
        (tmp_path / "primary.json").write_text(json.dumps({"generation": seen}))
        assert Pair().later(6, primary=-1) is read


def test_purge_waits_until_all_processes_left_abandoned_replica() -> None:
    pair = Pair()
    pair.generation, pair.replica = "second", 99

    def wait(seconds: float) -> None:
        pair.now += seconds

    assert not pair.watch.wait_until_current(timeout_seconds=0.2, wait=wait)
    assert pair.watch.wait_until_current(wait=wait)
    assert pair.now == pytest.approx(100 + 2 * CHECK_SECONDS, abs=0.03)


def test_purge_waits_until_replicas_have_the_change() -> None:
    pair, waits = Pair(), []
    pair.primary = 30

    def wait(seconds: float) -> None:
        waits.append(seconds)
        pair.now += max(seconds, 0.5)
        if len(waits) == 3:
            pair.replica = 30

    assert pair.watch.wait_until_current(wait=wait)
    pair.primary, pair.now = 99, 200.0
    assert pair.watch.wait_until_current(wait=wait)
    assert pair.now == 200.0 + get_max_lag_seconds()
    pair.replica = -2
    assert pair.watch.wait_until_current(wait=wait)
    assert waits[-1] == get_max_lag_seconds()
    assert pair.watch.wait_until_current(get_max_lag_seconds() + 1, wait=wait)
    assert waits[-1] == 0.0  # what was committed so long ago waits for nothing


def test_urgent_purge_waits_briefly_and_reports_timeout() -> None:
    pair = Pair()
    pair.primary, waits = 99, []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        pair.now += seconds

    assert not pair.watch.wait_until_current(timeout_seconds=0.2, wait=wait)
    assert sum(waits) == pytest.approx(0.2, abs=0.03)
    pair.replica = -2
    assert not pair.watch.wait_until_current(timeout_seconds=0.2, wait=wait)
    pair.replica = 99
    assert pair.watch.wait_until_current(timeout_seconds=0.2, wait=wait)


def test_promoted_server_is_waited_for_only_once() -> None:
    """The settings still name it, but within a second all processes have noticed that it is no replica."""
    pair = Pair()

    def wait(seconds: float) -> None:
        pair.now += seconds

    pair.primary, pair.replica = 99, -1
    began = pair.now
    assert pair.watch.wait_until_current(wait=wait)
    assert pair.now - began == pytest.approx(2 * CHECK_SECONDS, abs=0.03)
    for seconds in (None, 0.2):
        before = pair.now
        assert pair.watch.wait_until_current(timeout_seconds=seconds, wait=wait)
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
        (GET("/", HTTP_COOKIE=f"{WROTE_COOKIE}=1"), False),
    ],
)
def test_only_anonymous_reads_use_replica(request_: Any, reads: bool) -> None:
    assert is_anonymous_read(request_) is reads


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Return a function that calls a view behind the middleware and returns its response."""
    monkeypatch.setitem(settings.DATABASES, "replica", {})
    pairs = {"replica": Pair(), "replica2": Pair()}
    monkeypatch.setattr(replica, "get_replica_watch", lambda alias: pairs[alias].watch)
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

        one = ReadReplicaMiddleware(get_response)
        return one(request)

    ask.pairs = pairs  # type: ignore[attr-defined]
    return ask


def show_database(request: Any) -> HttpResponse:
    return HttpResponse(ReplicaRouter().db_for_read(None))


def test_page_reads_replica_and_finds_its_own_writes(asked: Any) -> None:
    def writes(request: Any) -> HttpResponse:
        before = ReplicaRouter().db_for_read(None)
        return HttpResponse(f"{before} {ReplicaRouter().db_for_write(None)} {ReplicaRouter().db_for_read(None)}")

    assert asked(show_database).content == b"replica"
    assert asked(writes).content == b"replica default default"
    assert CURRENT_READ_DATABASE.get() == "default", "nothing is left of a request"
    replica.connections["default"].in_atomic_block = True
    assert asked(show_database).content == b"default"


def test_user_who_sent_data_reads_primary_for_a_while(asked: Any) -> None:
    answer = asked(show_database, RequestFactory().post("/requests/new/"))
    assert (answer.content, answer.cookies[WROTE_COOKIE]["max-age"]) == (
        b"default",
        settings.GONGKAI_REPLICA_LAG + 2,
    )
    assert WROTE_COOKIE not in asked(show_database).cookies


def test_replica_failing_within_a_page_is_left(asked: Any) -> None:
    def fails(request: Any) -> HttpResponse:
        if ReplicaRouter().db_for_read(None) == "replica":
            raise OperationalError("canceling statement due to conflict with recovery")
        return HttpResponse(b"read again")

    assert asked(fails).content == b"read again"
    assert asked(show_database).content == b"default", "not asked again for some seconds"

    def broken(request: Any) -> HttpResponse:
        raise OperationalError("of the primary")

    with pytest.raises(OperationalError):
        asked(broken)


@pytest.fixture
def with_second_replica(asked: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Any:
    """Configure a second replica; return the caller and both pairs."""
    monkeypatch.setitem(settings.DATABASES, "replica2", {})
    return asked, asked.pairs["replica"], asked.pairs["replica2"]


def list_databases_read(ask: Any, times: int = 4) -> set[str]:
    return {ask(show_database).content.decode() for _ in range(times)}


def test_reads_are_distributed_over_current_replicas(with_second_replica: Any) -> None:
    ask, one, two = with_second_replica
    assert list_databases_read(ask) == {"replica", "replica2"}
    one.later(primary=20)
    one.later(3)
    assert list_databases_read(ask) == {"replica2"}, "the one that is late is left out"
    two.later(2, replica=-2)
    assert list_databases_read(ask) == {"default"}
    one.later(1, replica=20)
    assert list_databases_read(ask) == {"replica"}


def test_failing_replicas_fall_back_to_others_and_primary(
    with_second_replica: Any,
) -> None:
    ask, _, two = with_second_replica
    broken = {"replica", "replica2"}
    tried: list[str] = []

    def fails(request: Any) -> HttpResponse:
        tried.append(ReplicaRouter().db_for_read(None))
        if tried[-1] in broken:
            raise OperationalError("terminating connection")
        return HttpResponse(tried[-1])

    assert ask(fails).content == b"default"
    assert sorted(tried) == ["default", "replica", "replica2"]
    two.later(6)
    broken = {"replica"}
    assert list_databases_read(ask) == {"replica2"}
    broken = {"replica2"}
    tried.clear()
    assert ask(fails).content == b"default"
    assert tried == ["replica2", "default"], "the one that failed before is left alone still"


def test_purge_waits_for_all_replicas(with_second_replica: Any, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    _, one, two = with_second_replica
    waits: list[tuple[float, float | None]] = []

    def settles(pair: Pair, answer: bool) -> None:
        def wait_until_current(age: float, patience: float | None) -> bool:
            waits.append((age, patience))
            time.sleep(0.02)
            return answer

        monkeypatch.setattr(pair.watch, "wait_until_current", wait_until_current)

    for first, last in ((True, True), (True, False), (False, True)):
        settles(one, first)
        settles(two, last)
        assert replica.wait_for_replicas(1.0, 0.03) is (first and last)
    (age, patience), (later, left) = waits[:2]
    assert (round(age, 1), patience) == (1.0, pytest.approx(0.03, abs=0.01))
    assert later >= 1.02, "what was waited for the first is over for the second"
    assert left is not None
    assert left <= 0.01


def test_replicas_are_configured_in_one_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    two = "postgres://g:a,b@10.0.0.12:6432/gongkai, postgresql://g:x@10.0.0.13/gongkai"
    monkeypatch.setenv("DATABASE_URL", "postgres://g@10.0.0.11/gongkai")
    monkeypatch.setenv("GONGKAI_REPLICA_URL", two)
    found = stores.databases_setting(tmp_path, pooler=True)
    assert {name: (one["HOST"], one["CONN_MAX_AGE"]) for name, one in found.items()} == {
        "default": ("10.0.0.11", 60),
        "replica": ("10.0.0.12", 60),
        "replica2": ("10.0.0.13", 60),
    }
    assert found["replica"]["PASSWORD"] == "a,b"
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(ImproperlyConfigured, match="只用于 PostgreSQL"):
        stores.databases_setting(tmp_path, pooler=False)


def test_only_query_beyond_timeout_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is closed for a waiting reader; connections that have answered stay open."""
    monkeypatch.setattr(page_file_upkeep, "QUERY_TIMEOUT_SECONDS", 0.05)
    (quick, server), (slow, other) = socketpair(), socketpair()
    cutter = page_file_upkeep.get_query_watchdog()
    with quick, server, slow, other:
        links = [SimpleNamespace(pgconn=SimpleNamespace(socket=one.fileno())) for one in (quick, slow)]
        with cutter.watch(links[0]):
            server.send(b"1")
            assert quick.recv(1) == b"1"
        slow.settimeout(60)
        with cutter.watch(links[1]):
            assert slow.recv(1) == b"", "the end of the line, not a minute's silence"
        time.sleep(0.2)
        server.send(b"2")
        assert quick.recv(1) == b"2"
        with cutter.watch(None):
            assert not cutter.open, "SQLite has no line to cut"


def test_recovery_check_of_replica_does_not_block_readers() -> None:
    looked = threading.Event()

    def at_replica() -> LogPosition:
        looked.wait(10)
        return LogPosition(5, "first")

    watch = ReplicaWatch(at_replica, at_primary=lambda: LogPosition(5, "first"), aside=True)
    watch.stop_reading()
    watch.next = -1.0
    assert not watch.fresh(), "answered at once, while somebody looks"
    looked.set()
    for _ in range(1000):
        if watch.good:
            break
        time.sleep(0.01)
    assert watch.fresh()
