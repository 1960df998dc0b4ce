"""Invented notices by other hands: six places, six years, each with its own units, headings, numbering and words.

Every task says beside its cells what limits and paths must be read from it, so that a layout can be judged whole.
Limits are written `kind value` (`by_date 2023-06-30`, `working_days 5`, `ongoing 及时`); paths with `>`.
"""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Task:
    """One row as it should be read."""

    section: str
    item: str
    measure: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    extras: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Invented:
    """A notice as the layouts print it and as it should be read."""

    tasks: tuple[Task, ...]
    heads: tuple[str, ...]
    title: str
    number: str
    issuer: str
    day: str
    preamble: tuple[str, ...]
    levels: int
    merge_units: bool = False


def with_equal_units(notice: Invented) -> Invented:
    """Give neighbouring rows of one item the same units, so that merged cells have something to merge."""
    out: list[Task] = []
    for place, task in enumerate(notice.tasks):
        above = out[-1] if out else None
        same = above and place % 3 and (above.section, above.item) == (task.section, task.item)
        out.append(replace(task, lead=above.lead, responsible=above.responsible) if above and same else task)
    return replace(notice, tasks=tuple(out), merge_units=True)


@dataclass(frozen=True)
class Wanted:
    """A row as it should be read, with its limits and paths."""

    task: Task
    dues: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hand:
    """A notice by one hand; `limit` is the head of its time column, "" where it has none."""

    name: str
    title: str
    number: str
    issuer: str
    day: str
    salutation: str
    opening: str
    heads: tuple[str, ...]
    wanted: tuple[Wanted, ...]
    levels: int = 2

    @property
    def notice(self) -> Invented:
        """The notice as the layouts print it."""
        return Invented(
            tuple(one.task for one in self.wanted),
            self.heads,
            self.title,
            self.number,
            self.issuer,
            self.day,
            (self.salutation, self.opening),
            self.levels,
        )


def _task(heads: tuple[str, ...], headings: tuple[str, str], cells: str) -> Wanted:
    """Cells are parted by bars: measure | lead | responsible | limit | dues | paths; `/` breaks a line."""
    measure, lead, own, limit, dues, paths = (one.strip() for one in cells.split("|"))
    extras = {heads[4]: limit} if len(heads) > 4 else {}
    names = [tuple(x for x in text.split(" ") if x) for text in (lead, own)]
    task = Task(*headings, measure.replace(" / ", "\n"), names[0], names[1], extras)
    return Wanted(task, tuple(x.strip() for x in dues.split("；") if x.strip()), tuple(paths.split()))


def _read(heads: tuple[str, ...], text: str) -> tuple[Wanted, ...]:
    """Lines that begin with # are first headings, with ## second ones; all others are tasks."""
    section = item = ""
    out = []
    for line in text.strip().splitlines():
        if line.startswith("## "):
            item = line[3:].strip()
        elif line.startswith("# "):
            section, item = line[2:].strip(), ""
        elif line.strip():
            out.append(_task(heads, (section, item), line))
    return tuple(out)


def _made(facts: dict[str, Any]) -> Hand:
    heads = tuple(facts.pop("heads"))
    wanted = _read(heads, facts.pop("tasks"))
    return Hand(**facts, heads=heads, wanted=wanted)


_HANDS = tomllib.loads((Path(__file__).parents[2] / "samples" / "notices" / "hands.toml").read_text())
MORE_HANDS = tuple(_made(facts) for facts in _HANDS.values())
XICHUAN, WANGSHU, CANGLAN, CHIXIA, SHUIWU, BAIYU, JINGHU, YANQI = MORE_HANDS
HANDS = MORE_HANDS[:6]
