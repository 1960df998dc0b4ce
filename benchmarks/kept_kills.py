"""Measure how soon texts appear and disappear behind nginx while processes are killed: `python -m benchmarks.kept_kills DATA-FOLDER [ROUNDS]`.

The folder is a copy of an installation on SQLite (for example of `gongkai demo`), which is changed. nginx is set up as
in docs/portal/nginx.conf. A reader requests the text's page and the front page without a pause; an answer counts from
the start of its request.

- published: nothing is killed; from the answer to the last signature until page, column and front page show the text
- withdrawn: nothing is killed; from the action's answer until neither page nor front page shows the text
- the same while the application servers, or nginx, are killed and restarted during the action
- the same while the withdrawing process is killed during the action; if the action was committed, from that moment

A text that is shown again after it had disappeared is an error in every round.
"""

import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from tools.nginx import find_free_port

from benchmarks.outage import ROOT, SECRET, Installation, serve_through_nginx

KILLS = ("nobody", "servers", "nginx", "withdrawer")
#: Seconds within which a killed process must be back and have finished pending work.
TIMEOUT_SECONDS = 90.0
#: Withdraws one text as its signer: prints the text, waits for a line, withdraws, prints the time of the answer.
WITHDRAW_SCRIPT = """import json, sys, time
from gongkai.ops.cli.django import start_django
start_django()
from gongkai.content.editions.models import Document, Website
from gongkai.content.editions.queries import shelf_visible_to
from gongkai.ui.portal.purging.purge_queue import start_purge_threads
from gongkai.content.publishing import actions
from gongkai.core.units.actors import ANONYMOUS, make_actor_of_person, in_force_q
from gongkai.core.units.models import Appointment, Role
start_purge_threads()
site = Website.objects.get(is_default=True)
signers = {one.body_id: one.person for one in Appointment.objects.filter(in_force_q(), role=Role.SIGNER)}
shown = shelf_visible_to(ANONYMOUS).filter(column=None, website=site)
rows = shown.filter(document__body__in=signers).order_by("-published_at")
row = rows[0]
document = Document.objects.get(pk=row.document_id)
print(json.dumps([site.host, row.path, row.title]), flush=True)
sys.stdin.readline()
actions.withdraw(document, by=make_actor_of_person(signers[document.body_id]), reason="演练")
print(json.dumps(time.monotonic()), flush=True)
"""
#: True if the text is still public, and the first site's host; read from the database file, because a process of the application takes
#: seconds to start.
IS_PUBLIC_SQL = "SELECT EXISTS (SELECT 1 FROM editions_shelf WHERE column_id IS NULL AND path = ?)"
HOST_SQL = "SELECT host FROM editions_website WHERE is_default"


class Reader(threading.Thread):
    """Requests some addresses repeatedly; records the time of each request and whether the answer showed a text."""

    def __init__(self, port: int, host: str, paths: tuple[str, ...], title: str) -> None:
        super().__init__(daemon=True)
        self.port, self.host, self.paths, self.title = port, host, paths, title
        self.stop = threading.Event()
        self.seen: list[tuple[float, str, bool]] = []

    def run(self) -> None:
        while not self.stop.is_set():
            for path in self.paths:
                asked = time.monotonic()
                text = request_page(self.port, self.host, path)
                if text is not None:
                    self.seen.append((asked, path, self.title in text))
            time.sleep(0.003)

    def last(self) -> float:
        """Return the time of the last request whose answer showed the text."""
        return max((asked for asked, _, shown in self.seen if shown), default=0.0)

    def first_all(self) -> float:
        """Return the time at which each address had shown the text."""
        return max(
            min((at for at, one, shown in self.seen if one == path and shown), default=9e9) for path in self.paths
        )

    def came_back(self) -> list[str]:
        """Return the addresses that showed the text again after they had not."""
        found = []
        for path in self.paths:
            shown = [there for _, one, there in self.seen if one == path]
            gone = shown.index(False) if False in shown else len(shown)
            found += [path] if True in shown[gone:] else []
        return found


def request_page(port: int, host: str, path: str) -> str | None:
    """Return the answer to a reader; None if no server answers."""
    try:
        answer = _answer(port, host, path)
        return answer.read().decode() if answer.status < 500 else None
    except (OSError, http.client.HTTPException):
        return None


