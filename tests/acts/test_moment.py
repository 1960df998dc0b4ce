"""A restore to a moment between two acts, with the scripts of deploy/, on servers of its own; the log verified in it."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from factories.postgres_pair import Server, servers

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "deploy" / "postgresql"
#: An installation's tables and its first act; then one more act at each call.
BEGIN = """
from gongkai.cli.django import start; start(ready=False)
from gongkai.demo import tables; tables.BY_MIGRATION = {}; tables.fill()
"""
ACT = """
from gongkai.cli.django import start; start()
from gongkai.acts.chain import append; from gongkai.acts.seal import seal_now; from gongkai.units.actors import SYSTEM
append("entry/1", action="test.act", by=SYSTEM, words="NAME"); seal_now()
"""
LEFT = "SELECT string_agg(text, ',' ORDER BY movement_id) FROM acts_movementwords"


def test_a_moment_between_two_acts_is_reached_and_verified(tmp_path: Path) -> None:
    with servers() as base:
        scripts = base / "scripts"  # where the account of PostgreSQL may read them
        scripts.mkdir()
        scripts.chmod(0o755)
        for path in SCRIPTS.glob("*.sh"):
            (scripts / path.name).write_bytes(path.read_bytes())
            (scripts / path.name).chmod(0o755)
        archive = base / "archive"
        archive.mkdir()
        archive.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        command = f'sh {scripts}/archive.sh "%p" "%f" {archive}'
        server = Server(base / "primary", archive_mode="on", archive_command=command).make()
        env = {
            **os.environ,
            "PATH": f"{server.tools}:{os.environ['PATH']}",
            "PGHOST": str(server.base),
            "PGUSER": "gongkai",
        }

        def said(*words: str, wrong: int = 0, **more: str) -> str:
            done = subprocess.run(
                [*server.prefix, *words],
                env={**env, **more},
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
            )
            assert done.returncode == wrong, done.stdout + done.stderr
            return done.stdout.strip() + done.stderr.strip()

        def ours(code: str, **more: str) -> str:
            own = {**os.environ, "GONGKAI_DATA": str(tmp_path), "DATABASE_URL": server.url(), **more}
            own.pop("DJANGO_SETTINGS_MODULE", None)
            done = subprocess.run(
                [sys.executable, "-c", code], env=own, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
            return done.stdout

        ours(BEGIN)
        assert "已作基础备份" in said("sh", f"{scripts}/base.sh", str(archive))
        time.sleep(1.1)  # copies are named by the second
        ours(ACT.replace("NAME", "第一次"))
        moment = said("psql", "-d", "postgres", "-Atc", "SELECT clock_timestamp()")
        ours(ACT.replace("NAME", "误操作"))
        last = said("psql", "-d", "postgres", "-Atc", "SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + 60
        while not (archive / "wal" / last).exists():
            assert time.monotonic() < until, "nothing is archived"
            time.sleep(0.1)
        server.stop()  # the machine is lost
        restored = Server(base / "restored", archive_mode="off")
        assert "没有早于" in said(
            "sh", f"{scripts}/restore.sh", str(archive), "2020-01-01 00:00:00+08", str(restored.data), wrong=1
        )
        said("sh", f"{scripts}/restore.sh", str(archive), moment, str(restored.data))
        assert "没有改动" in said(
            "sh", f"{scripts}/restore.sh", str(archive), moment, str(restored.data), wrong=2
        )
        (scripts / "gongkai").write_text(
            f'#!/bin/sh\ntest "$1 $2" = "audit verify" && psql "$DATABASE_URL" -Atc "{LEFT}"\n'
        )
        (scripts / "gongkai").chmod(0o755)
        rehearsed = said(
            "sh", f"{scripts}/rehearse.sh", str(archive), moment, "postgres", GONGKAI=f"{scripts}/gongkai"
        )
        assert rehearsed.endswith("\n第一次"), "the program is given the scratch"
        restored.start()
        found = said("psql", "-h", str(restored.base), "-d", "postgres", "-Atc", LEFT)
        assert found == "第一次", "what was committed before the moment, and nothing later"
        verify = "from gongkai.cli import main; main(['audit', 'verify'])"
        assert "完整，已核验 1 条流水" in ours(verify, DATABASE_URL=restored.url())
