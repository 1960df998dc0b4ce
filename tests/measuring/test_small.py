"""Parts of `make bench` at a hundredth of their size: they report figures, and end if an answer is unexpected."""

import json
from collections.abc import Callable

import pytest
from benchmarks import acts, annual, city, pages, portal_city, portal_queries
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db
HOST_NAME = "localhost"


@pytest.fixture(autouse=True)
def _reduce_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    few = {
        pages: {"ROUNDS": 2, "WARM_UP_ROUNDS": 1},
        city: {"BODIES": 4, "NOTICES": 2, "MEASURES": 3},
        annual: {"UNITS": 4},
    }
    for module, sizes in few.items():
        for name, size in sizes.items():
            monkeypatch.setattr(module, name, size)


@pytest.mark.parametrize(("measure", "size"), [(pages.main, 48), (annual.main, 50)])
def test_benchmark_part_reports_figures(
    measure: Callable[[int], None], size: int, capsys: pytest.CaptureFixture[str]
) -> None:
    measure(size)
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    flat = figures.get("pages") or figures.get("figures") or figures
    assert len(flat) > 1


def test_nested_action_is_counted_separately() -> None:
    meter = acts.Meter()
    with connection.execute_wrapper(meter.count), meter.act("outer"):
        connection.cursor().execute("SELECT 1")
        with meter.act("inner"):
            connection.cursor().execute("SELECT 1")
            connection.cursor().execute("SELECT 1")
    assert {name: row.queries for name, row in meter.spent.items()} == {"outer": [1], "inner": [2]}


def test_unexpected_page_ends_the_measurement() -> None:
    portal_city.fill(10)
    with pytest.raises(SystemExit, match="answers 404"):
        pages.measure(Client(SERVER_NAME=HOST_NAME), "/columns/999999/", "目录")
    with pytest.raises(SystemExit, match="without"):
        pages.measure(Client(SERVER_NAME=HOST_NAME), "/search/?q=魑魅魍魉饕餮", portal_queries.HITS)
