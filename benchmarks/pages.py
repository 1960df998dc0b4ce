"""Ask a page many times, in one process: how many queries it takes, and how long (`python -m benchmarks.pages ENTRIES`)."""

import json
import os
import sys
import time
from statistics import quantiles
from typing import Any

ROUNDS = 30


def measure(client: Any, address: str) -> dict[str, float]:
    """Return queries and the 95th percentile in milliseconds of a page, after three rounds of warming up."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        answer = client.get(address)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    queries = len(captured)  # now: the next request empties the list
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - started) * 1000)
    return {"queries": queries, "p95_ms": quantiles(times, n=20)[-1]}


def main(entries: int) -> None:
    """Fill the database that the environment names, ask the pages, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
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
    addresses = {
        "home": reverse("wagtailadmin_home"),
        "list": reverse("ledger_list"),
        "filtered list": reverse("ledger_list") + f"?light=red&body={made['body'].pk}",
        "matrix": reverse("notices_matrix", args=[made["notice"].pk]),
    }
    figures = {name: measure(client, address) for name, address in addresses.items()}
    print(json.dumps({"fill_s": filled, "pages": figures}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
