"""Measure the law library: `foi-due` in batch mode, document numbers in long text, start of the command."""

import io
import json
import random
import subprocess
import sys
import time
from datetime import date, timedelta

from gongkai.lib.chinese.document_numbers import find_numbers
from gongkai.lib.law.commands import run_lines

LINES = 50_000
NUMBER = "云政办发〔2026〕3号"
#: Starts of the command, of which the fastest counts.
STARTS = 5
WANTED_PER_MINUTE = 100_000


def make_histories(count: int) -> bytes:
    """Return lines of the batch mode: requests of two years without events, or with a consultation, an extension, a
    correction or a payment.
    """
    pick = random.Random(20240102)
    lines = []
    for _ in range(count):
        received = date(2024, 1, 2) + timedelta(days=pick.randrange(700))
        lines.append(json.dumps({"cmd": "foi-due", "args": _request(received, pick)}))
    return "\n".join(lines).encode()


def _request(received: date, pick: random.Random) -> dict[str, object]:
    days = {
        "third_party_asked": 3,
        "third_party_replied": 9,
        "extended": 12,
        "fee_notice": 15,
        "fee_paid": 19,
        "replied": 36,
    }
    kinds = list(days)[: pick.choice([0, 0, 2, 3, 5, 6])]
    events = [{"kind": kind, "date": str(received + timedelta(days=days[kind]))} for kind in kinds]
    pick.shuffle(events)
    return {"received": str(received), "today": "2026-06-01", "events": events}


def run() -> dict[str, float]:
    """Measure and return the figures by name."""
    text = f"现印发{NUMBER}文件。" * 100_000
    return {
        "foi-due a minute on one core, through the batch": 60 * LINES / _seconds(_batch, make_histories(LINES)),
        "wanted a minute": float(WANTED_PER_MINUTE),
        "document numbers, characters a second": len(text) / _seconds(_numbers, text),
        "start of `gongkai law workday`, seconds": _start(),
    }


def _batch(data: bytes) -> None:
    for answer in run_lines(io.BytesIO(data)):
        if answer.startswith(b'{"error"'):
            raise RuntimeError(answer.decode())


def _numbers(text: str) -> None:
    if find_numbers(text) != [NUMBER]:
        raise RuntimeError(f"{find_numbers(text[:1000])} found instead of {NUMBER}")


def _seconds(call, *args) -> float:
    started = time.process_time()
    call(*args)
    return time.process_time() - started


def _start() -> float:
    program = "from gongkai.ops.cli import main; main(['law', 'workday', '2024-02-04', '--json'])"
    runs = []
    for _ in range(STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
        runs.append(time.perf_counter() - started)
    return min(runs)


if __name__ == "__main__":
    for name, value in run().items():
        print(f"{name:<60}{value:>14,.2f}")
