"""Sources of table two: a spreadsheet for all units, and the policy library with reasons for changed numbers in force."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from factories.annual import city, make_reports, reload_report, report_tables, submit_completed_report
from factories.policies import record
from factories.units import actor
from gongkai.content.policies import actions as library
from gongkai.content.policies.validity import DecisionKind
from gongkai.core.files.store import store
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.models import Role
from gongkai.oversight.annual.checks import list_problems
from gongkai.oversight.annual.models import EarlierReport, EnteredFigure, Report
from gongkai.oversight.annual.queries.area import count_now
from gongkai.oversight.annual.queries.comparisons import get_previous_figures
from gongkai.oversight.annual.queries.documents_in_force import (
    describe_causes,
    find_causes_of_change,
    suggest_explanations,
)
from gongkai.oversight.annual.registrations import FIGURES_IMPORTER, FIGURES_SHEET

DAY = "2026-01-12 10:00+08:00"
FULL = {"licences": 312, "penalties": 18, "coercive_measures": 0, "fees_10k_yuan": 46.5}
ROW = {"year": 2025, "body": "市住建局", "source": "行政执法统计年报", **FULL}


pytestmark = [pytest.mark.django_db, pytest.mark.today(DAY)]


def scene() -> SimpleNamespace:
    town = city()
    town.reports = make_reports(town)
    return town


def make_sheet(*rows: dict[str, Any]) -> bytes:
    blank = {column.key: "" for column in FIGURES_SHEET.columns}
    out = Sheet(FIGURES_SHEET.name, tuple(Column(one.key, one.head) for one in FIGURES_SHEET.columns))
    return write_xlsx(out, [{**blank, **row} for row in rows], guide=False)


def test_one_sheet_fills_in_all_units_and_is_undone(town: SimpleNamespace) -> None:
    rows = (ROW, {**ROW, "body": "云岭市教育局", "licences": 7, "source": "行政执法统计年报"})
    run, plan = upload_for_dry_run("annual_figures", content=make_sheet(*rows), file_name="执法.xlsx", by=town.chief)
    assert not plan.errors, plan.errors
    assert (len(plan.changes), EnteredFigure.objects.count()) == (2, 0)
    apply(run, by=town.chief)
    kept = EnteredFigure.objects.get(report=town.reports[town.housing.pk], key="table2/fees_10k_yuan/value")
    assert (kept.value, kept.source) == (Decimal("46.5"), "行政执法统计年报")
    out = [row for row in FIGURES_IMPORTER.rows(town.chief) if row["body"] == "云岭市住房和城乡建设局"]
    assert {key: out[0][key] for key in FULL} == {**FULL, "fees_10k_yuan": Decimal("46.5")}
    _, plan = upload_for_dry_run("annual_figures", content=make_sheet(*rows), file_name="执法.xlsx", by=town.chief)
    assert (plan.same, plan.changes) == (2, [])
    run.refresh_from_db()
    undo(run, by=town.chief)
    assert not EnteredFigure.objects.exists()


def test_cell_errors_are_reported(town: SimpleNamespace) -> None:
    submit_completed_report(reload_report(town.reports[town.housing.pk]), town.clerk, town.head)
    rows = (
        ROW,
        {**ROW, "body": "云岭市不存在局"},
        {**ROW, "body": "市教育局", "year": 2024},
        {**ROW, "body": "市教育局", "source": ""},
        {**ROW, "body": "市教育局"},
        {**ROW, "body": "市教育局", "licences": 10**9},
    )
    _, plan = upload_for_dry_run("annual_figures", content=make_sheet(*rows), file_name="执法.xlsx", by=town.chief)
    said = [one.what for one in plan.errors]
    for words, line in zip(
        ("不能“填报数据”", "没有单位", "没有2024年度报告", "没有写数据来源", "不止一行", "不在0至"), said, strict=True
    ):
        assert words in line
    _, plan = upload_for_dry_run(
        "annual_figures", content=make_sheet({**ROW, "body": "市教育局"}), file_name="a.xlsx", by=town.clerk
    )
    assert "只有" in plan.errors[0].what  # another unit's is not theirs


def test_library_explains_changed_number_in_force_by_document(town: SimpleNamespace) -> None:
    """Last year's report stated 5 in force, the library had 4: declared invalid, expired, abolished, and one kept; one is new."""
    body, by = town.housing, actor(Role.CHIEF, town.office)
    old = {
        "issuers": body.name,
        "made_on": date(2023, 1, 5),
        "published_on": date(2023, 1, 6),
        "effective_on": date(2023, 2, 1),
    }
    until = {
        "declared": date(2029, 1, 1),
        "expired": date(2025, 6, 30),
        "abolished": date(2029, 1, 1),
        "stays": date(2029, 1, 1),
    }
    made = {name: record(body, by=town.clerk, **old, ends_on=day) for name, day in until.items()}
    record(
        body,
        by=town.clerk,
        issuers=body.name,
        made_on=date(2025, 3, 1),
        published_on=date(2025, 3, 2),
        effective_on=date(2025, 4, 1),
    )
    for name, what in (("declared", DecisionKind.EXPIRE), ("abolished", DecisionKind.REPEAL)):
        library.decide(made[name], by=by, what=what, on=date(2025, 9, 1), cited="市政府决定")
    last = report_tables(table2={"normative_documents": [0, 0, 5]})
    stored = store(b"2024", "2024.csv", town.clerk)
    EarlierReport.objects.create(body=body, year=2024, tables=last, name="2024.csv", stored=stored, by="甲")
    report = Report.objects.select_related("entry__body", "body").get(body=body, year=2025)
    causes = find_causes_of_change(report, "normative_documents", 5)
    assert {one.key: one.change for one in causes} == {"declared": -1, "expired": -1, "former": -1}
    problem = next(
        one
        for one in list_problems(report, count_now(report), today=date(2026, 1, 12))
        if one.mark.startswith("in_force/")
    )
    assert "现行有效为2件，上年现行有效加制发减废止为5件" in problem.said
    previous = get_previous_figures(body, 2025)
    assert previous
    words = dict(suggest_explanations(report, [problem.mark], previous.values))[problem.mark]
    assert words == describe_causes(causes) == "宣布失效1件，有效期届满失效1件，上年报告较文件库多计1件。"
    area = find_causes_of_change(reload_report(town.reports[town.government.pk]), "normative_documents", None)
    assert {one.key for one in area} == {"declared", "expired"}
