"""Request every office URL as every login of the sample city, with GET and POST, and record who may do what.

This runs in its own process (`test_addresses.py`) and builds a small sample city at a fixed time: the order of rows and the overdue entries depend on
the clock, and with them the links that a login finds. First every login follows the links of its pages; one example URL of each own route is kept,
with the forms on it. Then all logins request each example and send each form, filled in as a user might, even if they were never shown it. Writes are
rolled back.

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
# As in `gongkai demo`.
os.environ["GONGKAI_BASE_URL"] = "http://127.0.0.1:8000"
os.environ["GONGKAI_INSPECT_HOSTS"] = "127.0.0.1:8000"

import django
import time_machine

#: A Friday in working hours, far from both ends of the year. The clock goes on from there.
MOMENT = "2026-11-20 10:00+08:00"
time_machine.travel(MOMENT, tick=True).start()
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve  # noqa: E402
from form_values import get_form_values  # noqa: E402
from lxml import html  # noqa: E402

from gongkai.ops.demo.people import LOGIN_POSTS  # noqa: E402

#: Logins of the sample city, the owner of most examples first, and the anonymous user.
ANONYMOUS = ""
LOGINS = ["jiaoyu", "jiaoyu-qf", "jiaoyu-ld", "caizheng", "zwgk", "qingxi", "jiandu", "admin", "baomi", ANONYMOUS]
assert {*LOGINS} <= {*LOGIN_POSTS, ANONYMOUS}
#: Number of pages of one route, and of pages in all, that a login opens.
MAX_PAGES_PER_ROUTE, MAX_PAGES = 2, 900
#: Number of forms that are sent to one route.
MAX_FORMS_PER_ROUTE = 2
#: Tables that each request writes: sessions, the operation log, read receipts.
IGNORED_TABLES = re.compile(r'"(django_session|signin_\w+|wagtailadmin_editingsession|usage_\w+)"')
WRITE_STATEMENT = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
#: An inline script: the content security policy forbids it except in the editor.
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*(?:\bsrc=|application/json|text/plain|text/x-template))[^>]*>|\son(?:click|change|submit|load|input)="
)
SKIPPED_URLS = re.compile(r"^/admin/(logout|password_reset|login)|^/static/")


@dataclass
class SentForm:
    """A form as a page rendered it: target and values."""

    path: str
    fields: list[tuple[str, str]]


@dataclass
class FoundRoute:
    """One own route: an example URL, the logins that found it, the forms that lead to it."""

    example: str
    led: set[str] = field(default_factory=set)
    inline: bool = False
    forms: list[SentForm] = field(default_factory=list)


def list_own_routes() -> set[str]:
    """Return the own routes of the office, without Wagtail's (those are closed by name: office/doors.py)."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for one in resolver.url_patterns:
            route = before + str(one.pattern)
            if isinstance(one, URLResolver):
                yield from walk(one, route)
            elif isinstance(one, URLPattern) and one.callback.__module__.startswith("gongkai."):
                yield route

    return {route for route in walk(get_resolver(), "") if route.startswith("admin/")}


def route_of(path: str) -> str | None:
    """Return the route of a URL, or None."""
    try:
        return str(resolve(urlsplit(path).path).route)
    except Resolver404:
        return None


@cache
def client_of(login: str) -> Client:
    """Return the signed-in test client of a login; the same one each time."""
    client = Client(raise_request_exception=False)
    if login:
        user = get_user_model().objects.get(username=login)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def forms_of(page: str, path: str) -> Iterator[SentForm]:
    """Yield the POST forms of a page, filled in."""
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
            yield SentForm(urljoin(path, action or path), [*get_form_values(form), *chosen])


def links_of(page: str, path: str) -> Iterator[str]:
    """Yield the office URLs that a page links to."""
    for one in re.findall(r'(?:href|data-hx-get|data-url|src)="([^"#]+)"', page) + re.findall(
        r'"url": "(/admin/[^"]+)"', page
    ):
        to = urljoin(path, one.replace("&amp;", "&"))
        if to.startswith("/admin/") and not SKIPPED_URLS.match(to):
            yield to


