"""Measure the telephone screen over a large base of answers (`python -m benchmarks.answering_pages ANSWERS`).

Everything runs in one process. Wall times are meaningful only on an idle machine; processor times on any.
"""

import json
import os
import random
import sys
import time
from statistics import quantiles
from typing import Any

CHUNK, ROUNDS = 5_000, 120
#: Entries of the surrounding city.
ENTRIES = 20_000
#: Measurements of one page: seconds of wall time, seconds of the process's processor time.
Times = list[tuple[float, float]]
PLACES = [
    "城东",
    "城南",
    "城西",
    "城北",
    "河口",
    "石桥",
    "新街",
    "老街",
    "东河",
    "西山",
    "南湖",
    "北塘",
    "高新",
    "开发",
    "临港",
    "云岭",
]


def fill(count: int, body: Any) -> list[str]:
    """Write `count` answers in use, made from the benchmark's 360 with places and numbers; return search words."""
    from benchmarks.matching import read
    from gongkai.work.consultation.models import KnownAnswer

    texts, chance = read("answers.tsv"), random.Random(7)
    for start in range(0, count, CHUNK):
        rows = []
        for number in range(start, min(start + CHUNK, count)):
            row, place = texts[number % len(texts)], PLACES[number // len(texts) % len(PLACES)]
            rows.append(
                KnownAnswer(
                    question=f"{place}第{number // 1000}片区{row['question']}", answer=row["answer"], body=body, state="in_use"
                )
            )  # fmt: skip
        KnownAnswer.objects.bulk_create(rows, batch_size=500)
    words = [
        "社保卡 补办",
        "公租房 条件 材料",
        "居住证 办理",
        "公积金 提取 额度",
        "转学 手续",
        "医保 报销 比例",
    ]
    return [f"{chance.choice(PLACES)} {chance.choice(words)}" for _ in range(ROUNDS)]


def p95(times: Times) -> dict[str, float]:
    """Return the 95th percentiles in milliseconds: of wall time and of processor time."""
    wall, own = ([one[place] for one in times] for place in (0, 1))
    return {
        "p95 ms": quantiles(wall, n=20)[-1] * 1000,
        "own processor p95 ms": quantiles(own, n=20)[-1] * 1000,
    }


def add_prefix(name: str, values: dict[str, float]) -> dict[str, float]:
    """Return the figures, prefixed with the name of the measured page."""
    return {f"{name}: {key}": value for key, value in values.items()}


def request_screen(client: Any, asked: list[str]) -> Times:
    """Request the telephone screen as its script does while the clerk types."""
    times = []
    for words in asked:
        wall, own = time.perf_counter(), time.thread_time()
        answer = client.get("/admin/inquiries/hotline/", {"q": words}, headers={"HX-Request": "true"})
        times.append((time.perf_counter() - wall, time.thread_time() - own))
        assert "gc-hits" in answer.content.decode(), words
    return times


def main(count: int) -> None:
    """Fill the database named by the environment, measure, and print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.ops.config.settings")
    os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.city import fill as city
    from benchmarks.pages import measure
    from gongkai.content.editions.models import Website
    from gongkai.work.consultation.models import KnownAnswer

    call_command("migrate", verbosity=0)
    made = city(ENTRIES)
    body = made["body"]
    Website.objects.create(name="测试市人民政府", host="localhost", body=body.parent, is_default=True)
    asked = fill(count, body)
    client = Client(SERVER_NAME="localhost")
    client.force_login(made["chief"], backend="django.contrib.auth.backends.ModelBackend")
    figures: dict[str, float] = {}
    started = time.perf_counter()
    request_screen(client, asked[:1])
    figures["base read into memory, s"] = time.perf_counter() - started
    figures |= add_prefix("telephone's screen", p95(request_screen(client, asked)))
    new = KnownAnswer.objects.create(question="独角兽怎样上户口", answer="不能。", body=body, state="in_use")
    started = time.perf_counter()
    found = client.get("/admin/inquiries/hotline/", {"q": "独角兽上户口"}).content.decode()
    figures["a new answer found after, ms"] = (time.perf_counter() - started) * 1000
    assert new.question in found
    for name, address, shows in (
        ("home", "/admin/", r"测试市第\d+局"),
        ("ledger", "/admin/ledger/?light=all", r"/ledger/\d+/"),
    ):
        page = measure(client, address, shows)
        figures |= add_prefix(f"office, {name}", {key: page[key] for key in ("p95_ms", "cpu_ms", "queries")})
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]))
