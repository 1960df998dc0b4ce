"""Kill the application under load and count failed answers to readers: `python -m benchmarks.outage DATA-FOLDER [SECONDS]`.

The folder is a copy of an installation on SQLite (for example of `gongkai demo`). nginx is set up as in
docs/portal/nginx.conf, with the mirror. Readers request every address of the mirror repeatedly, a third of them for
the first time while the application is down. The application is killed (SIGKILL) after a third of the time and started
again after two thirds. Every answer that is not 200, or that takes longer than a second, is counted.
"""

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from statistics import median
from urllib.parse import quote

from tools.nginx import find_free_port, make_configuration
from tools.nginx import start_nginx as run_nginx

ROOT = Path(__file__).resolve().parent.parent
SECRET, READERS = "outage-secret", 8
#: Prints the mirror's addresses; run in the installation.
ADDRESSES_SCRIPT = """import json
from gongkai.ops.cli.django import start_django
start_django()
from gongkai.content.editions.models import Website
from gongkai.ui.mirror.models import Leaf
host = Website.objects.order_by("-is_default", "pk")[0].host
rows = Leaf.objects.filter(host=host).exclude(digest="").exclude(path__contains="?").exclude(path__startswith="/static/")
print(json.dumps([host, [p for p in rows.values_list("path", flat=True) if p not in ("/unavailable.html", "/easy.css", "/favicon.ico")]]))
"""


class Installation:
    """The application on its own port, which can be killed and started."""

    def __init__(self, env: dict[str, str], port: int) -> None:
        self.env, self.port = env, port
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start the application and wait until it answers; return the seconds that took."""
        began = time.monotonic()
        words = "from gongkai.ops.cli import main; main()"
        command = [sys.executable, "-c", words, "serve", "--port", str(self.port), "--no-jobs"]
        self.process = subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL, start_new_session=True)
        while self.process.poll() is None:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return time.monotonic() - began
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"the server ended with {self.process.returncode} before it answered")

    def kill(self) -> None:
        """Kill the application with all its children immediately."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Readers:
    """Readers who send requests continuously, and their answers by phase."""

    def __init__(self, port: int, host: str) -> None:
        self.port, self.host = port, host
        self.phase, self.stop = "before", threading.Event()
        self.paths: list[str] = []
        self.got: dict[str, Counter[str]] = {}
        self.took: dict[str, list[float]] = {}

    def read(self, number: int) -> None:
        """Request one address after the other."""
        at = number
        while not self.stop.is_set():
            phase, path = self.phase, self.paths[at % len(self.paths)]
            at += READERS
            began = time.monotonic()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
                connection.request("GET", quote(path), headers={"Host": self.host})
                answer = connection.getresponse()
                answer.read()
                what = (
                    str(answer.status) if answer.status != 200 else f"200 {answer.headers.get('X-Cache', '')}".strip()
                )
            except (OSError, http.client.HTTPException) as error:
                what = type(error).__name__
            took = time.monotonic() - began
            self.got.setdefault(phase, Counter())[what] += 1
            self.took.setdefault(phase, []).append(took)


def serve_through_nginx(folder: Path, app: int, front: int, inner: int) -> subprocess.Popen[bytes]:
    (folder / "mirror").mkdir(mode=0o755, exist_ok=True)
    return run_nginx(folder, make_configuration(folder, [app], front, SECRET, inner=inner))


def main(data: str, seconds: float) -> int:
    """Run and print a table; return 1 if any answer failed or was late."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        app, front, inner = find_free_port(), find_free_port(), find_free_port()
        env = {
            **os.environ,
            "GONGKAI_DATA": data,
            "GONGKAI_MIRROR": str(folder / "mirror"),
            "GONGKAI_HOSTS": "*",
        }
        env |= {"GONGKAI_CACHES": f"pages=http://127.0.0.1:{inner}", "GONGKAI_CACHE_SECRET": SECRET}
        env |= {"GONGKAI_PAGES": str(folder / "pages")}
        env |= {"GONGKAI_SECOND_FACTOR": "off", "PYTHONPATH": str(ROOT / "src")}
        env.pop("DATABASE_URL", None)
        python = [sys.executable, "-c"]
        subprocess.run([*python, "from gongkai.ops.cli import main; main()", "mirror", "build"], env=env, check=True)
        found = subprocess.run([*python, ADDRESSES_SCRIPT], env=env, check=True, capture_output=True, text=True).stdout
        host, paths = json.loads(found)
        installation, front_door = Installation(env, app), serve_through_nginx(folder, app, front, inner)
        try:
            return _run(installation, Readers(front, host), paths, seconds)
        finally:
            installation.kill()
            front_door.terminate()
            front_door.wait()


def _run(installation: Installation, readers: Readers, paths: list[str], seconds: float) -> int:
    installation.start()
    readers.paths = paths[: len(paths) * 2 // 3]
    threads = [threading.Thread(target=readers.read, args=(n,), daemon=True) for n in range(READERS)]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 3)
    installation.kill()
    readers.phase, readers.paths = "away", paths
    time.sleep(seconds / 3)
    readers.phase = "back"
    again = installation.start()
    time.sleep(seconds / 3)
    readers.stop.set()
    for thread in threads:
        thread.join()
    print(f"{len(paths)} addresses, {READERS} readers; restarted in {again:.1f} s")
    bad = 0
    for phase, got in readers.got.items():
        took = sorted(readers.took[phase])
        late = sum(one > 1 for one in took)
        wrong = sum(count for what, count in got.items() if not what.startswith("200"))
        bad += wrong
        print(f"  {phase:<7}{len(took):>7} answers, {wrong} not 200, {late} over 1 s, ", end="")
        print(f"median {median(took) * 1000:.1f} ms, slowest {took[-1] * 1000:.0f} ms  {dict(got)}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 30))
