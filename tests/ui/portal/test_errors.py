"""Error pages: what to do, in Chinese, without internal details."""

import errno
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.handlers.exception import response_for_exception
from django.db import OperationalError
from django.test import Client, RequestFactory

from factories.publishing import item, public, released
from factories.units import AppointmentFactory, BodyFactory, actor
from gongkai.content.editions import frozen
from gongkai.content.editions.models import Column, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused
from gongkai.core.files import serving
from gongkai.core.files.storage import StoreFull, StoreUnavailable, get_files_storage
from gongkai.core.units.actors import SYSTEM, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.mirror.file_writer import render_public
from gongkai.ui.portal.views import errors

pytestmark = pytest.mark.django_db


def test_server_error_shows_number_found_in_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = errors.server_error(RequestFactory().get("/admin/anything/"))
    page = answer.content.decode()
    number = re.search(r"编号 (\d{4}-\d{4}-[0-9a-f]{4}) ", page)
    assert answer.status_code == 500
    assert number
    assert "Traceback" not in page
    assert "返回今天要办" in page, "an error of the office leads back to the office"
    assert f"incident {number[1]}: GET /admin/anything/" in caplog.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (StoreUnavailable("对象存储连接不上"), "文件存储暂时连接不上"),
        (StoreFull("no space left"), "存放文件的磁盘已满"),
        (OSError(errno.ENOSPC, "No space left on device"), "服务器的磁盘已满"),
        (OperationalError("server closed"), "数据库暂时连接不上"),
    ],
)
def test_temporary_failure_gives_503_with_retry_after(error: Exception, words: str) -> None:
    """A proxy then serves its stored copy. The response is made by Django's own exception handling."""
    try:
        raise error
    except type(error) as caught:
        answer = response_for_exception(RequestFactory().get("/files/1/2/"), caught)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert f"{words}，这一步没有办成" in answer.content.decode()


def test_full_disk_and_lost_response_give_advice() -> None:
    try:
        raise StoreFull("no space left")
    except StoreFull as caught:
        page = response_for_exception(RequestFactory().post("/admin/"), caught).content.decode()
    assert re.search(r"请先把填写的内容另外存好。请把编号 \S+ 告诉系统管理员：清理旧备份", page)
    said = errors.server_error(RequestFactory().post("/admin/ledger/1/act/request.decide/")).content.decode()
    assert "请先打开这条记录看是否已经登记" in said


