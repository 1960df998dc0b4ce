"""Measure the office's pages over the ledger of a seeded province (`python -m benchmarks.entries_pages FILE [NAME…]`).

Writes figures as JSON into FILE: processor time of the application and of PostgreSQL (all its processes, so nothing
else may use the server), percentiles of wall time and queries, with warm caches.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import get_resolver, reverse  # noqa: E402

from benchmarks.large.processor import processor_seconds  # noqa: E402
from benchmarks.pages import request_page as asked_page  # noqa: E402
from gongkai.core.ledger.models import Entry  # noqa: E402
from gongkai.core.units.access import ensure_groups  # noqa: E402
from gongkai.core.units.models import Appointment, BodyKind, Role  # noqa: E402
from gongkai.work.notices.models import Assignment, Notice  # noqa: E402

FIGURE, ROW = r">[1-9][\d,]*<", r"/ledger/\d+/"
#: Beginning of a page's name → the pattern that the page must show; the first match counts.
PAGE_PATTERNS = {
    "home: clerk": ROW,
    "home: head": ROW,
    "home": FIGURE,
    "board": FIGURE,
    "ledger": ROW,
    "entry": ROW,
    "打表: a cell": ROW,
    "打表": "政务公开工作任务分工",
    "notice": "政务公开工作任务分工",
    "urging": ROW,
    "统计": FIGURE,
    "register: tasks": FIGURE,
    "register: timeline": FIGURE,
    "register: look-back": ROW,
    "completion report": "完成情况报告",
    "public progress": "政务公开工作任务分工",
}
#: Lists for which the seed has no rows: only the surrounding page is measured.
EMPTY_PAGES = (
    *("ledger: yellow", "ledger: blue", "ledger: waiting", "ledger: late", "ledger: due within a range"),
    *("ledger: words in none", "ledger: county, words in none"),
    *(
        "register: queue",
        "register: upward",
        "register: guidance",
        "register: requests",
        "register: interpretation",
    ),
)
#: Maximum rounds of a page; seconds after which no further round begins; statements stored of a page; timeout of a statement in seconds.
MAX_ROUNDS, MAX_SECONDS, MAX_STATEMENTS, STATEMENT_TIMEOUT_SECONDS = 20, 1.5, 3, 60
BACKEND = "django.contrib.auth.backends.ModelBackend"


def find_county_chief() -> Any:
    """Return the open-government office of the first county; if the seed has none, its reviewer gets the role."""
    posts = Appointment.objects.filter(body__kind=BodyKind.DISTRICT).order_by("body_id", "pk")
    found = posts.filter(role=Role.CHIEF).first()
    if found is None:
        found = posts.filter(body=posts[0].body_id, role=Role.REVIEWER)[0]
        Appointment.objects.filter(pk=found.pk).update(role=Role.CHIEF)
        found.person.user.groups.set([ensure_groups()[Role.CHIEF]])
    return found.person.user


def sign_in_people() -> dict[str, Any]:
    """Sign in the users: the open-government offices of the province and of a county, a clerk and a head of a department of that county."""
    county = find_county_chief()
    below = county.person.appointments.get(role=Role.CHIEF).body.path
    posts = Appointment.objects.filter(body__path__startswith=below, body__kind=BodyKind.DEPARTMENT).order_by(
        "body_id", "pk"
    )
    users = {
        "province": Appointment.objects.filter(role=Role.CHIEF).exclude(person__user=county).get().person.user,
        "county": county,
        "clerk": posts.filter(role=Role.CLERK)[0].person.user,
        "head": posts.filter(role=Role.LEAD)[0].person.user,
    }
    found = {name: Client(SERVER_NAME="localhost") for name in [*users, "reader"]}
    for name, user in users.items():
        found[name].force_login(get_user_model().objects.get(pk=user.pk), backend=BACKEND)
    return found


def make_cursor(order: str, share: float) -> str:
    """Return the cursor of a page at that share of the list of open (`due`) or all (`opened`) entries."""
    rows = (
        Entry.objects.filter(closed_at=None).order_by("due_at", "pk")
        if order == "due"
        else Entry.objects.order_by("-opened_at", "-pk")
    )
    one = rows[int(rows.count() * share)]
    at = one.due_at if order == "due" else one.opened_at
    return f"{at.isoformat() if at else ''}~{one.pk}".replace("+", "%2B")


def list_searches(body: int, entry: Entry, year: int, first_year: int) -> dict[str, str]:
    """Return query strings of the ledger: filters, orders, words, and pages deep in the list."""
    return {
        "red, one unit": f"light=red&body={body}",
        "all, one unit": f"light=all&body={body}",
        "a year, all": f"light=all&year={first_year}",
        "open, newest first": "order=opened",
        "all, by due date": "light=all&order=due",
        "a state": "kind=assignment&state=open",
        "due within a range": f"due_from={year}-06-01&due_to={year}-06-30",
        "what fell away left out": "owed=1",
        "words in every title": "q=%E6%9B%B4%E6%96%B0&light=all",
        "words in one of sixty": "q=%E7%AC%AC2%E7%B1%BB&light=all",
        "words in none": "q=%E9%A2%84%E8%92%9C&light=all",
        "words in none, open": "q=%E9%A2%84%E8%92%9C",
        "a number": f"q={entry.number[:2]}{year}-0001&light=all",
        "open, a page in the middle": f"after={make_cursor('due', 0.5)}",
        "all, a page in the middle": f"light=all&after={make_cursor('opened', 0.5)}",
    }


def list_pages() -> dict[str, tuple[str, str]]:
    """Return the measured pages: user and address."""
    home, ledger = reverse("wagtailadmin_home"), reverse("ledger_list")
    clerk = Appointment.objects.filter(body__kind=BodyKind.DEPARTMENT, role=Role.CLERK)
    county = Appointment.objects.filter(role=Role.CHIEF, body__kind=BodyKind.DISTRICT).get().body
    body = clerk.filter(body__path__startswith=county.path).order_by("body_id", "pk")[0].body_id
    entry = Entry.objects.filter(body=body, state="open", kind="assignment").order_by("-pk")[0]
    notice = Notice.objects.order_by("-year")[0]
    old = Notice.objects.order_by("year")[0]
    matrix = reverse("notices_matrix", args=[notice.pk])
    section = Assignment.objects.filter(notice=notice, body=body).first().section_no
    asked = {
        "home: province": ("province", home),
        "home: county": ("county", home),
        "home: clerk": ("clerk", home),
        "home: head": ("head", home),
        "board of the leader": ("province", reverse("office_leader")),
        "ledger: open": ("province", ledger),
        "ledger: county, open": ("county", ledger),
        "ledger: clerk": ("clerk", ledger),
        "ledger: head": ("head", ledger),
        "ledger: county, all": ("county", f"{ledger}?light=all"),
    }
    for name in ("all", "red", "yellow", "green", "blue", "waiting", "closed", "late"):
        asked[f"ledger: {name}"] = ("province", f"{ledger}?light={name}")
    chosen = list_searches(body, entry, notice.year, old.year)
    asked |= {f"ledger: {name}": ("province", f"{ledger}?{query}") for name, query in chosen.items()}
    asked["ledger: county, words in none"] = ("county", f"{ledger}?{chosen['words in none']}")
    for name in ("ledger.comment", "assignment.submit"):
        asked[f"entry: {name}"] = ("clerk", reverse("ledger_act", args=[entry.pk, name]))
    return asked | {
        "entry": ("clerk", reverse("ledger_entry", args=[entry.pk])),
        "entry, 政务公开办": ("province", reverse("ledger_entry", args=[entry.pk])),
        "打表": ("province", matrix),
        "打表: county": ("county", matrix),
        "打表: clerk": ("clerk", matrix),
        "打表: a cell": ("province", reverse("notices_cell", args=[notice.pk, section, body])),
        "notice": ("province", reverse("notices_notice", args=[notice.pk])),
        "urging": ("province", reverse("ledger_urging")),
        "统计": ("province", reverse("office_statistics")),
        "统计: county": ("county", reverse("office_statistics")),
        "register: tasks": ("clerk", reverse("notices_tasks")),
        "register: queue": ("province", reverse("notices_queue")),
        "register: timeline": ("province", reverse("notices_timeline")),
        "register: upward": ("province", reverse("notices_upward")),
        "register: guidance": ("province", reverse("notices_guidance")),
        "register: look-back": ("province", reverse("notices_lookback")),
        "register: requests": ("province", reverse("requests:list")),
        "register: interpretation": ("province", reverse("interpretation:overview")),
        "completion report": ("province", reverse("notices_report", args=[notice.pk])),
        "public progress": ("reader", "/progress/"),
        "public progress, first year": ("reader", f"/progress/{old.year}/"),
    }


def _find_postmaster() -> int:
    """Return the process id of PostgreSQL's first process."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    return int(Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[1])


