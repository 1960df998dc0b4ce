"""Purging caches: which URLs, at once, retried after failures, at the time of scheduled publication."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from factories.consultation import draft_answer
from factories.publishing import column, item, public, released
from factories.units import actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib.chinese.days import day_in_words
from gongkai.ui.portal.models import Purge
from gongkai.ui.portal.purging import purge_queue, send_due_purges
from gongkai.ui.portal.purging.affected_urls import WHOLE_SITE_PATH, SiteUrl
from gongkai.ui.portal.purging.cache_protocols import PurgeRefused, purge_url
from gongkai.ui.portal.purging.outbox import WHOLE_SITE_PURGE_INTERVAL
from gongkai.ui.portal.purging.purge_queue import MAX_FAILURES_PER_RUN
from gongkai.work.consultation import actions as answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def cache_setting(settings: Any) -> None:
    settings.GONGKAI_CACHES = [("purge", "http://127.0.0.1:9")]


def list_paths() -> set[str]:
    return set(Purge.objects.values_list("path", flat=True))


def clear_purges() -> None:
    Purge.objects.all().delete()


def test_nothing_is_queued_without_cache(plans: Column, housing: Body) -> None:
    public(housing, [plans])
    assert not Purge.objects.exists()


def test_publication_purges_every_page_showing_the_document(
    cache_setting: None, special: Column, housing: Body, site: Website
) -> None:
    stored = frozen.store_publishable_file("附件".encode(), "表.txt", SYSTEM)
    document = public(housing, [special], attachments=[("表.txt", stored)])
    expected = {
        "/",
        "/feed/",
        f"/columns/{special.pk}/",
        f"/columns/{special.pk}/feed/",
        f"/columns/{special.parent_id}/",
        f"/columns/{special.pk}/{document.pk}.html",
        f"/units/{housing.pk}/",
        f"/units/{housing.pk}/feed/",
        "/sitemap-0.xml",
        f"/files/{document.pk}/1/{stored.digest}",
        f"/qr/{document.pk}.svg",
    }
    assert expected <= list_paths()
    assert set(Purge.objects.values_list("host", flat=True)) == site.host_names


def test_withdrawal_purges_the_same_pages(cache_setting: None, site: Website, plans: Column, housing: Body) -> None:
    above, below = public(housing, [plans]), column(site, "专项规划", plans)
    beside = f"/columns/{plans.pk}/{above.pk}.html"
    document = public(housing, [below])
    own = f"/columns/{below.pk}/{document.pk}.html"
    assert own in Client(SERVER_NAME="testserver").get(beside).content.decode(), "a column shows what is below it"
    clear_purges()
    actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")
    assert {"/", f"/columns/{plans.pk}/", f"/columns/{below.pk}/", own, beside} <= list_paths()


def test_repeal_and_move_purge_current_and_former_pages(
    cache_setting: None, plans: Column, housing: Body, site: Website
) -> None:
    document = public(housing, [plans], standing="in_force")
    clear_purges()
    actions.set_standing(document, by=SYSTEM, standing="repealed", on=timezone.localdate())
    assert f"/columns/{plans.pk}/{document.pk}.html" in list_paths()
    target = column(site, "住房保障")
    clear_purges()
    actions.move(plans, by=actor(Role.CHIEF, site.body), to=target)
    assert {f"/columns/{c.pk}/" for c in (plans, target)} <= list_paths()
    assert {f"/columns/{c.pk}/{document.pk}.html" for c in (plans, target)} <= list_paths()


def test_opened_column_purges_whole_site(cache_setting: None, site: Website) -> None:
    clear_purges()
    column(site, "新栏目")
    assert list_paths() == {WHOLE_SITE_PATH}


def test_scheduled_document_is_purged_at_its_time(cache_setting: None, plans: Column, housing: Body) -> None:
    at = timezone.now() + timedelta(days=1)
    released(item(housing, [plans]), visible_from=at)
    late = Purge.objects.filter(due_at=at)
    assert late.filter(path="/").exists()
    assert send_due_purges(at - timedelta(minutes=1))["sent"] == 0


def test_known_answer_purges_its_policies_on_release_and_retirement(
    cache_setting: None, plans: Column, housing: Body
) -> None:
    policy, other = public(housing, [plans]), public(housing, [plans])
    known = draft_answer(housing, documents=[policy])
    clear_purges()
    known = answers.submit_answer(known, by=SYSTEM)
    assert not list_paths()  # what is not in use is nowhere
    known = answers.check_answer(known, by=actor(Role.REVIEWER, housing))
    known = answers.release_answer(known, by=actor(Role.SIGNER, housing))
    page = f"/columns/{plans.pk}/{policy.pk}.html"
    assert list_paths() == {"/answers/", f"/answers/{known.pk}/", page}
    clear_purges()
    policy.refresh_from_db()
    today = timezone.localdate()
    actions.set_standing(policy, by=SYSTEM, standing="in_force", on=today)
    assert f"/answers/{known.pk}/" in list_paths(), "an answer names what it rests on"
    clear_purges()
    words = {"question": known.question, "answer": known.answer}
    answers.revise_answer(known, by=actor(Role.CLERK, housing), documents=[other], **words)
    assert {page, f"/columns/{plans.pk}/{other.pk}.html"} <= list_paths()  # it is not shown meanwhile


def test_unreachable_cache_is_retried(cache_setting: None, plans: Column, housing: Body) -> None:
    public(housing, [plans])
    count = Purge.objects.count()
    now = timezone.now()
    assert send_due_purges(now) == {"sent": 0, "retried": 3}  # the third failure ends this run for that cache
    rows = list(Purge.objects.filter(attempts=1))
    assert len(rows) == 3
    assert all(row.error and row.due_at > now for row in rows)
    assert Purge.objects.count() == count


def test_slow_page_does_not_block_other_purges(
    cache_setting: None, plans: Column, housing: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    public(housing, [plans])

    def tell(cache: str, place: SiteUrl) -> None:
        if place.path == "/":
            raise PurgeRefused("超时")

    monkeypatch.setattr(purge_queue, "purge_url", tell)
    slow, rest = Purge.objects.filter(path="/").count(), Purge.objects.exclude(path="/").count()
    assert 0 < slow < MAX_FAILURES_PER_RUN
    assert send_due_purges() == {"sent": rest, "retried": slow}
    assert list_paths() == {"/"}


class Cache(BaseHTTPRequestHandler):
    """A cache server that records requests."""

    seen: list[tuple[str, str, str, str]]
    answer = 200

    def _note(self) -> None:
        secret = self.headers.get("X-Gongkai-Secret", "")
        type(self).seen.append((self.command, self.headers["Host"], self.path, secret))
        self.send_response(type(self).answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_PURGE = do_PUT = do_DELETE = do_MOVE = _note

    def log_message(self, *args: Any) -> None:
        """Log nothing."""


@pytest.fixture
def cache() -> Iterator[tuple[str, type[Cache]]]:
    handler = type("Seen", (Cache,), {"seen": [], "answer": 200})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def test_missed_schedule_is_made_up_for_and_reported(
    cache: tuple[str, type[Cache]], settings: Any, site: Website, plans: Column, housing: Body
) -> None:
    """The text needs no job to appear, but cached pages do; the job did not run for three hours."""
    address, handler = cache
    settings.GONGKAI_CACHES = [("purge", address)]
    chief = actor(Role.CHIEF, site.body)
    at = timezone.now() + timedelta(hours=2)
    released(item(housing, [plans]), visible_from=at)
    Purge.objects.filter(due_at__lt=at).delete()
    with transaction.atomic():
        assert "late" not in send_due_purges(at + timedelta(minutes=1)), "told in time it is no report"
        transaction.set_rollback(True)
    expected = Purge.objects.count()
    handler.seen.clear()
    counts = send_due_purges(at + timedelta(hours=3))
    assert counts["sent"] == counts["late"] == expected > 5
    assert ("PURGE", "testserver", "/", "") in handler.seen
    (told,) = Message.objects.filter(person_id=chief.person_id, subject="缓存更新迟了", channel="screen")
    assert f"{day_in_words(timezone.localtime(at))}" in told.body
    assert send_due_purges(at + timedelta(hours=4)) == {"sent": 0, "retried": 0}


def test_each_url_is_purged_once_and_removed_from_queue(
    cache: tuple[str, type[Cache]],
    settings: Any,
    plans: Column,
    housing: Body,
    django_capture_on_commit_callbacks: Any,
) -> None:
    address, handler = cache
    settings.GONGKAI_CACHES = [("purge", address)]
    settings.GONGKAI_CACHE_SECRET = "s3cret"
    with django_capture_on_commit_callbacks(execute=True):
        document = public(housing, [plans])
    page = ("PURGE", "testserver", f"/columns/{plans.pk}/{document.pk}.html", "s3cret")
    assert handler.seen.count(page) == 1
    assert not Purge.objects.exists()


def test_accepted_and_refused_purge_responses(cache: tuple[str, type[Cache]]) -> None:
    address, handler = cache
    for way, handler.answer in (("purge", 200), ("pages", 204), ("pages", 404)):
        handler.seen.clear()
        purge_url(f"{way}={address}", SiteUrl("www.yunling.gov.cn", "/columns/1/2.html"))
        assert handler.seen[0][:2] == ("PURGE" if way == "purge" else "PUT", "www.yunling.gov.cn")
    for way, handler.answer in (("purge", 404), ("purge", 500), ("pages", 403), ("pages", 502)):
        with pytest.raises(PurgeRefused):
            purge_url(f"{way}={address}", SiteUrl("www.yunling.gov.cn", "/"))
    with pytest.raises(PurgeRefused, match="没有这种缓存方式"):
        purge_url("smoke=signal", SiteUrl("h", "/"))


def test_mass_withdrawals_purge_site_once_in_ten_seconds(
    cache_setting: None, site: Website, plans: Column, housing: Body
) -> None:
    """Each page itself is purged at once; pages that mention it are purged together with those of other withdrawals."""
    texts = [public(housing, [plans]) for _ in range(4)]
    clear_purges()
    before = timezone.now()
    for document in texts[:3]:
        actions.withdraw(document, by=SYSTEM, reason="撤销迁移")
    (whole,) = Purge.objects.filter(path=WHOLE_SITE_PATH, host="testserver")
    assert before + WHOLE_SITE_PURGE_INTERVAL / 2 < whole.due_at <= timezone.now() + WHOLE_SITE_PURGE_INTERVAL
    now = dict(Purge.objects.filter(due_at__lte=timezone.now()).values_list("path", "urgent"))
    own = [now[f"/columns/{plans.pk}/{document.pk}.html"] for document in texts[:3]]
    assert own == [True, False, False], "the first is like what a person withdraws"
    Purge.objects.filter(path=WHOLE_SITE_PATH).update(due_at=timezone.now() + WHOLE_SITE_PURGE_INTERVAL / 4)
    actions.withdraw(texts[3], by=SYSTEM, reason="撤销迁移")
    assert Purge.objects.filter(path=WHOLE_SITE_PATH, host="testserver").count() == 2


def test_local_files_are_deleted_without_web_server(tmp_path: Path, settings: Any) -> None:
    settings.GONGKAI_PAGES = str(tmp_path)
    pages = tmp_path / "now" / "www.yunling.gov.cn" / "pages"
    pages.mkdir(parents=True)
    with pytest.raises(PurgeRefused):
        purge_url("pages=http://127.0.0.1:9", SiteUrl("www.yunling.gov.cn", WHOLE_SITE_PATH))
    assert not pages.exists()


def test_nginx_purges_site_by_one_request_and_page_by_two(cache: tuple[str, type[Cache]]) -> None:
    address, handler = cache
    purge_url(f"pages={address}", SiteUrl("www.Yunling.gov.cn:8443", WHOLE_SITE_PATH))
    purge_url(f"pages={address}", SiteUrl("www.yunling.gov.cn", "/units/甲/"))
    folder = "/now/www.yunling.gov.cn/"
    assert [(command, path) for command, _, path, _ in handler.seen] == [
        ("MOVE", folder),
        ("PUT", "/changed/www.yunling.gov.cn"),
        ("DELETE", f"{folder}pages/units/%E7%94%B2/index.html.gz"),
        ("DELETE", f"{folder}marks/units/%E7%94%B2/index.html.mark"),
    ]