@pytest.mark.parametrize(("path", "status"), [("/admin/units/", 422), ("/messages/", 500)])
def test_unexpected_refusal_shows_reasons_to_staff_only(
    path: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    try:
        raise Refused("这名人员已经离任。")
    except Refused as caught:
        answer = response_for_exception(RequestFactory().post(path), caught)
    assert answer.status_code == status
    assert ("已经离任" in answer.content.decode()) == (status == 422), "the public reads no reason of the office"
    assert "incident" in caplog.text


@pytest.mark.django_db
def test_missing_csrf_token_gives_advice() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "刷新页面后重新提交" in answer.content.decode()


def test_forbidden_page_names_whom_to_ask() -> None:
    answer = errors.forbidden(RequestFactory().get("/admin/"))
    assert answer.status_code == 403
    assert "没有权限" in answer.content.decode()


def test_long_query_and_unusual_methods_are_refused_briefly() -> None:
    for path in ("/policies/", "/search/", "/nothing/", "/"):
        answer = Client().get(path, {"q": "a" * 12_000})
        assert (answer.status_code, len(answer.content) < 10_000) == (400, True), path
        assert "查询的内容过长" in answer.content.decode()
    for path in ("/", "/healthz", "/admin/", "/api/assistants/"):
        for method in ("TRACE", "PUT", "CONNECT"):
            answer = Client().generic(method, path)
            assert (answer.status_code, answer["Allow"], answer.content) == (405, "GET, HEAD, POST, OPTIONS", b"")
    answer = Client().get("/answers/8/rate/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "这个地址只接收提交的内容" in answer.content.decode(), "who opens the URL of a form sees no empty page"
    assert answer["Content-Length"] == str(len(answer.content))


LONG = ["9" * 18, str(2**63 - 1), str(2**63), "9" * 20, "1" + "0" * 200]
ADDRESSES = [
    "/qr/{}.svg",
    "/api/v1/documents/{}/",
    "/columns/{}/",
    "/columns/{}/feed/",
    "/columns/1/{}.html",
    "/columns/{}/1.html",
    "/units/{}/",
    "/units/{}/feed/",
    "/progress/{}/",
    "/sitemap-{}.xml",
    "/policies/{}/1.pdf",
    "/policies/1/{}.pdf",
    "/files/{}/1/" + "a" * 64,
    "/files/1/{}/" + "a" * 64,
]


def test_unknown_and_huge_numbers_are_not_found(client: Client, site: Website) -> None:
    for turn, address in enumerate(ADDRESSES):
        for number in (LONG[turn % len(LONG)], str(2**63)):
            assert client.get(address.format(number)).status_code == 404, address
    answer = client.get("/api/v1/documents/99999999999999999999/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/json")


def test_numbers_with_leading_zeros_are_not_found(client: Client, plans: Column, housing: Body) -> None:
    """Purges name one spelling only: another URL of the same page would stay cached after a withdrawal."""
    document = public(housing, [plans])
    for address in (
        f"/qr/{{}}{document.pk}.svg",
        f"/columns/{{}}{plans.pk}/",
        f"/units/{{}}{housing.pk}/",
        f"/units/{{}}{housing.pk}/feed/",
        f"/columns/{plans.pk}/{{}}{document.pk}.html",
        f"/api/v1/documents/{{}}{document.pk}/",
        "/sitemap-{}0.xml",
    ):
        assert client.get(address.format("")).status_code == 200, address
        assert client.get(address.format("0")).status_code == 404, address


def test_old_edition_that_was_limited_stays_limited(client: Client, plans: Column, housing: Body) -> None:
    water = BodyFactory(name="云岭市水务局", parent=housing.parent)
    page = item(housing, [plans], manner="limited", circle=[water.pk], manner_reason="涉及少数单位")
    released(page)
    document = ensure_document(page)
    clerk = get_actor(AppointmentFactory(role=Role.CLERK, body=housing).person.user)
    actions.save_revision(page, by=clerk, manner="all", body="<p>可以公开的文字</p>")
    released(find_document_item(document))
    path = f"/columns/{plans.pk}/{document.pk}.html"
    assert client.get(path).status_code == 200
    assert "历次版本" not in client.get(path).content.decode()
    assert client.get(f"{path}?version=1").status_code == 404


def test_file_is_served_only_through_its_edition(client: Client, plans: Column, housing: Body) -> None:
    stored = frozen.store_publishable_file("秘密".encode(), "草稿附件.txt", SYSTEM)
    page = item(housing, [plans], attachments=[("草稿附件.txt", stored)])
    other = public(housing, [plans])
    for document in (ensure_document(page).pk, other.pk):
        assert client.get(f"/files/{document}/1/{stored.digest}").status_code == 404
    released(page)
    response = client.get(f"/files/{ensure_document(page).pk}/1/{stored.digest}?download")
    assert b"".join(response) == "秘密".encode()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Content-Disposition"].startswith("attachment")
    assert client.get(f"/files/{other.pk}/1/{stored.digest}").status_code == 404


class Far(FileSystemStorage):
    """A storage from which readers fetch files directly."""

    def link(self, name: str, kept_as: str, kind: str, seconds: int) -> str:
        return f"https://far.example/{name}?{quote(kept_as)}&{seconds}"


def test_bucket_link_is_given_only_after_check_and_for_stored_files(
    client: Client, plans: Column, housing: Body, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = frozen.store_publishable_file("秘密".encode(), "附件.txt", SYSTEM)
    page = item(housing, [plans], attachments=[("附件.txt", stored)])
    far = Far(location=get_files_storage().path(""))
    monkeypatch.setattr(serving, "get_files_storage", lambda: far)
    settings.GONGKAI_BUCKET_LINKS = 60
    path = f"/files/{ensure_document(page).pk}/1/{stored.digest}"
    assert client.get(f"{path}?download").status_code == 404
    released(page)
    answer = client.get(f"{path}?download")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"https://far.example/{stored.place}?{quote('附件.txt')}&60",
    )
    assert answer["Cache-Control"] == "private, no-store"
    shown = client.get(path)
    assert (shown.status_code, b"".join(shown)) == (200, "秘密".encode()), "what is shown comes from the site"
    kept = render_public("testserver", f"{path}?download")
    assert (kept.status, kept.body) == (200, "秘密".encode()), "the mirror keeps bytes, no link"
    actions.withdraw(ensure_document(page), by=actor(Role.SIGNER, housing), reason="内容有误")
    assert client.get(f"{path}?download").status_code == 404


def test_publishing_or_deleting_wagtail_page_changes_nothing_public(
    client: Client, plans: Column, housing: Body
) -> None:
    document = public(housing, [plans], title="公开的标题")
    page = find_document_item(document)
    actions.save_revision(page, by=SYSTEM, title="未经审签的标题")
    find_document_item(document).get_latest_revision().publish()
    shown = client.get(f"/columns/{plans.pk}/{document.pk}.html").content.decode()
    assert "公开的标题" in shown
    assert "未经审签" not in shown
    assert "未经审签" not in client.get("/").content.decode()
    find_document_item(document).delete()
    assert client.get(f"/columns/{plans.pk}/{document.pk}.html").status_code == 200
