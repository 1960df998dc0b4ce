"""Urgent purges of withdrawn pages: before all others, in threads of their own, and repeated if a page may have been cached again."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.utils import timezone

from factories.publishing import item, public, released
from factories.units import actor
from gongkai.content.editions.models import Column, Document
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging import purge_queue, send_due_purges
from gongkai.ui.portal.purging.affected_urls import WHOLE_SITE_PATH, SiteUrl
from gongkai.ui.portal.purging.cache_protocols import PurgeRefused
from gongkai.ui.portal.purging.purge_queue import (
    LEASE_PERIOD,
    SECOND_PURGE_DELAY,
    URGENT_RETRY_SECONDS,
    send_committed_first,
)
from gongkai.ui.portal.replica import get_max_lag_seconds

pytestmark = pytest.mark.django_db
VARNISH, NGINX = ("purge", "http://127.0.0.1:9"), ("pages", "http://127.0.0.1:10")


@pytest.fixture
def purged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Record the purges sent to caches, in order."""
    told: list[tuple[str, str]] = []

    def tell(cache: str, place: SiteUrl) -> None:
        told.append((cache, place.path))

    monkeypatch.setattr(purge_queue, "purge_url", tell)
    return told


@pytest.fixture
def document(plans: Column, housing: Body, settings: Any) -> Document:
    """Publish a document, then configure caches."""
    made = public(housing, [plans])
    settings.GONGKAI_CACHES = [VARNISH, NGINX]
    return made


def cache_name(cache: tuple[str, str]) -> str:
    return "=".join(cache)


def withdraw(document: Document) -> None:
    actions.withdraw(document, by=actor(Role.SIGNER, document.body), reason="有误")


def list_urgent() -> set[tuple[str, str]]:
    return set(Purge.objects.filter(urgent=True).values_list("cache", "path"))


def test_withdrawal_is_urgent_and_purges_site_in_nginx(document: Document, plans: Column) -> None:
    withdraw(document)
    page = f"/columns/{plans.pk}/{document.pk}.html"
    assert {(cache_name(VARNISH), page), (cache_name(VARNISH), "/")} <= list_urgent()
    assert {path for cache, path in list_urgent() if cache == cache_name(NGINX)} == {WHOLE_SITE_PATH}
    assert not Purge.objects.filter(cache=cache_name(NGINX), urgent=False).exists(), "nothing is left to be told"


def test_draft_purges_nothing_and_new_page_is_purged_first(plans: Column, housing: Body, settings: Any) -> None:
    settings.GONGKAI_CACHES = [NGINX]
    draft = item(housing, [plans])
    assert not Purge.objects.exists(), "a cache that asked for it would keep an error at its address"
    released(draft)
    told = list(Purge.objects.order_by("pk").values_list("path", flat=True))
    page = f"/columns/{plans.pk}/{Document.objects.get().pk}.html"
    assert told[:3] == [page, "/", f"/columns/{plans.pk}/"]
    assert "/feed/" in told


def test_new_publication_is_not_urgent_but_new_limitation_is(document: Document, plans: Column, housing: Body) -> None:
    other = public(housing, [plans])
    given = {"manner": "limited", "circle": [housing.pk], "manner_reason": "改为限定范围"}
    clerk = actor(Role.CLERK, housing)
    for change, takes in (({"title": "更正后的标题"}, False), (given, True)):
        Purge.objects.all().delete()
        actions.save_revision(find_document_item(other), by=clerk, **change)
        released(find_document_item(other))
        assert Purge.objects.exists()
        assert ((cache_name(NGINX), WHOLE_SITE_PATH) in list_urgent()) is takes


def test_urgent_purges_are_sent_before_older_ones(document: Document, purged: list[tuple[str, str]]) -> None:
    hour = timezone.now() - timedelta(minutes=5)
    older = [Purge(cache=cache_name(VARNISH), host="testserver", path=f"/{n}", due_at=hour) for n in range(30)]
    Purge.objects.bulk_create(older)
    withdraw(document)
    count = len(list_urgent())
    send_due_purges(timezone.now())
    assert set(purged[:count]) == list_urgent() | {(cache_name(NGINX), WHOLE_SITE_PATH)}
    assert len(purged) == count + 30


def test_cache_that_may_have_stored_page_again_is_purged_once_more(
    document: Document, purged: list[tuple[str, str]]
) -> None:
    """Varnish stores a page whose rendering began before the purge; nginx never serves such a file."""
    withdraw(document)
    now = timezone.now()
    send_due_purges(now)
    assert {cache for cache, _ in list_urgent()} == {cache_name(VARNISH)}
    first, _ = len(purged), purged.clear()
    assert send_due_purges(now + SECOND_PURGE_DELAY / 2)["sent"] == 0
    assert 0 < send_due_purges(now + SECOND_PURGE_DELAY)["sent"] < first
    assert not Purge.objects.exists()


