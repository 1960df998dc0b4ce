"""Measure the reader on drawn layouts: `python -m reading.varied.bench [--seeds N] [--only NAME] [--show]`."""

import argparse
import json
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gongkai.lib.reading import Notice, ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.reading.hands import CANGLAN, WANGSHU, XICHUAN
from lib.reading.invented import Task, invent
from lib.reading.varied.printing import PROSE, TABLES, prose
from lib.reading.varied.shape import draw

FIELDS = ("section", "item", "measure", "lead", "responsible")


@dataclass
class Count:
    """Rows wanted, read, exact; wrong ones without any warning, and wrong fields none of whose warnings names them."""

    wanted: int = 0
    read: int = 0
    exact: int = 0
    silent: int = 0
    unnamed: int = 0
    refused: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        """Add up."""
        for name in ("wanted", "read", "exact", "silent", "unnamed", "refused"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def f1(self) -> float:
        """Harmonic mean of rows exact of those wanted and of those read."""
        return 2 * self.exact / max(1, self.wanted + self.read)


def _flat(value: object) -> object:
    if isinstance(value, tuple):
        return tuple(_flat(one) for one in value)
    return "".join(unicodedata.normalize("NFKC", str(value)).split()).rstrip("。;；")


def compare(data: bytes, wanted: tuple[Task, ...]) -> Count:
    """Read a printed notice and count."""
    count = Count(wanted=len(wanted))
    try:
        notice = read_notice(data)
    except ReadingError as error:
        count.refused = 1
        count.lines.append(f"refused: {error}")
        return count
    count.read = len(notice.rows)
    _rows(notice, wanted, count)
    return count


def _rows(notice: Notice, wanted: tuple[Task, ...], count: Count) -> None:
    by_measure: dict[object, list[int]] = defaultdict(list)
    for n, row in enumerate(notice.rows):
        by_measure[_flat(row.measure)].append(n)
    used: set[int] = set()
    whole = any(w.row is None for w in notice.warnings)
    for place, task in enumerate(wanted):
        same = [n for n in by_measure[_flat(task.measure)] if n not in used]
        at = same[0] if same else place if place < len(notice.rows) and place not in used else None
        if at is None:
            count.silent += not whole
            count.lines.append(f"missing {task.measure[:30]}")
            continue
        used.add(at)
        row = notice.rows[at]
        bad = [f for f in FIELDS if _flat(getattr(task, f)) != _flat(getattr(row, f))]
        warned = {w.field for w in notice.warnings if w.row == at + 1}
        count.exact += not bad
        count.silent += bool(bad) and not warned
        count.unnamed += bool(bad) and None not in warned and not warned & set(bad)
        if bad:
            count.lines.append(
                f"{'silent ' if not warned else ''}{warned} "
                + "; ".join(f"{f}: {getattr(task, f)!s:.60} → {getattr(row, f)!s:.80}" for f in bad)
            )


def sources(gold: Path | None) -> Iterator[list[Task]]:
    """Tasks of invented notices, and of those read by hand where they are at hand."""
    for seed in range(2):
        for levels in (1, 2):
            yield list(invent(seed, levels=levels, rows=8).tasks)
    for hand in (WANGSHU, CANGLAN, XICHUAN):
        yield list(hand.notice.tasks[:10])
    for path in sorted(gold.rglob("*.json")) if gold else []:
        rows = json.loads(path.read_text())
        if isinstance(rows, list) and rows and "measure" in rows[0]:
            must = [r for r in rows if not r.get("optional")][:10]
            yield [
                Task(
                    r.get("section", r.get("task", "")),
                    r["item"],
                    r["measure"],
                    tuple(r["lead"]),
                    tuple(r["responsible"]),
                )
                for r in must
            ]


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seeds", type=int, default=2)
    asked.add_argument("--only", default="")
    asked.add_argument("--tag", default="")
    asked.add_argument("--show", type=int, default=0)
    asked.add_argument("--gold", type=Path, nargs="*", default=[])
    args = asked.parse_args()
    texts = [*sources(None)]
    for folder in args.gold:
        texts += [*sources(folder)][7:]
    totals: dict[str, Count] = defaultdict(Count)
    for n, tasks in enumerate(texts):
        for seed in range(args.seeds):
            for name, make in TABLES.items():
                if args.only in name:
                    shape = draw(tasks, name, seed + 100 * n)
                    if args.tag and not any(args.tag in t for t in shape.tags):
                        continue
                    if not shape.heads and name in ("bars, one cell a line",):
                        continue
                    _tell(
                        compare(make(shape), shape.wanted),
                        name,
                        shape.tags,
                        totals,
                        args,
                        f"{n}/{seed} {shape.heads}",
                    )
        for name in PROSE:
            if args.only in f"prose {name}" and not args.tag:
                data, wanted = prose(tasks, name, n)
                _tell(compare(data, wanted), f"prose {name}", (), totals, args, f"{n}")
    for name, c in totals.items():
        print(
            f"{name:40} rows {c.wanted:4} read {c.read:4} exact {c.exact:4} F1 {c.f1:.3f} silent {c.silent:3} "
            f"({c.silent / max(1, c.wanted):.3f}) unnamed {c.unnamed:3} refused {c.refused}"
        )


def _tell(
    count: Count,
    name: str,
    tags: tuple[str, ...],
    totals: dict[str, Count],
    args: argparse.Namespace,
    label: str,
) -> None:
    for key in (
        name,
        *(f"  with {tag}" for tag in tags),
        "ALL",
        "ALL prose" if name.startswith("prose") else "ALL tables",
    ):
        totals[key].add(count)
    if args.show and count.lines and count.exact < count.wanted:
        print(f"== {name} {label} {tags} exact {count.exact}/{count.wanted} read {count.read}")
        for line in count.lines[: args.show]:
            print("    " + line)


if __name__ == "__main__":
    main()
