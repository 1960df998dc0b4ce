"""Read a generated messy old site, and compare every row with the known content of its page."""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from factories.fixtures import town
from factories.migration import read_run
from factories.old_site import COLUMNS, UNITS, OldSite, Truth
from factories.publishing import column
from factories.units import BodyFactory, actor
from gongkai.content.migration.models import MoveRow, RowState
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db
PAGES = 60
PUBLISHABLE_STATES = {RowState.READY, RowState.HELD}


@pytest.fixture(scope="module")
def read_site(kept_rows: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The old site, read once for the module."""

    def make() -> SimpleNamespace:
        site, folder = town().site, tmp_path_factory.mktemp("old")
        for name in COLUMNS:
            column(site, name)
        for name in UNITS:
            BodyFactory(name=name, parent=site.body)
        chief, made = actor(Role.CHIEF, site.body), OldSite(folder, PAGES)
        run = read_run(site, chief, bundle=folder)
        truths = {t.place: t for t in made.truths}
        return SimpleNamespace(run=run, chief=chief, truths=truths, rows={r.place: r for r in run.rows.all()})

    yield from kept_rows(make)


@pytest.fixture
def old(read_site: SimpleNamespace) -> SimpleNamespace:
    return deepcopy(read_site)


def test_rows_match_known_content_of_old_pages(old: SimpleNamespace) -> None:
    check_row_states(old.truths, old.rows)
    check_texts_and_files(old.truths, old.rows)
    check_frames(old.truths, old.rows)


def check_row_states(truths: dict[str, Truth], rows: dict[str, MoveRow]) -> None:
    assert set(rows) == set(truths)
    wrong = []
    for place, truth in truths.items():
        row = rows[place]
        if truth.kind != "item":
            fine = row.state not in PUBLISHABLE_STATES or truth.kind == "again"
            wrong += [] if fine else [(place, truth.kind, row.state, row.title)]
            continue
        day = timezone.localdate(row.published_at) if row.published_at else None
        said = (row.title, day, row.column, row.body and row.body.name)
        if row.state in PUBLISHABLE_STATES and said != (truth.title, truth.day, truth.column, truth.unit):
            wrong.append((place, said, truth))
    assert wrong == []
    seen = Counter(rows[p].state for p, t in truths.items() if t.kind == "item")
    assert sum(seen[s] for s in (*PUBLISHABLE_STATES, RowState.DOUBLE)) > 0.97 * sum(seen.values()), seen


def check_texts_and_files(truths: dict[str, Truth], rows: dict[str, MoveRow]) -> None:
    for place, truth in truths.items():
        row = rows[place]
        if truth.kind != "item" or row.state not in PUBLISHABLE_STATES:
            continue
        assert truth.body in row.data["fields"]["imported_html"], place
        assert [f["ref"] for f in row.data["files"]] == truth.files, place
        assert any("没有保存" in note for note in row.notes) >= truth.missing, place
        assert not truth.person or row.state == RowState.HELD, place


def check_frames(truths: dict[str, Truth], rows: dict[str, MoveRow]) -> None:
    frames = [rows[p] for p, t in truths.items() if t.kind == "frame"]
    assert frames
    assert all(row.state == RowState.UNKNOWN and "框架" in row.notes[0] for row in frames)
