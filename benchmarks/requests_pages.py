"""The office's pages over so many information requests: queries and 95th percentile (`python -m benchmarks.requests_pages REQUESTS`)."""

import json
import os
import random
import sys
from datetime import timedelta
from typing import Any

CHUNK = 10_000
RESULTS = ("3.1", "3.1", "3.2", "3.3.4", "3.3.6", "3.4.1", "3.5.1", "3.6.3")
TOPICS = ("住房城建", "土地征收", "财政资金", "教育科技", "其他")


def fill(count: int) -> Any:
    """Write a small city, and that many requests over ten years, one in thirty open; return what the city has."""
    from django.db import connection
    from django.utils import timezone

    from benchmarks.city import fill as city
    from gongkai.ledger.models import Entry
    from gongkai.requests.models import Request
    from gongkai.units.models import Body

    made = city(2_000)
    bodies = list(Body.objects.filter(name__startswith="测试市第"))
    chance, now = random.Random(11), timezone.now()
    for start in range(0, count, CHUNK):
        entries, facts = [], []
        for number in range(start, min(start + CHUNK, count)):
            running = number % 30 == 0
            opened = now - timedelta(days=chance.randrange(45) if running else 60 + chance.randrange(3600))
            due = opened + timedelta(days=30)
            closed = None if running else due - timedelta(days=chance.randrange(-3, 25))
            entries.append(
                Entry(
                    kind="request", number=f"申请{number}", title=f"第{number}项信息的申请", year=opened.year,
                    body=bodies[number % len(bodies)], state="open" if running else "delivered", opened_at=opened,
                    due_at=due, warn_at=due - timedelta(days=5), closed_at=closed, moved_at=closed or opened,
                )
            )  # fmt: skip
            received, ended = timezone.localdate(opened), timezone.localdate(closed) if closed else None
            facts.append(
                {
                    "applicant_kind": "person", "channel": "page", "submitted_on": received, "received_on": received,
                    "counted_on": received, "wanted": f"第{number}项信息", "topic": TOPICS[number % 5], "ended_on": ended,
                    "ended_as": RESULTS[number % 8] if ended else "",
                }
            )  # fmt: skip
        stored = Entry.objects.bulk_create(entries, batch_size=500)
        rows = [Request(entry=entry, **given) for entry, given in zip(stored, facts, strict=True)]
        Request.objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def main(count: int) -> None:
    """Fill the database that the environment names, ask the pages as the 政务公开办 and as a clerk, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    from benchmarks.pages import measure

    call_command("migrate", verbosity=0)
    made = fill(count)
    addresses = {
        "home": reverse("wagtailadmin_home"),
        "register": reverse("requests:list"),
        "register, all": reverse("requests:list") + "?standing=all",
        "register, one unit late": reverse("requests:list") + f"?standing=late&body={made['body'].pk}",
        "tables three and four": reverse("requests:figures"),
        "statistics of the year": reverse("requests:statistics"),
    }
    pages = {}
    for who in ("chief", "clerk"):
        client = Client(SERVER_NAME="localhost")
        client.force_login(made[who], backend="django.contrib.auth.backends.ModelBackend")
        pages |= {f"{name} ({who})": measure(client, address) for name, address in addresses.items()}
    print(json.dumps({"pages": pages}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
