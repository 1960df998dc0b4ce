"""Measure pages as the first request of a fresh process (`python -m benchmarks.first_requests FILE`).

`GONGKAI_DATA` names a city; figures are written as JSON. The application starts as the server starts it
(`gongkai.ops.config.wsgi`), and the preloading after the start is waited for. Each page is then requested in a forked
process of its own, so that no page profits from another. The second and third requests show the usual cost.
"""

import gc
import json
import os
import re
import sys
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")


def main(path: str) -> None:
    """Request all pages and write their cost: milliseconds of processor time, statements, imported modules."""
    assert not sys.dont_write_bytecode, "without PYTHONDONTWRITEBYTECODE: compiling takes half of the start"
    began = time.process_time()
    application = import_module("gongkai.ops.config.wsgi").application
    from gongkai.ops.config import warming

    started = time.process_time() - began
    assert warming.WARMED_UP_EVENT.wait(60)
    warmed = time.process_time() - began
    assert application
    from django.db import connections

    connections.close_all()
    figures: dict[str, Any] = {"start": started, "warm": warmed, "pages": {}}
    for name, (user, address, shows) in list_pages().items():
        connections.close_all()
        cookies = _run_in_fork(_signed_in, user) if user else {}
        figures["pages"][name] = _run_in_fork(_measure_page, cookies, address, shows)
        print(name, figures["pages"][name], flush=True)
    Path(path).write_text(json.dumps(figures, ensure_ascii=False, indent=1))


def list_pages() -> dict[str, tuple[str, str, str]]:
    """Return the measured pages: user (None: a public reader), address, and the pattern that the page must show."""
    from django.urls import reverse

    from benchmarks.portal_queries import HITS
    from gongkai.core.units.models import Appointment, BodyKind, Role

    figure, entry = r">[1-9][\d,]*<", r"/ledger/\d+/"
    posts = Appointment.objects.exclude(person__user=None)
    chief = posts.filter(role=Role.CHIEF).order_by("body__path")[0].person.user.username
    clerk = posts.filter(role=Role.CLERK, body__kind=BodyKind.DEPARTMENT).order_by("pk")[0].person.user.username
    return {
        "public progress": ("", "/progress/", figure),
        "public front page": ("", "/", r"/columns/\d+/\d+\.html"),
        "search": ("", "/search/?q=%E9%80%9A%E7%9F%A5", HITS),
        "leader's board": (chief, reverse("office_leader"), figure),
        "统计": (chief, reverse("office_statistics"), figure),
        "home: 政务公开办": (chief, reverse("wagtailadmin_home"), entry),
        "home: clerk": (clerk, reverse("wagtailadmin_home"), entry),
        "ledger": (chief, reverse("ledger_list"), entry),
    }


def _run_in_fork(do: Callable[..., object], *given: object) -> Any:
    """Call a function in a forked process; return its result."""
    out, into = os.pipe()
    if not os.fork():
        os.close(out)
        try:
            os.write(into, json.dumps(do(*given)).encode())
        except (Exception, SystemExit):
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out) as answer:
        found = answer.read()
    os.wait()
    return json.loads(found)  # type: ignore[no-any-return]


def _signed_in(user: str) -> dict[str, str]:
    """Sign in a user; return the cookies."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(username=user), backend="django.contrib.auth.backends.ModelBackend")
    return {name: cookie.value for name, cookie in client.cookies.items()}


def _measure_page(cookies: dict[str, str], address: str, shows: str) -> dict[str, float]:
    """Request a page three times; it must match its pattern."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="localhost")
    for name, value in cookies.items():
        client.cookies[name] = value
    client.handler.load_middleware()  # the server's process has done this already
    connection.ensure_connection()
    found: dict[str, float] = {}
    gc.collect()
    for turn in ("first", "second", "third"):
        modules = len(sys.modules)
        with CaptureQueriesContext(connection) as asked:
            wall, began = time.perf_counter(), time.thread_time()
            answer = client.get(address)
            took = (time.thread_time() - began) * 1000, (time.perf_counter() - wall) * 1000
        if answer.status_code != 200 or not re.search(shows, answer.content.decode()):
            raise SystemExit(f"{address} answers {answer.status_code} without {shows!r}")
        found |= {
            f"{turn} ms": round(took[0], 1),
            f"{turn} wall": round(took[1], 1),
            f"{turn} statements": len(asked),
            f"{turn} modules": len(sys.modules) - modules,
        }
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
