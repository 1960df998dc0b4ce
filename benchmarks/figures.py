"""Figures in docs/, written by the command that measures them: each with its day, commit, load and reference second.

`python -m benchmarks [PART …]` keeps what each part measured in docs/figures.json and writes it wherever a page asks for it:

    <!-- figures: annual; report -->
    <!-- end of figures -->

Between the two lines stands a table of the part's figures whose names hold the pattern (all without one). docs/figures.md is a table of all parts:
when each was measured, and whether that is longer ago than a month. `python -m benchmarks.figures` writes them again without measuring.
Beside the parts stand kept figures of material that lies elsewhere (`benchmarks.unseen --keep NAME`).

The **reference second** is the processor time of a fixed computation on the machine that measured, the least of three: where it is twice as
long, so is all else. It was chosen to take about a second on the machine that measured first.
"""

import hashlib
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
#: So long a figure is news.
MONTH = timedelta(days=31)
BLOCK = re.compile(
    r"(?P<head><!-- figures: (?P<part>\w+)(?:; (?P<names>.+?))? -->\n).*?(?P<end><!-- end of figures -->)",
    re.S,
)
#: Rounds of the reference computation.
ROUNDS = 140_000


@dataclass(frozen=True)
class Measured:
    """What one run of a part found, and under which circumstances."""

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
    """Return the processor time of a fixed computation: words put together, counted, sorted and digested."""

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


def commit_now() -> str:
    """Return the commit that is measured; with a plus where files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False
        ).stdout

    changed = git("status", "--porcelain", "--", "src", "benchmarks").strip()
    return (git("rev-parse", "--short=8", "HEAD").strip() or "no commit") + ("+" if changed else "")


def measured(figures: Mapping[str, float], *, load: float, reference: float) -> Measured:
    """Return what a part found today; `load` when it began."""
    kept = {name: round(value, 4) for name, value in figures.items()}
    return Measured(now().isoformat(), commit_now(), round(load, 1), round(reference, 2), kept)


def now() -> date:
    """Return today."""
    return datetime.now(UTC).date()


def load_now() -> float:
    """Return how many processes wait for a processor, over the last minute."""
    return os.getloadavg()[0]


def kept(docs: Path = DOCS) -> dict[str, Measured]:
    """Return what every part found when it was measured last."""
    store = docs / "figures.json"
    rows = json.loads(store.read_text()) if store.exists() else {}
    return {part: Measured(**row) for part, row in rows.items()}


def keep(part: str, found: Measured, docs: Path = DOCS) -> None:
    """Keep what a part found, and write it into the pages that ask for it."""
    all_of_them = {**kept(docs), part: found}
    rows = {name: asdict(one) for name, one in sorted(all_of_them.items())}
    (docs / "figures.json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def write(parts: tuple[str, ...], docs: Path = DOCS, today: date | None = None) -> list[str]:
    """Write kept figures into all pages, and the table of parts; return the pages that changed.

    Raises:
        ValueError: a page asks for what no part measures.
    """
    found, asking = kept(docs), {}
    parts = (*parts, *sorted(found.keys() - set(parts)))
    texts = {page: page.read_text() for page in sorted(docs.glob("*.md")) if page.name != "figures.md"}
    pages = {}
    for page, text in texts.items():
        for block in BLOCK.finditer(text):
            asking.setdefault(block["part"], set()).add(page.stem)
        pages[page] = BLOCK.sub(lambda block: _block(block, found), text)
    if unknown := asking.keys() - set(parts):
        raise ValueError(f"no such part: {', '.join(sorted(unknown))}")
    pages[docs / "figures.md"] = "\n".join(_overview(parts, found, asking, today or now())) + "\n"
    changed = [page for page, text in pages.items() if not page.exists() or page.read_text() != text]
    for page in changed:
        page.write_text(pages[page])
    return [page.name for page in changed]


def show(found: Mapping[str, float]) -> None:
    """Print figures, one to a line."""
    for name, value in found.items():
        print(f"  {name:<66}{value:>14,.3f}".rstrip("0").rstrip("."))


def _block(block: re.Match[str], found: Mapping[str, Measured]) -> str:
    run = found.get(block["part"])
    if run is None:
        body = f"Part `{block['part']}` was not measured by the command yet.\n"
    else:
        wanted = re.compile(block["names"] or "")
        rows = [(name, value) for name, value in run.figures.items() if wanted.search(name)]
        if not rows:
            raise ValueError(f"{block['part']}: no figure is named like {block['names']}")
        lines = [f"| {name} | {said(value)} |\n" for name, value in rows]
        body = f"| `{block['part']}`: {run.circumstances} | |\n|---|---|\n{''.join(lines)}"
    return f"{block['head']}{body}{block['end']}"


def said(value: float) -> str:
    """Return a figure as pages say it: whole ones whole, others with three places that count.

    >>> said(1234567), said(12.3456), said(0.03456), said(0)
    ('1,234,567', '12.3', '0.0346', '0')
    """
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _overview(
    parts: tuple[str, ...], found: Mapping[str, Measured], asking: Mapping[str, set[str]], today: date
) -> Iterator[str]:
    yield "# Figures\n"
    yield "Written by `make bench` (`benchmarks/figures.py`), never by hand; all stand in `figures.json`. The reference second is the processor"
    yield "time of a fixed computation on the machine that measured: where it is twice as long, so is all else. Load is how many processes waited"
    yield "for a processor when the part began; a commit with `+` had changes that are in no commit.\n"
    yield "To repeat a part: `make bench PART=law` (it writes its figures over these; `git checkout docs` brings them back). What each figure is,"
    yield "its module says in its first lines (`benchmarks/law.py`), where a part stands on a page the text around it. `unseen_…` are figures"
    yield "on material that somebody collected elsewhere and that is no part of the repository (`_learnt`: once more when the program had"
    yield "learnt from it): they cannot be repeated without it. `worker_memory` is a command of its own (`python -m benchmarks.worker_memory`).\n"
    yield f"| part | stands in | measured | commit | load | reference second | figures | older than a month on {today} |"
    yield "|---|---|---|---|---|---|---|---|"
    for part in parts:
        run = found.get(part)
        pages = ", ".join(f"[{name}]({name}.md)" for name in sorted(asking.get(part, ())))
        if run is None:
            yield f"| {part} | {pages} | | | | | | **never written by the command** |"
            continue
        old = "**yes**" if today - date.fromisoformat(run.day) > MONTH else "no"
        yield f"| {part} | {pages} | {run.day} | {run.commit} | {run.load} | {run.reference} s | {len(run.figures)} | {old} |"


if __name__ == "__main__":
    from benchmarks.__main__ import PARTS

    print("\n".join(write(PARTS)) or "nothing changed")
    for name, run in kept().items():
        if now() - date.fromisoformat(run.day) > MONTH:
            print(f"older than a month: {name} ({run.circumstances})")
