"""Measure the office's pages over many information requests: queries and 95th percentile (`python -m benchmarks.requests_pages REQUESTS`)."""

import json
import os
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

RESULTS = ("3.1", "3.1", "3.2", "3.3.4", "3.3.6", "3.4.1", "3.5.1", "3.6.3")
#: Entries of the surrounding city.
ENTRIES = 2_000
TOPICS = ("住房城建", "土地征收", "财政资金", "教育科技", "其他")


def fill(count: int) -> Any:
    """Write a small city and `count` requests over ten years, one in thirty open and half of these late; return the city's objects."""
    from django.db import connection
    from django.utils import timezone

    from benchmarks.city import copy_rows
    from benchmarks.city import fill as city
    from gongkai.core.ledger.models import Entry
    from gongkai.core.units.models import Body
    from gongkai.work.requests.models import Request

    made = city(ENTRIES)
    bodies = list(Body.objects.filter(name__startswith="测试市第").values_list("pk", flat=True))
    rows = list(_rows(count, bodies, timezone.now()))
    copy_rows(Entry, (entry for entry, _ in rows))
    numbers = list(Entry.objects.filter(kind="request").order_by("pk").values_list("pk", flat=True))
    copy_rows(Request, ({"entry_id": pk, **facts} for pk, (_, facts) in zip(numbers, rows, strict=True)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _rows(count: int, bodies: list[int], now: datetime) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield an entry and the columns of its request."""
    chance = random.Random(11)
    for number in range(count):
        running = number % 30 == 0
        days = chance.randrange(15) + 31 * (number % 60 == 0) if running else 60 + chance.randrange(3600)
        opened = now - timedelta(days=days)
        due = opened + timedelta(days=30)
        closed = None if running else due - timedelta(days=chance.randrange(-3, 25))
        entry = {
            "kind": "request",
            "number": f"申请{number}",
            "title": f"第{number}项信息的申请",
            "year": opened.year,
            "body_id": bodies[number % len(bodies)],
            "state": "open" if running else "delivered",
            "opened_at": opened,
            "due_at": due,
            "warn_at": due - timedelta(days=5),
            "closed_at": closed,
            "moved_at": closed or opened,
        }
        facts = {
            "applicant_kind": "person",
            "channel": "page",
            "submitted_on": opened.date(),
            "received_on": opened.date(),
            "counted_on": opened.date(),
            "wanted": f"第{number}项信息",
            "topic": TOPICS[number % 5],
            "ended_on": closed.date() if closed else None,
            "ended_as": RESULTS[number % 8] if closed else "",
        }
        yield entry, facts


def main(count: int) -> None:
    """Fill the database named by the environment, measure the pages as the open-government office and as a clerk, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from benchmarks.pages import measure

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    made = fill(count)
    filled = time.perf_counter() - started
    row = r"第\d+项信息"
    addresses = {
        "home": (reverse("wagtailadmin_home"), r"测试市第\d+局"),
        "register": (reverse("requests:list"), row),
        "register, all": (reverse("requests:list") + "?standing=all", row),
        "register, one unit late": (
            reverse("requests:list") + f"?standing=late&body={made['body'].pk}",
            row,
        ),
        "tables three and four": (reverse("requests:figures"), r">[1-9][\d,]*<"),
        "statistics of the year": (reverse("requests:statistics"), r">[1-9][\d,]*<"),
    }
    pages = {}
    for who in ("chief", "clerk"):
        client = Client(SERVER_NAME="localhost")
        client.force_login(made[who], backend="django.contrib.auth.backends.ModelBackend")
        pages |= {f"{name} ({who})": measure(client, *page) for name, page in addresses.items()}
    print(json.dumps({"fill_s": filled, "pages": pages}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
