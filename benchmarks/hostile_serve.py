"""Measure the cost of hostile files at the entry points of a running installation: `python -m benchmarks hostile --serve`.

The sample city is served by `gongkai serve` with its worker, as in an office, over HTTP. Each entry point gets the most
expensive files of its kinds, while another user opens ten office pages in turn, one a second. Printed per entry point
and file: its size, seconds to the answer, seconds of processor time of the server, megabytes of all its processes above
those at rest (shared pages counted once), the slowest page of the other user, and the message. Exits with 1 if a limit
is exceeded. `GONGKAI_DATA` names a folder with a sample city, `DOORS` selects entry points (separated by semicolons),
`PORT` is a port. If the machine is busy (office pages take more than half a second at rest), processor time instead of
wall time is compared with the limit of seconds, and pages are only compared with those at rest.
"""

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

import requests
from lxml import etree, html

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from benchmarks import hostile_outside
from factories import bombs
from factories.hostile import packed, sheet, word

PASSWORD = "Yunling-2026"
#: Limits of each file: seconds to the answer, megabytes above rest, seconds of the other user's pages (95th percentile).
MAX_SECONDS, MAX_MEGABYTES, MAX_PAGE_SECONDS = 30.0, 512.0, 1.0
#: Pages that the other user may open, of which ten are used.
OFFICE_PAGES = (
    *(
        "",
        "ledger/",
        "notices/",
        "publishing/",
        "requests/",
        "inquiries/",
        "policies/",
        "answers/",
        "inspection/",
    ),
    *(
        "errands/mine/",
        "publishing/columns/",
        "participation/",
        "opinion/",
        "tables/",
        "notices/queue/",
        "assessment/",
    ),
)


class UserBrowser:
    """A browser: cookies, filled-in forms, and file uploads."""

    def __init__(self, root: str, login: str = "") -> None:
        self.root, self.session = root, requests.Session()
        if login:
            self.send("/admin/login/", {"username": login, "password": PASSWORD})

    def get(self, path: str) -> requests.Response:
        """Request a page."""
        return self.session.get(self.root + path, timeout=600)

    def send(
        self, path: str, fields: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None
    ) -> requests.Response:
        """Fill in the form of a page that has these fields, and send it."""
        files = files or {}
        page = html.fromstring(self.get(path).content)
        form = next(form for form in page.forms if {*fields, *files} <= set(form.xpath(".//@name")))
        given = [(name, value) for name, value in form.form_values() if name not in {*fields, *files}]
        target = form.get("action") or path
        return self.session.post(
            self.root + (target if target.startswith("/") else path),
            data=[*given, *fields.items()],
            files=files or None,
            headers={"Referer": self.root + path},
            timeout=600,
        )


def read_messages(answer: requests.Response) -> str:
    """Return the messages and errors of a page in one line, or its title."""
    page = html.fromstring(answer.content or b"<p>")
    etree.strip_elements(page, "script", "noscript", "style", with_tail=False)
    marked = "messages", "error", "gk-note--warn", "gk-alert"
    said = page.xpath(" | ".join(f"//*[contains(@class, '{name}')]" for name in marked)) or page.xpath("//title")
    lines = (" ".join(element.text_content().split()) for element in said)
    words = dict.fromkeys(line for line in lines if len(line) < 300)  # some pages mark the whole page, too
    return f"{answer.status_code} " + "；".join(filter(None, words))[:160]


def wait_for_job(visitor: UserBrowser, answer: requests.Response) -> requests.Response:
    """Follow a background job to its end and open its result page; return any other page unchanged."""
    number = re.search(r"/admin/errands/(\d+)/", answer.url)
    while number:
        state = visitor.get(f"/admin/errands/{number[1]}/progress/")
        if state.status_code == 286:  # htmx's status for: stop polling
            led = visitor.get(f"/admin/errands/{number[1]}/arrive/").headers.get("HX-Redirect")
            return visitor.get(led or f"/admin/errands/{number[1]}/")
        time.sleep(0.5)
    return answer


# Entry points: the steps from the upload of a file to the page with its result.


