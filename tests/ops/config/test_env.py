"""Settings from files (container secrets), database URLs, and bypassing PgBouncer."""

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongkai.ops.cli.django import use_direct_database_url
from gongkai.ops.config import env
from gongkai.ops.upkeep import servers


def test_setting_is_read_from_its_file_unless_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("of the file\nmore\n", encoding="utf-8")
    monkeypatch.setenv("GONGKAI_TRIED_FILE", str(tmp_path / "secret"))
    assert env.env_text("GONGKAI_TRIED") == "of the file"
    monkeypatch.setenv("GONGKAI_TRIED", "given")
    assert env.env_text("GONGKAI_TRIED") == "given"
    monkeypatch.delenv("GONGKAI_TRIED")
    monkeypatch.setenv("GONGKAI_TRIED_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match="GONGKAI_TRIED_FILE"):
        env.env_text("GONGKAI_TRIED")


def test_database_url_without_password_uses_the_common_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GONGKAI_DATABASE_PASSWORD", "p@ss")
    without = env.database_setting("", "", url="postgres://gongkai@%2Fsrv%2Fsockets:6432/gongkai")
    assert (without["PASSWORD"], without["HOST"], without["PORT"]) == ("p@ss", "/srv/sockets", 6432)
    assert env.database_setting("", "", url="postgres://gongkai:own@db/gongkai")["PASSWORD"] == "own"
    assert not env.database_setting("", "", url="sqlite:///:memory:").get("PASSWORD")


def test_use_direct_database_url_bypasses_pgbouncer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://pooler/gongkai")
    monkeypatch.setenv("GONGKAI_POOLER", "1")
    use_direct_database_url()
    assert os.environ["DATABASE_URL"] == "postgres://pooler/gongkai"
    monkeypatch.setenv("GONGKAI_DIRECT_URL", "postgres://server/gongkai")
    monkeypatch.setattr(servers, "query_server", lambda facts: None)  # nothing answers yet
    use_direct_database_url()
    assert (os.environ["DATABASE_URL"], os.environ["GONGKAI_POOLER"]) == ("postgres://server/gongkai", "0")
