"""Undoing an import needs a constant number of queries, works in portions, and resumes."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.requests import head
from factories.units import actor
from gongkai.core.acts.action import ActionResult, Refused
from gongkai.core.acts.seal import verify_log
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets.actions import apply, take_back_rows, take_back_unfinished, undo, upload_for_dry_run
from gongkai.core.spreadsheets.models import ImportRun, RunState
from gongkai.core.spreadsheets.portions import is_abandoned
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.work.consultation.importing_orders import ORDER_SHEET as ORDERS
from gongkai.work.participation.importers import CATALOGUE_SHEET as DECISIONS
from gongkai.work.requests.spreadsheets import REQUEST_SHEET as REQUESTS

pytestmark = pytest.mark.django_db
Rows = Callable[[int, Body], list[dict[str, object]]]


def make_requests(count: int, body: Body) -> list[dict[str, object]]:
    fixed = {"body": body.name, "applicant_kind": "自然人", "channel": "邮寄", "wanted": "物业服务企业名录"}
    day = timezone.localdate() - timedelta(days=3)
    return [{**fixed, "external_ref": f"甲-{count}-{n}", "received_on": day} for n in range(count)]


def make_orders(count: int, body: Body) -> list[dict[str, object]]:
    fixed = {"title": "路灯不亮", "text": "东河路。", "category": "投诉", "body": body.name}
    return [{**fixed, "ref": f"B-{count}-{n}"} for n in range(count)]


def make_decisions(count: int, body: Body) -> list[dict[str, object]]:
    ends = date(timezone.localdate().year, 12, 31)
    return [{"title": f"办法{count}-{n}", "body": body.name, "planned_on": ends} for n in range(count)]


def import_rows(name: str, sheet: Sheet, rows: list[dict[str, object]], by: Actor) -> ImportRun:
    plain = Sheet(sheet.name, tuple(Column(one.key, one.head) for one in sheet.columns))
    heads = {column.key: "" for column in sheet.columns}
    content = write_xlsx(plain, [{**heads, **row} for row in rows], guide=False)
    run, plan = upload_for_dry_run(name, content=content, file_name="表.xlsx", by=by)
    assert (plan.errors, plan.made) == ([], len(rows))
    run = ImportRun.objects.get(pk=run.pk)
    apply(run, by=by)
    return ImportRun.objects.get(pk=run.pk)


@pytest.mark.parametrize(
    ("name", "sheet", "rows"),
    [("requests", REQUESTS, make_requests), ("orders", ORDERS, make_orders), ("decisions", DECISIONS, make_decisions)],
    ids=["requests", "orders", "decisions"],
)
def test_undo_needs_a_constant_number_of_queries(
    name: str, sheet: Sheet, rows: Rows, site: object, housing: Body
) -> None:
    assert housing.parent
    by = head(housing) if name == "requests" else actor(Role.CHIEF, housing.parent)
    counts = []
    for count in (3, 8):
        run = import_rows(name, sheet, rows(count, housing), by)
        there = Entry.objects.count()
        with CaptureQueriesContext(connection) as asked:
            undo(run, by=by)
        counts.append(len(asked))
        run.refresh_from_db()
        assert (run.state, there - Entry.objects.count()) == (RunState.UNDONE, count)
    assert counts[1] <= counts[0], counts


def test_large_import_is_undone_in_portions(site: object, housing: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.core.spreadsheets.actions.MAX_ACT_ROWS", 1)
    assert housing.parent
    before = Entry.objects.count()
    for name, sheet, rows, by in (
        ("requests", REQUESTS, make_requests, head(housing)),
        ("decisions", DECISIONS, make_decisions, actor(Role.CHIEF, housing.parent)),
    ):
        run = import_rows(name, sheet, rows(8, housing), by)
        shown = run.touches.count()
        undo(run, by=by)
        run.refresh_from_db()
        assert (run.state, run.touches.count(), Entry.objects.count()) == (RunState.UNDONE, shown, before), name
    assert verify_log().ok


def test_interrupted_undo_can_be_continued(site: object, housing: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    assert housing.parent
    monkeypatch.setattr("gongkai.core.spreadsheets.actions.MAX_ACT_ROWS", 1)
    by, before = actor(Role.CHIEF, housing.parent), Entry.objects.count()
    run = import_rows("orders", ORDERS, make_orders(8, housing), by)
    last = Entry.objects.order_by("-pk").first()
    assert last
    real = take_back_rows.function

    def work(run: ImportRun, **facts: object) -> ActionResult:
        if run.state == RunState.APPLYING:  # after the first portion
            Entry.objects.filter(pk__gt=before, pk__lt=last.pk).update(title="改过")
        return real(run, **facts)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(take_back_rows, "function", work)
        with pytest.raises(Refused, match=r"已收回\d+行.*又修改过"):
            undo(run, by=by)
    run.refresh_from_db()
    assert (run.state, is_abandoned(run)) == (RunState.APPLYING, True)
    assert Entry.objects.count() > before
    for touch in run.touches.filter(object_pk__gt=0, model="ledger.entry"):
        Entry.objects.filter(pk=touch.object_pk).update(title=touch.after["title"])
    take_back_unfinished(run, by=by)
    run.refresh_from_db()
    assert (run.state, Entry.objects.count(), run.touches.count()) == (RunState.DRAFT, before, 0)