def test_nginx_is_purged_again_if_replica_may_be_behind(
    document: Document, purged: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    patience: list[float | None] = []

    def settle(age: float, most: float | None) -> bool:
        patience.append(most)
        return False

    monkeypatch.setattr(purge_queue, "wait_for_replicas", settle)
    withdraw(document)
    now = timezone.now()
    send_due_purges(now)
    assert patience[0] == purge_queue.URGENT_REPLICA_WAIT_SECONDS
    assert (cache_name(NGINX), WHOLE_SITE_PATH) in purged
    (row,) = Purge.objects.filter(cache=cache_name(NGINX), path=WHOLE_SITE_PATH)
    assert row.due_at == now + timedelta(seconds=get_max_lag_seconds())
    send_due_purges(row.due_at)
    assert not Purge.objects.filter(cache=cache_name(NGINX)).exists()


def test_refused_urgent_purge_is_retried_after_a_second(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(cache: str, place: SiteUrl) -> None:
        raise PurgeRefused("超时")

    monkeypatch.setattr(purge_queue, "purge_url", tell)
    withdraw(document)
    now = timezone.now()
    send_due_purges(now)
    (row,) = Purge.objects.filter(cache=cache_name(NGINX), path=WHOLE_SITE_PATH)
    assert (row.due_at, row.held_until) == (now + timedelta(seconds=URGENT_RETRY_SECONDS[0]), None)
    assert not Purge.objects.exclude(held_until=None).exists()  # what was not reached is free for the next


def test_leased_purges_are_skipped_by_others_until_lease_ends(
    document: Document, purged: list[tuple[str, str]]
) -> None:
    withdraw(document)
    now = timezone.now()
    held = purge_queue.PurgeRun(now, purge_queue.Q(), purge_queue.time.monotonic() + 9).lease(1000)
    assert held
    assert send_due_purges(now)["sent"] == 0
    assert not purge_queue.wake_if_purges_due()
    assert send_due_purges(now + LEASE_PERIOD)["sent"] == len(held)


def test_threads_are_woken_and_nginx_is_purged_before_database_access(
    document: Document,
    purged: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(purge_queue, "PURGE_THREADS", [])
    monkeypatch.setattr(purge_queue, "MAX_ACTION_WAIT_SECONDS", 0.0)
    monkeypatch.setattr(purge_queue.PurgeThread, "start", lambda _: None)
    lanes = purge_queue.start_purge_threads()
    assert len(lanes) == 4  # two caches, what is urgent and the rest
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(document)
    assert all(lane.woken.is_set() for lane in lanes)
    [(rows, asked)] = [one for lane in lanes for one in lane.waiting]
    purge_queue.PurgeRun(timezone.now(), purge_queue.Q(), purge_queue.time.monotonic() + 9).lease(
        1000
    )  # all held by another
    send_committed_first(rows, asked)
    assert purged == [(cache_name(NGINX), WHOLE_SITE_PATH)], "and nothing else"
    assert asked.is_set()
    assert not Purge.objects.filter(cache=cache_name(NGINX)).exists(), "it is not told twice"


def test_stalled_web_server_does_not_block_others(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    stuck, told = threading.Event(), []

    def tell(cache: str, place: SiteUrl) -> None:
        if cache == "pages=still":
            stuck.wait(20)
        told.append(cache)

    settings.GONGKAI_CACHES = [("pages", "still"), ("pages", "well")]
    monkeypatch.setattr(purge_queue, "purge_url", tell)
    monkeypatch.setattr(purge_queue, "list_replicas", lambda: ["replica"])
    monkeypatch.setattr(purge_queue, "send_due_purges", lambda **_: None)
    monkeypatch.setattr(purge_queue, "connections", SimpleNamespace(close_all=lambda: None))
    monkeypatch.setattr(purge_queue, "PURGE_THREADS", [])
    monkeypatch.setattr(purge_queue, "MAX_ACTION_WAIT_SECONDS", 0.5)
    lanes = purge_queue.start_purge_threads()
    purge_queue.wake_purge_threads(
        [Purge(cache=f"pages={one}", host="a", path=WHOLE_SITE_PATH, urgent=True) for one in ("still", "well")]
    )
    assert told == ["pages=well"]
    assert len(lanes) == 4
    stuck.set()
    for lane in lanes:  # one that ran on would ask the database during another test
        asleep, lane.woken = lane.woken, cast(threading.Event, SimpleNamespace(wait=lambda: False, clear=lambda: None))
        asleep.set()
        lane.join(20)
        assert not lane.is_alive()


def test_thread_continues_after_database_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    turns, rounds = iter((True, True, True, True, False)), []
    lane = purge_queue.PurgeThread("purge=x", urgent=True)

    def away(*, condition: object = None, **_: object) -> None:
        assert condition is lane.condition
        rounds.append(1)
        raise OSError("away")

    monkeypatch.setattr(purge_queue, "send_due_purges", away)
    monkeypatch.setattr(purge_queue, "connections", SimpleNamespace(close_all=lambda: None))
    monkeypatch.setattr(purge_queue, "close_old_connections", lambda: None)
    woken = SimpleNamespace(wait=lambda _=None: next(turns), clear=lambda: None)
    monkeypatch.setattr(lane, "woken", woken)
    lane.run()
    assert len(rounds) == 2


def test_purges_of_removed_cache_are_deleted_after_a_day(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the cache is configured, its purges are retried without limit."""

    def refuses(cache: str, place: SiteUrl) -> None:
        raise PurgeRefused("超时")

    monkeypatch.setattr(purge_queue, "purge_url", refuses)
    settings.GONGKAI_CACHES = [NGINX]
    for cache in (NGINX, VARNISH):
        Purge.objects.create(cache=cache_name(cache), host="a", path="/", attempts=12)
    assert send_due_purges() == {"sent": 0, "retried": 2}
    assert [row.cache for row in Purge.objects.all()] == [cache_name(NGINX)]
