"""The application as started by deploy/systemd: two servers, a worker, scheduled jobs each minute; nginx with the
shipped configuration in front.
"""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from tools.nginx import find_free_port, make_configuration, start_nginx

from benchmarks.large.servers import DEPLOY, ROOT, Pooler, Postgres, database_url, wait_for
from benchmarks.portal_cache import HEADERS

UNITS_FOLDER = DEPLOY / "systemd"
PROGRAM = "/opt/gongkai/venv/bin/gongkai"
SECRET, HOST = "large-secret", "localhost"
GONGKAI = [sys.executable, "-c", "from gongkai.ops.cli import main; main()"]
#: Seconds between two runs of gongkai-due.timer, and before gongkai.service is restarted.
DUE_SECONDS, RESTART_SECONDS = 60.0, 1.0


def read_unit_command(name: str) -> list[str]:
    """Return the command line of a unit of deploy/systemd, with the values set in the unit itself."""
    lines = (UNITS_FOLDER / name).read_text().splitlines()
    line = next(one for one in lines if one.startswith("ExecStart=")).removeprefix("ExecStart=")
    for one in lines:
        if one.startswith("Environment="):
            variable, _, value = one.removeprefix("Environment=").partition("=")
            line = line.replace(f"${{{variable}}}", value)
    words = shlex.split(line)
    assert words[0] == PROGRAM, words
    return words[1:]


class Service:
    """A command that is restarted when it ends, as with Restart=always."""

    def __init__(self, name: str, words: list[str], env: dict[str, str], log: Path) -> None:
        self.name, self.words, self.env, self.log = name, words, env, log
        self.process: subprocess.Popen[bytes] | None = None
        self.wanted, self.pause = True, threading.Event()
        self.starts = 0

    def start(self) -> None:
        """Start the command and keep it running."""
        self.wanted = True
        threading.Thread(target=self._keep, daemon=True).start()

    def _keep(self) -> None:
        while self.wanted:
            with self.log.open("ab") as out:
                self.process = subprocess.Popen(
                    [*GONGKAI, *self.words], env=self.env, stdout=out, stderr=out, start_new_session=True
                )
            self.starts += 1
            self.process.wait()
            if self.wanted:
                self.pause.wait(RESTART_SECONDS)

    def kill(self) -> None:
        """Kill the command with all its children; it is restarted."""
        if self.process:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def end(self) -> None:
        """Kill the command permanently."""
        self.wanted = False
        self.pause.set()
        self.kill()
        if self.process:
            self.process.wait()


