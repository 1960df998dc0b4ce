"""Every command reports an unusable installation in one line with exit code 2. Uses real processes."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import ProgrammingError
from psycopg.errors import InsufficientPrivilege
from tools.nginx import find_free_port

from gongkai.core.acts.backups import BackupError
from gongkai.core.acts.backups.encryption import read_private_key, read_public_key
from gongkai.ops.cli.errors import describe_unusable_installation
from gongkai.ops.cli.root import main

SRC = Path(__file__).resolve().parents[3] / "src"


def call(folder: Path, *args: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("GONGKAI_", "DJANGO_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-c", "from gongkai.ops.cli import main; main()", *args],
        env={**kept, "PYTHONPATH": str(SRC), "GONGKAI_DATA": str(folder), **environ},
        cwd=SRC,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def check_refused(answer: subprocess.CompletedProcess[str], word: str) -> None:
    assert answer.returncode == 2, answer.stderr
    assert len(answer.stderr.splitlines()) == 1, answer.stderr
    assert answer.stderr.startswith("错误：")
    assert word in answer.stderr


def test_missing_tables_are_reported_with_advice(tmp_path: Path) -> None:
    check_refused(call(tmp_path, "export", "out.xlsx"), "gongkai init")


def test_invalid_database_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "gongkai.sqlite3").write_bytes(b"this is no database " * 20)
    port = str(find_free_port())  # on 8000 a `make demo` may be running
    check_refused(call(tmp_path, "serve", "--no-jobs", "--port", port), "数据库不能使用")


def test_impossible_data_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    check_refused(call(tmp_path / "file" / "data", "export", "out.xlsx"), "GONGKAI_DATA")


@pytest.mark.parametrize(("name", "value"), [("DATABASE_URL", "zz"), ("GONGKAI_PROXIES", "二")])
def test_invalid_environment_variable_is_named(tmp_path: Path, name: str, value: str) -> None:
    check_refused(call(tmp_path, "export", "out.xlsx", **{name: value}), name)


def test_port_in_use_is_reported(tmp_path: Path) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = str(one.getsockname()[1])
        check_refused(call(tmp_path, "serve", "--no-jobs", "--port", port), port)


def test_concurrent_first_starts_share_one_secret_key(tmp_path: Path) -> None:
    code = "import sys, pathlib; from gongkai.ops.config.env import secret_key; print(secret_key(pathlib.Path(sys.argv[1])))"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)],
            env={**os.environ, "PYTHONPATH": str(SRC), "GONGKAI_SECRET_KEY": ""},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    keys = {one.communicate(timeout=60)[0].strip() for one in both}
    assert len(keys) == 1
    assert len(keys.pop()) > 60
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["backup", "verify", "{folder}/none.gkb"], "{folder}/none.gkb 不存在"),
        (["restore", "{folder}"], "{folder} 是文件夹，这里要写文件"),
        (["backup", "x.gkb", "--recipient", "{folder}"], "--recipient：{folder} 是文件夹，这里要写文件"),
    ],
)
def test_unusable_file_is_named(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([one.format(folder=tmp_path) for one in words])
    assert capsys.readouterr().err == f"错误：{said.format(folder=tmp_path)}\n"


def test_missing_key_file_is_not_called_wrong(tmp_path: Path) -> None:
    for read in (read_public_key, read_private_key):
        with pytest.raises(BackupError, match="none：文件不存在"):
            read(tmp_path / "none")


@pytest.mark.parametrize(("path", "reason"), [("none/a.mailbag", "不存在"), ("", "目录")])
def test_file_that_cannot_be_written_is_named(tmp_path: Path, path: str, reason: str) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011 - of several kinds
        (tmp_path / path).write_bytes(b"x")
    said = describe_unusable_installation(caught.value) or ""
    assert str(tmp_path / path) in said
    assert reason in said


def test_missing_database_grants_are_reported() -> None:
    error = ProgrammingError("permission denied for table django_migrations")
    error.__cause__ = InsufficientPrivilege()
    assert "gongkai grants" in (describe_unusable_installation(error) or "")
    assert describe_unusable_installation(ProgrammingError("syntax error")) is None
