"""The yearly plan of news releases as a spreadsheet: rows at once, personal data hinted at, taken back at once."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from factories.units import actor, signed_in
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.actions.releases import PlannedReleaseRow
from gongkai.content.interpretation.importing import PLANNED_RELEASES_SHEET
from gongkai.content.interpretation.models import PlannedRelease
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.public_words import personal_hints, personal_lines
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import actions as sheets
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.spreadsheets.writer import write_csv
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def year_end() -> date:
    return date(timezone.localdate().year, 12, 31)


def tried(by: Actor, topics: list[str]) -> tuple[ImportRun, Any]:
    empty = dict.fromkeys((column.key for column in PLANNED_RELEASES_SHEET.columns), "")
    rows = [{**empty, "kind": "新闻发布会", "topic": one, "until": year_end()} for one in topics]
    return sheets.upload_for_dry_run(
        "press-plan", content=write_csv(PLANNED_RELEASES_SHEET, rows), file_name="计划.csv", by=by
    )


def test_queries_do_not_grow_with_the_rows(housing: Body) -> None:
    clerk = actor(Role.CLERK, housing)
    counts = []
    for number in (2, 9):
        run, _ = tried(clerk, [f"第{number}批第{place}场发布会" for place in range(number)])
        with CaptureQueriesContext(connection) as asked:
            sheets.apply(run, by=clerk)
        counts.append(len(asked))
    assert PlannedRelease.objects.count() == 11
    assert counts[1] <= counts[0]
    said = [one.action for one in read_stream(Entry.objects.latest("pk").stream)]
    assert said == ["press_plan.open", "interpretation.plan_release"]
    run.refresh_from_db()
    sheets.undo(run, by=clerk)
    assert Entry.objects.count() == PlannedRelease.objects.count() == 2


def test_all_of_a_plan_or_nothing(housing: Body) -> None:
    clerk = actor(Role.CLERK, housing)
    row = PlannedReleaseRow(kind="conference", until=year_end(), topic="夏季发布会", policy="", rank="spokesperson")
    with pytest.raises(Refused, match="同一主题"):
        actions.plan_releases([(housing, row), (housing, row)], by=clerk)
    assert not Entry.objects.exists()
    with pytest.raises(Refused, match="本单位"):
        actions.plan_releases([(housing, row)], by=actor(Role.AUDITOR, housing))


def test_personal_data_in_a_plan_is_hinted_at_and_not_refused(housing: Body) -> None:
    _, plan = tried(actor(Role.CLERK, housing), ["稳岗就业政策发布会", "联系人手机13800138000"])
    assert len(plan.changes) == 2
    assert "第3行" in plan.notes[0]
    assert personal_lines(["甲", "电话13800138000", "乙"]) == [1]
    (hint,) = personal_hints({"主题": "电话13800138000", "涉及政策": "稳岗办法"})
    assert "13800138000" not in hint
    client = signed_in(Role.CLERK, housing)
    given = {"body": housing.pk, "kind": "conference", "topic": "电话13800138000", "until": year_end()}
    page = client.post("/admin/interpretation/press/plan/new/", {**given, "rank": "head"}, follow=True)
    assert "可能有个人信息" in page.content.decode()
    assert PlannedRelease.objects.count() == 1
