"""Each part of `make bench` at a hundredth of its size or less: it still measures what it says, and ends where an answer is not that."""

import json
from collections.abc import Callable

import pytest
from benchmarks import (
    acts,
    annual,
    answering_pages,
    inspection_planted,
    law,
    pages,
    portal_city,
    portal_pages,
    portal_queries,
    reading,
    requests_pages,
)
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db
SERVED = "localhost"


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "ROUNDS", 2)
    monkeypatch.setattr(pages, "WARM", 1)
    monkeypatch.setattr(portal_queries, "EACH", 3)
    monkeypatch.setattr(portal_queries, "PUBLISHED", 1)
    monkeypatch.setattr(answering_pages, "ROUNDS", 3)
    for part in (answering_pages, requests_pages):
        monkeypatch.setattr(part, "ENTRIES", 60)


@pytest.mark.parametrize(
    ("measure", "size"),
    [(portal_pages.main, 100), (pages.main, 200), (requests_pages.main, 60), (answering_pages.main, 120), (annual.main, 50)],
    ids=lambda one: getattr(one, "__module__", ""),
)  # fmt: skip
def test_pages_are_those_that_the_part_names(
    measure: Callable[[int], None], size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(size)
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    flat = figures.get("pages") or figures.get("figures") or figures
    assert len(flat) > 1


def test_each_kind_of_search_finds_what_it_looks_for() -> None:
    portal_city.fill(120)
    client = Client(SERVER_NAME=SERVED)
    figures = portal_queries.searched(client)
    assert {name.partition(":")[0] for name in figures} >= {
        "rare",
        "narrowed",
        "number without year",
        "suggestions",
    }
    assert len(portal_queries.published(client)) == 5


def test_what_needs_no_database_is_measured_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(law, "LINES", 200)
    monkeypatch.setattr(law, "STARTS", 1)
    assert law.run()["foi-due a minute on one core, through the batch"] > 1_000
    monkeypatch.setattr(law, "NUMBER", "云政办发〔2026〕号")
    with pytest.raises(RuntimeError, match="instead of"):
        law.run()
    monkeypatch.setattr(reading, "ROWS", 5)
    monkeypatch.setattr(reading, "SHARED", reading.ROOT / "nowhere")
    read = reading.run()
    assert all(read[f"{kind}, 5 rows: seconds"] < 30 for kind in ("txt", "docx", "xlsx", "html"))


def test_a_fault_is_planted_in_each_construction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection_planted, "FAULTS", inspection_planted.FAULTS[:1])
    monkeypatch.setattr(inspection_planted, "SKINS", {"lists": inspection_planted.SKINS["lists"]})
    assert inspection_planted.run() == {
        "lists: planted": 1,
        "lists: found": 1,
        "lists: said of the clean twin": 0,
        "lists: two runs differ in": 0,
    }


def test_an_act_is_counted_without_the_acts_within() -> None:
    meter = acts.Meter()
    with connection.execute_wrapper(meter.count), meter.act("outer"):
        connection.cursor().execute("SELECT 1")
        with meter.act("inner"):
            connection.cursor().execute("SELECT 1")
            connection.cursor().execute("SELECT 1")
    assert {name: row.queries for name, row in meter.spent.items()} == {"outer": [1], "inner": [2]}


def test_a_page_that_is_another_one_ends_the_measurement() -> None:
    portal_city.fill(10)
    with pytest.raises(SystemExit, match="answers 404"):
        pages.measure(Client(SERVER_NAME=SERVED), "/columns/999999/", "目录")
    with pytest.raises(SystemExit, match="without"):
        pages.measure(Client(SERVER_NAME=SERVED), "/search/?q=魑魅魍魉饕餮", portal_queries.HITS)
