"""Sample notices in six styles, each with its own units, headings, numbering and wording."""

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Task:
    """The expected cells of one row."""

    section: str
    item: str
    measure: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    extras: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PrintableNotice:
    """A sample notice: the content to print, and the rows expected from reading it."""

    tasks: tuple[Task, ...]
    heads: tuple[str, ...]
    title: str
    number: str
    issuer: str
    day: str
    preamble: tuple[str, ...]
    levels: int
    merge_units: bool = False


def with_equal_units(notice: PrintableNotice) -> PrintableNotice:
    """Give neighbouring rows of an item the same units, so that merged cells have content to merge."""
    out: list[Task] = []
    for place, task in enumerate(notice.tasks):
        above = out[-1] if out else None
        same = above and place % 3 and (above.section, above.item) == (task.section, task.item)
        out.append(replace(task, lead=above.lead, responsible=above.responsible) if above and same else task)
    return replace(notice, tasks=tuple(out), merge_units=True)


@dataclass(frozen=True)
class ExpectedRow:
    """An expected row with its deadlines and paths."""

    task: Task
    dues: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True)
class SampleNotice:
    """A sample notice in one style; `limit` is the header of its deadline column, "" if it has none."""

    name: str
    title: str
    number: str
    issuer: str
    day: str
    salutation: str
    opening: str
    heads: tuple[str, ...]
    wanted: tuple[ExpectedRow, ...]
    levels: int = 2

    @property
    def notice(self) -> PrintableNotice:
        """Return the notice in the form that the layouts print."""
        return PrintableNotice(
            tuple(one.task for one in self.wanted),
            self.heads,
            self.title,
            self.number,
            self.issuer,
            self.day,
            (self.salutation, self.opening),
            self.levels,
        )


def _task(heads: tuple[str, ...], headings: tuple[str, str], cells: str) -> ExpectedRow:
    """Parse the cells `measure | lead | responsible | limit | dues | paths`; `/` breaks a line."""
    measure, lead, own, limit, dues, paths = (one.strip() for one in cells.split("|"))
    extras = {heads[4]: limit} if len(heads) > 4 else {}
    names = [tuple(x for x in text.split(" ") if x) for text in (lead, own)]
    task = Task(*headings, measure.replace(" / ", "\n"), names[0], names[1], extras)
    return ExpectedRow(task, tuple(x.strip() for x in dues.split("；") if x.strip()), tuple(paths.split()))


def _read(heads: tuple[str, ...], text: str) -> tuple[ExpectedRow, ...]:
    """Parse lines: # begins a first-level heading, ## a second-level heading, others are tasks."""
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


def _made(facts: dict[str, Any]) -> SampleNotice:
    heads = tuple(facts.pop("heads"))
    wanted = _read(heads, facts.pop("tasks"))
    return SampleNotice(**facts, heads=heads, wanted=wanted)


_SAMPLE_FACTS = tomllib.loads((Path(__file__).parents[2] / "samples" / "notices" / "sample_notices.toml").read_text())
SAMPLE_NOTICES = tuple(_made(facts) for facts in _SAMPLE_FACTS.values())
XICHUAN, WANGSHU, CANGLAN, CHIXIA, SHUIWU, BAIYU, JINGHU, YANQI = SAMPLE_NOTICES
FIRST_SAMPLES = SAMPLE_NOTICES[:6]
