"""The small city of `make demo` contains all states and lights, and each of its modules stays within its limit (docs/testing.md)."""

import re
import sqlite3
from pathlib import Path

import pytest

from gongkai.ops.demo.sample_modules import SAMPLE_MODULES

pytestmark = pytest.mark.browser
#: Lights of the entries now (law.explain); a closed one is grey, with red if it was late.
LIGHTS_QUERY = """SELECT DISTINCT CASE
    WHEN closed_at IS NOT NULL THEN CASE WHEN closed_at > due_at THEN 'grey_red' ELSE 'grey' END
    WHEN paused THEN 'blue' WHEN due_at < datetime('now') THEN 'red' WHEN warn_at <= datetime('now') THEN 'yellow' ELSE 'green' END
    FROM ledger_entry"""


def query_column(data: Path, sql: str) -> set[str]:
    with sqlite3.connect(f"file:{data / 'gongkai.sqlite3'}?mode=ro", uri=True) as database:
        return {row[0] for row in database.execute(sql)}


def test_each_sample_module_acts_within_its_limit(city_built: tuple[Path, str]) -> None:
    action_counts = {name: int(acts) for name, acts in re.findall(r"（(\w+)）：(\d+) 项操作", city_built[1])}
    assert list(action_counts) == [one.name for one in SAMPLE_MODULES]
    assert {
        one.name: action_counts[one.name]
        for one in SAMPLE_MODULES
        if not 0 < action_counts[one.name] <= one.max_actions
    } == {}


def test_each_assignment_state_and_light_occurs(city_built: tuple[Path, str]) -> None:
    from gongkai.work.notices.states import ASSIGNMENT_MACHINE, AssignmentState

    data = city_built[0]
    there = query_column(data, "SELECT DISTINCT state FROM ledger_entry WHERE kind = 'assignment'")
    assert there >= set(ASSIGNMENT_MACHINE.labels) - {
        AssignmentState.CARRIED
    }  # carried over: only when a year ends and another notice takes over
    assert query_column(data, LIGHTS_QUERY) == {"green", "yellow", "red", "blue", "grey", "grey_red"}
