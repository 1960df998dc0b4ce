"""The small city that `make demo` opens with shows everything, within its budget (docs/testing.md)."""

import re
import sqlite3
from pathlib import Path

import pytest

from gongkai.ops.demo.sample_modules import SAMPLE_MODULES

pytestmark = pytest.mark.browser
#: Which rows of the ledger have which light now (law.explain); a closed one is grey, with red where it was late.
LIGHTS = """SELECT DISTINCT CASE
    WHEN closed_at IS NOT NULL THEN CASE WHEN closed_at > due_at THEN 'grey_red' ELSE 'grey' END
    WHEN paused THEN 'blue' WHEN due_at < datetime('now') THEN 'red' WHEN warn_at <= datetime('now') THEN 'yellow' ELSE 'green' END
    FROM ledger_entry"""


def column(data: Path, sql: str) -> set[str]:
    with sqlite3.connect(f"file:{data / 'gongkai.sqlite3'}?mode=ro", uri=True) as database:
        return {row[0] for row in database.execute(sql)}


def test_each_story_does_something_within_its_budget(city_built: tuple[Path, str]) -> None:
    told = {name: int(acts) for name, acts in re.findall(r"（(\w+)）：(\d+) 项操作", city_built[1])}
    assert list(told) == [one.name for one in SAMPLE_MODULES]
    assert {one.name: told[one.name] for one in SAMPLE_MODULES if not 0 < told[one.name] <= one.max_actions} == {}


def test_every_state_and_every_light_is_there(city_built: tuple[Path, str]) -> None:
    from gongkai.work.notices.states import ASSIGNMENT_MACHINE, AssignmentState

    data = city_built[0]
    there = column(data, "SELECT DISTINCT state FROM ledger_entry WHERE kind = 'assignment'")
    assert there >= set(ASSIGNMENT_MACHINE.labels) - {
        AssignmentState.CARRIED
    }  # carried over: where a year ends and another notice takes over
    assert column(data, LIGHTS) == {"green", "yellow", "red", "blue", "grey", "grey_red"}
