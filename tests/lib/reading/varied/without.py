"""What each rule of reading earns: it is taken out and everything is read again, `python -m reading.varied.without [FOLDER …]`.

A rule that changes nothing but the sample it was learnt from has not repaid yet. Three bodies of text are read: notices drawn by `varied` whose
seeds no test uses; the collection of layouts, of which each sample was there for one rule and is strange to the others; and folders of notices that
somebody read by hand (X.txt or another file beside X.json, a list of rows as `bench.sources` takes them). Printed per rule: how many documents of
each body it touches; what its absence changes in rows exact and in rows that are wrong without a flag, of the drawn ones and of each folder; and
how many samples of the collection are then read otherwise.
"""

import importlib
import inspect
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gongkai.lib.reading import ReadingError
from gongkai.lib.reading.notice import read_notice
from lib.reading.collection import collection
from lib.reading.invented import Task, invent
from lib.reading.varied.bench import Count, compare
from lib.reading.varied.printing import PROSE, TABLES, prose
from lib.reading.varied.shape import draw


def _same(given: Any, *_: Any, **__: Any) -> Any:
    return given


def _none(*_: Any, **__: Any) -> None:
    return None


#: Rules that give lines for lines, those that make blocks of lines or nothing, those that give a grid for a grid.
_LINES = "without_agreed with_breaks with_all_asked"
_LAYOUTS = """
_tab_cells _tab_rows _comma_rows _bar_lines _bar_rows interleaved_blocks _one_a_line _run_together grid_of_run grid_of_middle
"""
_GRIDS = "with_dittos_read with_limits_apart"
#: Module → rules that are called there, each with what it gives where it is left out: what it was given, nothing, or a value of its kind.
RULES: dict[str, dict[str, Callable[..., Any]]] = {
    "layouts.split": {
        **dict.fromkeys(_LINES.split(), _same),
        **dict.fromkeys(_LAYOUTS.split(), _none),
        "points_apart": lambda line: [line],
        "circled_apart": lambda line: [line],
        "with_known_labels": lambda lines: (lines, {}),
    },
    "layouts.prose": {
        "tasks_by_units": _none,
        "headlines_of": lambda texts, habits: {},
        "above_first": lambda texts, start, habits: start,
        "without_text_label": _same,
        "labels_above": lambda texts: False,
        "labels_lead_points": lambda texts: False,
        "opens_a_list": lambda text, below: False,
        "where_it_begins": lambda texts, first: first,
        "where_it_ends": lambda texts, last: last,
    },
    "layouts.owners": {"with_names_apart": lambda text: (text, [])},
    "layouts.text_rows": {"units_unread": lambda text: ""},
    "layouts.cells": {"regular_grid": _none, "whole_rows": _none},
    "tables.sideways": dict.fromkeys(_GRIDS.split(), _same),
    "tables.columns": {"told_by_content": _same},
    "tables.build": {
        "who_comes_first": lambda text: "",
        "unit_of_heading": lambda heading: "",
        "limit_of_heading": _none,
    },
    "words.dues": {"bare_limit": _none, "counted_from_day": _same},
    "words.units": {"are_persons": lambda text: False},
    "loading": {"columns_of_pages": lambda pages: []},
    "notice": {
        "join_pages": _same,
        "in_simplified": lambda document: (document, None),
    },
}


class Watched:
    """The rules, each of which says where it changed something, and can be left out."""

    def __init__(self) -> None:
        self.out = self.reading = ""
        self.touched: dict[str, set[str]] = defaultdict(set)
        for place, rules in RULES.items():
            module = importlib.import_module(f"gongkai.lib.reading.{place}")
            for name, without in rules.items():
                setattr(module, name, self._watched(name, getattr(module, name), without))

    def _watched(self, name: str, rule: Callable[..., Any], without: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*given: Any, **more: Any) -> Any:
            if self.out:
                return (without if self.out == name else rule)(*given, **more)
            before = repr(given[0])  # some write into what they are given
            made = rule(*given, **more)
            made = list(made) if inspect.isgenerator(made) else made
            other = before if without is _same else repr(without(*given, **more))
            if repr(made) != other:
                self.touched[name].add(self.reading)
            return made

        return watched


def drawn() -> Iterator[tuple[str, bytes, tuple[Task, ...]]]:
    """Yield notices of seeds that no test uses, printed in every way."""
    for number in range(400, 408):
        tasks = list(invent(number, levels=1 + number % 2, rows=8).tasks)
        for name, make in TABLES.items():
            shape = draw(tasks, name, 70_000 + number)
            if shape.heads or name != "bars, one cell a line":
                yield f"{number} {name}", make(shape), shape.wanted
        for name in PROSE:
            data, wanted = prose(tasks, name, number)
            yield f"{number} {name}", data, wanted


def by_hand(folder: Path) -> Iterator[tuple[str, bytes, tuple[Task, ...]]]:
    """Yield the notices of a folder with their rows."""
    for path in sorted(folder.rglob("*.json")):
        rows = json.loads(path.read_text())
        sources = [one for one in path.parent.glob(f"{path.stem}.*") if one != path]
        if sources and isinstance(rows, list) and rows and "measure" in rows[0]:
            wanted = tuple(
                Task(
                    row.get("section", row.get("task", "")),
                    row["item"],
                    row["measure"],
                    tuple(row["lead"]),
                    tuple(row["responsible"]),
                )
                for row in rows
                if not row.get("optional")
            )
            yield path.stem, sources[0].read_bytes(), wanted


def _read(data: bytes) -> object:
    try:
        notice = read_notice(data)
    except ReadingError as error:
        return str(error)
    return notice.rows, [(warning.row, warning.field) for warning in notice.warnings]


def main(folders: list[Path]) -> None:
    """Print the table."""
    watched = Watched()
    bodies = {"drawn": [*drawn()]} | {folder.name: [*by_hand(folder)] for folder in folders}
    known = {f"{body}/{name}": (data, wanted) for body, given in bodies.items() for name, data, wanted in given}
    samples = collection()
    whole: dict[str, Count] = {}
    for name, (data, wanted) in known.items():
        watched.reading = name
        whole[name] = compare(data, wanted)
    read: dict[str, object] = {}
    for name, data in samples.items():
        watched.reading = name
        read[name] = _read(data)
    sums = {body: _sum(whole, body) for body in bodies}
    for body, count in sums.items():
        print(f"{body:12} rows {count.wanted} exact {count.exact} F1 {count.f1:.3f} silent {count.silent}")
    for rule in [name for rules in RULES.values() for name in rules]:
        touched = watched.touched[rule]
        watched.out = rule
        now = {name: compare(*known[name]) if name in touched else whole[name] for name in known}
        others = [name for name in touched if name in samples and _read(samples[name]) != read[name]]
        watched.out = ""
        figures = []
        for body, before in sums.items():
            count, places = _sum(now, body), sum(name.startswith(f"{body}/") for name in touched)
            figures.append(
                f"{body} {places:3} touched {count.f1 - before.f1:+.4f} silent {count.silent - before.silent:+d}"
            )
        print(
            f"{rule:34} samples {len([name for name in touched if name in samples]):3}, {len(others)} otherwise; {'; '.join(figures)}",
            flush=True,
        )


def _sum(counts: dict[str, Count], body: str) -> Count:
    total = Count()
    for name, count in counts.items():
        if name.startswith(f"{body}/"):
            total.add(count)
    return total


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
