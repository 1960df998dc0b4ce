"""A way of printing a notice, drawn by chance: which columns, under which heads, in what order, with what left out."""

import random
from dataclasses import dataclass, replace

from lib.reading.invented import Task
from lib.reading.varied import words

#: Columns in the common order; the last two are moved about.
COLUMNS = ("section", "item", "measure", "lead", "responsible")


@dataclass(frozen=True)
class Shape:
    """A drawn table: printed heads, cells as they stand in full, and the rows that must be read from it."""

    container: str
    tags: tuple[str, ...]
    columns: tuple[str, ...]
    heads: tuple[str, ...]
    grid: tuple[tuple[str, ...], ...]
    wanted: tuple[Task, ...]
    merged: frozenset[int]
    odd: str = ""


def draw(tasks: list[Task], container: str, seed: int) -> Shape:
    """Draw a table of these tasks."""
    dice = random.Random(f"{container} {seed}")
    tags: list[str] = []
    levels = 2 if any(t.item for t in tasks) else 1 if any(t.section for t in tasks) else 0
    columns = [*COLUMNS[:levels], "measure", "lead", "responsible"]
    if dice.random() < 0.3 or not any(t.lead for t in tasks):
        tags.append("one unit column")
        columns.remove("lead")
        tasks = [replace(t, lead=(), responsible=(*t.lead, *t.responsible)) for t in tasks]
    if dice.random() < 0.25:
        tags.append("units before measure")
        columns.remove("measure")
        columns.append("measure")
    heads = {name: _head(dice, name, columns) for name in columns}
    odd = ""
    if dice.random() < 0.3:
        odd = dice.choice([name for name in columns if name in words.ODD])
        heads[odd] = dice.choice(words.ODD[odd])
        tags.append(f"odd head: {odd}")
    values = {name: _values(tasks, name) for name in columns}
    _add_extras(dice, columns, heads, values, tags, len(tasks))
    printed = tuple(heads[name] for name in columns)
    if len(set(printed)) < len(printed):
        return draw(tasks, container, seed + 1000)
    if dice.random() < 0.1 and container in ("docx", "xlsx", "html", "markdown", "tabs"):
        tags.append("no heads")
        printed = ()
    grid = tuple(tuple(values[name][n] for name in columns) for n in range(len(tasks)))
    merged = frozenset(n for n, name in enumerate(columns) if name in ("section", "item"))
    if dice.random() < 0.3:
        tags.append("headings repeated")
        merged = frozenset()
    return Shape(container, tuple(tags) or ("plain",), tuple(columns), printed, grid, tuple(tasks), merged, odd)


def _head(dice: random.Random, name: str, columns: list[str]) -> str:
    if name == "responsible" and "lead" not in columns:
        return dice.choice(words.DOES)
    return dice.choice(
        {"section": words.SECTION, "item": words.ITEM, "measure": words.MEASURE, "lead": words.LEAD}.get(
            name, words.HELPS
        )
    )


def _values(tasks: list[Task], name: str) -> list[str]:
    found = [getattr(task, name) for task in tasks]
    return ["、".join(one) or "—" if isinstance(one, tuple) else one for one in found]


def _add_extras(
    dice: random.Random,
    columns: list[str],
    heads: dict[str, str],
    values: dict[str, list[str]],
    tags: list[str],
    rows: int,
) -> None:
    if dice.random() < 0.5:
        columns.append("limit")
        heads["limit"] = dice.choice(words.LIMIT)
        values["limit"] = [dice.choice(words.LIMITS) for _ in range(rows)]
    if dice.random() < 0.35:
        at = dice.choice([columns.index("responsible"), columns.index("responsible") + 1])
        columns.insert(at, "person")
        heads["person"] = dice.choice(words.PERSON)
        values["person"] = ["、".join(dice.sample(words.NAMES, dice.choice((1, 1, 2)))) for _ in range(rows)]
        tags.append("persons")
    for number in range(dice.choice((0, 0, 1, 2))):
        name = f"other{number}"
        head = dice.choice([*words.OTHER])
        if head in heads.values():
            continue
        columns.append(name)
        heads[name] = head
        values[name] = [dice.choice(words.OTHER[head]) for _ in range(rows)]
        tags.append("other columns")
    if dice.random() < 0.5:
        columns.insert(0, "count")
        heads["count"] = dice.choice(("序号", "序 号", "编号"))
        values["count"] = [str(n) for n in range(1, rows + 1)]
        tags.append("counted")
