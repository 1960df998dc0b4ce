"""Whoever counts numbers up in addresses gets what the door shows them, and nothing of other units' rows: the sample city, asked by all.

How it is asked, and for what: `rows/__main__.py`. `make test` asks for hidden rows alone, each address by two logins, one reading and one sending;
`make test-all` asks every login for rows that are shown and rows that are hidden, and reads the answers for words of hidden rows, encrypted ones
too. Lists and files that take no number are read so by three logins each.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import installation

HERE = Path(__file__).parent
#: Choices that are offered though no door shows their rows to this login: why.
OFFERED = {
    "ColumnForm.person": "whoever answers for the column now, of whatever unit",
    "EvaluatorForm.indicators": "of the round that came through the door",
    "AppealForm.indicator": "of the unit's own result",
    "UpdateForm.column": "of the account that came through the door",
    **dict.fromkeys(("AnswerForm.themes", "FiltersForm.themes"), "themes are everybody's"),
    **dict.fromkeys(("FiltersForm.schema", "TablesOpenForm.schema"), "kinds of tables are everybody's"),
    "GuidanceRecordForm.measure": "of the notices in force that somebody sees, whichever of their tasks are theirs",
    "HitForm.account": "of the units of the government whose screening it is",
    "SendForm.column": "open columns that take the unit's information: the public reads them",
    "ItemMappingForm.more": "open columns of the government's site: the public reads them",
}
#: Words of hidden rows that an answer may hold: where, and why.
TOLD = {
    "admin/ledger/<int:pk>/": "a promise is everybody's; its statement is a row of its own",
    "admin/assessment/rounds/<number:number>/": "the mayor reads all results; an appeal's entry is the office's",
    "admin/policies/rounds/<int:number>/": "whose round of cleaning up it is reads which documents it is about",
    "admin/directory/<number:number>/": "a catalogue that is open to all says what it rests on",
    "admin/board/leader/": "the mayor reads by its title what is late anywhere; the entry itself is its units'",
    "admin/help/all/": "the handbook names what stands in the sample",
    **dict.fromkeys(
        (
            "admin/inquiries/phones/new/",
            "admin/inquiries/phones/<number:number>/",
            "admin/inquiries/windows/new/",
        ),
        "hours that many telephones and windows have",
    ),
    "admin/inspection/indicators/": "the table of indicators says what findings are called",
    "admin/annual/": "the page names the year's reports",
    **dict.fromkeys(
        ("admin/notices/guidance/new/", "api/v1/measures/", "progress/"),
        "tasks of notices in force are public",
    ),
    "admin/publishing/opinions/<int:number>/": "who is asked for an opinion reads the text's title",
    **dict.fromkeys(
        (
            f"admin/notices/<int:pk>/{page}"
            for page in ("source/", "review/", "row/<int:measure>/", "correct/", "confirm/")
        ),
        "a notice in force is read by all units that it names; tasks have its words",
    ),
}


def asked(folder: Path, out: Path, how: str) -> dict[str, Any]:
    """Sweep a copy of the city, and return what was found."""
    env = installation(folder)
    ran = subprocess.run(
        [sys.executable, str(HERE / "rows"), str(out), how],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def holds(found: dict[str, Any]) -> None:
    """See that nothing was answered, changed or told that is not theirs, and that each address asks for a row."""
    kinds = ("read", "written", "unlogged", "broke", "chosen")
    holes = [f"{kind}: {line}" for kind in kinds for line in found[kind].values()]
    holes += [f"leaked: {line}" for key, line in found["leaked"].items() if key.split(" ")[0] not in TOLD]
    holes += [f"asks the door for no row: {route}" for route in found["unknown"]]
    holes += [line for field, line in found["offered"].items() if field not in OFFERED]
    assert not holes, "\n".join(holes)


def test_hidden_rows_are_neither_read_nor_changed(city_built: tuple[Path, str], tmp_path: Path) -> None:
    found = asked(city_built[0], tmp_path / "out.json", "short")
    holds(found)
    assert found["asked"] > 700
    assert found["foreign"], "no form was sent with a hidden row chosen"


@pytest.mark.slow
def test_each_login_gets_what_the_door_shows_and_no_word_of_the_rest(
    city_built: tuple[Path, str], tmp_path: Path
) -> None:
    found = asked(city_built[0], tmp_path / "out.json", "2")
    holds(found)
    assert len(found["reached"]) > 150
    assert len(found["listed"]) > 150
    assert found["accepted"] > 100, "forms are filled in so that they are taken"
    assert found["foreign"] > 30