class Province:
    """All processes of one installation on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.chmod(0o755)
        for name in ("data", "mirror", "logs"):
            (folder / name).mkdir()
        self.primary, self.replica = Postgres(folder / "primary"), Postgres(folder / "replica")
        self.pools: list[Pooler] = []
        self.ports, self.front, self.inner, self.still = (
            [find_free_port(), find_free_port()],
            find_free_port(),
            find_free_port(),
            find_free_port(),
        )
        self.services: dict[str, Service] = {}
        self.nginx: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()
        self.rounds: list[tuple[float, int]] = []

    def databases(self) -> None:
        """Start primary and replica, each with a PgBouncer."""
        self.primary.make()
        self.primary.ask("CREATE DATABASE gongkai", "postgres")
        self.replica.follow(self.primary)
        self.pools = [
            Pooler(self.folder / "pool", self.primary),
            Pooler(self.folder / "pool-replica", self.replica),
        ]
        for pool in self.pools:
            pool.start()

    def env(self, *, direct: bool = False, name: str = "gongkai") -> dict[str, str]:
        """Return the environment of a process; `direct` bypasses PgBouncer, as migrations and seeding do."""
        given = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
            "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
            "GONGKAI_DATA": str(self.folder / "data"),
            "GONGKAI_HOSTS": "*",
            "GONGKAI_BASE_URL": f"http://127.0.0.1:{self.front}",
            "GONGKAI_PROXIES": "1",
            "GONGKAI_SECOND_FACTOR": "off",
            "GONGKAI_FORM_RATE": "100000",
            "GONGKAI_WORKER": "database",
            "GONGKAI_CACHES": f"pages=http://127.0.0.1:{self.inner}",
            "GONGKAI_PAGES": str(self.folder / "pages"),
            "GONGKAI_CACHE_SECRET": SECRET,
            "GONGKAI_SLOW_MS": "0",
        }
        if direct:
            return given | {"DATABASE_URL": self.primary.url(name)}
        given |= {"DATABASE_URL": database_url(self.pools[0].port, name), "GONGKAI_POOLER": "1"}
        return given | {"GONGKAI_REPLICA_URL": database_url(self.pools[1].port, name)}

    def seed(self, *words: str, name: str = "gongkai") -> str:
        """Seed a database with a part of the example province and return the output."""
        return self.run(*words, name=name, program=[sys.executable, "-m", "benchmarks.province"])

    def run(
        self,
        *words: str,
        direct: bool = True,
        name: str = "gongkai",
        check: bool = True,
        program: Sequence[str] = GONGKAI,
    ) -> str:
        """Run a command of gongkai and return its output."""
        done = subprocess.run(
            [*program, *words],
            env=self.env(direct=direct, name=name),
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise SystemExit(f"gongkai {' '.join(words)}: {(done.stdout + done.stderr)[-1500:]}")
        return done.stdout

    def inside(self, task: str, *words: str, name: str = "gongkai", direct: bool = True) -> subprocess.Popen[str]:
        """Start `benchmarks.large.inside` in this installation; it reads and writes lines."""
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "benchmarks.large.inside", task, *words],
            env=self.env(direct=direct, name=name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answers(self, task: str, *words: str, name: str = "gongkai", direct: bool = True) -> str:
        """Return the last line printed by a task of `benchmarks.large.inside`, parsed."""
        child = self.inside(task, *words, name=name, direct=direct)
        said = child.communicate()[0].strip().splitlines()
        if child.returncode or not said:
            raise SystemExit(f"{task} failed")
        return said[-1]

    def serve(self) -> None:
        """Start both servers, the worker, scheduled jobs and nginx; return when both servers answer."""
        for number, port in enumerate(self.ports):
            words = read_unit_command("gongkai.service")
            words[words.index("--port") + 1] = str(port)
            self._begin(f"app{number}", words)
        self._begin("worker", read_unit_command("gongkai-worker.service"))
        threading.Thread(target=self._due, daemon=True).start()
        for port in self.ports:
            self.ready(port)
        self._front_door()

    def _begin(self, name: str, words: list[str]) -> None:
        service = Service(name, words, self.env(), self.folder / "logs" / name)
        self.services[name] = service
        service.start()

    def _due(self) -> None:
        with (self.folder / "logs" / "due").open("ab") as out:
            while not self.stopping.wait(1):
                began = time.monotonic()
                command = [*GONGKAI, *read_unit_command("gongkai-due.service")]
                done = subprocess.run(command, env=self.env(), stdout=out, stderr=out, check=False)
                self.rounds.append((time.monotonic() - began, done.returncode))
                self.stopping.wait(DUE_SECONDS)

    def ready(self, port: int, seconds: float = 180) -> float:
        """Return the seconds until a server is ready."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.2)
        raise SystemExit(f"no server on {port}: {self.folder}/logs")

    def _front_door(self) -> None:
        site = make_configuration(self.folder, self.ports, self.front, SECRET, inner=self.inner)
        # On another port: a file with the headers that every answer of the site must have.
        headers = " ".join(f'add_header {name} "{value}";' for name, value in HEADERS.items())
        still = f"{self.folder}/still/"
        site += f"""server {{ listen 127.0.0.1:{self.still}; sendfile on; tcp_nopush on; {headers}
            location / {{ root {still}; gzip_static on; }}
            location /piece/ {{ alias {still}; gzip_static on; sendfile off; }}
            location /each/ {{ alias {still}; gzip on; }} }}\n"""
        (self.folder / "still").mkdir(exist_ok=True)
        self.nginx = start_nginx(self.folder, site)
        wait_for(self.front)

    def stop(self) -> None:
        """Stop all processes, the databases last."""
        self.stopping.set()
        for service in self.services.values():
            service.end()
        if self.nginx:
            self.nginx.terminate()
            self.nginx.wait()
        for pool in self.pools:
            pool.kill()
        self.replica.stop()
        self.primary.stop()
