"""Files with many rows, asked for as a browser does, made by the worker, taken."""

import asyncio
import json
import time

from benchmarks.large.application import Province
from benchmarks.large.web import Browser, hidden

#: What is asked for: the list in words, its address.
ASKED = {
    "the ledger": "/admin/ledger/export/?light=all",
    "what waits for interpretation": "/admin/interpretation/?export=1",
}
#: Seconds that one may take.
PATIENCE = 900


def made(province: Province) -> dict[str, float]:
    """Return how long whoever asks waits for a page, how long the worker makes each file, and how large it is."""
    cookies = json.loads(province.answers("chief", direct=False))
    figures: dict[str, float] = {}
    for name, address in ASKED.items():
        browser = Browser(province.front, cookies=cookies, timeout=120)
        figures |= {f"{name}: {what}": value for what, value in asyncio.run(_one(browser, address)).items()}
    return figures


async def _one(browser: Browser, address: str) -> dict[str, float]:
    began = time.monotonic()
    page = await browser.get(address)
    if "attachment" in page.headers.get("content-disposition", ""):
        return {"made at once, s": page.seconds, "bytes": len(page.body)}
    answer = await browser.post(address, {**hidden(page.text), "make_file": "1"})
    where = answer.headers.get("location", "")
    assert "/errands/" in where, (answer.status, where)
    asked = time.monotonic() - began
    while "下载文件" not in (page := await browser.get(where)).text:
        ended = "未能办成" in page.text or "gk-errors" in page.text
        assert not ended, page.text[-3000:]
        assert time.monotonic() - began < PATIENCE, "not made in time"
        await asyncio.sleep(0.5)
    ready = time.monotonic() - began
    file = await browser.post(f"{where}take/", hidden(page.text))
    browser.close()
    assert file.status == 200, file.status
    return {
        "asked for in, s": asked,
        "ready after, s": ready,
        "taken in, s": file.seconds,
        "bytes": len(file.body),
    }
