"""Measure nginx in front of the portal, set up as in docs/portal/nginx.conf: cached pages against a static file of the same bytes, and a
withdrawal.

Both are sent compressed; a reader who does not accept gzip costs nginx the decompression, which is measured separately.
Before and after each pair the page is requested once more: it must come from the cache (`X-Cache: FILE`) and be complete.

The figure is the processor time of nginx's worker for a request: wrk and other work share the cores, so requests a
second mean little.

Needs nginx and wrk (`apt-get install nginx-light wrk`); a missing program is reported in one line.
"""

import gzip
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median

from tools.nginx import CONF, find_free_port, make_configuration
from tools.nginx import start_nginx as run_nginx

ROUNDS, SECONDS, CONNECTIONS = 5, 3, 16
#: Number of texts of the site.
TEXTS = 500
SECRET = "bench-secret"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "Cache-Control": "public, max-age=0, must-revalidate",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Cache": "NONE",
}


def run() -> dict[str, float]:
    """Return nginx's processor time for a cached page and for a file, and the seconds for which a withdrawn text is still served."""
    missing = [name for name in ("nginx", "wrk") if not shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")]
    if missing:
        print(f"  skipped: {', '.join(missing)} is not installed")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        return measure_in_folder(Path(folder))


def measure_in_folder(folder: Path) -> dict[str, float]:
    """Measure in a folder that nginx may read."""
    app, front, inner = find_free_port(), find_free_port(), find_free_port()
    env = {
        **os.environ,
        "GONGKAI_DATA": str(folder / "data"),
        "GONGKAI_CACHES": f"pages=http://127.0.0.1:{inner}",
        "GONGKAI_PAGES": str(folder / "pages"),
        "GONGKAI_CACHE_SECRET": SECRET,
        "BENCH_HOST": f"127.0.0.1:{front}",
        "BENCH_TEXTS": str(TEXTS),
        "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
    }
    env.pop("DATABASE_URL", None)
    path = _python(env, FILL_SCRIPT)
    static = folder / "static"
    static.mkdir()
    server = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from gongkai.ops.cli import main; main()",
            "serve",
            "--port",
            str(app),
            "--no-jobs",
        ],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    nginx = run_nginx(folder, _add_static_file(make_configuration(folder, [app], front, SECRET, inner=inner), static))
    root = f"http://127.0.0.1:{front}"
    try:
        page = _wait(f"{root}{path}")
        (static / "page.html").write_bytes(page)
        (static / "page.html.gz").write_bytes(gzip.compress(page, 6))
        for place in ("bench", "remembered"):
            if _fetch(f"{root}/{place}/page.html", packed=True)[1:] != (page, "gzip"):
                raise SystemExit(f"/{place}/ is not the compressed page")
        figures = _measure_pairs(root, path, _worker(nginx.pid))
        return {**figures, "page: bytes": len(page), **_measure_withdrawal(env, root)}
    finally:
        for process in (nginx, server):
            process.terminate()
            process.wait(20)


FILL_SCRIPT = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from benchmarks.portal_city import fill
from gongkai.content.editions.models import Shelf, Website
from gongkai.core.units.models import Appointment, Body, Person, Role
import os
fill(int(os.environ["BENCH_TEXTS"]))
signer = Person.objects.create(name="周签")
for body in Body.objects.all():
    Appointment.objects.create(person=signer, body=body, role=Role.SIGNER, start="2020-01-01")
Website.objects.update(host=os.environ["BENCH_HOST"])
print(Shelf.objects.filter(column=None).order_by("-published_at")[9].path)
"""
WITHDRAW_SCRIPT = """
import django, time; django.setup()
from gongkai.content.publishing import actions
from gongkai.content.editions.models import Document, Shelf
from gongkai.ui.portal.purging.purge_queue import start_purge_threads
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import Person
start_purge_threads()
row = Shelf.objects.filter(column=None).order_by("-published_at")[3]
signer = make_actor_of_person(Person.objects.get(name="周签"))
print(row.path, row.title, flush=True)
input()
actions.withdraw(Document.objects.get(pk=row.document_id), by=signer, reason="bench")
print(time.monotonic(), flush=True)
"""


def _python(env: dict[str, str], code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], env=env, check=True, capture_output=True, text=True
    )
    return done.stdout.strip().splitlines()[-1]


def _add_static_file(site: str, static: Path) -> str:
    """Add the static file to nginx: with the headers that every answer of the site must have; with nginx's defaults, and with an open-file
    cache of five seconds.

    A cached file is served for that time after its deletion, so the cache is not allowed for pages of the portal.
    """
    headers = " ".join(f'add_header {name} "{value}";' for name, value in HEADERS.items())
    file = f"alias {static}/; sendfile on; tcp_nopush on; gzip_static on; {headers}"
    own = f"location /bench/ {{ {file} open_file_cache off; }}\n    location /remembered/ {{ {file} open_file_cache_valid 5s; }}\n    "
    before = f"include {CONF.with_name('nginx-site.conf')};"
    assert before in site
    return site.replace(before, own + before, 1)


def _wait(address: str) -> bytes:
    for _ in range(200):
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.25)
    raise SystemExit("the server did not start")


def _worker(master: int) -> int:
    """Return the process id of nginx's only worker process."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return next(int(child) for child in children if b"worker process" in Path(f"/proc/{child}/cmdline").read_bytes())


