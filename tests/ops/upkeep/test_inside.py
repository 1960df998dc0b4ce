"""Health probes, request ids, JSON log lines, slow queries, metrics."""

import errno
import json
import logging

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, OperationalError, connection
from django.db.utils import ConnectionHandler
from django.http import HttpResponse
from django.test import Client
from django.utils.log import log_response

from factories.units import BodyFactory, signed_in
from gongkai.core.units.models import Role
from gongkai.ops.upkeep import logs, metrics, probes, state_checks
from gongkai.ops.upkeep.all_findings import collect_findings

pytestmark = pytest.mark.django_db
UNKNOWN_HOST = {"HTTP_HOST": "10.9.8.7"}  # as load balancers ask


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture):
    """The lines that the handler would print, parsed from JSON."""
    shape, mark = logs.JsonFormatter(), logs.RequestIdFilter()
    caplog.handler.addFilter(mark)
    caplog.set_level(logging.INFO)
    yield lambda name: [json.loads(shape.format(one)) for one in caplog.records if one.name == name]
    caplog.handler.removeFilter(mark)


def test_probes_answer_for_any_host(client: Client) -> None:
    for path in ("/healthz", "/readyz"):
        answer = client.get(path, **UNKNOWN_HOST)
        assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"ok\n", "no-store")
        assert not answer.cookies


def test_process_without_database_is_alive_but_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError("away: user gongkai")

    monkeypatch.setattr(probes.connection, "cursor", away)
    monkeypatch.setattr(probes.connection, "close", lambda: None)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"database\n")  # nothing of the inside


@pytest.mark.parametrize("part", ["test_write", "try_write"])
def test_process_that_cannot_write_is_not_ready(client: Client, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(probes, part, full)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"disk\n")
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200


def test_process_is_not_ready_until_migrated(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "is_migrated", lambda: False)
    assert client.get("/readyz").content == b"migrations\n"
    monkeypatch.undo()
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("given", "kept"),
    [("0123456789abcdef", True), ("short", False), ("a b\nc" * 3, False), ("x" * 65, False)],
)
def test_request_keeps_a_valid_id_of_the_proxy(client: Client, given: str, kept: bool) -> None:
    answer = client.get("/nowhere-at-all/", HTTP_X_REQUEST_ID=given)
    assert (answer["X-Request-Id"] == given) == kept
    assert logs.REQUEST_ID.get() == ""


def test_request_log_line_contains_no_secret(client: Client, log_lines) -> None:
    logging.getLogger("gongkai.requests").setLevel(logging.INFO)
    answer = client.get("/search/?q=身份证")
    client.get("/subscribe/confirm/s3cret-token/")
    logging.getLogger("gongkai.requests").setLevel(logging.WARNING)
    first, second = log_lines("gongkai.requests")
    assert (first["client"], first["account"]) == ("127.0.0.1", "")
    assert (first["path"], first["request"], first["status"]) == (
        "/search/",
        answer["X-Request-Id"],
        answer.status_code,
    )
    assert second["path"] == "/subscribe/confirm/<str:token>/"
    assert "s3cret" not in json.dumps([first, second])


def test_request_log_line_has_client_address_and_account(settings, log_lines) -> None:
    settings.AXES_IPWARE_PROXY_COUNT = 1
    clerk = signed_in(Role.CLERK, BodyFactory())
    logging.getLogger("gongkai.requests").setLevel(logging.INFO)
    clerk.get("/admin/", HTTP_X_FORWARDED_FOR="10.9.9.9, 203.0.113.7")
    logging.getLogger("gongkai.requests").setLevel(logging.WARNING)
    [line] = log_lines("gongkai.requests")
    account = get_user_model().objects.get().get_username()
    assert (line["client"], line["account"]) == ("203.0.113.7", account)


def test_slow_queries_are_logged_without_their_values(settings, log_lines) -> None:
    settings.GONGKAI_SLOW_MS = 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        count = (
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT count(*), %s FROM n"
        )
        cursor.execute(count, ["张三"])
    slow = [one for one in log_lines("gongkai.slow") if "RECURSIVE" in one["sql"]]
    assert len(slow) == 1
    assert slow[0]["ms"] >= 1
    assert "张三" not in json.dumps(slow, ensure_ascii=False)


def test_outage_is_logged_in_one_line_and_other_errors_with_trace(caplog: pytest.LogCaptureFixture, log_lines) -> None:
    caplog.handler.addFilter(filtering := logs.OutageFilter())
    nobody = {"ENGINE": "django.db.backends.postgresql", "NAME": "gongkai", "HOST": "127.0.0.1", "PORT": "1"}
    for ask in (ConnectionHandler({"default": nobody})["default"].ensure_connection, _raise_query_error):
        try:
            ask()
        except OperationalError:
            logging.getLogger("gongkai.background_jobs").exception("tried again")
    log_response("closed until %s", "opening", response=HttpResponse(status=503))
    caplog.handler.removeFilter(filtering)
    assert "closed until" not in caplog.text
    away, wrong = log_lines("gongkai.background_jobs")
    assert "Connection refused" in away["message"]
    assert "trace" not in away
    assert "no such column" in wrong["trace"]


def test_user_input_cannot_start_a_log_line() -> None:
    sent = logging.LogRecord("x", logging.ERROR, "", 0, "GET %s", ("/a\n2026 INFO \x1b[2J\u2028b",), None)
    assert logs.TextFormatter("{message}", style="{").format(sent) == r"GET /a\x0a2026 INFO \x1b[2J\x2028b"


def _raise_query_error() -> None:
    raise OperationalError("no such column: x") from Exception("no such column: x")


def test_every_connection_is_timed() -> None:
    assert logs._time_statement in connection.execute_wrappers


def test_metrics_and_findings_go_on_without_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise OperationalError("away")

    monkeypatch.setattr(state_checks, "check_state", fail)
    assert "state" in {one.name for one in collect_findings([])}
    assert 'gongkai_finding{level="缺失",name="state"}' in metrics.metrics_page()


def test_metrics_need_the_token(client: Client, settings) -> None:
    assert client.get("/metrics").status_code == 404
    settings.GONGKAI_METRICS_TOKEN = "t0ken"
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer wrong").status_code == 404
    assert metrics.metrics_enabled()
    client.get("/nowhere-at-all/")
    page = client.get("/metrics", HTTP_AUTHORIZATION="Bearer t0ken", **UNKNOWN_HOST).content.decode()
    assert 'gongkai_requests_total{method="GET",status="4xx",view="portal:fallback"}' in page
    assert "gongkai_disk_free_bytes" in page
    assert 'gongkai_finding{level="缺失",name="backup"} 1.0' in page  # as `gongkai check` says
