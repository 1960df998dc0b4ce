"""Every write of a covered row through Django is noted, and the next log record covers it."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import connection, transaction

from factories.units import BodyFactory
from gongkai.core.acts import covering_check, row_coverage, written_rows
from gongkai.core.acts.chain import append_record
from gongkai.core.acts.models import Cover, Movement
from gongkai.core.acts.rows import update_if_unchanged
from gongkai.core.acts.seal import verify_log
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Alias, Body

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_covered_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cover only two tables."""
    for table in row_coverage.covered_tables().keys() - {"units_body", "units_alias"}:
        monkeypatch.delitem(row_coverage.covered_tables(), table)
        monkeypatch.delitem(written_rows.COVERED_TABLES.fields, table)


def append_covering_record() -> Movement:
    return append_record("body/1", action="test.act", by=SYSTEM)


def find_wrong_rows(table: str = "units_body") -> list[str]:
    return next(one.broken for one in covering_check.check_covered_tables() if one.table == table)


def _rewritten(body: Body) -> None:
    body.name = "改"
    assert update_if_unchanged(body)


WRITES: dict[str, Callable[[Body], object]] = {
    "saved": lambda body: body.save(),
    "updated by number": lambda body: Body.objects.filter(pk=body.pk).update(name="改"),
    "updated by condition": lambda body: Body.objects.filter(name=body.name).update(name="改"),
    "updated over a join": lambda body: Body.objects.filter(aliases__name="旧名").update(name="改"),
    "in bulk": lambda body: Body.objects.bulk_update([body], ["name"]),
    "rewritten": _rewritten,
    "deleted": lambda body: Body.objects.filter(pk=body.pk).delete(),
    "deleted as one": lambda body: body.delete(),
}


@pytest.mark.parametrize("way", WRITES)
def test_every_kind_of_write_is_noted(way: str) -> None:
    body = BodyFactory(name="云岭市统计局")
    Alias.objects.create(body=body, name="旧名")
    append_covering_record()
    WRITES[way](body)
    movement = append_covering_record()
    cover = Cover.objects.get(movement=movement, table="units_body")
    assert bool(cover.digest) != way.startswith("deleted")
    assert find_wrong_rows() == []
    assert verify_log().ok


def test_single_and_bulk_created_rows_are_noted() -> None:
    body = BodyFactory()
    append_covering_record()
    rows = [Alias(body=body, name=f"别名{number}") for number in range(3)]
    Alias.objects.bulk_create(rows[:1], ignore_conflicts=True)
    Alias.objects.bulk_create(rows[1:2])
    rows[2].save()
    with suppress(ZeroDivisionError), transaction.atomic():
        taken_back = Alias.objects.create(body=body, name="收回")
        raise ZeroDivisionError
    assert len(written_rows.get_noted_rows()["units_alias"]) == 4
    append_covering_record()
    absent = Cover.objects.filter(table="units_alias", digest="")
    assert (Cover.objects.filter(table="units_alias").count(), absent.get().row) == (4, taken_back.pk)
    assert find_wrong_rows("units_alias") == []


def test_uncovered_columns_are_not_noted() -> None:
    body = BodyFactory()
    append_covering_record()
    Body.objects.filter(pk=body.pk).update(version=9)
    assert not written_rows.get_noted_rows()


def test_rows_written_without_an_action_are_logged_at_commit() -> None:
    append_covering_record()
    body = BodyFactory()
    row_coverage.log_uncovered_rows()  # what `commit` calls
    movement = Movement.objects.get(action=row_coverage.OUTSIDE_ACTION)
    assert movement.covers.filter(table="units_body", row=body.pk).exists()


def test_existing_rows_are_covered_once() -> None:
    body = BodyFactory()
    written_rows.take_noted_rows()  # as in an installation from before rows were covered
    [before] = [one for one in covering_check.check_covered_tables() if one.table == "units_body"]
    assert (before.broken, before.unchecked) == ([], "尚未纳入核验（由到期工作登记）")
    assert row_coverage.cover_existing_rows()["taken_up"] >= 1
    [after] = [one for one in covering_check.check_covered_tables() if one.table == "units_body"]
    assert (after.broken, after.unchecked) == ([], "")
    said = Movement.objects.get(stream="covers/units_body")
    assert (said.facts["whole"], said.facts["rows"]) == (True, 1)
    assert row_coverage.cover_existing_rows() == {"taken_up": 0}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_body SET name = '改'")
    assert find_wrong_rows() == [f"单位（units_body）第{body.pk}号与流水所记不符"]


def test_added_column_renews_covers_except_of_changed_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    now = row_coverage.covered_tables()["units_body"]
    fields = tuple(name for name in now.fields if name != "phone")
    old = row_coverage.CoveredTable(now.model, fields, row_coverage._compute_column_list_digest(fields))
    monkeypatch.setitem(row_coverage.covered_tables(), "units_body", old)
    whole, changed = BodyFactory(), BodyFactory()
    append_covering_record()
    row_coverage.cover_existing_rows()
    monkeypatch.setitem(row_coverage.covered_tables(), "units_body", now)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE units_body SET name = '改' WHERE id = %s", [changed.pk])
    row_coverage.cover_existing_rows()
    shapes = dict(Cover.objects.filter(table="units_body").order_by("id").values_list("row", "shape"))
    assert (shapes[whole.pk], shapes[changed.pk]) == (now.shape, old.shape)
    assert find_wrong_rows() == [f"单位（units_body）第{changed.pk}号与流水所记不符"]


def test_changed_or_deleted_covers_are_found(unguarded: None) -> None:
    BodyFactory()
    append_covering_record()
    Cover.objects.update(digest="0" * 64)
    assert "所登记的数据被改动" in verify_log().broken
    Cover.objects.all()._raw_delete("default")
    assert "所登记的数据已不在" in verify_log().broken
