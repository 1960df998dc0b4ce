"""Measure office pages on SQLite under long background work.

    GONGKAI_DATA=COPY_OF_A_SAMPLE_CITY python -m benchmarks.office_load [CLERKS [SECONDS]]

The city is changed: use a copy. CLERKS (40) people with logins of their own arrive within forty seconds, sign in
through the login form, open the home page, the ledger and an entry, and post remarks or submit, with pauses of
fifteen seconds on average. They work for SECONDS (300) alone, and as long again during imports of 3,000 rows, bulk
actions, an inspection of the site, gathering and backups, each kind for a fifth of the time.

Percentiles are of all requests; one without an answer counts as its timeout of thirty seconds. The benchmark ends
with an error if these conditions were not met: a clerk never signed in, or long work failed or did not run.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.large.clerks import HOME, Clerk, Journal
from benchmarks.large.web import Browser, percentile, read_hidden_fields

PORT, PASSWORD, PAUSE_SECONDS, ARRIVE_SECONDS = 8391, "Yunling-2026", 15.0, 40.0
COMMAND = str(Path(sys.executable).parent / "gongkai")
OFFICE = ("home", "ledger", "entry", "form", "remark", "submit", "sign in")
#: Requests whose success is a redirect; for any other page a redirect leads to a new sign-in.
REDIRECTING_KINDS = ("remark", "submit", "sign in")
#: Minimum share of the second period during which long work must have run.
MIN_LONG_WORK_SHARE = 0.9
CITY = ("-m", "benchmarks.office_load_city")
#: The long work; `number` differs at each run.
COMMANDS = {
    "import": (*CITY, "import", "{number}"),
    "bulk act": (*CITY, "bulk", "{number}"),
    "inspection": (COMMAND, "inspect", f"http://localhost:{PORT}/", "--pages", "100", "--rate", "0"),
    "gathering": (*CITY, "gather", "{number}"),
    "backup": (COMMAND, "backup", "make", "{folder}/backup-{number}"),
}


class SigningClerk(Clerk):
    """A clerk who signs in through the form before the work, again if there is no answer."""

    signed_in = False

    async def work(self, until: float, run: str) -> None:
        """Sign in and work."""
        await asyncio.sleep(self.chance.uniform(0, ARRIVE_SECONDS))
        while not self.signed_in and time.monotonic() < until:
            form = await self.browser.get("/admin/login/")
            given = {**read_hidden_fields(form.text), "username": self.name, "password": PASSWORD, "next": HOME}
            answer = await self.browser.post("/admin/login/", given)
            self.journal.note("sign in", answer)
            self.signed_in = answer.status == 302 and answer.headers.get("location") == HOME
        if self.signed_in:
            await super().work(until, run)


@dataclass
class LongWork:
    """Long work during the clerks' second period: each kind is repeated for its share of the time."""

    environment: dict[str, str]
    folder: Path
    #: Kind, start and end of each run (`time.monotonic`).
    pieces: list[tuple[str, float, float]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Run the work for about `seconds`."""
        began, number = time.monotonic(), int(time.time()) // 4 * 4 % 8_000
        for turn, (kind, words) in enumerate(COMMANDS.items(), 1):
            while time.monotonic() < began + seconds * turn / len(COMMANDS):
                start = time.monotonic()
                done = _run(self.environment, *(word.format(number=number, folder=self.folder) for word in words))
                self.pieces.append((kind, start, time.monotonic()))
                number += 1
                said = (done.stdout.strip().splitlines() or [""])[-1][:100]
                print(f"  {kind}: {time.monotonic() - start:.0f} s; {said}", flush=True)
                if done.returncode or (words[0] == "-m" and said == "0"):
                    self.failures.append(f"{kind}: {done.returncode} {(done.stdout + done.stderr)[-300:]}")

    def kind_at(self, at: float) -> str:
        """Return the kind of work that ran at a time."""
        return next((kind for kind, start, end in self.pieces if start <= at <= end), "")


def _run(environment: dict[str, str], *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)


def _work(people: list[dict[str, object]], seconds: float, run: str) -> Journal:
    """Let all clerks work; return the journal of their requests."""
    journal = Journal()
    until = time.monotonic() + seconds

    async def work() -> list[SigningClerk]:
        clerks = [
            SigningClerk({**one, "cookies": {}}, PORT, journal, think=PAUSE_SECONDS, seed=n)
            for n, one in enumerate(people)
        ]
        await asyncio.gather(*[clerk.work(until, run) for clerk in clerks])
        return clerks

    if absent := [one.name for one in asyncio.run(work()) if not one.signed_in]:
        raise SystemExit(f"{len(absent)} clerks could not sign in: {absent[:5]}")
    # At the end all clerks skip their pauses at the same moment: these requests are not representative.
    journal.asked = [one for one in journal.asked if one[0] - one[3] < until - 0.1]
    return journal


def _succeeded(what: str, status: int) -> bool:
    return status == 302 if what in REDIRECTING_KINDS else status == 200


def _print(journal: Journal, label: str, spent: float, beside: LongWork | None = None) -> None:
    """Print percentiles of all requests, by kind of request and by kind of concurrent work; `spent` is the server's processor time."""
    groups: dict[str, list[float]] = {label: []}
    for at, what, _, seconds in journal.asked:
        names = [label, f"  {what}"]
        names += [f"  beside {beside.kind_at(at - seconds) or 'nothing'}"] if beside else []
        for name in names:
            groups.setdefault(name, []).append(seconds * 1000)
    for name, took in groups.items():
        print(
            f"{name}: {len(took)} requests, p50 {percentile(took, 0.5):.0f} ms, p95 {percentile(took, 0.95):.0f} ms, longest {max(took):.0f} ms"
        )
    wrong = Counter((what, status) for _, what, status, _ in journal.asked if not _succeeded(what, status))
    unanswered, errors = (sum(n for (_, code), n in wrong.items() if test(code)) for test in (_is_silent, _is_error))
    print(f"  without an answer {unanswered}, errors 5xx {errors}, without success in all {dict(wrong)}")
    print(f"  processor time of the server: {spent * 1000 / len(groups[label]):.0f} ms a request", flush=True)


def _is_silent(status: int) -> bool:
    return status == 0


def _is_error(status: int) -> bool:
    return status >= 500


def _confirm(work: LongWork, since: float, seconds: float) -> None:
    """Raise SystemExit unless all kinds of work succeeded and some ran nearly all the time."""
    if work.failures:
        raise SystemExit("\n".join(["long work failed:", *work.failures]))
    ran = sum(max(0.0, min(end, since + seconds) - start) for _, start, end in work.pieces)
    if len({kind for kind, *_ in work.pieces}) < len(COMMANDS) or ran < MIN_LONG_WORK_SHARE * seconds:
        raise SystemExit(f"long work ran for {ran:.0f} of {seconds:.0f} s only: {work.pieces}")


def main(count: int, seconds: float) -> None:
    """Measure both periods and print the figures."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings"}
    made = _run(environment, *CITY, "prepare", str(count))
    if made.returncode:
        raise SystemExit(made.stderr[-2000:])
    people = json.loads(made.stdout.splitlines()[-1])
    if len({one["user"] for one in people if one["entries"]}) != count:
        raise SystemExit(f"there are not {count} clerks with tasks")
    print(f"{count} clerks, load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        log, work = Path(name) / "server.log", LongWork(environment, Path(name))
        words = [COMMAND, "serve", "--port", str(PORT), "--no-second-factor"]
        with log.open("w") as out:
            server = subprocess.Popen([sys.executable, *words], env=environment, stdout=out, stderr=out)
        try:
            _wait()
            spent = _processor_seconds(server.pid)
            journal, spent = _work(people, seconds, "alone"), _processor_seconds(server.pid) - spent
            _print(journal, "alone", spent)
            since, thread = time.monotonic(), threading.Thread(target=work.run, args=(seconds,))
            thread.start()
            spent = _processor_seconds(server.pid)
            journal, spent = _work(people, seconds, "beside"), _processor_seconds(server.pid) - spent
            thread.join()
            _print(journal, "beside long work", spent, work)
        finally:
            server.terminate()
            server.wait()
        text = log.read_text()
        print(
            f"in the log: {text.count('database is locked')} `database is locked`, {text.count('Traceback')} tracebacks"
        )
        _confirm(work, since, seconds)


def _processor_seconds(pid: int) -> float:
    """Return the processor time of a process and its children, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(_processor_seconds(int(child)) for child in children)


def _wait() -> None:
    for _ in range(240):
        if asyncio.run(Browser(PORT).get("/admin/login/")).status == 200:
            return
        time.sleep(0.5)
    raise SystemExit("the server does not answer")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 40, float(sys.argv[2]) if sys.argv[2:] else 300)
