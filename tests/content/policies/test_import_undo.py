"""Undoing an import respects signatures, the unit of a row, and closed rounds."""

from datetime import date
from typing import Any

import pytest

from factories.policies import FACTS, public, record
from factories.publishing import sign_all, submitted
from factories.units import actor
from gongkai.content.editions.models import Column
from gongkai.content.policies import actions
from gongkai.content.policies.importing.filed_list import FILED_LIST_SHEET as FILED
from gongkai.content.policies.importing.planner import LIBRARY_SHEET
from gongkai.content.policies.models import FiledRow, PolicyRecord
from gongkai.content.publishing.models import find_document_item
from gongkai.core.acts.action import Refused
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.spreadsheets.sheet import Sheet
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
HEADNOTE = "（云岭市人民政府2024年3月28日第3次常务会议通过）"


def import_sheet(kind: str, sheet: Sheet, rows: list[Any], by: Actor) -> ImportRun:
    run, plan = spreadsheets.upload_for_dry_run(kind, content=write_xlsx(sheet, rows), file_name="表.xlsx", by=by)
    assert plan.errors == []
    spreadsheets.apply(run, by=by)
    return ImportRun.objects.get(pk=run.pk)


def undo_reasons(run: ImportRun, by: Actor) -> list[str]:
    with pytest.raises(Refused) as caught:
        spreadsheets.undo(run, by=by)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED
    return list(caught.value.reasons)


def draft_imported_record(housing: Body, rules: Column, clerk: Actor) -> tuple[PolicyRecord, ImportRun]:
    """Draft a record whose headnote and last day were imported."""
    made = record(housing, headnote="", html="<p>为了规范管理，制定本办法。</p>")
    actions.draft_item(made, by=clerk, columns=[rules])
    made.refresh_from_db()
    made.headnote, made.ends_on = HEADNOTE, date(2027, 1, 1)
    run = import_sheet("policies", LIBRARY_SHEET, [made], clerk)
    made.refresh_from_db()
    actions.align_item(made, by=clerk)
    return made, run


def test_undo_does_not_change_signed_data(housing: Body, city: Body, rules: Column, clerk: Actor) -> None:
    """Public data of a signed document need a second person, so undoing an import does not change them."""
    made, run = draft_imported_record(housing, rules, clerk)
    other = record(housing, headnote="旧")
    other.headnote = HEADNOTE
    both = import_sheet("policies", LIBRARY_SHEET, [other], clerk)
    review = submitted(find_document_item(made.document))
    sign_all(review, upto=1)
    (reason,) = undo_reasons(run, clerk)
    assert reason.startswith(f"“{made}”：")
    assert "正在审签" in reason
    sign_all(review)
    for by, why in ((clerk, "已经签发公开"), (actor(Role.CHIEF, city), "由另一人确认")):
        (reason,) = undo_reasons(run, by)
        assert why in reason
    made.refresh_from_db()
    assert (made.headnote, made.ends_on) == (HEADNOTE, date(2027, 1, 1))
    spreadsheets.undo(both, by=clerk)


def test_undo_is_refused_if_one_row_is_refused(housing: Body, rules: Column, clerk: Actor) -> None:
    free = record(housing, headnote="")
    held = record(housing, headnote="", html="<p>为了规范管理，制定本办法。</p>")
    actions.draft_item(held, by=clerk, columns=[rules])
    held.refresh_from_db()
    free.headnote = held.headnote = HEADNOTE
    new = PolicyRecord(body=housing, **{**FACTS, "title": "新办法", "number": "云府规〔2024〕9号"})
    run = import_sheet("policies", LIBRARY_SHEET, [held, free, new], clerk)
    submitted(find_document_item(held.document))
    assert len(undo_reasons(run, clerk)) == 1
    assert set(PolicyRecord.objects.values_list("headnote", flat=True)) == {HEADNOTE, ""}
    assert PolicyRecord.objects.filter(title="新办法").exists()
    assert PolicyRecord.objects.get(pk=free.pk).headnote == HEADNOTE


def test_undo_needs_access_to_the_unit_of_the_record(housing: Body, justice: Body, clerk: Actor) -> None:
    """A person who has moved to another unit cannot undo the import."""
    made = record(housing, headnote="")
    made.headnote = HEADNOTE
    run = import_sheet("policies", LIBRARY_SHEET, [made], clerk)
    there = actor(Role.CLERK, Body.objects.create(name="云岭市教育局", parent=housing.parent, kind="department"))
    gone = Actor(clerk.name, person_id=clerk.person_id, posts=there.posts, bodies=there.bodies)
    assert undo_reasons(run, gone) == [f"“{made}”：只能处理本单位起草的文件。"]


def test_undo_of_a_filing_number_needs_the_right_to_change_it(
    housing: Body, city: Body, justice: Body, rules: Column
) -> None:
    made = public(housing, [rules])
    signer = actor(Role.SIGNER, justice)
    row = FiledRow(title=made.title, number=made.number, filed_number="云备〔2024〕9号", filed_on=date(2024, 6, 1))
    run = import_sheet("filed", FILED, [row], signer)
    now_clerk = actor(Role.CLERK, justice)
    reduced = Actor(signer.name, person_id=signer.person_id, posts=now_clerk.posts, bodies=now_clerk.bodies)
    assert any("签发人、负责人" in reason for reason in undo_reasons(run, reduced))
    made.refresh_from_db()
    assert made.filed_number == "云备〔2024〕9号"
    assert FiledRow.objects.exists()
    spreadsheets.undo(run, by=signer)
    made.refresh_from_db()
    assert made.filed_number == ""
