"""Every address of the office, each login, reading and sending: what each may is a table, and what the table does not know fails.

`addresses.tsv` names each route, who reads the example that is found first, and who writes by sending the forms that lead there. It was written by
`sweep.py`, which makes a sample city at a moment of its own, and then read line by line; after a change of rooms run
`GONGKAI_DATA=/tmp/city python tests/browser/sweep.py OUT.json --table tests/browser/addresses.tsv` and read what `git diff` shows before it is kept.
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
#: What whoever may sign in writes: things of one's own.
OF_ONES_OWN = {
    "admin/ledger/filters/",
    "admin/ledger/filters/<int:pk>/remove/",
    "admin/messages/read/",
    "admin/messages/<int:pk>/",
    "admin/signin/passkeys/add/",
    "admin/signin/set-up/",
}
#: Reading there says that somebody saw it: part of the record (a masked original, a letter, a text before its signature, names in a register's file).
SEEING = {
    "admin/messages/<int:pk>/",
    "admin/signin/set-up/",
    "admin/requests/letters/<int:pk>/",
    "admin/inquiries/mails/<int:number>/",
}


def known() -> dict[str, dict[str, set[str]]]:
    """The table: route → who reads, who writes."""
    with (HERE / "addresses.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["route"]: {"reads": set(row["reads"].split()), "writes": set(row["writes"].split())} for row in rows}


def ours(resolver: URLResolver, before: str = "") -> set[str]:
    """Routes of the office that are ours; Wagtail's are closed by name (office/doors.py)."""
    found: set[str] = set()
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            found |= ours(one, route)
        elif isinstance(one, URLPattern) and one.callback.__module__.startswith("gongkai."):
            found.add(route)
    return {route for route in found if route.startswith("admin/")}


def test_every_address_of_the_office_is_known() -> None:
    assert ours(get_resolver()) == set(known())


def test_who_is_not_signed_in_and_who_only_watches_change_nothing() -> None:
    for route, may in known().items():
        assert "nobody" not in may["reads"] | may["writes"], route
        assert "jiandu" not in may["writes"] or route in OF_ONES_OWN, route


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
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
def test_each_may_what_the_table_says_and_nothing_breaks(swept: dict[str, Any]) -> None:
    table, found = known(), swept["routes"]
    assert [one for row in found.values() for one in row["broke"]] == []
    assert swept["offered_and_broken"] == []
    other = [
        f"{route} {does}: may {sorted(may - table[route][does])}, may not {sorted(table[route][does] - may)}"
        for route, row in found.items()
        for does in ("reads", "writes")
        if (may := set(row[does])) != table[route][does]
    ]
    assert not other, "\n".join(other)  # all at once: a sweep takes minutes


@pytest.mark.slow
def test_reading_writes_only_that_something_was_seen(swept: dict[str, Any]) -> None:
    writing = {route for route, row in swept["routes"].items() if row["writes_on_reading"]}
    assert {route for route in writing if not route.startswith("admin/publishing/reviews/")} <= SEEING
