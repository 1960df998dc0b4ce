"""Users who guess primary keys in URLs get only rows that object access shows them, in the sample city with all logins.

`rows/__main__.py` describes the requests. `make test` requests only hidden rows, each URL with two logins, one by GET and one by POST;
`make test-all` requests visible and hidden rows with every login, and searches the answers for words of hidden rows,
decrypted ones too. Lists and files without a number in the URL are read by three logins each.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from browser.conftest import get_city_environment

HERE = Path(__file__).parent
#: Fields that offer rows hidden from the login, with the reason.
ALLOWED_CHOICES = {
    "ColumnForm.person": "the person now responsible for the column, of any unit",
    "EvaluatorForm.indicators": "of the visible round",
    "AppealForm.indicator": "of the unit's own result",
    "UpdateForm.column": "of the visible account",
    **dict.fromkeys(("AnswerForm.themes", "FiltersForm.themes"), "everybody may read themes"),
    **dict.fromkeys(("FiltersForm.schema", "TablesOpenForm.schema"), "everybody may read kinds of tables"),
    "GuidanceRecordForm.measure": "of visible notices in force, with the tasks of all units",
    "HitForm.account": "of the units of the government whose screening it is",
    "SendForm.column": "open columns that take the unit's information: the public reads them",
    "ItemMappingForm.more": "open columns of the government's site: the public reads them",
}
#: Routes that may show words of hidden rows, with the reason.
ALLOWED_WORDS = {
    "admin/ledger/<number:pk>/": "everybody may read a promise; its statement is a row of its own",
    "admin/assessment/rounds/<number:number>/": "the mayor may read all results, but not the office's entry of an appeal",
    "admin/policies/rounds/<number:number>/": "the owner of a cleaning-up round may read the titles of its documents",
    "admin/directory/<number:number>/": "a public catalogue names its basis",
    "admin/board/leader/": "the mayor may read titles of all overdue entries, but not the entries",
    "admin/help/all/": "the handbook names records of the sample city",
    **dict.fromkeys(
        (
            "admin/inquiries/phones/new/",
            "admin/inquiries/phones/<number:number>/",
            "admin/inquiries/windows/new/",
        ),
        "many phones and windows have the same hours",
    ),
    "admin/inspection/indicators/": "the table of indicators contains the names of findings",
    "admin/annual/": "the page names the year's reports",
    **dict.fromkeys(
        ("admin/notices/guidance/new/", "api/v1/measures/", "progress/"),
        "tasks of notices in force are public",
    ),
    "admin/publishing/opinions/<number:number>/": "a unit that is asked for an opinion may read the title",
    **dict.fromkeys(
        (
            f"admin/notices/<number:pk>/{page}"
            for page in ("source/", "review/", "row/<number:measure>/", "correct/", "confirm/")
        ),
        "a notice in force is read by all units that it names; tasks have its words",
    ),
}


def run_requests(folder: Path, out: Path, how: str) -> dict[str, Any]:
    """Run all requests on a copy of the city, and return the findings."""
    env = get_city_environment(folder)
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


def check_findings(found: dict[str, Any]) -> None:
    """Fail if anything hidden was shown, changed or offered, or if an address checks no row."""
    kinds = ("read", "written", "unlogged", "broke", "chosen")
    faults = [f"{kind}: {line}" for kind in kinds for line in found[kind].values()]
    faults += [f"leaked: {line}" for key, line in found["leaked"].items() if key.split(" ")[0] not in ALLOWED_WORDS]
    faults += [f"checks no row by object access: {route}" for route in found["unknown"]]
    faults += [line for field, line in found["offered"].items() if field not in ALLOWED_CHOICES]
    assert not faults, "\n".join(faults)


def test_hidden_rows_are_neither_read_nor_changed(city_built: tuple[Path, str], tmp_path: Path) -> None:
    found = run_requests(city_built[0], tmp_path / "out.json", "short")
    check_findings(found)
    assert found["asked"] > 700
    assert found["foreign"], "no form was sent with a hidden row"


@pytest.mark.slow
def test_each_login_gets_only_visible_rows_and_their_words(city_built: tuple[Path, str], tmp_path: Path) -> None:
    found = run_requests(city_built[0], tmp_path / "out.json", "2")
    check_findings(found)
    assert len(found["reached"]) > 150
    assert len(found["listed"]) > 150
    assert found["accepted"] > 100, "too few filled-in forms were accepted"
    assert found["foreign"] > 30
