"""Import of another register: dry run, errors by cell, running deadlines, undo."""

from datetime import date, datetime

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone

from factories.requests import REQUESTED_INFORMATION, add_applicant, do, head, register, staff
from factories.units import BodyFactory
from gongkai.content.editions.models.sites import Launch
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.acts.covering_check import check_covered_tables
from gongkai.core.acts.written_rows import take_noted_rows
from gongkai.core.intake.models import Party
from gongkai.core.ledger.models import ClockEvent, Entry, RemovedEntry
from gongkai.core.spreadsheets.actions import apply, undo, upload_for_dry_run
from gongkai.core.spreadsheets.importers import ImportPlan
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.core.spreadsheets.snapshots import take_snapshot
from gongkai.core.spreadsheets.writer import write_csv, write_xlsx
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body
from gongkai.lib.chinese.days import as_day
from gongkai.lib.law import default_calendar
from gongkai.work.requests.applicant_matter import erase_request
from gongkai.work.requests.importers import REQUEST_IMPORTER
from gongkai.work.requests.models import Request
from gongkai.work.requests.progress import get_request_progress
from gongkai.work.requests.queries.request_list import search_requests
from gongkai.work.requests.spreadsheets import REQUEST_SHEET, export_requests

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-02-01 10:00+08:00")]
ROW = {
    "external_ref": "2024-7",
    "body": "云岭市住房和城乡建设局",
    "applicant_kind": "自然人",
    "channel": "邮寄",
    "received_on": date(2024, 1, 2),
    "wanted": "物业服务企业名录",
}

APPLICANT = {"name": "李晓云", "id_kind": "护照", "id_number": "E12345678", "phone": "13800138000"}
SECRET = {"result": "不予公开：属于国家秘密", "ground": "经审查属于国家秘密"}


@pytest.fixture
def unit() -> Body:
    return BodyFactory(name="云岭市住房和城乡建设局", short_name="市住建局")


def make_sheet(*rows: dict[str, object]) -> bytes:
    heads = {column.key: "" for column in REQUEST_SHEET.columns}
    out = Sheet(REQUEST_SHEET.name, tuple(Column(c.key, c.head) for c in REQUEST_SHEET.columns))
    return write_xlsx(out, [{**heads, **ROW, **row} for row in rows], guide=False)


def test_requests_are_imported_with_running_deadlines_and_undone(unit: Body) -> None:
    by = head(unit)
    rows = (
        {"third_on": date(2024, 1, 8), "third_replied_on": date(2024, 1, 12), **APPLICANT},
        {"external_ref": "2024-8", **SECRET, "ended_on": date(2024, 1, 20), "delivered_on": date(2024, 1, 22)},
        {"external_ref": "2024-9", "correction_on": date(2024, 1, 25), "correction_days": 10},
        {"external_ref": "2024-10", "result": "其他处理：其他", "ground": "申请人撤回", "ended_on": date(2024, 1, 9)},
    )  # fmt: skip
    run, plan = upload_for_dry_run("requests", content=make_sheet(*rows), file_name="登记簿.xlsx", by=by)
    assert not plan.errors, plan.errors
    assert (plan.made, Entry.objects.count()) == (4, 0)
    run = ImportRun.objects.get(pk=run.pk)
    assert run.file.startswith(b"PK")
    assert not bytes(run.content).startswith(b"PK")
    assert not [
        d for change in plan.changes for d in change.differences if d.after in {"李晓云", "E12345678", "13800138000"}
    ]
    apply(run, by=by)
    party = Party.objects.get()
    assert (party.name.reveal(), party.phone.reveal()) == ("李晓云", "13800138000")
    assert (party.matter, party.kind) == (f"request/{Entry.objects.order_by('pk')[0].pk}", "person")
    assert not ImportRun.objects.get(pk=run.pk).file
    first, second, third, fourth = Entry.objects.order_by("pk")
    assert first.due_at.date() == default_calendar().add_working_days(date(2024, 1, 2), 20 + 4)
    shown = get_request_progress(first.pk)
    assert shown
    assert as_day(shown.received_at) == date(2024, 1, 2)  # to its applicant the day of receipt, not of the import
    assert (second.state, second.request.ended_as) == ("delivered", "3.3.1")
    assert third.clock_events.get(kind="correction_notice").irregular
    assert (fourth.request.ended_as, fourth.request.ended_on) == ("3.6.3", date(2024, 1, 9))
    _, plan = upload_for_dry_run("requests", content=make_sheet(*rows), file_name="登记簿.xlsx", by=by)
    assert (plan.made, plan.same) == (0, 4)
    undo(ImportRun.objects.get(pk=run.pk), by=by)
    assert not Entry.objects.exists()
    assert not Request.objects.exists()
    assert not ClockEvent.objects.exists()
    assert not Party.objects.exists()
    assert RemovedEntry.objects.count() == 4


