"""The telephone's screen over a large base, and a rush on the public form (`python -m benchmarks.answering_pages ANSWERS`)."""

import html
import json
import os
import random
import re
import sys
import threading
import time
from statistics import quantiles
from typing import Any

CHUNK, ROUNDS, MESSAGES, SENDERS = 5_000, 200, 1_000, 4
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
FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
CHALLENGE = re.compile(r'<script id="intake-challenge" type="application/json">(.*?)</script>')


def fill(count: int, body: Any) -> list[str]:
    """Write a base of that many answers in use, from the 360 of the benchmark with places and numbers; return words to ask for."""
    from benchmarks.matching import read
    from gongkai.consultation.models import KnownAnswer

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


def p95(times: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return quantiles(times, n=20)[-1] * 1000


def screen(client: Any, asked: list[str]) -> list[float]:
    """Ask the telephone's screen, as it asks while somebody types."""
    times = []
    for words in asked:
        started = time.perf_counter()
        answer = client.get("/admin/inquiries/hotline/", {"q": words}, headers={"HX-Request": "true"})
        times.append(time.perf_counter() - started)
        assert "gc-hits" in answer.content.decode(), words
    return times


def prepare(number: int) -> tuple[str, dict[str, str]]:
    """Open the form and solve its challenge, as a browser does before anything is sent."""
    from altcha import solve_challenge_v1
    from django.test import Client

    address = f"10.{number // 250}.{number % 250}.7"
    page = Client(SERVER_NAME="localhost", REMOTE_ADDR=address).get("/forms/ask/").content.decode()
    asked = json.loads(CHALLENGE.search(page)[1])  # type: ignore[index]
    made = solve_challenge_v1(asked["challenge"], asked["salt"], asked["algorithm"], asked["maxnumber"])
    proof = {name: asked[name] for name in ("algorithm", "challenge", "salt", "signature")}
    data = {name: html.unescape(value) for name, value in FIELD.findall(page)}
    return address, {
        **data, "proof": json.dumps({**proof, "number": made.number}), "send": "1", "category": "complaint",
        "title": f"第{number}号路灯不亮", "text": f"{PLACES[number % 16]}第{number}号路灯已经{number}天不亮，请派人修理。",
        "email": f"asker{number}@mail.example",
    }  # fmt: skip


def rush(forms: list[tuple[str, dict[str, str]]]) -> tuple[float, int]:
    """Send all forms by several senders at once; return the seconds and how many were acknowledged with a code."""
    from django.db import connection
    from django.test import Client

    waiting, done, lock = list(forms), [0], threading.Lock()

    def send() -> None:
        while True:
            with lock:
                if not waiting:
                    break
                address, data = waiting.pop()
            answer = Client(SERVER_NAME="localhost", REMOTE_ADDR=address).post("/forms/ask/", data)
            with lock:
                done[0] += "pk-code--large" in answer.content.decode()
        connection.close()

    started = time.perf_counter()
    threads = [threading.Thread(target=send) for _ in range(SENDERS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return time.perf_counter() - started, done[0]


def main(count: int) -> None:
    """Fill the database that the environment names, measure, print JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.config.settings")
    os.environ["GONGKAI_SECOND_FACTOR"] = "off"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from benchmarks.city import fill as city
    from benchmarks.pages import measure
    from gongkai.consultation.models import Inquiry, KnownAnswer
    from gongkai.editions.models import Website
    from gongkai.intake.models import QueryCode
    from gongkai.outbox.models import Letter, Message

    call_command("migrate", verbosity=0)
    made = city(20_000)
    body = made["body"]
    Website.objects.create(name="测试市人民政府", host="localhost", body=body.parent, is_default=True)
    asked = fill(count, body)
    client = Client(SERVER_NAME="localhost")
    client.force_login(made["chief"], backend="django.contrib.auth.backends.ModelBackend")
    figures: dict[str, float] = {}
    started = time.perf_counter()
    screen(client, asked[:1])
    figures["base read into memory, s"] = time.perf_counter() - started
    figures["telephone's screen: p95 ms"] = p95(screen(client, asked))
    new = KnownAnswer.objects.create(question="独角兽怎样上户口", answer="不能。", body=body, state="in_use")
    started = time.perf_counter()
    found = client.get("/admin/inquiries/hotline/", {"q": "独角兽上户口"}).content.decode()
    figures["a new answer found after, ms"] = (time.perf_counter() - started) * 1000
    assert new.question in found
    forms = [prepare(number) for number in range(MESSAGES)]
    time.sleep(4)  # nobody types a form in less
    office: list[float] = []
    stop = threading.Event()

    def look() -> None:
        from django.db import connection

        while not stop.is_set():
            for address in ("/admin/", "/admin/ledger/?kind=inquiry", "/admin/inquiries/figures/"):
                begun = time.perf_counter()
                assert client.get(address).status_code == 200, address
                office.append(time.perf_counter() - begun)
            stop.wait(0.5)
        connection.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    seconds, acknowledged = rush(forms)
    stop.set()
    watcher.join()
    numbers = set(Inquiry.objects.values_list("pk", flat=True))
    told = Message.objects.filter(key__startswith="inquiry.received:").values("key").distinct().count()
    figures |= {
        "1,000 messages sent, s": seconds,
        "acknowledged with a code": acknowledged,
        "registered": len(numbers),
        "query codes": QueryCode.objects.filter(matter__startswith="inquiry/").count(),
        "letters of receipt": Letter.objects.filter(key__startswith="received/inquiry/").count(),
        "told to who routes them": told,
        "office pages during the rush: p95 ms": p95(office),
    }
    for name, address in (
        ("home", "/admin/"),
        ("ledger", "/admin/ledger/?kind=inquiry"),
        ("an inquiry", f"/admin/ledger/{min(numbers)}/"),
    ):
        figures[f"office afterwards, {name}: p95 ms"] = measure(client, address)["p95_ms"]
    print(json.dumps(figures))


if __name__ == "__main__":
    main(int(sys.argv[1]))
