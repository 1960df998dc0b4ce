"""`gongkai check`: each settings rule fails for its own setting only; checks of stored data; exit codes."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings as real
from django.contrib.auth import get_user_model

from factories.publishing import website
from factories.units import BodyFactory, actor
from gongkai.core.units.models import BodyKind, Role
from gongkai.ops.cli.check import check
from gongkai.ops.demo.people import LOGIN_POSTS, SAMPLE_PASSWORD
from gongkai.ops.upkeep import settings_checks, state_checks
from gongkai.ops.upkeep.settings_checks import SETTINGS_RULES, check_settings
from gongkai.work.tables.actions.records import change_schema
from gongkai.work.tables.models import TableSchema

POSTGRES = {"ENGINE": "django.db.backends.postgresql", "HOST": "", "CONN_MAX_AGE": 60, "OPTIONS": {}}
#: Settings that break no rule.
VALID_SETTINGS: dict[str, Any] = {
    "DEBUG": False,
    "BASE_URL": "https://gongkai.yunling.gov.cn",
    "HTTPS": True,
    "SECURE_HSTS_SECONDS": 1,
    "ALLOWED_HOSTS": ["gongkai.yunling.gov.cn"],
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz",
    "GONGKAI_SECOND_FACTOR": True,
    "GONGKAI_IDLE_MINUTES": 60,
    "GONGKAI_PASSWORD_DAYS": 90,
    "GONGKAI_CACHES": [("pages", "http://127.0.0.1:8088")],
    "GONGKAI_CACHE_SECRET": "s3cret",
    "EMAIL_HOST": "mail.yunling.gov.cn",
    "EMAIL_HOST_PASSWORD": "x",
    "EMAIL_USE_TLS": True,
    "DEFAULT_FROM_EMAIL": "gongkai@yunling.gov.cn",
    "GONGKAI_MAILBOX": {"plain": False, "host": ""},
    "GONGKAI_ANCHORS": ["file:/mnt/a"],
    "GONGKAI_TIMESTAMPS": "http://tsa.gov.cn",
    "GONGKAI_TIMESTAMP_ROOTS": "/etc/gongkai/tsa.pem",
    "DATABASES": {"default": POSTGRES},
    "TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}},
    "GONGKAI_POOLER": False,
    "GONGKAI_BUCKET": {"endpoint_url": "http://127.0.0.1:9000"},
    "GONGKAI_BUCKET_LINKS": 0,
    "GONGKAI_FILES": "bucket",
}
LINK_SETTINGS = {"GONGKAI_BUCKET_LINKS": 60, "GONGKAI_BUCKET": {"public_url": "https://files.yunling.gov.cn"}}
#: Rule → settings that break it. Rules on the machine (account, tools) are not listed.
INVALID_SETTINGS: dict[str, dict[str, Any]] = {
    "debug": {"DEBUG": True},
    "base_url": {"BASE_URL": "https://127.0.0.1:8000"},
    "https": {"HTTPS": False},
    "hsts": {"SECURE_HSTS_SECONDS": 0},
    "hosts": {"ALLOWED_HOSTS": ["*"]},
    "secret_key": {"SECRET_KEY": "a" * 60},
    "second_factor": {"GONGKAI_SECOND_FACTOR": False},
    "idle": {"GONGKAI_IDLE_MINUTES": 0},
    "passwords": {"GONGKAI_PASSWORD_DAYS": 0},
    "cache_secret": {"GONGKAI_CACHE_SECRET": ""},
    "cache_port": {"GONGKAI_CACHES": [("pages", "http://127.0.0.1:80")]},
    "mail": {"EMAIL_HOST": ""},
    "mail_from": {"DEFAULT_FROM_EMAIL": "gongkai@localhost"},
    "mail_tls": {"EMAIL_USE_TLS": False},
    "mailbox": {"GONGKAI_MAILBOX": {"plain": True, "host": "imap.yunling.gov.cn"}},
    "database_tls": {"DATABASES": {"default": {**POSTGRES, "HOST": "10.0.0.5"}}},
    "bucket_tls": {"GONGKAI_BUCKET": {"endpoint_url": "http://10.0.0.6:9000"}},
    "bucket_links": {**LINK_SETTINGS, "GONGKAI_FILES": "folder"},
    "bucket_links_host": {**LINK_SETTINGS, "GONGKAI_BUCKET": {"public_url": "https://gongkai.yunling.gov.cn:9000"}},
    "bucket_links_tls": {**LINK_SETTINGS, "GONGKAI_BUCKET": {"public_url": "http://files.yunling.gov.cn"}},
    "anchors": {"GONGKAI_ANCHORS": []},
    "stamp_roots": {"GONGKAI_TIMESTAMP_ROOTS": ""},
    "sqlite": {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}},
    "caches": {"GONGKAI_CACHES": []},
    "worker": {"TASKS": {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}},
    "pooler_unsaid": {"DATABASES": {"default": {**POSTGRES, "PORT": 6432}}},
    "pooler": {"DATABASES": {"default": {**POSTGRES, "CONN_MAX_AGE": 0}}},
}
MACHINE_RULES = {"root", "pg_dump"}


def list_broken_rules(**changed: Any) -> set[str]:
    asked = type("Asked", (), deepcopy({**VALID_SETTINGS, **changed}))
    return {rule.name for rule in SETTINGS_RULES if rule.broken(asked)} - MACHINE_RULES


def test_valid_settings_pass_and_every_rule_is_tested() -> None:
    assert list_broken_rules() == list_broken_rules(**LINK_SETTINGS) == set()
    assert {rule.name for rule in SETTINGS_RULES} == set(INVALID_SETTINGS) | MACHINE_RULES


@pytest.mark.parametrize("name", INVALID_SETTINGS)
def test_invalid_setting_breaks_only_its_rule(name: str) -> None:
    assert list_broken_rules(**INVALID_SETTINGS[name]) == {name}


def test_every_finding_has_a_remedy_and_chinese_text() -> None:
    for one in check_settings():
        assert one.mend
        assert not one.words.isascii()


@pytest.mark.django_db
class TestStoredData:
    def test_shipped_table_open_to_every_unit_is_reported(self) -> None:
        schema = TableSchema.objects.get(key="debt")
        assert "table_keepers" not in {f.name for f in state_checks.check_state()}
        TableSchema.objects.filter(pk=schema.pk).update(keepers="")
        (found,) = (f for f in state_checks.check_state() if f.name == "table_keepers")
        assert "财政" in found.mend
        chief = actor(Role.CHIEF, BodyFactory(kind=BodyKind.GOVERNMENT))
        for words in ("财政", ""):
            change_schema(schema, by=chief, keepers=words)
        assert "table_keepers" not in {f.name for f in state_checks.check_state()}

    def test_vacant_officer_posts_and_refused_site_host_are_reported(self) -> None:
        actor(Role.ADMINISTRATOR, BodyFactory())
        site = website()
        site.host = "nowhere.gov.cn"
        site.save()
        assert {f.name for f in state_checks.check_state()} == {"no_security", "no_auditor", "site_host"}

    def test_account_with_the_sample_password_is_reported(self) -> None:
        assert (state_checks.SAMPLE_LOGIN[0] in LOGIN_POSTS, state_checks.SAMPLE_LOGIN[1]) == (True, SAMPLE_PASSWORD)
        get_user_model().objects.create_user("admin", password=SAMPLE_PASSWORD)
        assert "sample" in {f.name for f in state_checks.check_state()}

    def test_command_exits_with_1_if_something_is_missing_or_unsafe(self) -> None:
        answer = CliRunner().invoke(check, ["--json"])
        found = json.loads(answer.stdout)
        assert (answer.exit_code, found["ok"]) == (1, False)
        assert {"base_url", "mail", "jobs", "backup", "no_administrator"} <= {f["name"] for f in found["findings"]}
        lines = CliRunner().invoke(check).output.splitlines()
        assert all(line.startswith(("缺失：", "不安全：", "慢：")) and "处理：" in line for line in lines[:-1])
        assert lines[-1].startswith(f"共{len(found['findings'])}项")
        assert real.DATA  # the settings are the real ones here


def test_unreachable_database_is_reported_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from gongkai.ops.upkeep import probes

    def away() -> bool:
        raise OperationalError("connection refused\nIs it running?")

    monkeypatch.setattr(probes, "is_migrated", away)
    answer = CliRunner().invoke(check)
    assert answer.exit_code == 1
    assert (
        "缺失：连不上数据库：connection refused Is it running?。处理：检查 DATABASE_URL 和数据库服务" in answer.output
    )


def test_empty_folder_is_advised_to_run_init(monkeypatch: pytest.MonkeyPatch) -> None:
    from gongkai.ops.upkeep import probes

    monkeypatch.setattr(probes, "is_migrated", lambda: False)
    monkeypatch.setattr(probes, "is_installed", lambda: True)
    assert "数据表不是这一版本的。处理：运行 gongkai manage migrate" in CliRunner().invoke(check).output
    monkeypatch.setattr(probes, "is_installed", lambda: False)
    answer = CliRunner().invoke(check).output
    assert "这里还没有安装过。处理：运行 gongkai init" in answer
    assert "manage migrate" not in answer


def test_bucket_in_another_container_of_the_host_needs_no_tls(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    beside = {"GONGKAI_BUCKET": {"endpoint_url": "http://store:8070"}}
    for marks, wrong in (((str(tmp_path / "none"),), {"bucket_tls"}), ((str(tmp_path),), set())):
        monkeypatch.setattr(settings_checks, "CONTAINER_MARK_FILES", marks)
        assert list_broken_rules(**beside) == wrong
