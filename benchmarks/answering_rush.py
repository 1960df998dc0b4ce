"""Measure a rush of one minute on the public form of the served application (`python -m benchmarks.answering_rush MESSAGES`).

The server is `gongkai serve --workers 2`, as the unit in `deploy/` starts it. Senders and the office send their HTTP
requests from this process, so that on few processors wall time includes both. The proofs of work are solved before
the minute begins, because they are the senders' cost.
"""

import html
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.answering_pages import PLACES, Times, fill, p95

ANSWERS, ENTRIES, SENDERS, RUSH_SECONDS = 3_000, 20_000, 8, 60
HOST = "localhost"
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHALLENGE = re.compile(r'<script id="intake-challenge" type="application/json">(.*?)</script>')
#: Pages that the office requests meanwhile → text that each must show.
OFFICE = {
    "/admin/": r"测试市第\d+局",
    "/admin/ledger/?kind=inquiry": r"/ledger/\d+/",
    "/admin/inquiries/figures/": r">[1-9][\d,]*<",
}
#: Address of the sender, and the fields of a form that is ready to be sent.
Form = tuple[str, dict[str, str]]


class ApplicationServer:
    """The application, served on its own port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        words = "from gongkai.ops.cli import main; main()"
        command = [
            sys.executable,
            "-c",
            words,
            "serve",
            "--port",
            str(self.port),
            "--workers",
            "2",
            "--no-jobs",
        ]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, "GONGKAI_PROXIES": "1"})

    def wait(self) -> None:
        """Return when the server answers."""
        while True:
            try:
                if self.ask("GET", "/readyz")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)

    def ask(self, method: str, path: str, *, data: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        """Return the status and the page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        sent = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if data is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(data) if data is not None else None, sent)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def spent(self) -> float:
        """Return the seconds of processor time used so far by the server and by its database."""
        return _spent(self.process.pid) + (_spent(find_postmaster()) if find_postmaster() else 0)

    def stop(self) -> None:
        """Stop the server."""
        self.process.terminate()
        self.process.wait(30)


def _spent(process: int) -> float:
    """Return the seconds of processor time of a process, its children, and its ended children."""
    stat = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    own = sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_spent(int(child)) for child in children if Path(f"/proc/{child}").exists())


@cache
def find_postmaster() -> int:
    """Return the process id of PostgreSQL's first process; 0 if the database is a file."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        [backend] = cursor.fetchone()
    return int(Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[1])


def prepare_form(served: ApplicationServer, number: int) -> Form:
    """Open the form and solve its challenge, as a browser does before the form is sent."""
    from altcha import solve_challenge_v1

    address = f"10.{number // 250}.{number % 250}.7"
    page = served.ask("GET", "/forms/ask/", X_Forwarded_For=address)[1]
    asked = json.loads(CHALLENGE.search(page)[1])  # type: ignore[index]
    made = solve_challenge_v1(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"])
    proof = {name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")}
    data = {name: html.unescape(value) for name, value in FIELD.findall(page)}
    return address, {
        **data, "proof": json.dumps({**proof, "number": made.number}), "send": "1", "category": "complaint",
        "title": f"第{number}号路灯不亮", "text": f"{PLACES[number % 16]}第{number}号路灯已经{number}天不亮，请派人修理。",
        "email": f"asker{number}@mail.example",
    }  # fmt: skip


def send_one_by_one(served: ApplicationServer, forms: list[Form]) -> tuple[float, int]:
    """Send forms one by one without other load; return seconds of processor time per form (server and database), and the
    number acknowledged with a code.
    """
    before, done = served.spent(), 0
    for address, data in forms:
        done += "pk-code--large" in served.ask("POST", "/forms/ask/", data=data, X_Forwarded_For=address)[1]
    return (served.spent() - before) / len(forms), done


def send_rush(served: ApplicationServer, forms: list[Form]) -> tuple[float, Times, int]:
    """Send all forms by several senders, spread over a minute; return the total seconds, the seconds of each form, and
    the number acknowledged with a code.
    """
    pace, waiting = RUSH_SECONDS / len(forms), list(enumerate(forms))[::-1]
    took: Times = []
    done, lock, started = [0], threading.Lock(), time.perf_counter()

    def send() -> None:
        while True:
            with lock:
                if not waiting:
                    return
                place, (address, data) = waiting.pop()
            due = started + place * pace
            time.sleep(max(due - time.perf_counter(), 0))
            page = served.ask("POST", "/forms/ask/", data=data, X_Forwarded_For=address)[1]
            with lock:
                took.append((time.perf_counter() - due, 0))  # from the due time: waiting for a free sender counts
                done[0] += "pk-code--large" in page

    with ThreadPoolExecutor(SENDERS) as pool:
        for sender in [pool.submit(send) for _ in range(SENDERS)]:
            sender.result()
    return time.perf_counter() - started, took, done[0]


def request_office_pages(served: ApplicationServer, cookie: str, stop: threading.Event, took: Times) -> None:
    """Request the office's pages repeatedly, as a clerk who watches the list does."""
    while not stop.is_set():
        for address, shows in OFFICE.items():
            began = time.perf_counter()
            status, page = served.ask("GET", address, Cookie=cookie)
            took.append((time.perf_counter() - began, 0))
            if status != 200 or not re.search(shows, page):
                raise SystemExit(f"{address} answers {status} without {shows!r} during the rush")
        stop.wait(2)


