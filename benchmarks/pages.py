"""Measure pages many times in one process: queries and time (`python -m benchmarks.pages ENTRIES`)."""

import json
import os
import re
import sys
import time
from statistics import median, quantiles
from typing import Any

ROUNDS = 30
#: Requests of a page before it is measured.
WARM_UP_ROUNDS = 3


def request_page(client: Any, address: str, shows: str) -> Any:
    """Request a page; return the answer.

    Args:
        client: the signed-in client.
        address: of the page.
        shows: a pattern that the page must match (so it is not an empty list, a login form or an error page).

    Raises:
        SystemExit: the page does not match.
    """
    answer = client.get(address)
    text = answer.content.decode()
    if answer.status_code != 200 or not re.search(shows, text):
        raise SystemExit(f"{address} answers {answer.status_code} without {shows!r} in {len(text)} characters")
    return answer


def measure(client: Any, address: str, shows: str) -> dict[str, float]:
    """Return the queries, their milliseconds, and the 95th percentiles of wall time and processor time of a page, after warm-up requests.

    Each answer must match `shows` (`request_page`). On a busy machine wall time depends on the other work; `cpu_ms` and `db_ms` do
    not.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(WARM_UP_ROUNDS):
        request_page(client, address, shows)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries = len(captured)  # evaluate now: the next request empties the list
    db_ms = sum(float(one["time"]) for one in captured.captured_queries) * 1000
    if os.environ.get("GONGKAI_BENCH_SLOWEST"):
        for one in sorted(captured.captured_queries, key=lambda one: -float(one["time"]))[:3]:
            print(f"{address} {one['time']} {one['sql'][:1500]}", file=sys.stderr)
    times, own = [], []
    for _ in range(ROUNDS):
        started, busy = time.perf_counter(), time.process_time()
        answer = client.get(address)
        times.append((time.perf_counter() - started) * 1000)
        own.append((time.process_time() - busy) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    request_page(client, address, shows)
    return {"queries": queries, "db_ms": db_ms, "p95_ms": quantiles(times, n=20)[-1], "cpu_ms": median(own)}


def main(entries: int) -> None:
    """Fill the database named by the environment, measure the pages, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from benchmarks.city import fill

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    made = fill(entries)
    filled = time.perf_counter() - started
    client = Client(SERVER_NAME="localhost")
    client.force_login(made["chief"], backend="django.contrib.auth.backends.ModelBackend")
    number = r"/ledger/\d+/"
    addresses = {
        "home": (reverse("wagtailadmin_home"), r"测试市第\d+局"),
        "list": (reverse("ledger_list"), number),
        "filtered list": (reverse("ledger_list") + f"?light=red&body={made['body'].pk}", number),
        "matrix": (reverse("notices_matrix", args=[made["notice"].pk]), made["body"].name),
    }
    figures = {name: measure(client, *page) for name, page in addresses.items()}
    print(json.dumps({"fill_s": filled, "pages": figures}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