def _measure_pairs(root: str, path: str, worker: int) -> dict[str, float]:
    pairs, unpacked = [], []
    _check_cached(root + path)
    for _ in range(ROUNDS):
        files = [_wrk(f"{root}/{place}/page.html", worker) for place in ("bench", "remembered")]
        pairs.append((_wrk(root + path, worker), *files))
        unpacked.append(_wrk(root + path, worker, packed=False))
        _check_cached(root + path)
    return {
        "nginx, kept page, reader without gzip: us of processor": median(unpacked),
        "nginx, kept page: us of processor": median(pair[0] for pair in pairs),
        "nginx, static file of the same bytes: us of processor": median(pair[1] for pair in pairs),
        "nginx, the same, remembered for 5 s: us of processor": median(pair[2] for pair in pairs),
        "static : kept (median of pairs)": median(pair[1] / pair[0] for pair in pairs),
        "static, remembered : kept (median of pairs)": median(pair[2] / pair[0] for pair in pairs),
    }


def _check_cached(address: str) -> None:
    """Check that a page comes from the cache, is complete, and is the same with and without compression."""
    pages = []
    for _ in range(3):  # the first answer of a host creates its folder, the second is cached
        urllib.request.urlopen(address, timeout=10).close()
    for packed in (False, True) * 2:
        place, page, encoding = _fetch(address, packed=packed)
        if place != "FILE" or (encoding == "gzip") != packed:
            raise SystemExit(f"{address} is not served from the cache: {place}, {encoding}")
        pages.append(page)
    if len(set(pages)) != 1 or b"</html>" not in pages[0]:
        raise SystemExit(f"{address}: the cached page is incomplete")


def _fetch(address: str, *, packed: bool) -> tuple[str | None, bytes, str | None]:
    """Return nginx's source of a page, the decompressed page, and its content encoding."""
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"} if packed else {})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        told, body = answer.headers, answer.read()
    encoding = told["Content-Encoding"]
    return told["X-Cache"], gzip.decompress(body) if encoding == "gzip" else body, encoding


def _wrk(address: str, worker: int, *, packed: bool = True) -> float:
    """Return the microseconds of processor time that a request costs nginx; every answer must be successful."""
    before = _processor_microseconds(worker)
    headers = ["-H", "Accept-Encoding: gzip"] if packed else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *headers, address]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        raise SystemExit(f"{address}: not every answer was a page\n{text}")
    requests = int(next(line.split()[0] for line in text.splitlines() if " requests in " in line))
    return (_processor_microseconds(worker) - before) / requests


def _processor_microseconds(process: int) -> float:
    """Return the microseconds of processor time of a process."""
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1000


def _measure_withdrawal(env: dict[str, str], root: str) -> dict[str, float]:
    """Withdraw a cached text as its signer does, and return the seconds for which the text and the front page still show it.

    Counted from the start of the action, and from its answer.
    """
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WITHDRAW_SCRIPT],
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    path, title = child.stdout.readline().split(maxsplit=1)
    for address in (root + path, root + "/"):
        _check_cached(address)
        if title.strip() not in _text(address):
            raise SystemExit(f"{address} does not show the text before its withdrawal: {title}")
    started = time.monotonic()
    child.stdin.write("\n")
    child.stdin.flush()
    while title.strip() in _text(root + path) or title.strip() in _text(root + "/"):
        if time.monotonic() - started > 30:
            raise SystemExit("the withdrawn text is still shown")
        time.sleep(0.02)
    gone, answered = time.monotonic(), float(child.stdout.readline())
    child.wait(30)
    return {
        "withdrawn, seen by no reader after: s": gone - started,
        "the same from the act's answer on: s": max(gone - answered, 0.0),
    }


def _text(address: str) -> str:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:60}{value:14.2f}")