def import_notice(visitor: UserBrowser, name: str, data: bytes) -> requests.Response:
    """任务分工通知 → 导入."""
    page = html.fromstring(visitor.get("/admin/notices/import/").content)
    government = page.xpath("//select[@name='government']/option[@value!='']/@value")[0]
    fields = {"government": government, "issuer": "", "text": ""}
    return wait_for_job(visitor, visitor.send("/admin/notices/import/", fields, {"file": (name, data)}))


@cache
def find_draft(visitor: UserBrowser) -> str:
    """Return the address of a draft that the visitor may edit."""
    for path in ("/admin/publishing/?state=draft", "/admin/publishing/", "/admin/"):
        page = html.fromstring(visitor.get(path).content)
        for address in page.xpath("//a/@href[contains(., '/admin/pages/') and contains(., '/edit/')]"):
            if visitor.get(address).status_code == 200:
                return str(address)
    raise LookupError("no draft to edit")


def make_editor_step(field_name: str) -> Callable[[UserBrowser, str, bytes], requests.Response]:
    """编辑信息: 从 Word 文件读入正文, or attachments."""

    def through(visitor: UserBrowser, name: str, data: bytes) -> requests.Response:
        address = find_draft(visitor)
        answer = visitor.send(address, {}, {field_name: (name, data)})
        visitor.get(address)
        return answer

    return through


def import_policies(visitor: UserBrowser, name: str, data: bytes) -> requests.Response:
    """导入政策库, an example of all sheets, which the same code reads."""
    return visitor.send("/admin/spreadsheets/policies/", {}, {"file": (name, data)})


def make_migration_step(kind: str, field_name: str) -> Callable[[UserBrowser, str, bytes], requests.Response]:
    """迁入旧网站: a sheet, or saved pages in a .zip."""

    def through(visitor: UserBrowser, name: str, data: bytes) -> requests.Response:
        address = f"/admin/migration/new/{kind}/"
        page = html.fromstring(visitor.get(address).content)
        site = page.xpath("//select[@name='website']/option[@value!='']/@value")[0]
        fields = {"website": site, "name": "测量", "body": "", "base": ""}
        answer = visitor.send(address, fields, {field_name: (name, data)})
        number = re.search(r"/admin/migration/(\d+)/$", answer.url)
        if number:
            token = visitor.session.cookies.get("csrftoken", "")
            visitor.session.post(
                f"{visitor.root}/admin/migration/{number[1]}/step/",
                data={"csrfmiddlewaretoken": token},
                headers={"Referer": answer.url},
                timeout=600,
            )
            answer = visitor.get(f"/admin/migration/{number[1]}/")
        return answer

    return through


def upload_original(visitor: UserBrowser, name: str, data: bytes) -> requests.Response:
    """政策库: 上传原文."""
    return visitor.send("/admin/policies/files/", {}, {"files": (name, data)})


@dataclass
class EntryPoint:
    """An entry point: its user, its steps, and its files by name."""

    name: str
    login: str
    through: Callable[[UserBrowser, str, bytes], requests.Response]
    harmless: tuple[str, Callable[[], bytes]]
    files: dict[str, tuple[str, Callable[[], bytes]]]


def make_attempt(door: EntryPoint, visitor: UserBrowser, name: str, data: bytes) -> Callable[[list[int]], str]:
    """Return a function that sends a file through an entry point and returns the message."""
    return lambda _: read_messages(door.through(visitor, name, data))


def make_public_attempt(root: str, form: str, name: str, data: bytes) -> Callable[[list[int]], str]:
    """Return a function that sends a filled-in public form; the run ends if its file was not examined."""
    form_opened = hostile_outside.fill_in_form(root, form)

    def send(_: list[int]) -> str:
        answer = form_opened.send(name, data)
        said = hostile_outside.find_result(answer, name)
        if not said and answer.status_code < 500:
            raise SystemExit(f"{form}: the file was not examined: {read_messages(answer)}")
        return said or f"{answer.status_code}"

    return send


def name_files(suffix: str, *groups: dict[str, Callable[[], bytes]]) -> dict[str, tuple[str, Callable[[], bytes]]]:
    """Return files with the name under which each is sent."""
    return {kind: (f"x.{suffix}", make) for group in groups for kind, make in group.items()}


