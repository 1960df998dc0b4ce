"""Measure the delay until readers behind nginx and the replica see a published text, and no longer see a withdrawn one;
also under full load.
"""

import asyncio
import json
import re
import threading
import time
from typing import Any

from benchmarks.large.application import Province
from benchmarks.large.clerks import run_crowd
from benchmarks.large.web import Answer, Browser, percentile, read_hidden_fields

COUNT, STEP = 20, 0.01
#: Clerks who load both servers while texts are withdrawn, and each one's think time in seconds.
LOAD_CLERKS, THINK_SECONDS = 60, 0.5
#: Timeout in seconds for a page to change.
TIMEOUT_SECONDS = 90.0


def measure_publishing(province: Province, made: list[dict[str, Any]], count: int = COUNT) -> dict[str, float]:
    """Publish, and request pages behind nginx and the replica until page, column and front page show the text; seconds since the last
    signature.

    Args:
        province: the installation.
        made: receives the published texts: path, title, number of the item, a signer's cookies.
        count: number of texts.
    """
    child = province.inside("publish", str(count), direct=False)
    assert child.stdin
    assert child.stdout
    took: dict[str, list[float]] = {"act": [], "front page": [], "column": [], "page": []}

    async def one() -> None:
        browser = Browser(province.front)
        told = json.loads(child.stdout.readline())
        where = {"front page": "/", "column": told["column"]}
        for address in [*where.values()] * 2:
            assert told["title"] not in (await browser.get(address)).text
        child.stdin.write("\n")
        child.stdin.flush()
        done = asyncio.get_running_loop().run_in_executor(None, child.stdout.readline)
        at: dict[str, float] = {}
        while len(at) < 3:
            for name, address in where.items():
                if name not in at and told["title"] in (await browser.get(address)).text:
                    at[name] = time.monotonic()
            if done.done() and "page" not in where:
                where["page"] = json.loads(done.result())["path"]
            await asyncio.sleep(STEP)
        said = json.loads(await done)
        made.append(told | said | json.loads(child.stdout.readline()))
        took["act"].append(said["done"] - said["began"])
        for name, moment in at.items():
            took[name].append(moment - said["began"])
        child.stdin.write("\n")
        child.stdin.flush()
        browser.close()

    for _ in range(count):
        asyncio.run(asyncio.wait_for(one(), TIMEOUT_SECONDS))
    child.stdin.close()
    child.wait(60)
    return _percentiles("published", took)


def measure_withdrawal(province: Province, made: list[dict[str, Any]]) -> dict[str, float]:
    """Withdraw cached texts through the office's page; return the seconds from the answer until neither page nor front page shows them."""
    took: dict[str, list[float]] = {"the office's answer": [], "gone after the answer": []}

    async def one(text: dict[str, Any]) -> None:
        reader, signer = Browser(province.front), Browser(province.front, cookies=text["cookies"])
        for address in (text["path"], "/"):
            while (await reader.get(address)).headers.get("x-cache") != "FILE":
                await asyncio.sleep(STEP)
        page = await _with_form(signer, text)
        began = time.monotonic()
        sent = asyncio.create_task(
            signer.post(
                f"/admin/publishing/items/{text['number']}/withdraw/",
                {**read_hidden_fields(page.text), "words": "有误"},
            )
        )
        last = began
        while True:
            asked = time.monotonic()
            found = [text["title"] in (await reader.get(address)).text for address in (text["path"], "/")]
            if any(found):
                last = asked
            elif sent.done():
                break
            if asked - began > TIMEOUT_SECONDS:
                said = await signer.get(f"/admin/publishing/items/{text['number']}/")
                words = re.sub(r"<[^>]+>|\s+", " ", said.text)
                raise SystemExit(f"{text['path']} is still shown: {sent.result().status} {words[:3000]}")
            await asyncio.sleep(STEP)
        answer = sent.result()
        assert answer.status == 302, (answer.status, answer.text[-500:])
        took["the office's answer"].append(answer.seconds)
        took["gone after the answer"].append(max(last - began - answer.seconds, 0.0))
        reader.close()
        signer.close()

    for text in made:
        asyncio.run(one(text))
    return _percentiles("withdrawn", took)


async def _with_form(signer: Browser, text: dict[str, Any]) -> Answer:
    """Return the office's page of a text once it offers withdrawal."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while True:
        page = await signer.get(f"/admin/publishing/items/{text['number']}/")
        if f"/items/{text['number']}/withdraw/" in page.text and "csrftoken" in str(signer.cookies):
            return page
        if time.monotonic() > until:
            words = re.sub(r"<[^>]+>|\s+", " ", page.text)
            raise SystemExit(f"{text['path']} cannot be withdrawn: {page.status} {page.headers} {words[-2000:]}")
        await asyncio.sleep(0.5)


def measure_withdrawal_under_load(
    province: Province, made: list[dict[str, Any]], clerks: list[dict[str, Any]]
) -> dict[str, Any]:
    """Do the same while clerks send more requests than two servers can answer."""
    desks = [{**one, "entries": []} for one in clerks] * (-(-LOAD_CLERKS // len(clerks)))
    journals: list[Any] = []

    def fill() -> None:
        journals.append(run_crowd(desks[:LOAD_CLERKS], province.front, 60.0, think=THINK_SECONDS, run="full", paths=[]))

    thread = threading.Thread(target=fill)
    thread.start()
    time.sleep(5)
    began = time.monotonic()
    figures = measure_withdrawal(province, made)
    asked = time.monotonic() - began
    thread.join()
    full = journals[0].figures()
    return {
        **figures,
        "seconds for all": asked,
        **{name: full[name] for name in ("home: p50 ms", "home: p95 ms", "not answered or an error")},
    }


def _percentiles(verb: str, took: dict[str, list[float]]) -> dict[str, float]:
    return {
        f"{verb}, {name}: {label} s": percentile(rows, share)
        for name, rows in took.items()
        for label, share in (("p50", 0.5), ("p95", 0.95), ("longest", 1.0))
    }