def find_pattern(name: str) -> str:
    """Return the pattern that a page must show."""
    if name.startswith(EMPTY_PAGES):
        return ""
    return next(shows for begin, shows in PAGE_PATTERNS.items() if name.startswith(begin))


def measure(client: Any, address: str, shows: str) -> dict[str, Any]:
    """Return the figures of one page; it must match its pattern before and after the rounds."""
    began = time.perf_counter()
    answer = asked_page(client, address, shows)
    first = time.perf_counter() - began
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    asked = sorted(captured.captured_queries, key=lambda one: -float(one["time"]))
    server, walls = _find_postmaster(), list[float]()
    before, own = processor_seconds(server), time.process_time()
    began = time.perf_counter()
    while not walls or (len(walls) < MAX_ROUNDS and time.perf_counter() - began < MAX_SECONDS):
        started = time.perf_counter()
        client.get(address)
        walls.append((time.perf_counter() - started) * 1000)
    taken = (processor_seconds(server) - before) * 1000
    program = (time.process_time() - own) * 1000
    asked_page(client, address, shows)
    p95 = quantiles(walls, n=20, method="inclusive")[-1] if len(walls) > 1 else walls[0]
    return {
        "queries": len(asked),
        "program": program / len(walls),
        "database": taken / len(walls),
        "p50": median(walls),
        "p95": p95,
        "rounds": len(walls),
        "bytes": len(answer.content),
        "first": first * 1000,
        "slowest": [{"ms": float(one["time"]) * 1000, "sql": one["sql"][:6000]} for one in asked[:MAX_STATEMENTS]],
    }