def picture() -> bytes:
    """Return a small PNG."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(out, "PNG")
    return out.getvalue()


def list_entry_points() -> Iterator[EntryPoint]:
    """Return all entry points, with the most expensive files of the kinds that each accepts."""
    of = bombs.OTHER_BOMBS
    text = ("x.txt", lambda: f"（一）推进政务公开{time.time()}。（牵头单位：市财政局）\n".encode() * 3)
    yield EntryPoint(
        "notice", "zwgk", import_notice, text, name_files("docx", bombs.BOMBS, of["notice"], bombs.COMPOUND_BOMBS)
    )
    yield EntryPoint("notice, PDF", "zwgk", import_notice, text, name_files("pdf", of["pdf"]))
    yield EntryPoint("notice, scan", "zwgk", import_notice, text, name_files("png", of["picture"]))
    docx = {name: make for name, make in bombs.BOMBS.items() if "PDF" not in name}
    yield EntryPoint(
        "editor, 正文",
        "jiaoyu",
        make_editor_step("word"),
        ("x.docx", word),
        name_files("docx", of["docx"], docx, bombs.ZIP_BOMBS),
    )
    yield EntryPoint(
        "editor, 附件",
        "jiaoyu",
        make_editor_step("uploads"),
        ("x.docx", word),
        name_files("pdf", of["pdf"]) | name_files("docx", of["docx"]),
    )
    yield EntryPoint(
        "editor, picture", "jiaoyu", make_editor_step("uploads"), ("x.png", picture), name_files("png", of["picture"])
    )
    yield EntryPoint(
        "import",
        "zwgk",
        import_policies,
        ("x.xlsx", sheet),
        name_files("xlsx", of["sheet"], bombs.ZIP_BOMBS) | name_files("xls", bombs.COMPOUND_BOMBS),
    )
    yield EntryPoint(
        "move, sheet", "zwgk", make_migration_step("sheet", "sheet"), ("x.xlsx", sheet), name_files("xlsx", of["sheet"])
    )
    pages = lambda: packed(**{"a.html": "<title>关于公开</title><p>正文</p>".encode()})  # noqa: E731
    old = {name: (lambda make=make: packed(**{"a.html": make()})) for name, make in bombs.PAGE_BOMBS.items()}
    yield EntryPoint(
        "move, pages",
        "zwgk",
        make_migration_step("pages", "bundle"),
        ("x.zip", pages),
        name_files("zip", bombs.ZIP_BOMBS, old),
    )
    zipped = {
        f"{name}, zipped": (lambda make=make: packed(**{f"{n}.pdf": make() for n in range(3)}))
        for name, make in of["pdf"].items()
    }
    yield EntryPoint(
        "originals",
        "jiaoyu",
        upload_original,
        text,
        name_files("zip", bombs.ZIP_BOMBS, zipped) | name_files("pdf", of["pdf"]),
    )


@dataclass
class Sampler:
    """Sampled memory of the server's processes, and the times of another user's pages."""

    roots: list[int]
    visitor: UserBrowser
    opened: list[str]
    memory: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Sample memory and open pages until `over` is set."""
        for work in (self._look, self._open):
            threading.Thread(target=work, daemon=True).start()

    def _look(self) -> None:
        while not self.over.wait(0.25):
            self.memory.append(sum(map(read_memory, list_descendants(self.roots))) / 1e6)

    def _open(self) -> None:
        turn = 0
        while not self.over.is_set():
            begun = time.monotonic()
            self.visitor.get(self.opened[turn % len(self.opened)])
            self.pages.append(time.monotonic() - begun)
            turn += 1
            self.over.wait(max(0.0, 1.0 - (time.monotonic() - begun)))


def list_descendants(roots: list[int]) -> list[int]:
    """Return processes with all their descendants."""
    parents: dict[int, list[int]] = {}
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            try:
                stat = (place / "stat").read_text()
            except OSError:
                continue
            parents.setdefault(int(stat.rpartition(")")[2].split()[1]), []).append(int(place.name))
    found, todo = [], list(roots)
    while todo:
        process = todo.pop()
        found.append(process)
        todo += parents.get(process, [])
    return found


def read_memory(process: int) -> int:
    """Return the bytes of memory of a process, with its share of shared pages."""
    try:
        rolled = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return sum(int(value) for value in re.findall(r"^(?:Pss|SwapPss):\s+(\d+)", rolled, re.M)) * 1024


