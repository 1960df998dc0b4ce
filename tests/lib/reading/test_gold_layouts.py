"""The two hand-read notices printed in every layout: read back exactly, or flagged."""

import json
from pathlib import Path

import pytest

from gongkai.lib.reading.notice import read_notice
from lib.reading import render
from lib.reading.invented import Invented, Task
from lib.reading.test_layouts import LAYOUTS, rows_of

MORE = {"parted by spaces": lambda n: render.spaced_line(n).encode()}


def _flat(task: Task) -> tuple[object, ...]:
    return task.section, task.item, "".join(task.measure.split()), task.lead, task.responsible


@pytest.mark.parametrize(
    ("number", "levels", "layout"),
    [(f"00{2 + place % 2}", 1 + place % 2, layout) for place, layout in enumerate([*LAYOUTS, *MORE])],
)
def test_reads_back(shared: Path, number: str, levels: int, layout: str) -> None:
    gold = json.loads((shared / "gold" / f"{number}.json").read_text())
    fields = ("section", "item", "measure")
    tasks = tuple(Task(*(row[f] for f in fields), tuple(row["lead"]), tuple(row["responsible"])) for row in gold)
    read = read_notice((LAYOUTS | MORE)[layout](Invented(tasks, levels=levels)))
    assert [_flat(row) for row in rows_of(read)] == [_flat(task) for task in tasks]
