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
ROOT = Path(__file__).resolve().parents[3]
SCRIPTS = ROOT / "deploy" / "postgresql"
#: An installation's tables and its first act; then one more act at each call.
BEGIN = """
from gongkai.ops.cli.django import start; start(ready=False)
from gongkai.ops.demo import tables; tables.BY_MIGRATION = {}; tables.fill()
"""
ACT = """
from gongkai.ops.cli.django import start; start()
from gongkai.core.acts.chain import append; from gongkai.core.acts.seal import seal_now; from gongkai.core.units.actors import SYSTEM
append("entry/1", action="test.act", by=SYSTEM, words="NAME"); seal_now()
"""
LEFT = "SELECT string_agg(text, ',' ORDER BY movement_id) FROM acts_movementwords"


class Machine:
    """A server that archives what it writes, with what is run on it: the scripts, psql, our own program."""

    def __init__(self, base: Path, data: Path) -> None:
        self.scripts, self.archive, self.data = base / "scripts", base / "archive", data
        self.scripts.mkdir()  # where the account of PostgreSQL may read them
        self.scripts.chmod(0o755)
        for path in SCRIPTS.glob("*.sh"):
            self.put(path.name, path.read_text())
        self.archive.mkdir()
        self.archive.chmod(stat.S_IRWXU | stat.S_IRWXG | stat.S_IRWXO)
        command = f'sh {self.scripts}/archive.sh "%p" "%f" {self.archive}'
        self.server = Server(base / "primary", archive_mode="on", archive_command=command).make()

    def put(self, name: str, text: str) -> None:
        (self.scripts / name).write_text(text)
        (self.scripts / name).chmod(0o755)

    def said(self, *words: str, wrong: int = 0, **more: str) -> str:
        path = f"{self.server.tools}:{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "PGHOST": str(self.server.base), "PGUSER": "gongkai", **more}
        command = [*self.server.prefix, *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == wrong, done.stdout + done.stderr
        return done.stdout.strip() + done.stderr.strip()

    def script(self, name: str, *words: str, wrong: int = 0, **more: str) -> str:
        return self.said("sh", f"{self.scripts}/{name}.sh", str(self.archive), *words, wrong=wrong, **more)

    def ours(self, code: str, url: str = "") -> str:
        own = {**os.environ, "GONGKAI_DATA": str(self.data), "DATABASE_URL": url or self.server.url()}
        own.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def archived(self) -> None:
        """Wait until all that was written stands in the archive."""
        last = self.said("psql", "-d", "postgres", "-Atc", "SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + 60
        while not (self.archive / "wal" / last).exists():
            assert time.monotonic() < until, "nothing is archived"
            time.sleep(0.1)


def test_a_moment_between_two_acts_is_reached_and_verified(tmp_path: Path) -> None:
    with servers() as base:
        machine = Machine(base, tmp_path)
        machine.ours(BEGIN)
        assert "已作基础备份" in machine.script("base")
        time.sleep(1.1)  # copies are named by the second
        machine.ours(ACT.replace("NAME", "第一次"))
        moment = machine.said("psql", "-d", "postgres", "-Atc", "SELECT clock_timestamp()")
        machine.ours(ACT.replace("NAME", "误操作"))
        machine.archived()
        machine.server.stop()  # the machine is lost
        restored = Server(base / "restored", archive_mode="off")
        place = str(restored.data)
        assert "没有早于" in machine.script("restore", "2020-01-01 00:00:00+08", place, wrong=1)
        machine.script("restore", moment, place)
        assert "没有改动" in machine.script("restore", moment, place, wrong=2)
        program = f'test "$1 $2 $3" = "audit verify --restored" && psql "$DATABASE_URL" -Atc "{LEFT}"'
        machine.put("gongkai", f"#!/bin/sh\n{program}\n")
        rehearsed = machine.script("rehearse", moment, "postgres", GONGKAI=f"{machine.scripts}/gongkai")
        assert rehearsed.endswith("\n第一次"), "the program is given the scratch"
        restored.start()
        found = machine.said("psql", "-h", str(restored.base), "-d", "postgres", "-Atc", LEFT)
        assert found == "第一次", "what was committed before the moment, and nothing later"
        run = "from gongkai.ops.cli import main; main({})"
        verified = machine.ours(run.format(["audit", "verify", "--restored"]), restored.url())
        assert "\n完整，已核验 1 条流水" in verified
        accepted = machine.ours(run.format(["audit", "restored", "--reason", "误操作"]), restored.url())
        assert "封存（流水" in accepted, "what is missing is named, and stands in the log"
        assert "\n完整，已核验 3 条流水" in machine.ours(run.format(["audit", "verify"]), restored.url())