def read_processor_seconds(processes: list[int]) -> float:
    """Return the seconds of processor time of processes and of their ended children."""
    ticks = 0
    for process in processes:
        try:
            stat = Path(f"/proc/{process}/stat").read_text()
        except OSError:
            continue
        ticks += sum(map(int, stat.rpartition(")")[2].split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)] if times else 0.0


class ApplicationServer:
    """The sample city, served with its worker."""

    def __init__(self) -> None:
        self.port = int(os.environ.get("PORT", "8102"))
        self.root = f"http://127.0.0.1:{self.port}"
        self.folder = os.environ.get("GONGKAI_DATA") or tempfile.mkdtemp(prefix="gongkai-hostile-")
        self.environment = {
            **os.environ,
            "GONGKAI_DATA": self.folder,
            "GONGKAI_SECOND_FACTOR": "off",
            "GONGKAI_BASE_URL": self.root,
            "GONGKAI_FORM_RATE": "1000",
        }
        if not Path(self.folder, "gongkai.sqlite3").exists():
            self._run("demo", "--no-serve").wait()
        self.process = self._run("serve", "--port", str(self.port))
        while self.process.poll() is None:
            try:
                if requests.get(f"{self.root}/readyz", timeout=5).ok:
                    return
            except requests.RequestException:
                time.sleep(0.5)
        raise SystemExit("the server did not start")

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", "from gongkai.ops.cli import main; main()", *words]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self.environment)

    def job(self, words: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a separate process of a scheduled job, as `gongkai run-due` does; it prints its result."""
        return subprocess.Popen([sys.executable, "-c", words, *arguments], env=self.environment, stdout=subprocess.PIPE)


@dataclass
class Cost:
    """The cost of a file.

    Attributes:
        seconds: to the answer.
        processor: seconds of the server's processes, the other user's pages included.
        memory: megabytes above rest.
        pages: seconds of each page of the other user meanwhile.
        said: status and message.
    """

    seconds: float
    processor: float
    memory: float
    pages: list[float]
    said: str

    def broken(self, *, busy: bool) -> bool:
        """Return true if the cost exceeds a limit, or the server failed. On a busy machine processor time is compared."""
        seconds = self.processor if busy else self.seconds
        return seconds > MAX_SECONDS or self.memory > MAX_MEGABYTES or self.said.startswith("5")


class Office:
    """The server as measured: the other user, and its memory and page times at rest."""

    def __init__(self, server: ApplicationServer) -> None:
        self.server, self.other = server, UserBrowser(server.root, "caizheng")
        shown = [f"/admin/{place}" for place in OFFICE_PAGES]
        self.opened = [path for path in shown if self.other.get(path).status_code == 200][:10]
        self.memory, self.pages, self.costs = 0.0, 0.0, list[Cost]()
        #: Other load on this machine makes wall times meaningless: pages are slow without an attack.
        self.busy = False

    def watch(self) -> Sampler:
        """Start sampling."""
        watch = Sampler([self.server.process.pid], self.other, self.opened)
        watch.begin()
        return watch

    def rest(self) -> None:
        """Measure memory and pages without an attack."""
        watch = self.watch()
        time.sleep(2.5 * len(self.opened))
        watch.over.set()
        self.memory, self.pages = statistics.median(watch.memory), p95(watch.pages)
        self.busy = self.pages > MAX_PAGE_SECONDS / 2
        print(
            f"  at rest: {self.memory:.0f} MB; {len(self.opened)} office pages, 95 %: {self.pages:.2f} s; load {os.getloadavg()[0]:.1f}\n",
            flush=True,
        )

    def measure(self, door: str, kind: str, size: int, work: Callable[[list[int]], str]) -> Cost:
        """Do the work while the other user opens pages, and print its cost."""
        watch = self.watch()
        time.sleep(0.5)
        before, begun = read_processor_seconds(list_descendants(watch.roots)), time.monotonic()
        said = work(watch.roots)
        seconds = time.monotonic() - begun
        processor = read_processor_seconds(list_descendants(watch.roots)) - before
        time.sleep(0.5)
        watch.over.set()
        cost = Cost(seconds, processor, max(0.0, max(watch.memory) - self.memory), watch.pages, said)
        self.costs.append(cost)
        figures = f"{size / 1e3:>9,.0f} kB{cost.seconds:>7.1f} s{cost.processor:>7.1f} s{cost.memory:>6.0f} MB{max(cost.pages):>6.2f} s"
        print(
            f"  {door:<16}{kind[:34]:<36}{figures}{'  !!' if cost.broken(busy=self.busy) else '    '} {cost.said[:90]}",
            flush=True,
        )
        return cost

    def summed(self, door: str, costs: list[Cost]) -> bool:
        """Print an entry point's figures; return true if the other user's pages were slower than the limit meanwhile."""
        pages = p95([seconds for cost in costs for seconds in cost.pages])
        times = pages / self.pages
        print(f"  {door:<16}others' pages, 95 %: {pages:.2f} s, {times:.1f} times those at rest\n", flush=True)
        return pages > MAX_PAGE_SECONDS and not self.busy


def run() -> dict[str, float]:
    """Return the maxima, and the number of exceeded limits."""
    server = ApplicationServer()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    try:
        return _run(server)
    finally:
        server.process.terminate()
        server.process.wait()


def _run(server: ApplicationServer) -> dict[str, float]:
    wanted = [name for name in os.environ.get("DOORS", "").split(";") if name]
    every = [door for door in list_entry_points() if not wanted or door.name in wanted]
    visitors = {login: UserBrowser(server.root, login) for login in {door.login for door in every}}
    for door in every:  # warm up: modules and caches are loaded now
        name, make = door.harmless
        answer = door.through(visitors[door.login], name, make())
        print(f"  {door.name:<16}{read_messages(answer)[:100]}", flush=True)
        assert answer.status_code in {200, 422}, door.name
    office, slow = Office(server), 0
    office.rest()
    for door in every:
        costs = []
        for kind, (name, make) in door.files.items():
            data, visitor = make(), visitors[door.login]
            work = make_attempt(door, visitor, name, data)
            costs.append(office.measure(door.name, kind, len(data), work))
            if (
                door.name == "editor, 正文" and "未能保存" not in costs[-1].said
            ):  # the accepted text is now the draft: replace it by a short one
                door.through(visitor, door.harmless[0], door.harmless[1]())
        slow += office.summed(door.name, costs)
    for name, measured in (("public form", measure_forms), ("mail", measure_mails)):
        if not wanted or name in wanted:
            slow += office.summed(name, list(measured(office)))
    costs, pages = office.costs, p95([seconds for cost in office.costs for seconds in cost.pages])
    return {
        "files": len(costs),
        "seconds to the answer, the slowest": max(cost.seconds for cost in costs),
        "seconds of processor time, the most": max(cost.processor for cost in costs),
        "megabytes above rest, the largest": max(cost.memory for cost in costs),
        "seconds, office pages of others (95 %)": pages,
        "seconds, the same without attack": office.pages,
        "times as long": pages / office.pages,
        "bounds broken": sum(cost.broken(busy=office.busy) for cost in costs) + slow,
    }


def measure_forms(office: Office) -> Iterator[Cost]:
    """Measure public forms with a file: every kind that they accept."""
    of, root = bombs.OTHER_BOMBS, office.server.root
    pictures, documents = (
        name_files("png", of["picture"]),
        name_files("docx", bombs.ZIP_BOMBS, bombs.COMPOUND_BOMBS, of["docx"]),
    )
    for form, (kind, (name, make)) in product(
        hostile_outside.FORMS, {**pictures, **documents, **name_files("pdf", of["pdf"])}.items()
    ):
        data = make()
        yield office.measure(f"form {form}", kind, len(data), make_public_attempt(root, form, name, data))


def measure_mails(office: Office) -> Iterator[Cost]:
    """Measure messages of the mailbox, each registered by a separate process; the office then opens those held back."""
    reader = UserBrowser(office.server.root, "zwgk")
    for number, (kind, make) in enumerate(hostile_outside.list_messages(), int(time.time())):
        data = make()

        def fetched(roots: list[int], data: bytes = data, number: int = number) -> str:
            row, said = hostile_outside.receive_message(office.server.job, roots, data, number)
            if not row:
                return f"500 {said}"
            page = reader.get(f"/admin/inquiries/mails/{row}/")
            return f"{page.status_code} {said}; page: {read_messages(page)[4:]}"

        yield office.measure("mail", kind, len(data), fetched)


if __name__ == "__main__":
    for key, value in run().items():
        print(key, value)
