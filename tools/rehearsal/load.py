"""Simulate people who read and write during failures: `python -m tools.rehearsal.load HOST CERTIFICATE JOURNAL`, until SIGTERM.

A sender without a clear answer sends the same form again, as the page asks. Each line of the journal has an event and
its time (monotonic clock of the machine).
"""

import html
import http.client
import json
import re
import signal
import socket
import ssl
import sys
import threading
import time
from typing import IO
from urllib.parse import urlencode

from altcha import solve_challenge_v1

SENDERS, READERS = 3, 2
#: Seconds between two messages of a sender; between two pages of a reader; timeout of an answer.
SEND_PAUSE_SECONDS, READ_PAUSE_SECONDS, TIMEOUT_SECONDS = 4.0, 0.25, 20.0
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHALLENGE = re.compile(r'<script id="intake-challenge" type="application/json">(.*?)</script>')
CODE = re.compile(r'pk-code--large">([^<]+)<')
LINK = re.compile(r'href="(/[a-z]+/[^"?#]*)"')
NETWORK_ERRORS = (OSError, http.client.HTTPException)


class NoAnswer(Exception):
    """No clear answer was received."""


class Browser:
    """A browser with its own IP address, so that rate limits by address do not apply to all together."""

    def __init__(self, site: str, certificate: str, own: str) -> None:
        self.site, self.own, self.trust = site, own, ssl.create_default_context(cafile=certificate)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and page.

        Raises:
            Away: no answer was received.
        """
        try:
            return self._ask(path, data)
        except NETWORK_ERRORS as error:
            raise NoAnswer(type(error).__name__) from error

    def _ask(self, path: str, data: dict[str, str] | None) -> tuple[int, str]:
        connection = http.client.HTTPSConnection(self.site, timeout=TIMEOUT_SECONDS)
        plain = socket.create_connection(("127.0.0.1", 443), TIMEOUT_SECONDS, source_address=(self.own, 0))
        connection.sock = self.trust.wrap_socket(plain, server_hostname=self.site)
        try:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
            body = None
            if data is not None:
                body = urlencode(data)
                headers |= {
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Referer": f"https://{self.site}{path}",
                }
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.split(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.read().decode(errors="replace")
        finally:
            connection.close()


class Journal:
    """The file of events, one a line."""

    def __init__(self, file: IO[str]) -> None:
        self.file, self.lock = file, threading.Lock()

    def note(self, what: str, **facts: object) -> None:
        """Write an event."""
        with self.lock:
            self.file.write(json.dumps({"at": time.monotonic(), "what": what, **facts}) + "\n")
            self.file.flush()


def prepare_form(page: str) -> dict[str, str]:
    """Return the fields of a form that is ready to be sent, with its solved proof of work."""
    given = CHALLENGE.search(page)
    if given is None:
        raise NoAnswer("no form")
    asked = json.loads(given[1])
    solved = solve_challenge_v1(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"])
    proof = {name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")}
    data = {name: html.unescape(value) for name, value in FIELD.findall(page)}
    return {
        **data,
        "proof": json.dumps({**proof, "number": solved.number}),
        "send": "1",
        "category": "complaint",
    }


def send_message(browser: Browser, mark: str, journal: Journal, stop: threading.Event) -> None:
    """Send one message until it is acknowledged; after the stop, a message already begun is retried for two minutes."""
    words = {
        "title": f"演练{mark}",
        "text": f"{mark}号路灯不亮，请派人修理。",
        "email": f"{mark}@mail.example",
    }
    fields: dict[str, str] = {}
    until, tries = 0.0, 0
    while until == 0.0 or time.monotonic() < until:
        if stop.is_set() and until == 0.0:
            if not fields:
                return
            until = time.monotonic() + 120
        try:
            if not fields:
                fields = {**prepare_form(browser.ask("/forms/ask/")[1]), **words}
                time.sleep(2.5)
            tries += 1
            status, page = browser.ask("/forms/ask/", fields)
            if code := CODE.search(page):
                journal.note("acknowledged", mark=mark, code=re.sub(r"\D", "", code[1]), tries=tries)
                return
            journal.note(
                "unclear",
                mark=mark,
                status=status,
                error=" ".join(re.findall(r"error[^>]*>([^<]+)", page))[:200],
            )
        except NoAnswer as error:
            journal.note("unclear", mark=mark, status=0, error=str(error))
        time.sleep(1)
    journal.note("given up", mark=mark)


def send_messages(browser: Browser, name: str, journal: Journal, stop: threading.Event) -> None:
    """Send messages one after the other."""
    count = 0
    while not stop.is_set():
        # A new address for each message, because the messages of an address in ten minutes are limited.
        browser.own = f"127.0.{10 + int(name[-1])}.{count % 250 + 1}"
        send_message(browser, f"{name}-{count}", journal, stop)
        count += 1
        stop.wait(SEND_PAUSE_SECONDS)


def read_pages(browser: Browser, journal: Journal, stop: threading.Event) -> None:
    """Read public pages in turn."""
    paths, turn = ["/"], 0
    while not stop.is_set():
        path = paths[turn % len(paths)]
        began = time.monotonic()
        try:
            status, page = browser.ask(path)
        except NoAnswer:
            status, page = 0, ""
        journal.note("read", path=path, status=status, seconds=round(time.monotonic() - began, 3))
        if path == "/" and status == 200:
            paths = ["/", *sorted(set(LINK.findall(page)) - {"/query/"})[:30]]
        turn += 1
        stop.wait(READ_PAUSE_SECONDS)


def main(site: str, certificate: str, name: str) -> None:
    """Run senders and readers until SIGTERM."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with open(name, "a", encoding="utf-8") as file:
        journal = Journal(file)
        run = f"{time.time_ns() // 10**6 % 10**8}"
        people = [
            threading.Thread(
                target=send_messages,
                args=(Browser(site, certificate, f"127.0.1.{n + 1}"), f"{run}-{n}", journal, stop),
            )
            for n in range(SENDERS)
        ]
        people += [
            threading.Thread(target=read_pages, args=(Browser(site, certificate, f"127.0.2.{n + 1}"), journal, stop))
            for n in range(READERS)
        ]
        for one in people:
            one.start()
        for one in people:
            one.join()


if __name__ == "__main__":
    main(*sys.argv[1:4])