def _answer(port: int, host: str, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", quote(path), headers={"Host": host})
    return connection.getresponse()


class KillTest:
    """An installation behind nginx whose processes are killed."""

    def __init__(self, data: str, folder: Path) -> None:
        self.folder = folder
        self.app, self.front, self.inner = find_free_port(), find_free_port(), find_free_port()
        env = {**os.environ, "GONGKAI_DATA": data, "GONGKAI_HOSTS": "*", "GONGKAI_SECOND_FACTOR": "off"}
        env |= {"GONGKAI_CACHES": f"pages=http://127.0.0.1:{self.inner}", "GONGKAI_CACHE_SECRET": SECRET}
        env |= {"GONGKAI_PAGES": str(folder / "pages"), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        env |= {"DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings"}
        env.pop("DATABASE_URL", None)
        self.env = env
        #: Seconds that the action took when nothing was killed.
        self.length = 0.3
        self.servers = Installation(env, self.app)
        self.door = serve_through_nginx(folder, self.app, self.front, self.inner)

    def python(self, code: str, *words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-W", "ignore", "-c", code, *words]
        return subprocess.Popen(command, env=self.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def kill(self, what: str, child: subprocess.Popen[str]) -> None:
        """Kill one process, and restart it."""
        if what == "servers":
            self.servers.kill()
            self.servers.start()
        elif what == "nginx":
            for one in (*_children(self.door.pid), self.door.pid):
                os.kill(one, signal.SIGKILL)
            self.door.wait()
            for one in (self.folder / "pages" / "now").iterdir():  # restarted as by deploy/systemd
                shutil.rmtree(one, ignore_errors=True)
            self.door = serve_through_nginx(self.folder, self.app, self.front, self.inner)
        elif what == "withdrawer":
            child.kill()

    def withdraw(self, killed: str) -> float | None:
        """Withdraw the newest text; return the seconds for which readers still got it, None if the action was not committed."""
        child = self.python(WITHDRAW_SCRIPT)
        host, path, title = json.loads(child.stdout.readline())
        reader = self._reader(host, (path, "/"), title)
        child.stdin.write("\n")
        child.stdin.flush()
        sent = time.monotonic()
        if killed == "withdrawer" and random.random() < 0.7:  # usually after the commit
            until = time.monotonic() + TIMEOUT_SECONDS
            while self.asked(IS_PUBLIC_SQL, path) and time.monotonic() < until:
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.03))
        elif killed != "nobody":
            time.sleep(self.length * random.uniform(0.0, 1.0))
        if killed != "nobody":
            self.kill(killed, child)
        said = child.stdout.readline()
        self.length = time.monotonic() - sent if killed == "nobody" else self.length
        began = json.loads(said) if said else time.monotonic()
        child.wait()
        stood = not self.asked(IS_PUBLIC_SQL, path)
        until = time.monotonic() + TIMEOUT_SECONDS
        while stood and time.monotonic() < until and not _gone(reader, title):
            time.sleep(0.05)
        time.sleep(1)
        reader.stop.set()
        reader.join()
        if not stood:
            return None
        if back := reader.came_back():
            raise SystemExit(f"{killed}: {path} is shown again: {back}")
        if not _gone(reader, title):
            raise SystemExit(f"{killed}: {path} is still shown")
        return max(reader.last() - began, 0.0)

    def _reader(self, host: str, paths: tuple[str, ...], title: str) -> Reader:
        reader = Reader(self.front, host, paths, title)
        for path in paths:  # the first answer of a host creates its folder, the second is cached
            for _ in range(4):
                request_page(self.front, host, path)
            if (place := _answer(self.front, host, path).headers["X-Cache"]) != "FILE":
                raise SystemExit(f"{path} is not cached as a file: {place}")
        reader.start()
        return reader

    def publish(self, count: int) -> list[float]:
        """Publish texts; return for each the seconds until it was on page, column and front page."""
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.large.inside", "publish", str(count)]
        child = subprocess.Popen(
            command, env=self.env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        took = []
        for _ in range(count):
            one = json.loads(child.stdout.readline())
            reader = self._reader(self.host, (one["column"], "/"), one["title"])
            child.stdin.write("\n")
            child.stdin.flush()
            done = json.loads(child.stdout.readline())
            until = time.monotonic() + TIMEOUT_SECONDS
            page = 9e9
            while time.monotonic() < until and (page > 8e9 or reader.first_all() > 8e9):
                asked = time.monotonic()
                if page > 8e9 and one["title"] in (request_page(self.front, self.host, done["path"]) or ""):
                    page = asked
                time.sleep(0.01)
            reader.stop.set()
            if max(page, reader.first_all()) > 8e9:
                raise SystemExit(f"{done['path']} was not seen everywhere within {TIMEOUT_SECONDS:.0f} s")
            took.append(max(page, reader.first_all()) - done["done"])
            json.loads(child.stdout.readline())
            child.stdin.write("\n")
            child.stdin.flush()
        child.wait()
        return took

    @property
    def host(self) -> str:
        """Return the first site's host."""
        return str(self.asked(HOST_SQL))

    def asked(self, question: str, *values: str) -> object:
        """Return the single value of a query to the database file."""
        with closing(sqlite3.connect(Path(self.env["GONGKAI_DATA"], "gongkai.sqlite3"))) as database:
            return database.execute(question, values).fetchone()[0]


def _gone(reader: Reader, title: str) -> bool:
    texts = [request_page(reader.port, reader.host, path) for path in reader.paths]
    return all(text is not None and title not in text for text in texts)


def _children(process: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def main(data: str, rounds: int) -> int:
    """Run all rounds and print a table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        run = KillTest(data, folder)
        try:
            run.servers.start()
            _print("published, seen after", run.publish(rounds))
            for killed in KILLS:
                took = [one for one in (run.withdraw(killed) for _ in range(rounds)) if one is not None]
                if not took:
                    raise SystemExit(f"{killed}: no action was committed in {rounds} rounds, so nothing was tested")
                _print(f"withdrawn, killed: {killed}; shown for", took)
        finally:
            run.servers.kill()
            run.door.terminate()
            run.door.wait()
    return 0


def _print(what: str, took: list[float]) -> None:
    rows = sorted(took) or [0.0]
    print(f"{what}: {len(took)} times, p50 {rows[len(rows) // 2]:.2f} s, longest {rows[-1]:.2f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10))