def measure_due_jobs() -> dict[str, Any]:
    """Return the cost of one run of the scheduled jobs, by job."""
    from gongkai.core.ledger.jobs.registry import map_jobs_by_name

    server, found = _find_postmaster(), {}
    for job in sorted(map_jobs_by_name().values(), key=lambda one: one.position):
        before, own, began = processor_seconds(server), time.process_time(), time.perf_counter()
        try:
            said = {k: n for k, n in job.work().items() if n}
        except Exception as error:
            said = {"failed": f"{type(error).__name__}: {error}"[:300]}
        wall = (time.perf_counter() - began) * 1000
        found[job.name] = {
            "program": (time.process_time() - own) * 1000,
            "database": (processor_seconds(server) - before) * 1000,
            "wall": wall,
            "said": said,
        }
    return found


def main(file: Path, wanted: list[str]) -> None:
    """Measure all pages, or those with the given beginnings of names; write the results after each."""
    clients = sign_in_people()
    # As in the server (`config.wsgi`): the garbage collector does not scan the loaded modules again.
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{STATEMENT_TIMEOUT_SECONDS}s'")
    found: dict[str, Any] = {"entries": Entry.objects.count()}
    for name, (who, address) in list_pages().items():
        if wanted and not name.startswith(tuple(wanted)):
            continue
        try:
            found[name] = measure(clients[who], address, find_pattern(name))
        except (Exception, SystemExit) as error:
            found[name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
        one = {k: round(v) if isinstance(v, float) else v for k, v in found[name].items() if k != "slowest"}
        print(name, one, flush=True)
        file.write_text(json.dumps(found, ensure_ascii=False, indent=1))
    if "due" in wanted:
        for turn in ("first", "second"):
            found[f"due work, {turn}"] = measure_due_jobs()
            print({k: v for k, v in found[f"due work, {turn}"].items() if v["wall"] > 50}, flush=True)
            file.write_text(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
