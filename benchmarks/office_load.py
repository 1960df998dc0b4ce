"""Measure office pages on SQLite while long work runs beside them.

    GONGKAI_DATA=COPY_OF_A_SAMPLE_CITY python -m benchmarks.office_load [CLERKS [SECONDS]]

The city is changed: use a copy. CLERKS (40) clerks arrive within forty seconds, sign in through the login form, open the home page, the
ledger and an entry, and leave remarks or hand in, with pauses of fifteen seconds on average. They work for
SECONDS (150) alone, and as long again while imports of 3,000 rows, bulk acts, an inspection of the site and
backups run one after another. Printed are percentiles of both times, answers without success, and
`database is locked` in the log of the server.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.large.clerks import HOME, Clerk, Journal
from benchmarks.large.web import Browser, hidden, p

PORT, PASSWORD, PAUSE_SECONDS, ARRIVE_SECONDS = 8391, "Yunling-2026", 15.0, 40.0
COMMAND = str(Path(sys.executable).parent / "gongkai")
OFFICE = ("home", "ledger", "entry", "form", "remark", "submit", "sign in")
_LIST_CLERKS = """
import json
from benchmarks.large import inside
print(json.dumps(inside.clerks({count!r})))
"""
_BULK_ACT = """
from datetime import date
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.ledger.actions import set_external_ref
from gongkai.core.ledger.models import Entry
rows = list(Entry.objects.filter(closed_at=None).order_by("pk")[:500])
set_external_ref.many(rows, by=SYSTEM, external_ref={mark!r})
"""


class SigningClerk(Clerk):
    """A clerk who signs in through the form before each run."""

    async def work(self, until: float, run: str) -> None:
        """Sign in and work."""
        await asyncio.sleep(self.chance.uniform(0, ARRIVE_SECONDS))
        form = await self.browser.get("/admin/login/")
        given = {**hidden(form.text), "username": self.name, "password": PASSWORD, "next": HOME}
        self.journal.note("sign in", await self.browser.post("/admin/login/", given))
        await super().work(until, run)


def _run(environment: dict[str, str], *words: str) -> tuple[float, str]:
    began = time.monotonic()
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    return time.monotonic() - began, done.stdout + done.stderr[-500:] if done.returncode else done.stdout


def _work_long(environment: dict[str, str], until: float, folder: Path) -> None:
    turn = 0
    importers = ("requests", "answers", "orders", "opinion")
    while time.monotonic() < until:
        name = importers[turn % len(importers)]
        for label, words in (
            (f"import {name}", ("-m", "benchmarks.import_rows", "3000", name)),
            ("bulk act", ("-c", _SETUP + _BULK_ACT.format(mark=f"WH-{turn}"))),
            ("backup", (COMMAND, "backup", "make", str(folder / f"backup-{turn}"))),
            ("inspection", (COMMAND, "inspect", f"http://localhost:{PORT}/", "--pages", "100", "--rate", "0")),
        ):
            seconds, said = _run(environment, *words)
            print(
                f"  {label}: {seconds:.0f} s; {said.strip().splitlines()[-1][:150] if said.strip() else ''}", flush=True
            )
            if time.monotonic() > until:
                return
        turn += 1


_SETUP = "import django; django.setup()\n"


def _crowd(people: list[dict[str, object]], seconds: float, run: str) -> Journal:
    journal = Journal()
    until = time.monotonic() + seconds

    async def work() -> None:
        clerks = [SigningClerk(one, PORT, journal, think=PAUSE_SECONDS, seed=n) for n, one in enumerate(people)]
        await asyncio.gather(*[clerk.work(until, run) for clerk in clerks])

    asyncio.run(work())
    # At the end all clerks stop thinking at the same moment: what they ask then is no office at work.
    journal.asked = [one for one in journal.asked if one[0] - one[3] < until - 0.1]
    return journal


def _print(journal: Journal, label: str) -> None:
    took = sorted(seconds for _, what, status, seconds in journal.asked if what in OFFICE and 200 <= status < 400)
    p50, p95 = (took[min(len(took) - 1, int(len(took) * share))] * 1000 for share in (0.5, 0.95))
    print(f"{label}: {len(took)} answers, p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {took[-1] * 1000:.0f} ms")
    for what in OFFICE:
        kind = sorted(seconds for _, asked, status, seconds in journal.asked if asked == what and 200 <= status < 400)
        print(f"  {what}: {len(kind)} answers, p50 {p(kind, 0.5) * 1000:.0f} ms, p95 {p(kind, 0.95) * 1000:.0f} ms")
    print(f"  without success: {Counter(journal.wrong()).most_common(10)} of {len(journal.asked)}", flush=True)


def main(count: int, seconds: float) -> None:
    """Measure."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings"}
    people = json.loads(_run(environment, "-c", _SETUP + _LIST_CLERKS.format(count=str(count)))[1])
    for one in people:
        one["cookies"] = {}
    people = [people[n % len(people)] for n in range(count)]
    random.Random(7).shuffle(people)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "server.log"
        words = [COMMAND, "serve", "--port", str(PORT), "--no-second-factor"]
        with log.open("w") as out:
            server = subprocess.Popen([sys.executable, *words], env=environment, stdout=out, stderr=out)
        try:
            _wait()
            _print(_crowd(people, seconds, "alone"), "alone")
            beside = threading.Thread(target=_work_long, args=(environment, time.monotonic() + seconds, folder))
            beside.start()
            _print(_crowd(people, seconds, "beside"), "beside long work")
            beside.join()
        finally:
            server.terminate()
            server.wait()
        print(f"`database is locked` in the log: {log.read_text().count('database is locked')}")


def _wait() -> None:
    for _ in range(240):
        if asyncio.run(Browser(PORT).get("/admin/login/")).status == 200:
            return
        time.sleep(0.5)
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 40, float(sys.argv[2]) if sys.argv[2:] else 150)
