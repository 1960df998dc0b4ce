"""The state shared by the rehearsal's steps: the machines, the simulated people, and the answers they got."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.rehearsal.book import Book
from tools.rehearsal.machines import Failed, Machine

SITE = "www.example.gov.cn"
#: Waits until the front page is cached as a file.
WAIT_FOR_CACHE_SCRIPT = f"""
for i in $(seq 300); do
    curl -sk -o /dev/null -D - --resolve {SITE}:443:127.0.0.1 https://{SITE}/ | grep -qi '^x-cache: FILE' && exit 0
    sleep 1
done
exit 1
"""
#: Seconds after which readers must no longer see a withdrawn text (`WITHDRAW_SCRIPT` waits for the other machine's workers, which check each
#: second).
WITHDRAWAL_SECONDS = 5
#: Seconds within which a killed service must be back, and a message be acknowledged again.
RECOVERY_SECONDS = 180


@dataclass
class Walk:
    """Two machines, the document, and the answers to the simulated people."""

    folder: Path
    book: Book
    first: Machine
    second: Machine
    load: "subprocess.Popen[bytes] | None" = None
    #: Examples in the document (a point in time, a version) → the values used here.
    examples: dict[str, str] = field(default_factory=dict)
    #: Acknowledged codes by the marks of their messages, as far as they are in the current database.
    acknowledged: dict[str, str] = field(default_factory=dict)

    @property
    def next(self) -> Path:
        """Return the folder with the next version's bundle."""
        return self.folder / "next"

    @property
    def journal(self) -> Path:
        """Return the file in which the simulated people record events."""
        return self.folder / "journal.jsonl"

    def do(
        self, machine: Machine, name: str, *, typed: str = "", check: bool = True, again: str = "", once: bool = False
    ) -> str:
        """Run a block of the document twice, as an unsure operator does; return the output of the first run.

        Args:
            again: words of the second run's refusal; "" if it must succeed, too.
            once: the block takes too long, or cannot be repeated at that point.
        """
        script = self.book[name]
        for example, meant in self.examples.items():
            script = script.replace(example, meant)
        said = machine.run(script, typed=typed, check=check)
        if again:
            machine.fails(script, again)
        elif not once:
            machine.run(script, typed=typed, check=check)
        return said

    def people(self) -> None:
        """Start the simulated people; if they already run, do nothing."""
        if self.load and self.load.poll() is None:
            return
        inside = ["ip", "netns", "exec", self.first.net]
        command = [
            sys.executable,
            "-m",
            "tools.rehearsal.load",
            SITE,
            str(self.folder / "media/site.pem"),
            str(self.journal),
        ]
        own = Path(__file__).resolve().parents[2]
        with (self.folder / "load.log").open("ab") as log:
            self.load = subprocess.Popen([*inside, *command], cwd=own, stdout=log, stderr=log)

    def rest(self) -> None:
        """Stop the simulated people after their current messages; store the acknowledged codes."""
        if self.load:
            self.load.terminate()
            self.load.wait(300)
            self.load = None
        for seen in self.seen(0):
            if seen["what"] == "acknowledged":
                self.acknowledged[seen["mark"]] = seen["code"]
            if seen["what"] == "given up":
                raise Failed(f"message {seen['mark']} was never acknowledged")

    def seen(self, since: float) -> list[dict[str, Any]]:
        """Return the recorded events since a time."""
        if not self.journal.exists():
            return []
        lines = [json.loads(line) for line in self.journal.read_text().splitlines() if line.endswith("}")]
        return [line for line in lines if line["at"] >= since]

    def wait_for(self, what: str, count: int = 1) -> float:
        """Wait until an event has occurred `count` times from now on; return the seconds.

        Raises:
            Failed: it has not.
        """
        began = time.monotonic()
        while len([line for line in self.seen(began) if line["what"] == what]) < count:
            if time.monotonic() > began + RECOVERY_SECONDS:
                raise Failed(f"not {what} within {RECOVERY_SECONDS} s: {self.seen(began)[-3:]}")
            time.sleep(0.3)
        return time.monotonic() - began

    def away(self, since: float) -> str:
        """Return a sentence on the failures of readers and senders since a time."""
        lines = self.seen(since)
        wrong = [line for line in lines if line["what"] == "read" and line["status"] not in {200, 404}]
        read = [line["seconds"] for line in lines if line["what"] == "read"]
        unclear = len({line["mark"] for line in lines if line["what"] == "unclear"})
        longest = max(read, default=0)
        return f"读 {len(read)} 次，{len(wrong)} 次不成，最慢 {longest:.1f} 秒；{unclear} 件来件重发后成功"

    def shell(self, machine: Machine, code: str) -> str:
        """Run Python code in the installation of a machine."""
        (machine.root / "root/code.py").write_text(code)
        return machine.run(
            "gongkai manage shell --no-imports < /root/code.py 2>/dev/null || gongkai manage shell < /root/code.py"
        )


Step = Callable[[Walk], str]


def run_sql(machine: Machine, query: str, *, quiet: bool = False) -> str:
    """Query the database of a machine; return its output without surrounding blanks."""
    return machine.run(f'cd / && runuser -u postgres -- psql -d gongkai -XAtc "{query}"', quiet=quiet).strip()


def last_line(text: str) -> str:
    """Return the last line that is not empty."""
    return [line.strip() for line in text.splitlines() if line.strip()][-1]


def wait_until_ready(machine: Machine) -> None:
    """Wait until the server of a machine answers.

    Raises:
        Failed: it does not.
    """
    folder = "/etc/gongkai/certificates"
    script = f"""
for i in $(seq 90); do
    at=$(ss -Hltn sport = :8000 | awk '{{print $4}}' | head -n 1)
    curl -sf -o /dev/null "http://$at/readyz" && exit 0
    curl -sf -o /dev/null --cacert {folder}/machines-ca.pem --cert {folder}/machine.pem --key {folder}/machine.key "https://$at/readyz" && exit 0
    sleep 1
done
journalctl -u gongkai -n 20 --no-pager
exit 1
"""
    machine.run(script)


def check_messages(walk: Walk, machine: Machine | None = None) -> str:
    """Compare the acknowledged messages with the database: each must exist once, under its code."""
    walk.rest()
    code = f"""
import json
from collections import Counter
from gongkai.work.consultation.models import Inquiry
from gongkai.core.intake.matter_access import digest_code
from gongkai.core.intake.models import QueryCode
asked = json.loads({json.dumps(json.dumps(walk.acknowledged))})
titles = Counter(row.subject.reveal() if hasattr(row.subject, "reveal") else str(row.subject) for row in Inquiry.objects.all())
lost = [mark for mark in asked if not titles["演练" + mark]]
twice = [title for title, count in titles.items() if title.startswith("演练") and count > 1]
unknown = [mark for mark, code in asked.items() if not QueryCode.objects.filter(digest=digest_code(code)).exists()]
print("COUNTED", json.dumps([len(asked), lost, twice, unknown]))
"""
    said = walk.shell(machine or walk.first, code)
    count, lost, twice, unknown = json.loads(said.split("COUNTED ", 1)[1].splitlines()[0])
    if lost or twice or unknown or not count:
        raise Failed(f"of {count} messages {lost} are lost, {twice} duplicated, {unknown} codes unknown")
    return f"{count} 件确认过的来件：一件不少，一件不重，查询码都在"