@pytest.mark.parametrize("history", [{}, {"correction_on": date(2024, 1, 25), "correction_days": 10}])
def test_coverage_and_undo_of_many_new_rows_match_database(unit: Body, history: dict[str, object]) -> None:
    """Log and undo use the values of new rows from memory, unless they changed after insertion."""
    take_noted_rows()
    rows = [{**APPLICANT, "external_ref": f"2024-{number}", "received_on": date(2024, 1, 3)} for number in range(1, 8)]
    run, _ = upload_for_dry_run(
        "requests", content=make_sheet({**rows[0], **history}, *rows[1:]), file_name="簿.xlsx", by=SYSTEM
    )
    apply(run, by=SYSTEM)
    checked = {one.table: one for one in check_covered_tables()}
    found = [checked[name] for name in ("ledger_entry", "ledger_clockevent", "requests_request", "intake_party")]
    assert [one.rows >= 7 for one in found] == [True] * 4
    assert [one.broken for one in found] == [[]] * 4
    touched = list(run.touches.all())
    assert len(touched) >= 21
    for touch in touched:
        assert touch.after == take_snapshot(apps.get_model(touch.model)._base_manager.get(pk=touch.object_pk))


def test_errors_are_reported_by_cell(unit: Body) -> None:
    by = head(unit)
    for wrong, column in (
        ({"body": "不存在的局"}, "受理单位"),
        ({"channel": "飞鸽"}, "提交方式"),
        ({"received_on": date(2024, 3, 1)}, "收到日期"),
        ({"result": "予以公开"}, "办理结果"),
        ({"result": "不予公开：属于国家秘密", "ended_on": date(2024, 1, 9)}, "理由"),
        ({"corrected_on": date(2024, 1, 9)}, "收到补正日期"),
        ({"correction_on": date(2024, 1, 9)}, "补正期限"),
        ({"corrected_wanted": "2023年评价结果"}, "收到补正日期"),
        ({"extended_on": date(2024, 1, 1), "extended_days": 5}, "延期日期"),
        ({"id_number": "E12345678"}, "证件类型"),
        ({"id_kind": "居民身份证", "id_number": "110101199003070000"}, "证件号码"),
        ({"phone": "12345"}, "联系电话"),
        ({"email": "li"}, "电子邮箱"),
    ):
        plan = plan_import(wrong, by=by)
        assert [error.head for error in plan.errors] == [column]
        assert not plan.changes


def plan_import(*rows: dict[str, object], by: Actor) -> ImportPlan:
    return upload_for_dry_run("requests", content=make_sheet(*rows), file_name="登记簿.xlsx", by=by)[1]


@pytest.mark.parametrize(
    ("history", "head_", "fault"),
    [
        ({"correction_on": date(2024, 1, 4), "correction_days": 10, "third_on": date(2024, 1, 8)}, "征求", "待申请人补正"),
        ({"third_on": date(2024, 1, 4), "correction_on": date(2024, 1, 8), "correction_days": 9}, "补正", "征求意见中"),
    ],
)  # fmt: skip
def test_dry_run_reports_steps_that_the_import_would_refuse(
    unit: Body, history: dict[str, object], head_: str, fault: str
) -> None:
    sheet = make_sheet({"external_ref": "2024-8", **history})
    _, plan = upload_for_dry_run("requests", content=sheet, file_name="登记簿.xlsx", by=head(unit))
    (error,) = plan.errors
    assert fault in str(error)
    assert head_ in str(error)


def test_rows_a_clerk_cannot_import_are_reported_once_with_who_can(unit: Body) -> None:
    by, done = staff(unit), {"result": "予以公开", "ended_on": date(2024, 1, 9)}
    late = {"extended_on": date(2024, 1, 9), "extended_days": 5}
    rows = ({}, *({"external_ref": ref, **facts} for ref, facts in (("8", done), ("9", late), ("10", done))))
    plan = plan_import(*rows, by=by)
    assert (plan.made, [error.place for error in plan.errors]) == (1, ["整份表格"])
    assert "有3行已经办结或者延期（第3、4、5行）" in plan.errors[0].what
    assert "负责人、签发人或者政务公开办" in plan.errors[0].todo
    assert not plan_import(*rows, by=head(unit)).errors
    assert [bool(REQUEST_IMPORTER.advice(one)) for one in (by, head(unit))] == [True, False]


@pytest.mark.parametrize("launched", [True, False])
def test_actions_since_launch_need_document_and_second_person(unit: Body, launched: bool) -> None:
    """An installation without a launch counts from its first log record."""
    opened = timezone.make_aware(datetime(2024, 1, 9))  # noqa: DTZ001 - made aware
    if launched:
        Launch.objects.create(started_at=opened, opened_at=opened)
    else:
        with time_machine.travel(opened, tick=False):
            register(unit)
    before, since = ({"result": "予以公开", "ended_on": date(2024, 1, day)} for day in (8, 9))
    plan = plan_import(before, {"external_ref": "8", **since}, by=head(unit))
    assert (plan.made, [(error.row, error.head) for error in plan.errors]) == (1, [(3, "办结日期")])
    assert "另一人核对" in plan.errors[0].todo


