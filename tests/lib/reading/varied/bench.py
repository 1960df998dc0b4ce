"""Count what the reader makes of drawn layouts."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field

from gongkai.lib.reading import Notice, ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.reading.invented import Task

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
