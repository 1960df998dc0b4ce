"""Simulated clerks with browsers: home, ledger, an entry, its form, a remark or a submission; with a journal of the answers."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from benchmarks.large.web import Answer, Browser, percentile, read_hidden_fields

#: Output of `benchmarks.large.inside clerks`: user, cookies and entries of each clerk.
Clerks = list[dict[str, Any]]
HOME, LEDGER = "/admin/", "/admin/ledger/"
REMARK, SUBMIT = "ledger.comment", "assignment.submit"


@dataclass
class Journal:
    """Requests and answers of all clerks and readers of one run."""

    #: Time of the answer, kind of request, status, seconds.
    asked: list[tuple[float, str, int, float]] = field(default_factory=list)
    #: Texts of remarks, public identifiers of entries: acknowledged ones.
    remarks: set[str] = field(default_factory=set)
    submitted: set[str] = field(default_factory=set)
    #: Sent requests that got no clear answer at first.
    unclear: int = 0

    def note(self, what: str, answer: Answer) -> None:
        """Record an answer."""
        self.asked.append((time.monotonic(), what, answer.status, answer.seconds))

    def figures(self) -> dict[str, float]:
        """Return the percentiles of each kind in milliseconds, and the number of failures."""
        found: dict[str, float] = {}
        for what in sorted({one[1] for one in self.asked}):
            took = [seconds * 1000 for _, kind, status, seconds in self.asked if kind == what and 200 <= status < 400]
            found |= {
                f"{what}: p50 ms": percentile(took, 0.5),
                f"{what}: p95 ms": percentile(took, 0.95),
                f"{what}: answers": len(took),
            }
        return found | {"not answered or an error": len(self.wrong()), "answers in all": len(self.asked)}

    def wrong(self) -> list[tuple[str, int]]:
        """Return the failures: kind of request, and status (0: no answer)."""
        return [(what, status) for _, what, status, _ in self.asked if not 200 <= status < 400]

    def gap(self, kinds: frozenset[str], since: float, until: float) -> float:
        """Return the longest time without a successful answer of these kinds."""
        good = sorted(
            at for at, what, status, _ in self.asked if what in kinds and 200 <= status < 400 and since <= at <= until
        )
        marks = [since, *good, until]
        return max(later - earlier for earlier, later in pairwise(marks))


class Clerk:
    """A clerk who works until the end of the run."""

    def __init__(self, facts: dict[str, Any], port: int, journal: Journal, *, think: float, seed: int) -> None:
        self.browser = Browser(port, cookies=facts["cookies"])
        self.desk = seed  # one person may have several sessions
        self.entries, self.name, self.journal, self.think = (
            list(facts["entries"]),
            facts["user"],
            journal,
            think,
        )
        self.chance, self.count, self.until = random.Random(seed), 0, 0.0

    async def work(self, until: float, run: str) -> None:
        """Work until the end; finish a started task without think time."""
        self.until = until
        await asyncio.sleep(self.chance.uniform(0, self.think))
        while time.monotonic() < until:
            await self._look(HOME, "home")
            await self._look(LEDGER, "ledger")
            if not self.entries:
                continue
            entry = self.chance.choice(self.entries)
            await self._look(f"{LEDGER}{entry}/", "entry")
            if self.chance.random() < 0.5:
                await self.remark(entry, f"bench-{run}-{self.name}-{self.desk}-{self.count}")
            else:
                await self.submit(entry)
            self.count += 1
        self.browser.close()

    async def _look(self, path: str, what: str) -> Answer:
        answer = await self.browser.get(path)
        self.journal.note(what, answer)
        pause = min(self.chance.expovariate(1 / self.think), 4 * self.think)
        await asyncio.sleep(max(0.0, min(pause, self.until - time.monotonic())))
        return answer

    async def remark(self, entry: int, words: str, tries: int = 60) -> None:
        """Post a remark; if there is no clear answer, look for it on the page and post it again if it is missing, as people do."""
        for turn in range(tries):
            if turn and words in (page := await self._look(f"{LEDGER}{entry}/", "entry")).text and page.status == 200:
                self.journal.remarks.add(words)
                return
            if turn and page.status != 200:
                continue
            path = f"{LEDGER}{entry}/act/{REMARK}/"
            form = await self._look(path, "form")
            if form.status != 200:
                self.journal.unclear += turn == 0
                continue
            answer = await self.browser.post(path, {**read_hidden_fields(form.text), "text": words})
            self.journal.note("remark", answer)
            if answer.status == 302:
                self.journal.remarks.add(words)
                return
            self.journal.unclear += 1

    async def submit(self, entry: int) -> None:
        """Submit an entry with a URL as evidence, unless it was submitted before."""
        path = f"{LEDGER}{entry}/act/{SUBMIT}/"
        form = await self._look(path, "form")
        if form.status != 200 or 'name="urls"' not in form.text:
            return
        given = {"urls": f"https://www.example.gov.cn/{entry}", "statement": "已在网站公开。"}
        answer = await self.browser.post(path, {**read_hidden_fields(form.text), **given})
        self.journal.note("submit", answer)
        if answer.status == 302:
            self.journal.submitted.add(f"entry/{entry}")
        if answer.status == 302 or answer.status == 0:
            self.entries.remove(entry)


class Reader:
    """A reader of public pages through nginx."""

    def __init__(self, port: int, paths: list[str], journal: Journal, pause: float = 0.2) -> None:
        self.browser, self.paths, self.journal, self.pause = Browser(port), paths, journal, pause

    async def work(self, until: float) -> None:
        """Request pages in turn."""
        turn = 0
        while time.monotonic() < until:
            answer = await self.browser.get(self.paths[turn % len(self.paths)])
            self.journal.note("public page", answer)
            turn += 1
            await asyncio.sleep(self.pause)
        self.browser.close()


def run_crowd(
    clerks: list[dict[str, Any]], port: int, seconds: float, *, think: float, run: str, paths: list[str]
) -> Journal:
    """Let clerks and two readers work for `seconds`; return the journal."""
    journal = Journal()

    async def work() -> None:
        until = time.monotonic() + seconds
        people = [Clerk(one, port, journal, think=think, seed=n) for n, one in enumerate(clerks)]
        readers = [Reader(port, paths[n::2], journal) for n in range(2)] if paths else []
        await asyncio.gather(*[one.work(until, run) for one in people], *[one.work(until) for one in readers])

    asyncio.run(work())
    return journal
