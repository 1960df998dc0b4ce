"""Who may open and do what in the office: every address, asked by every login of the sample city, read and sent.

Run in a process of its own (`test_addresses.py`), on a small sample city that it makes for itself at a fixed moment: which rows stand first and
what is late follows the clock, and with it who is led where. First every login walks along the links of the pages that it is shown, and
keeps one example of each address of ours, with the forms on it. Then each example is asked for by all logins, and each form is
sent by all, filled in as a person might: whoever was never shown it sends it, too. What a form writes is undone.

    python tests/browser/sweep.py OUT.json [--table tests/browser/addresses.tsv]      GONGKAI_DATA names an empty folder for the city
"""

import json
import logging
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
os.environ["GONGKAI_SECOND_FACTOR"] = "off"
os.environ["GONGKAI_HOSTS"] = "testserver"
os.environ["GONGKAI_IDLE_MINUTES"] = "1000"
# As `gongkai demo` has it.
os.environ["GONGKAI_BASE_URL"] = "http://127.0.0.1:8000"
os.environ["GONGKAI_INSPECT_HOSTS"] = "127.0.0.1:8000"

import django
import time_machine

#: A Friday at work, far from both ends of the year. The clock goes on from there.
MOMENT = "2026-11-20 10:00+08:00"
time_machine.travel(MOMENT, tick=True).start()
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve  # noqa: E402
from filling import filled  # noqa: E402
from lxml import html  # noqa: E402

from gongkai.ops.demo.people import LOGIN_POSTS  # noqa: E402

#: Nobody; the logins of the sample, the owner of most examples first.
NOBODY = ""
WHO = ["jiaoyu", "jiaoyu-qf", "jiaoyu-ld", "caizheng", "zwgk", "qingxi", "jiandu", "admin", "baomi", NOBODY]
assert {*WHO} <= {*LOGIN_POSTS, NOBODY}
#: How many pages of one make a login opens, and how many pages in all.
OF_ONE_MAKE, MOST = 2, 900
#: How many forms of one address are sent.
FORMS = 2
#: What each request writes, whoever asks: sessions, the log of operations, what was seen.
UNCOUNTED = re.compile(r'"(django_session|signin_\w+|wagtailadmin_editingsession|usage_\w+)"')
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
#: Addresses that end the session or change the login itself.
#: A script that stands in the page itself: the content security policy forbids it but to the editor.
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/json|text/plain|text/x-template))[^>]*>|\son(?:click|change|submit|load|input)="
)
LEFT_OUT = re.compile(r"^/admin/(logout|password_reset|login)|^/static/")


@dataclass
class Sent:
    """A form as a page showed it: where it goes, what stands in it."""

    path: str
    fields: list[tuple[str, str]]


@dataclass
class Found:
    """One address of ours: an example, who was led to it, the forms that lead to it."""

    example: str
    led: set[str] = field(default_factory=set)
    inline: bool = False
    forms: list[Sent] = field(default_factory=list)


def ours() -> set[str]:
    """Return the routes of the office that are ours, not Wagtail's (those are closed by name: office/doors.py)."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, route)
            elif isinstance(one, URLPattern) and one.callback.__module__.startswith("gongkai."):
                yield route

    return {route for route in walk(get_resolver(), "") if route.startswith("admin/")}


def route_of(path: str) -> str | None:
    """Return the route that an address follows, where it is there."""
    try:
        return str(resolve(urlsplit(path).path).route)
    except Resolver404:
        return None


@cache
def client_of(login: str) -> Client:
    """Return a browser that is signed in; the same one each time."""
    client = Client(raise_request_exception=False)
    if login:
        user = get_user_model().objects.get(username=login)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def forms_of(page: str, path: str) -> Iterator[Sent]:
    """Yield the forms of a page that send something, filled in."""
    tree = html.fromstring(page)
    for form in tree.xpath("//form"):
        if (form.get("method") or "get").lower() != "post":
            continue
        sends = [(form.get("action"), [])]
        buttons = form.xpath(".//button[@name]|.//*[@formaction]")
        if buttons:
            sends = [
                (one.get("formaction") or form.get("action"), [(one.get("name"), one.get("value") or "")])
                for one in buttons
            ]
        for action, more in sends:
            chosen = [(name, value) for name, value in more if name]
            yield Sent(urljoin(path, action or path), [*filled(form), *chosen])


def links_of(page: str, path: str) -> Iterator[str]:
    """Yield the addresses of the office that a page leads to."""
    for one in re.findall(r'(?:href|data-hx-get|data-url|src)="([^"#]+)"', page) + re.findall(
        r'"url": "(/admin/[^"]+)"', page
    ):
        to = urljoin(path, one.replace("&amp;", "&"))
        if to.startswith("/admin/") and not LEFT_OUT.match(to):
            yield to


def walk(login: str, found: dict[str, Found], known: set[str]) -> list[str]:
    """Follow all links as a login; keep an example of each route. Return what was offered and is broken."""
    client, queue, seen, opened, broken = client_of(login), ["/admin/"], set(), dict[str, int](), []
    while queue and sum(opened.values()) < MOST:
        path = queue.pop(0)
        route = route_of(path)
        if path in seen or route is None or opened.get(route, 0) >= OF_ONE_MAKE:
            continue
        seen.add(path)
        opened[route] = opened.get(route, 0) + 1
        answer = client.get(path)
        if answer.status_code >= 400:
            broken.append(f"{login} {answer.status_code} {path}")
            continue
        if route in known:
            found.setdefault(route, Found(path)).led.add(login)
        if answer.status_code in {301, 302}:
            queue.append(urljoin(path, answer["Location"]))
        elif "html" in answer.get("Content-Type", "") and not answer.streaming:
            page = answer.content.decode()
            queue.extend(links_of(page, path))
            if route in found and INLINE.search(page):
                found[route].inline = True
            _keep_forms(page, path, login, found, known)
    return broken


def _keep_forms(page: str, path: str, login: str, found: dict[str, Found], known: set[str]) -> None:
    for sent in forms_of(page, path) if page.strip() else ():
        route = route_of(sent.path)
        if route in known and not LEFT_OUT.match(sent.path):
            one = found.setdefault(route, Found(sent.path))
            one.led.add(login)
            if len(one.forms) < FORMS and sent not in one.forms:
                one.forms.append(sent)


class Writes:
    """Counts the statements that write rows which matter."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITES.match(sql) and not UNCOUNTED.search(sql):
            self.tables.append(sql)
        return execute(sql, params, many, context)