def count_states(messages: int) -> dict[str, float]:
    """Return the number of messages in each state."""
    from gongkai.core.intake.models import QueryCode
    from gongkai.core.outbox.models import Letter, Message
    from gongkai.work.consultation.models import Inquiry

    told = Message.objects.filter(key__startswith="inquiry.received:").values("key").distinct().count()
    return {
        "messages": messages,
        "registered": Inquiry.objects.count(),
        "query codes": QueryCode.objects.filter(matter__startswith="inquiry/").count(),
        "letters of receipt": Letter.objects.filter(key__startswith="received/inquiry/").count(),
        "told to who routes them": told,
    }


def check_states(messages: int, became: Mapping[str, float]) -> Mapping[str, float]:
    """Return the states of the messages, each of which must be acknowledged, registered, answered by letter and notified.

    Raises:
        SystemExit: some messages are not; their times would mean nothing.
    """
    if wrong := {name: count for name, count in became.items() if count != messages}:
        raise SystemExit(f"of {messages} messages: {wrong}")
    return became


def prepare_city() -> str:
    """Fill the database named by the environment; return the session cookie of a signed-in clerk."""
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.city import fill as city
    from gongkai.content.editions.models import Website

    call_command("migrate", verbosity=0)
    made = city(ENTRIES)
    Website.objects.create(name="测试市人民政府", host=HOST, body=made["body"].parent, is_default=True)
    fill(ANSWERS, made["body"])
    client = Client(SERVER_NAME=HOST)
    client.force_login(made["chief"], backend="django.contrib.auth.backends.ModelBackend")
    kept: SimpleCookie = client.cookies
    return "; ".join(f"{name}={one.value}" for name, one in kept.items())


def main(messages: int) -> None:
    """Measure and print JSON. First, a tenth more messages are sent one by one to measure the processor time of one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    import django

    django.setup()
    cookie = prepare_city()
    served, office, alone = ApplicationServer(), [], max(messages // 10, 1)
    served.wait()
    forms = [prepare_form(served, number) for number in range(messages + alone)]
    time.sleep(4)  # a form sent sooner is refused
    one, first = send_one_by_one(served, forms[:alone])
    before, load, stop = served.spent(), os.getloadavg()[0], threading.Event()
    try:
        with ThreadPoolExecutor(1) as pool:
            watcher = pool.submit(request_office_pages, served, cookie, stop, office)
            try:
                seconds, took, acknowledged = send_rush(served, forms[alone:])
            finally:
                stop.set()
            watcher.result()
        spent = served.spent() - before
    finally:
        served.stop()
    became = {**count_states(len(forms)), "acknowledged with a code": first + acknowledged}
    print(
        json.dumps(
            {
                **check_states(len(forms), became),
                "load when the minute began": load,
                "a message, server and database: processor ms": one * 1000,
                "messages that two cores could take in a minute, by that": 2 * 60 / one,
                "messages sent, s": seconds,
                "a message acknowledged: p95 ms": p95(took)["p95 ms"],
                "office pages during the rush: p95 ms": p95(office)["p95 ms"],
                "office pages asked meanwhile": len(office),
                "processor of server and database during the rush, s": spent,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