def test_numbers_of_other_register_are_kept_and_restart_each_year(unit: Body) -> None:
    by = head(unit)
    rows = (
        {"number": "1", "external_ref": ""},
        {"external_ref": "1", "received_on": date(2023, 3, 1), "wanted": "另一件"},
        {"external_ref": "2", "wanted": "第三件"},
        {"external_ref": "2", "wanted": "第三件"},
    )
    run, plan = upload_for_dry_run("requests", content=make_sheet(*rows), file_name="登记簿.xlsx", by=by)
    assert (plan.made, plan.same, plan.errors) == (3, 1, [])
    assert "第5行与第4行完全相同，只登记一件。" in plan.notes
    apply(run, by=by)
    assert sorted(Entry.objects.values_list("external_ref", flat=True)) == ["1", "1", "2"]
    again = plan_import(*rows, by=by)
    assert (again.made, again.same, again.errors, len(again.notes)) == (0, 4, [], 1)
    later = plan_import({**rows[0], "corrected_on": date(2024, 1, 9), "correction_on": date(2024, 1, 8)}, by=by)
    assert "申请" in later.notes[1]
    assert "补正告知日期、收到补正日期与系统中的不同" in later.notes[1]
    bare = {"external_ref": "", "wanted": "第三件"}
    assert "请确认不是同一件" in plan_import(bare, by=by).notes[1]


@pytest.mark.parametrize(
    ("rows", "head_", "what"),
    [
        (({}, {"wanted": "别的内容"}), "原编号", "与第2行相同，内容不同"),
        (({"number": "甲1"}, {"number": "甲1", "external_ref": "7"}), "编号", "系统中没有编号“甲1”"),
        (({"external_ref": "旧1", "wanted": "改了"},), "所需政府信息", "与已登记的"),
        (({"external_ref": "旧1", "channel": "传真"},), "提交方式", "与已登记的"),
        (({"result": "不计入本机关", "ended_on": date(2024, 1, 9)},), "办理结果", "不再登记"),
        (({"body": "住房和城乡建设局"},), "受理单位", "没有单位"),
    ],
)
def test_same_number_with_other_content_is_an_error(
    unit: Body, rows: tuple[dict[str, object], ...], head_: str, what: str
) -> None:
    register(unit, date(2024, 1, 2), external_ref="旧1", wanted=ROW["wanted"], channel="mail")
    rows = tuple({"external_ref": "" if one.get("number") else "7", **one} for one in rows)
    plan = plan_import(*rows, by=head(unit))
    assert [error.head for error in plan.errors][-1] == head_
    assert what in plan.errors[-1].what
    if head_ == "受理单位":
        assert "可能是“云岭市住房和城乡建设局”" in plan.errors[-1].todo


def test_reimporting_an_export_changes_nothing(unit: Body) -> None:
    carry = plan_import(
        {"external_ref": "2024-9", "result": "撤回", "ended_on": date(2024, 1, 9), "ground": "本人撤回"}, by=head(unit)
    )
    assert [one.after for change in carry.changes for one in change.differences if one.head == "办理结果"] == [
        "其他处理：其他"
    ]
    entry = do(register(unit, date(2024, 1, 2)), "ask_correction", items="请写明年度", days=10, on=date(2024, 1, 5))
    do(entry, "take_correction", wanted="2023年评价结果", on=date(2024, 1, 9))
    assert [(row["wanted"], row["corrected_wanted"]) for row in export_requests(Request.objects.all(), SYSTEM)] == [
        (REQUESTED_INFORMATION, "2023年评价结果")
    ]
    assert [
        search_requests(Request.objects.all(), SYSTEM, q).count()
        for q in (REQUESTED_INFORMATION[:6], "评价结果", "没有这个")
    ] == [1, 1, 0]
    into = add_applicant(register(unit, date(2024, 1, 2)))
    do(add_applicant(register(unit, date(2024, 1, 3))), "merge", into=into.number)
    do(register(unit, date(2024, 1, 3)), "split", pieces=["物业名录", "评价结果"])
    do(register(unit, date(2024, 1, 3)), "withdraw", words="本人撤回")
    late = do(register(unit, date(2024, 1, 3)), "extend", days=5, reason="须征求意见", on=date(2024, 1, 9))
    do(late, "decide", result="3.3.1", ground="经审查属于国家秘密", on=date(2024, 1, 12))
    gone = register(unit, date(2024, 1, 4))
    erase_request(gone.pk)
    Body.objects.filter(pk=unit.pk).update(active_to=date(2024, 1, 31))
    rows = Request.objects.select_related("entry__body")
    for content in (
        write_xlsx(REQUEST_SHEET, export_requests(rows, SYSTEM)),
        write_csv(REQUEST_SHEET, export_requests(rows, SYSTEM)),
    ):
        _, plan = upload_for_dry_run("requests", content=content, file_name="登记簿.xlsx", by=head(unit))
        assert (plan.made, plan.same, plan.errors, len(plan.notes)) == (0, 9, [], 1)
    assert list(REQUEST_IMPORTER.rows(head(unit)))