def answered(login: str, method: str, sent: Sent) -> tuple[int, bool]:
    """Ask as a login, undo what was written. Return the status, and whether something was written."""
    client, writes = client_of(login), Writes()
    with transaction.atomic():
        with connection.execute_wrapper(writes):
            if method == "get":
                answer = client.get(sent.path)
            else:
                data: dict[str, list[str]] = {}
                for name, value in [*sent.fields, *parse_qsl(urlsplit(sent.path).query)]:
                    data.setdefault(name, []).append(value)
                answer = client.post(sent.path, data)
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[arg-type]
        transaction.set_rollback(True)
    return answer.status_code, bool(writes.tables)


def swept(found: dict[str, Found]) -> dict[str, dict[str, list[str]]]:
    """Return by route who read its example, who wrote on reading, and who wrote by sending its forms; and what broke."""
    table: dict[str, dict[str, list[str]]] = {}
    for route, one in sorted(found.items()):
        row: dict[str, list[str]] = {"reads": [], "writes_on_reading": [], "writes": [], "broke": []}
        for login in WHO:
            status, wrote = answered(login, "get", Sent(one.example, []))
            if status == 200:
                row["reads"].append(login or "nobody")
            if wrote:
                row["writes_on_reading"].append(login or "nobody")
            if status >= 500:
                row["broke"].append(f"GET {one.example} as {login}")
            for form in one.forms:
                status, wrote = answered(login, "post", form)
                if wrote and (login or "nobody") not in row["writes"]:
                    row["writes"].append(login or "nobody")
                if status >= 500:
                    row["broke"].append(f"POST {form.path} as {login}")
        table[route] = row | {
            "led": sorted(one.led),
            "inline": ["yes"] * one.inline,
            "example": [one.example],
            "forms": [str(len(one.forms))],
        }
    return table


def made() -> None:
    """Make the city, as `gongkai demo` does."""
    from gongkai.ops.demo import inspections, tables
    from gongkai.ops.demo.build import build_city

    tables.migrate_sample()
    build_city(progress=lambda text: print(text, file=sys.stderr, flush=True), small=True)
    inspections.register_own_site(8000)


def main(out: str) -> dict[str, Any]:
    """Walk, sweep, and write what was found."""
    logging.disable(logging.CRITICAL)
    made()
    known, found, broken = ours(), dict[str, Found](), list[str]()
    for login in WHO:
        if login:
            broken += walk(login, found, known)
            print(login, len(found), file=sys.stderr, flush=True)
    result = {
        "never_led_to": sorted(known - set(found)),
        "offered_and_broken": broken,
        "routes": swept(found),
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, indent=1)
    return result


def write_table(result: dict[str, Any], path: str) -> None:
    """Write who may what, a line for each route; one that no login was led to has no names."""
    rows = dict.fromkeys(result["never_led_to"], ("", ""))
    rows |= {route: (" ".join(row["reads"]), " ".join(row["writes"])) for route, row in result["routes"].items()}
    with open(path, "w", encoding="utf-8") as file:
        file.write("route\treads\twrites\n")
        file.writelines(f"{route}\t{reads}\t{writes}\n" for route, (reads, writes) in sorted(rows.items()))


if __name__ == "__main__":
    swept_now = main(sys.argv[1])
    if sys.argv[2:3] == ["--table"]:
        write_table(swept_now, sys.argv[3])
