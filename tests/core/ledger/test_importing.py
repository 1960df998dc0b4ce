from io import BytesIO

import pytest

from factories.ledger import EntryFactory
from factories.units import BodyFactory, OfficeFactory, actor
from gongkai.core.ledger.ledger_sheet import LEDGER_IMPORTER, LEDGER_SHEET
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import read_table, write_xlsx
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.units.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau():
    body = BodyFactory(name="云岭市财政局")
    office = OfficeFactory(body=body, name="预算科")
    return {"body": body, "office": office, "clerk": actor(Role.CLERK, body)}


def make_sheet(rows) -> bytes:
    return write_xlsx(LEDGER_SHEET, rows)


def plan_import(content, by):
    return LEDGER_IMPORTER.plan(read_table(BytesIO(content), LEDGER_SHEET), by=by)


def test_unchanged_export_imports_without_changes(bureau) -> None:
    for _ in range(3):
        EntryFactory(body=bureau["body"], office=bureau["office"])
    plan = plan_import(make_sheet(LEDGER_IMPORTER.rows(bureau["clerk"])), bureau["clerk"])
    assert (plan.same, plan.changes, plan.errors) == (3, [], [])


def test_offices_and_external_numbers_are_imported_and_undone(bureau) -> None:
    entry = EntryFactory(body=bureau["body"], title="原来的事项")
    edited = Entry.objects.get(pk=entry.pk)
    edited.office, edited.external_ref, edited.title = bureau["office"], "12345-77", "改了也不算"
    run, plan = upload_for_dry_run("ledger", content=make_sheet([edited]), file_name="台账.xlsx", by=bureau["clerk"])
    assert [d.head for d in plan.changes[0].differences] == ["承办处室", "外部编号"]
    apply(run, by=bureau["clerk"])
    fresh = Entry.objects.get(pk=entry.pk)
    assert (fresh.office, fresh.external_ref, fresh.title) == (bureau["office"], "12345-77", "原来的事项")
    run.refresh_from_db()
    undo(run, by=bureau["clerk"])
    fresh = Entry.objects.get(pk=entry.pk)
    assert (fresh.office, fresh.external_ref) == (None, "")


def test_entry_is_changed_by_one_row_only(bureau) -> None:
    entry = EntryFactory(body=bureau["body"])
    first, second = Entry.objects.get(pk=entry.pk), Entry.objects.get(pk=entry.pk)
    first.external_ref, second.external_ref = "甲", "乙"
    plan = plan_import(make_sheet([first, second]), bureau["clerk"])
    assert [str(error) for error in plan.errors] == ["第3行 A列（编号）：与第2行重复。请只保留一行。"]


def test_foreign_rows_foreign_offices_and_closed_entries_are_errors(bureau) -> None:
    strange = EntryFactory()
    OfficeFactory(body=bureau["body"], name="已撤科", active_to="2020-01-01")
    wrong, closed = EntryFactory(body=bureau["body"]), EntryFactory(body=bureau["body"], grey=True)
    for entry, name in ((strange, "预算科"), (wrong, "已撤科"), (closed, "预算科")):
        entry.office = OfficeFactory.build(name=name)
    plan = plan_import(make_sheet([strange, wrong, closed]), bureau["clerk"])
    said = [str(error) for error in plan.errors]
    assert ["没有这条记录" in said[0], "没有“已撤科”" in said[1], "已经办结" in said[2]] == [True] * 3
    assert not plan.changes
