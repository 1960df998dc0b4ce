"""Measure public pages, searches and the office's pages, each relative to a comparison in the same run."""

import asyncio
import gzip
import json
import os
import re
import subprocess
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote, unquote

from benchmarks.large.application import Province
from benchmarks.large.processor import processor_seconds
from benchmarks.large.web import Browser, percentile
from benchmarks.portal_speed import compare_sites

#: Subjects of the seeded texts, and words from sentences that occur in many of them.
SUBJECTS = ("医疗保险", "招生", "补贴", "老旧小区", "生态环境", "安全生产", "财政预算", "住房", "就业", "饮水")
FREQUENT_WORDS = ("责任分工", "财政预算", "政务服务", "项目清单", "监督管理", "社会力量")
SEARCHES, SECONDS, ROUNDS, CONNECTIONS = 60, 3, 5, 16
GZIP = "Accept-Encoding: gzip, deflate, br"


def measure_pages(province: Province) -> dict[str, float]:
    """Return a public page of the province, uncached, relative to a plain Wagtail page on the same PostgreSQL server."""
    direct = province.env(direct=True)
    plain = direct | {
        "DATABASE_URL": province.primary.url("plain"),
        "GONGKAI_DATA": str(province.folder / "plain"),
    }
    return compare_sites({"province": direct, "plain": plain}, first="province")


def measure_cached_page(province: Province, path: str) -> dict[str, float]:
    """Return nginx's processor time for a cached page and for files of the same bytes and headers, in turn.

    Browsers accept compressed pages; the file is then also stored compressed (gzip_static), the cheapest case of nginx.
    `sent in one piece` is the file without sendfile, which for so few bytes is cheaper than nginx's default.
    """
    front, still = f"http://127.0.0.1:{province.front}", f"http://127.0.0.1:{province.still}"
    body = asyncio.run(_one(province.front, path))
    (province.folder / "still" / "page.html").write_bytes(body)
    (province.folder / "still" / "page.html.gz").write_bytes(gzip.compress(body, 6))
    worker = next(
        int(child)
        for child in Path(f"/proc/{province.nginx.pid}/task/{province.nginx.pid}/children").read_text().split()
        if b"worker process" in Path(f"/proc/{child}/cmdline").read_bytes()
    )
    addresses = {
        "kept page": f"{front}{path}",
        "file, packed beforehand": f"{still}/page.html",
        "file, packed beforehand, sent in one piece": f"{still}/piece/page.html",
        "file, packed for each reader": f"{still}/each/page.html",
    }
    rounds = [{name: _wrk(one, worker, GZIP) for name, one in addresses.items()} for _ in range(ROUNDS)]
    plain = [(_wrk(f"{front}{path}", worker), _wrk(f"{still}/page.html", worker)) for _ in range(ROUNDS)]
    first = next(iter(addresses))
    figures = {f"nginx, {name}: us of processor": median(one[name] for one in rounds) for name in addresses}
    for name in [name for name in addresses if name != first]:
        figures[f"kept : {name} (median of rounds)"] = median(one[first] / one[name] for one in rounds)
    figures["nginx, page for who cannot unpack: us of processor"] = median(one for one, _ in plain)
    return figures | {"the same : file (median of rounds)": median(one / other for one, other in plain)}


async def _one(port: int, path: str) -> bytes:
    browser = Browser(port)
    for _ in range(4):
        answer = await browser.get(path)
    assert answer.status == 200, answer.status
    assert answer.headers.get("x-cache") == "FILE", answer.headers
    browser.close()
    return answer.body


def _wrk(address: str, worker: int, *headers: str) -> float:
    before = processor_seconds(worker)
    given = [word for one in ("Host: localhost", *headers) for word in ("-H", one)]
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *given, address]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{address}: not every answer was a page\n{said}")
    requests = int(next(line.split()[0] for line in said.splitlines() if " requests in " in line))
    return (processor_seconds(worker) - before) * 1e6 / requests


def measure_searches(province: Province) -> dict[str, float]:
    """Return the cost of searches and suggestions of one reader on one of the servers: wall time, and processor time of
    server and databases.
    """

    async def ask(addresses: list[str]) -> list[float]:
        browser, took = Browser(province.ports[0]), []
        for one in addresses:
            answer = await browser.get(one)
            if answer.status != 200 or not re.search("<mark>", answer.text):
                raise SystemExit(f"{unquote(one)} answers {answer.status} without a hit")
            took.append(answer.seconds * 1000)
        browser.close()
        return took

    roots = [province.services["app0"].process.pid, province.primary.number(), province.replica.number()]
    kinds = {
        "search, a common word": [f"/search/?q={quote(SUBJECTS[n % 10])}&page={n // 10 + 1}" for n in range(SEARCHES)],
        "search, two words": [
            f"/search/?q={quote(SUBJECTS[n % 10] + ' ' + FREQUENT_WORDS[n // 10])}" for n in range(SEARCHES)
        ],
        "search, one document's number": [f"/search/?q={quote(f'第{7 * n + 1}号')}" for n in range(SEARCHES)],
        "suggestions": [f"/search/suggest/?q={quote(SUBJECTS[n % 10][: 2 + n % 2])}" for n in range(SEARCHES)],
    }
    figures: dict[str, float] = {}
    for name, addresses in kinds.items():
        asyncio.run(ask(addresses[:3]))
        before = processor_seconds(*roots)
        took = asyncio.run(ask(addresses))
        busy = (processor_seconds(*roots) - before) * 1000 / len(addresses)
        figures |= {
            f"{name}: p50 ms": percentile(took, 0.5),
            f"{name}: p95 ms": percentile(took, 0.95),
            f"{name}: processor ms": busy,
        }
    return figures


def measure_office(province: Province) -> dict[str, float]:
    """Return the office's pages over all entries and over a tenth of them, and the ratios."""
    whole = json.loads(province.answers("pages"))
    tenth = json.loads(province.answers("pages", name="tenth"))
    figures: dict[str, float] = {}
    for name, one in whole.items():
        other = tenth[name]
        figures |= {
            f"{name}: p95 ms": one["p95_ms"],
            f"{name}, a tenth: p95 ms": other["p95_ms"],
            f"{name}, all : a tenth, p95": one["p95_ms"] / other["p95_ms"],
            f"{name}: processor ms": one["cpu_ms"] + one["db_ms"],
            f"{name}, all : a tenth, processor": (one["cpu_ms"] + one["db_ms"]) / (other["cpu_ms"] + other["db_ms"]),
            f"{name}: queries": one["queries"],
        }
    return figures


def read_load() -> float:
    """Return the load average."""
    return os.getloadavg()[0]


def describe_machine(province: Province) -> dict[str, Any]:
    """Return the circumstances of the measurement."""
    found: dict[str, Any] = json.loads(province.answers("facts"))
    return found
