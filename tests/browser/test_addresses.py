"""Each login may read and write exactly those office routes that `addresses.tsv` lists for it.

The table names for each route the logins that can read the first example found, and the logins that can write by sending the forms that lead there.
`sweep.py` writes it from a sample city of a fixed time; it is then reviewed line by line. After a change of routes run
`GONGKAI_DATA=/tmp/city python tests/browser/sweep.py OUT.json --table tests/browser/addresses.tsv` and review `git diff` before committing.
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

HERE = Path(__file__).parent
#: Routes that every login may write: the user's own data.
OWN_DATA_ROUTES = {
    "admin/ledger/filters/",
    "admin/ledger/filters/<number:pk>/remove/",
    "admin/messages/read/",
    "admin/messages/<number:pk>/",
    "admin/signin/passkeys/add/",
    "admin/signin/set-up/",
}
#: Routes where reading is recorded: a masked original, a letter, a text before its signature, names in a register's file.
READ_RECEIPT_ROUTES = {
    "admin/messages/<number:pk>/",
    "admin/signin/set-up/",
    "admin/requests/letters/<number:pk>/",
    "admin/inquiries/mails/<number:number>/",
}


def read_table() -> dict[str, dict[str, set[str]]]:
    """Return the table: route → logins that read, logins that write."""
    with (HERE / "addresses.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["route"]: {"reads": set(row["reads"].split()), "writes": set(row["writes"].split())} for row in rows}


def list_own_routes(resolver: URLResolver, before: str = "") -> set[str]:
    """Return the own routes of the office; Wagtail's are closed by name (office/doors.py)."""
    found: set[str] = set()
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= list_own_routes(one, route)
        elif isinstance(one, URLPattern) and one.callback.__module__.startswith("gongkai."):
            found.add(route)
    return {route for route in found if route.startswith("admin/")}


def test_each_office_route_is_in_the_table() -> None:
    assert list_own_routes(get_resolver()) == set(read_table())


def test_anonymous_and_supervisor_logins_change_nothing() -> None:
    for route, may in read_table().items():
        assert "nobody" not in may["reads"] | may["writes"], route
        assert "jiandu" not in may["writes"] or route in OWN_DATA_ROUTES, route


@pytest.fixture(scope="module")
def sweep_result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("swept")
    env = {
        **os.environ,
        "GONGKAI_DATA": str(folder / "city"),
        "DJANGO_SETTINGS_MODULE": "gongkai.ops.config.settings",
    }
    env.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, str(HERE / "sweep.py"), str(folder / "out.json")], env=env, check=True)
    result: dict[str, Any] = json.loads((folder / "out.json").read_text())
    return result


@pytest.mark.slow
def test_each_login_may_do_what_the_table_lists(sweep_result: dict[str, Any]) -> None:
    table, found = read_table(), sweep_result["routes"]
    assert [one for row in found.values() for one in row["broke"]] == []
    assert sweep_result["offered_and_broken"] == []
    other = [
        f"{route} {does}: may {sorted(may - table[route][does])}, may not {sorted(table[route][does] - may)}"
        for route, row in found.items()
        for does in ("reads", "writes")
        if (may := set(row[does])) != table[route][does]
    ]
    assert not other, "\n".join(other)  # all at once: a sweep takes minutes


@pytest.mark.slow
def test_get_requests_write_only_read_receipts(sweep_result: dict[str, Any]) -> None:
    writing = {route for route, row in sweep_result["routes"].items() if row["writes_on_reading"]}
    assert {route for route in writing if not route.startswith("admin/publishing/reviews/")} <= READ_RECEIPT_ROUTES
