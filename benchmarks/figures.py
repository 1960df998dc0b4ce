"""Write figures into docs/ with the command that measured them: each with its day, commit, load and reference second.

`python -m benchmarks [PART …]` stores the figures of each part in docs/figures.json and writes them into the pages that contain

    <!-- figures: annual; report -->
    <!-- end of figures -->

The table between the two lines has the part's figures whose names match the pattern, or all if there is no pattern.
`python -m benchmarks.figures` writes the tables again without measuring, and names the parts that were measured more
than a month ago. `benchmarks.unseen --keep NAME` also stores figures of material that is not in the repository.

The **reference second** is the processor time of a fixed computation on the machine that measured, the minimum of
three runs. Times scale with it: a machine with twice the reference second takes twice the time. The computation took
about a second on the first machine.
"""

import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
#: Figures older than this are reported as out of date.
MAX_AGE = timedelta(days=31)
BLOCK = re.compile(
    r"(?P<head><!-- figures: (?P<part>\w+)(?:; (?P<names>.+?))? -->\n).*?(?P<end><!-- end of figures -->)",
    re.S,
)
#: Rounds of the reference computation.
ROUNDS = 140_000


@dataclass(frozen=True)
class Measurement:
    """The figures of one run of a part, and the circumstances of the run."""

    day: str
    commit: str
    load: float
    reference: float
    figures: dict[str, float]

    @property
    def circumstances(self) -> str:
        """Day, commit, load and reference second in words."""
        return f"{self.day}, {self.commit}, load {self.load:.1f}, reference second {self.reference:.2f} s"


def reference_second() -> float:
    """Return the processor time of a fixed computation that joins, counts, sorts and hashes words."""

    def once() -> float:
        began = time.process_time()
        seen: dict[str, int] = {}
        mark = hashlib.sha256()
        for number in range(ROUNDS):
            word = f"{number * 7919 % 99991:05d}"
            seen[word] = seen.get(word, 0) + len(word.replace("0", ""))
            mark.update(word.encode())
        sorted(seen.items(), key=lambda one: (one[1], one[0]))
        json.loads(json.dumps(seen))
        return time.process_time() - began

    return min(once() for _ in range(3))


def read_commit() -> str:
    """Return the measured commit, with a plus if files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False).stdout

    changed = git("status", "--porcelain", "--", "src", "benchmarks").strip()
    return (git("rev-parse", "--short=8", "HEAD").strip() or "no commit") + ("+" if changed else "")


def make_measurement(figures: Mapping[str, float], *, load: float, reference: float) -> Measurement:
    """Return the figures of a part with today's circumstances; `load` is that at the start of the run."""
    kept = {name: round(value, 4) for name, value in figures.items()}
    return Measurement(today().isoformat(), read_commit(), round(load, 1), round(reference, 2), kept)


def today() -> date:
    """Return today's date."""
    return datetime.now(UTC).date()


def read_load() -> float:
    """Return the load average of the last minute."""
    return os.getloadavg()[0]


def read_measurements(docs: Path = DOCS) -> dict[str, Measurement]:
    """Return the stored figures of the latest run of every part."""
    store = docs / "figures.json"
    rows = json.loads(store.read_text()) if store.exists() else {}
    return {part: Measurement(**row) for part, row in rows.items()}


def store_figures(part: str, found: Measurement, docs: Path = DOCS) -> None:
    """Store the figures of a part, and write them into the pages that contain its tables."""
    all_of_them = {**read_measurements(docs), part: found}
    rows = {name: asdict(one) for name, one in sorted(all_of_them.items())}
    (docs / "figures.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def write_tables(parts: tuple[str, ...], docs: Path = DOCS) -> list[str]:
    """Write the stored figures into all pages; return the names of the pages that changed.

    Raises:
        ValueError: a page names figures that no part measures.
    """
    found = read_measurements(docs)
    changed = []
    for page in sorted(docs.glob("*.md")):
        text = page.read_text()
        if unknown := {block["part"] for block in BLOCK.finditer(text)} - {*parts, *found}:
            raise ValueError(f"no such part: {', '.join(sorted(unknown))}")
        filled = BLOCK.sub(lambda block: _block(block, found), text)
        if filled != text:
            page.write_text(filled)
            changed.append(page.name)
    return changed


def list_outdated(found: Mapping[str, Measurement], today: date) -> list[str]:
    """Return a line for each part that was measured more than a month ago."""
    return [
        f"older than a month: {part} ({run.circumstances})"
        for part, run in found.items()
        if today - date.fromisoformat(run.day) > MAX_AGE
    ]


def print_figures(found: Mapping[str, float]) -> None:
    """Print figures, one to a line."""
    for name, value in found.items():
        print(f"  {name:<66}{value:>14,.3f}".rstrip("0").rstrip("."))


def _block(block: re.Match[str], found: Mapping[str, Measurement]) -> str:
    run = found.get(block["part"])
    if run is None:
        body = f"Part `{block['part']}` was not measured by the command yet.\n"
    else:
        wanted = re.compile(block["names"] or "")
        rows = [(name, value) for name, value in run.figures.items() if wanted.search(name)]
        if not rows:
            raise ValueError(f"{block['part']}: no figure matches {block['names']}")
        lines = [f"| {name} | {format_figure(value)} |\n" for name, value in rows]
        body = f"| `{block['part']}`: {run.circumstances} | |\n|---|---|\n{''.join(lines)}"
    return f"{block['head']}{body}{block['end']}"


def format_figure(value: float) -> str:
    """Return a figure as text: whole numbers with separators, others with three significant digits.

    >>> said(1234567), said(12.3456), said(0.03456), said(0)
    ('1,234,567', '12.3', '0.0346', '0')
    """
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


if __name__ == "__main__":
    from benchmarks.__main__ import PARTS

    print("\n".join(write_tables(PARTS)) or "nothing changed")
    print("\n".join(list_outdated(read_measurements(), today())))
