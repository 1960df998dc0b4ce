"""What a person reads where something is refused or broken: what to do, in Chinese, and nothing of the inside."""

import errno
import re

import pytest
from django.core.handlers.exception import response_for_exception
from django.db import OperationalError
from django.test import Client, RequestFactory

from gongkai.core.files.errors import StoreFull, StoreUnavailable
from gongkai.ui.portal.views import errors


def test_what_broke_has_a_number_that_stands_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    answer = errors.server_error(RequestFactory().get("/admin/anything/"))
    page = answer.content.decode()
    number = re.search(r"编号 (\d{4}-\d{4}-[0-9a-f]{4}) ", page)
    assert answer.status_code == 500
    assert number
    assert "Traceback" not in page
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
def test_what_is_away_for_now_is_no_fault_of_the_page(error: Exception, words: str) -> None:
    """503 and when to come again: a proxy goes on with what it keeps. By Django's own way to the page."""
    try:
        raise error
    except type(error) as caught:
        answer = response_for_exception(RequestFactory().get("/files/1/2/"), caught)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert f"{words}，这一步没有办成" in answer.content.decode()


def test_a_full_disk_is_named_with_what_to_do() -> None:
    try:
        raise StoreFull("no space left")
    except StoreFull as caught:
        page = response_for_exception(RequestFactory().post("/admin/"), caught).content.decode()
    assert re.search(r"请先把填写的内容另外存好。请把编号 \S+ 告诉系统管理员：清理旧备份", page)


def test_what_was_sent_may_stand_although_its_answer_was_lost() -> None:
    said = errors.server_error(RequestFactory().post("/admin/ledger/1/act/request.decide/")).content.decode()
    assert "请先打开这条记录看是否已经登记" in said


@pytest.mark.django_db
def test_a_form_without_its_token_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert answer.status_code == 403
    assert "刷新页面后重新提交" in answer.content.decode()


def test_who_may_not_is_told_whom_to_ask() -> None:
    answer = errors.forbidden(RequestFactory().get("/admin/"))
    assert answer.status_code == 403
    assert "没有权限" in answer.content.decode()


@pytest.mark.parametrize("path", ["/policies/", "/search/", "/nothing/", "/"])
def test_a_query_of_many_thousand_characters_gets_one_line(path: str) -> None:
    answer = Client().get(path, {"q": "a" * 12_000})
    assert (answer.status_code, len(answer.content) < 10_000) == (400, True)
    assert "查询的内容过长" in answer.content.decode()


@pytest.mark.parametrize("path", ["/", "/healthz", "/admin/", "/api/assistants/"])
@pytest.mark.parametrize("method", ["TRACE", "PUT", "CONNECT"])
def test_other_ways_of_asking_are_not_answered(path: str, method: str) -> None:
    answer = Client().generic(method, path)
    assert (answer.status_code, answer["Allow"], answer.content) == (405, "GET, HEAD, POST, OPTIONS", b"")