def walk(login: str, found: dict[str, FoundRoute], known: set[str]) -> list[str]:
    """Follow all links as a login and keep an example of each route. Return the broken links."""
    client, queue, seen, opened, broken = client_of(login), ["/admin/"], set(), dict[str, int](), []
    while queue and sum(opened.values()) < MAX_PAGES:
        path = queue.pop(0)
        route = route_of(path)
        if path in seen or route is None or opened.get(route, 0) >= MAX_PAGES_PER_ROUTE:
            continue
        seen.add(path)
        opened[route] = opened.get(route, 0) + 1
        answer = client.get(path)
        if answer.status_code >= 400:
            broken.append(f"{login} {answer.status_code} {path}")
            continue
        if route in known:
            found.setdefault(route, FoundRoute(path)).led.add(login)
        if answer.status_code in {301, 302}:
            queue.append(urljoin(path, answer["Location"]))
        elif "html" in answer.get("Content-Type", "") and not answer.streaming:
            page = answer.content.decode()
            queue.extend(links_of(page, path))
            if route in found and INLINE_SCRIPT.search(page):
                found[route].inline = True
            _keep_forms(page, path, login, found, known)
    return broken


def _keep_forms(page: str, path: str, login: str, found: dict[str, FoundRoute], known: set[str]) -> None:
    for sent in forms_of(page, path) if page.strip() else ():
        route = route_of(sent.path)
        if route in known and not SKIPPED_URLS.match(sent.path):
            one = found.setdefault(route, FoundRoute(sent.path))
            one.led.add(login)
            if len(one.forms) < MAX_FORMS_PER_ROUTE and sent not in one.forms:
                one.forms.append(sent)


class WriteRecorder:
    """Record the statements that write relevant rows."""

    def __init__(self) -> None:
        self.tables: list[str] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITE_STATEMENT.match(sql) and not IGNORED_TABLES.search(sql):
            self.tables.append(sql)
        return execute(sql, params, many, context)


def send_request(login: str, method: str, sent: SentForm) -> tuple[int, bool]:
    """Send a request as a login and roll back. Return the status, and true if something was written."""
    client, writes = client_of(login), WriteRecorder()
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


def request_all(found: dict[str, FoundRoute]) -> dict[str, dict[str, list[str]]]:
    """Return by route the logins that could read its example, that wrote on reading, and that wrote by sending its forms; and failures."""
    table: dict[str, dict[str, list[str]]] = {}
    for route, one in sorted(found.items()):
        row: dict[str, list[str]] = {"reads": [], "writes_on_reading": [], "writes": [], "broke": []}
        for login in LOGINS:
            status, wrote = send_request(login, "get", SentForm(one.example, []))
            if status == 200:
                row["reads"].append(login or "nobody")
            if wrote:
                row["writes_on_reading"].append(login or "nobody")
            if status >= 500:
                row["broke"].append(f"GET {one.example} as {login}")
            for form in one.forms:
                status, wrote = send_request(login, "post", form)
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


def build_sample_city() -> None:
    """Build the city, as `gongkai demo` does."""
    from gongkai.ops.demo import database_tables, inspections
    from gongkai.ops.demo.build import build_city

    database_tables.migrate_sample()
    build_city(progress=lambda text: print(text, file=sys.stderr, flush=True), small=True)
    inspections.register_own_site(8000)


def main(out: str) -> dict[str, Any]:
    """Follow links, send requests, write the result."""
    logging.disable(logging.CRITICAL)
    build_sample_city()
    known, found, broken = list_own_routes(), dict[str, FoundRoute](), list[str]()
    for login in LOGINS:
        if login:
            broken += walk(login, found, known)
            print(login, len(found), file=sys.stderr, flush=True)
    result = {
        "never_led_to": sorted(known - set(found)),
        "offered_and_broken": broken,
        "routes": request_all(found),
    }
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, indent=1)
    return result


def write_table(result: dict[str, Any], path: str) -> None:
    """Write the table of permissions, one line a route; a route that no login found has no names."""
    rows = dict.fromkeys(result["never_led_to"], ("", ""))
    rows |= {route: (" ".join(row["reads"]), " ".join(row["writes"])) for route, row in result["routes"].items()}
    with open(path, "w", encoding="utf-8") as file:
        file.write("route\treads\twrites\n")
        file.writelines(f"{route}\t{reads}\t{writes}\n" for route, (reads, writes) in sorted(rows.items()))


if __name__ == "__main__":
    result_now = main(sys.argv[1])
    if sys.argv[2:3] == ["--table"]:
        write_table(result_now, sys.argv[3])
