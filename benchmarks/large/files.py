"""Measure exports with many rows: requested as by a browser, made by the worker, downloaded."""

import asyncio
import json
import time

from benchmarks.large.application import Province
from benchmarks.large.web import Browser, read_hidden_fields

#: Label of a list → its address.
LISTS = {
    "the ledger": "/admin/ledger/export/?light=all",
    "what waits for interpretation": "/admin/interpretation/?export=1",
}
#: Timeout of one export in seconds.
TIMEOUT_SECONDS = 900


def measure_exports(province: Province) -> dict[str, float]:
    """Return the wait for the page, the time of the worker for each file, and its size."""
    cookies = json.loads(province.answers("chief", direct=False))
    figures: dict[str, float] = {}
    for name, address in LISTS.items():
        browser = Browser(province.front, cookies=cookies, timeout=120)
        figures |= {f"{name}: {what}": value for what, value in asyncio.run(_one(browser, address)).items()}
    return figures


async def _one(browser: Browser, address: str) -> dict[str, float]:
    began = time.monotonic()
    page = await browser.get(address)
    if "attachment" in page.headers.get("content-disposition", ""):
        return {"made at once, s": page.seconds, "bytes": len(page.body)}
    answer = await browser.post(address, {**read_hidden_fields(page.text), "make_file": "1"})
    where = answer.headers.get("location", "")
    assert "/errands/" in where, (answer.status, where)
    asked = time.monotonic() - began
    while "下载文件" not in (page := await browser.get(where)).text:
        ended = "未能办成" in page.text or "gk-errors" in page.text
        assert not ended, page.text[-3000:]
        assert time.monotonic() - began < TIMEOUT_SECONDS, "not made in time"
        await asyncio.sleep(0.5)
    ready = time.monotonic() - began
    file = await browser.post(f"{where}take/", read_hidden_fields(page.text))
    browser.close()
    assert file.status == 200, file.status
    return {
        "asked for in, s": asked,
        "ready after, s": ready,
        "taken in, s": file.seconds,
        "bytes": len(file.body),
    }
