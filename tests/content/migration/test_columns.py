"""Columns that a migration opened: undone, the empty ones are archived, those that others use stay; the next migration takes them out again."""

import pytest
from django.test import Client

from factories.migration import moved, row, run_of, sheet
from factories.publishing import public
from factories.units import actor
from gongkai.content.editions.models import Admits, Column, Website
from gongkai.content.migration import actions
from gongkai.content.migration.models import MoveRun, RowState, RunState
from gongkai.content.migration.queries import count_by_state, list_column_mappings
from gongkai.content.migration.settling import ARCHIVED_COLUMN_NOTE
from gongkai.content.migration.working import work_on_run
from gongkai.content.publishing import actions as publishing
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.ui.portal.tree import reload_next_time

pytestmark = pytest.mark.django_db
PATH = "历史公告 > 征收公告"


@pytest.fixture(autouse=True)
def _all(site: Website, plans: Column, housing: Body) -> None:
    """Every test has the site, its open column and the unit."""


def opened(site: Website, chief: Actor) -> MoveRun:
    """A migration that made two columns, one under the other, and opened them."""
    run = run_of(site, chief, sheet=sheet(row(1, column=PATH), row(2, column=PATH)))
    actions.change_columns(run, by=actor(Role.ADMINISTRATOR, site.body), targets={}, open_columns=True)
    run = moved(MoveRun.objects.get(pk=run.pk), chief)
    assert {c.name for c in Column.objects.filter(pk__in=run.made_columns) if c.is_open} == {
        "历史公告",
        "征收公告",
    }
    return run


def undone(run: MoveRun, chief: Actor) -> MoveRun:
    actions.undo_run(run, by=chief, reason="来源有误")
    run = work_on_run(MoveRun.objects.get(pk=run.pk))
    assert run.state == RunState.UNDONE
    reload_next_time()
    return run


def test_an_opened_column_that_is_empty_again_is_archived(site: Website, chief: Actor) -> None:
    run = undone(opened(site, chief), chief)
    columns = Column.objects.filter(pk__in=run.made_columns)
    assert {column.archive_note for column in columns} == {ARCHIVED_COLUMN_NOTE}
    assert "征收公告已归档" in run.notes[0].replace("、历史公告", "")
    assert "历史公告" not in Client().get("/").content.decode()
    low = columns.get(name="征收公告")
    page = Client().get(f"/columns/{low.pk}/").content.decode()
    assert "已归档" in page
    assert ARCHIVED_COLUMN_NOTE in page


def test_a_column_that_others_use_by_then_stays_open(site: Website, chief: Actor, housing: Body) -> None:
    run = opened(site, chief)
    low = Column.objects.get(name="征收公告")
    document = public(housing, [low], title="后来发布的公告")
    run = undone(run, chief)
    assert not Column.objects.filter(pk__in=run.made_columns, archived_at__isnull=False).exists()
    assert "另有内容，保留" in run.notes[0]
    assert Client().get(f"/columns/{low.pk}/{document.pk}.html").status_code == 200


def test_columns_that_were_there_before_are_left_alone(site: Website, chief: Actor, plans: Column) -> None:
    run = moved(run_of(site, chief, sheet=sheet(row(1))), chief)
    undone(run, chief)
    plans.refresh_from_db()
    assert plans.is_open
    assert plans.archived_at is None


def test_the_next_migration_takes_them_out_of_the_archive(site: Website, chief: Actor) -> None:
    undone(opened(site, chief), chief)
    again = run_of(site, chief, sheet=sheet(row(1, column=PATH), row(2, column=PATH)))
    assert count_by_state(again) == {"ready": 2}
    assert [one["what"] for one in list_column_mappings(again)] == ["shelved"]
    again = moved(again, chief)
    assert count_by_state(again) == {"moved": 2}
    assert not Column.objects.filter(archived_at__isnull=False).exists()
    again = undone(again, chief)
    assert Column.objects.filter(archive_note=ARCHIVED_COLUMN_NOTE).count() == 2


def test_a_column_that_a_person_archived_is_not_taken_out(site: Website, chief: Actor) -> None:
    from gongkai.content.publishing import actions as publishing

    undone(opened(site, chief), chief)
    low = Column.objects.get(name="征收公告")
    publishing.restore_column(low, by=chief)
    publishing.archive_column(Column.objects.get(pk=low.pk), by=chief, note="不再更新")
    again = run_of(site, chief, sheet=sheet(row(1, column=PATH)))
    assert count_by_state(again) == {"bad": 1}


def test_a_column_that_takes_other_units_texts_says_so_at_each_row(site: Website, chief: Actor, plans: Column) -> None:
    publishing.set_publishers(plans, by=chief, admits=Admits.NAMED)
    run = run_of(site, chief, sheet=sheet(row(1, column=plans.title), row(2, column=PATH)))
    others, free = run.rows.order_by("number")
    assert others.state == RowState.BAD
    assert "不能放入" in others.words
    assert free.state != RowState.BAD
