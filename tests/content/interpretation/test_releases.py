"""The yearly plan of press events, handing over their results for publication, and links to the results (I-09)."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from factories.interpretation import interpretation, policy, with_approved_plan
from factories.pages import read_home
from factories.publishing import released
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions, queries
from gongkai.content.interpretation.actions.planned_releases import PlannedReleaseRow
from gongkai.content.interpretation.models import HandOver, PlannedRelease, PressEvent
from gongkai.content.interpretation.news_plan_sheet import PLANNED_RELEASE_IMPORTER, PLANNED_RELEASES_SHEET
from gongkai.content.publishing import actions as publishing
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.acts.public_words import find_personal_hints, find_personal_lines
from gongkai.core.files.store import store_upload
from gongkai.core.ledger import queries as ledger
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.rules import must_judge
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import actions as sheets
from gongkai.core.spreadsheets.models import ImportRun
from gongkai.core.spreadsheets.writer import write_csv, write_xlsx
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def today() -> date:
    return timezone.localdate()


def year_end() -> date:
    return date(today().year, 12, 31)


def plan_release(body: Body, **fields: object) -> Entry:
    given = {"kind": "conference", "until": year_end(), "topic": "稳岗就业政策发布会", "policy": "稳岗办法"}
    made: Entry = actions.plan_release(body, by=actor(Role.CLERK, body), **{**given, **fields})
    return made


def hold_release(body: Body, **fields: object) -> PressEvent:
    given = {
        "kind": "conference",
        "on": today(),
        "topic": "稳岗就业政策发布会",
        "policy": "稳岗办法",
        "speaker": "周明远",
    }
    made: PressEvent = actions.record_event(body, by=actor(Role.CLERK, body), **{**given, **fields})
    return made


def hand_over_results(event: PressEvent, body: Body, **fields: object) -> Entry:
    given = {"until": year_end(), "materials": ["video"], "place": "内网共享“发布会”文件夹"}
    made: Entry = actions.hand_over(event, by=actor(Role.CLERK, event.body), body=body, **{**given, **fields})
    return made


@pytest.fixture
def publicity(housing: Body) -> Body:
    return BodyFactory(name="云岭市人民政府新闻办公室", short_name="市政府新闻办", parent=housing.parent)


def test_planned_release_is_open_until_it_is_held(housing: Body) -> None:
    entry = plan_release(housing, rank="leader")
    (row,) = queries.list_release_counters(Body.objects.all(), today().year)
    assert (row.done, row.planned, row.planned_led) == (0, 1, 1)
    assert timezone.localdate(entry.due_at) == year_end()
    event = actions.record_held_release(
        entry, by=actor(Role.CLERK, housing), on=today(), speaker="周明远", rank="leader"
    )
    entry.refresh_from_db()
    assert (entry.state, event.topic, event.policy) == ("done", "稳岗就业政策发布会", "稳岗办法")
    assert timezone.localdate(entry.closed_at) == today()
    (row,) = queries.list_release_counters(Body.objects.all(), today().year)
    assert (row.done, row.led, row.planned) == (1, 1, 0)


def test_dropping_a_wrong_record_reopens_the_planned_release(housing: Body) -> None:
    entry = plan_release(housing)
    event = actions.record_held_release(entry, by=actor(Role.CLERK, housing), on=today(), speaker="周明远")
    running = hand_over_results(event, housing)
    actions.drop_event(event, by=actor(Role.CLERK, housing), reason="登记错了")
    for row, state in ((entry, "planned"), (running, "withdrawn")):
        row.refresh_from_db()
        assert row.state == state
    assert (entry.closed_at, PlannedRelease.objects.get().event) == (None, None)
    with pytest.raises(Refused, match="自动"):
        actions.reopen_release(entry, by=actor(Role.CHIEF, housing.parent), reason="x")


def test_a_release_held_before_its_plan_was_entered_can_be_dropped(housing: Body) -> None:
    entry, clerk = plan_release(housing), actor(Role.CLERK, housing)
    day = max(today() - timedelta(days=2), date(today().year, 1, 1))
    event = actions.record_held_release(entry, by=clerk, on=day, speaker="周明远")
    entry.refresh_from_db()
    assert event.on == day
    assert timezone.localdate(entry.closed_at) == today(), "as of the day it was put on the plan"
    assert compute_deadline(entry).irregular == ()
    actions.drop_event(event, by=clerk, reason="不是这一场")
    entry.refresh_from_db()
    assert (entry.state, entry.closed_at) == ("planned", None)
    assert timezone.localdate(entry.due_at) == year_end()
    with pytest.raises(Refused, match="当年"):
        actions.record_held_release(entry, by=clerk, on=date(today().year - 1, 12, 30), speaker="周明远")


def test_planned_release_is_corrected_and_is_not_entered_twice(housing: Body) -> None:
    entry, clerk = plan_release(housing), actor(Role.CLERK, housing)
    given = {"topic": "稳岗补贴吹风会", "kind": "briefing", "policy": "稳岗办法", "rank": "head"}
    with pytest.raises(Refused, match="理由"):
        actions.correct_release(entry, by=clerk, reason="", **given)
    actions.correct_release(entry, by=clerk, reason="改为吹风会", **given)
    entry.refresh_from_db()
    assert (entry.title, entry.planned_release.kind) == ("稳岗补贴吹风会", "briefing")
    with pytest.raises(Refused, match="已有同一主题"):
        plan_release(housing, topic="稳岗补贴吹风会", kind="briefing")
    with pytest.raises(Refused, match="不是一类"):
        actions.record_held_release(entry, by=clerk, on=today(), kind="supply", medium="云岭日报")
    for wrong, why in (
        ({"until": today() - timedelta(1)}, "早于今天"),
        ({"until": date(9999, 12, 31)}, "底以前"),
        ({"topic": " "}, "主题"),
    ):
        with pytest.raises(Refused, match=why):
            plan_release(housing, **wrong)
    assert Entry.objects.get().state == "planned"


def test_result_is_corrected_with_a_reason_unless_withdrawn(housing: Body, plans: Column) -> None:
    event, clerk = hold_release(housing, address="https://yunling.example/wrong"), actor(Role.CLERK, housing)
    words = interpretation(with_approved_plan(policy(housing, [plans])), [plans])
    released(words)
    with pytest.raises(Refused, match="理由"):
        actions.correct_result(event, by=clerk, result=ensure_document(words), reason="")
    actions.correct_result(event, by=clerk, result=ensure_document(words), reason="网址有误")
    event.refresh_from_db()
    assert (event.result, event.address) == (ensure_document(words), "")
    publishing.withdraw(ensure_document(words), by=actor(Role.SIGNER, housing), reason="数字有误，更正后重新发布")
    (row,) = queries.list_release_counters(Body.objects.all(), today().year)
    assert row.unseen == 1
    with pytest.raises(Refused, match="撤下"):
        actions.link_result(event, by=clerk, result=ensure_document(words))
    with pytest.raises(Refused, match="http"):
        actions.link_result(event, by=clerk, address="javascript:alert(1)")
    actions.link_result(event, by=clerk, address="https://yunling.example/right")


def test_results_sent_back_are_assigned_to_the_sending_unit(housing: Body, publicity: Body) -> None:
    entry = hand_over_results(hold_release(publicity), housing)
    actions.send_back_results(entry, by=actor(Role.CLERK, housing), reason="没有声音")
    entry.refresh_from_db()
    assert must_judge(actor(Role.CLERK, publicity), entry)
    assert not must_judge(actor(Role.CHIEF, housing.parent), entry)
    page = read_home(signed_in(Role.CLERK, publicity))
    assert "补充后重新移交" in page
    far = BodyFactory(parent=BodyFactory(kind="district", parent=housing.parent))
    with pytest.raises(Refused, match="同一政府"):
        hand_over_results(hold_release(publicity, topic="另一场"), far)


def test_only_the_office_postpones_an_overdue_release(housing: Body) -> None:
    clerk, chief = actor(Role.CLERK, housing), actor(Role.CHIEF, housing.parent)
    entry = plan_release(housing, until=today())
    if today() < year_end():
        actions.postpone_release(entry, by=clerk, until=year_end(), reason="场地冲突")
        entry.refresh_from_db()
        assert timezone.localdate(entry.due_at) == year_end()
    assert Message.objects.filter(subject__startswith="发布计划调整").exists() == (today() < year_end())
    Entry.objects.filter(pk=entry.pk).update(due_at=timezone.now() - timedelta(days=3))
    entry.refresh_from_db()
    with pytest.raises(Refused, match="政务公开办"):
        actions.postpone_release(entry, by=clerk, until=year_end(), reason="再改")
    actions.postpone_release(entry, by=chief, until=year_end(), reason="同意改期")
    with pytest.raises(Refused, match="之内"):
        actions.postpone_release(entry, by=chief, until=date(today().year + 1, 1, 5), reason="明年再办")
    with pytest.raises(Refused, match="负责人"):
        actions.cancel_release(entry, by=clerk, reason="不办了")
    actions.cancel_release(entry, by=actor(Role.LEAD, housing), reason="与省里的发布会合并")
    entry.refresh_from_db()
    assert (entry.state, entry.outcome) == ("cancelled", "cancelled")


def test_publicity_office_hands_results_over_to_the_publishing_unit(
    housing: Body, publicity: Body, plans: Column
) -> None:
    event = hold_release(publicity)
    upload = store_upload(SimpleUploadedFile("实录.txt", "发布会实录".encode()), actor(Role.CLERK, publicity))
    entry = hand_over_results(event, housing, materials=["video", "transcript"], files=[upload], sender="新闻科")
    assert (entry.body, entry.attachments.get().name) == (housing, "实录.txt")
    sender, receiver = actor(Role.CLERK, publicity), actor(Role.CLERK, housing)
    assert ledger.visible_to(sender).filter(pk=entry.pk).exists()
    with pytest.raises(Refused, match="承办单位"):
        actions.receive_results(entry, by=sender)
    actions.send_back_results(entry, by=receiver, reason="视频没有声音")
    with pytest.raises(Refused, match="重新移交"):
        actions.link_result(event, by=sender, address="https://yunling.example/v")
    entry.refresh_from_db()
    assert entry.paused
    with pytest.raises(Refused, match="移交单位"):
        actions.send_results_again(entry, by=receiver, words="已换")
    actions.send_results_again(entry, by=sender, words="已更换有声音的视频")
    actions.receive_results(entry, by=receiver)
    words = interpretation(with_approved_plan(policy(housing, [plans])), [plans])
    released(words)
    actions.record_public_results(entry, by=receiver, result=ensure_document(words))
    entry.refresh_from_db()
    event.refresh_from_db()
    assert (entry.state, event.result) == ("shown", ensure_document(words))
    assert HandOver.objects.get().received_by
    subjects = set(Message.objects.values_list("subject", flat=True))
    assert any(one.startswith("成果退回补充：") for one in subjects)
    with pytest.raises(Refused, match="已有公开的结果"):
        hand_over_results(event, housing)


def test_hand_over_needs_materials_place_and_date(housing: Body) -> None:
    event = hold_release(housing)
    for wrong, reason in (
        ({"materials": []}, "移交的内容"),
        ({"materials": ["song"]}, "移交的内容"),
        ({"place": " "}, "存放位置"),
        ({"until": today() - timedelta(1)}, "早于今天"),
        ({"office": BodyFactory(parent=housing).offices.create(name="宣传科")}, "接收处室"),
    ):
        with pytest.raises(Refused, match=reason):
            hand_over_results(event, housing, **wrong)
    hand_over_results(event, housing)
    with pytest.raises(Refused, match="已经移交"):
        hand_over_results(event, housing)


def test_result_linked_later_closes_the_hand_over(housing: Body) -> None:
    event, clerk = hold_release(housing), actor(Role.CLERK, housing)
    entry = hand_over_results(event, housing)
    with pytest.raises(Refused, match="网址"):
        actions.link_result(event, by=clerk)
    actions.extend_results(
        entry, by=actor(Role.CHIEF, housing.parent), until=date(today().year + 1, 1, 20), reason="x！"
    )
    actions.link_result(event, by=clerk, address="https://yunling.example/v")
    entry.refresh_from_db()
    assert entry.state == "shown"
    (row,) = queries.list_release_counters(Body.objects.all(), today().year)
    assert row.unseen == 0
    other = hand_over_results(hold_release(housing, topic="另一场"), housing)
    actions.withdraw_results(other, by=clerk, reason="材料有误")
    assert queries.load_handovers([other.handover.event]) == {}


def test_exported_plan_can_be_imported(housing: Body) -> None:
    plan_release(housing)
    clerk = actor(Role.CLERK, housing)
    out = load_workbook(BytesIO(write_xlsx(PLANNED_RELEASES_SHEET, PLANNED_RELEASE_IMPORTER.rows(clerk))))
    page = out.worksheets[0]
    heads = [cell.value for cell in page[1]]
    row = dict(zip(heads, (None for _ in heads), strict=True))
    row |= {"形式": "吹风会", "主题": "新办法吹风会", "计划日期": year_end(), "发布人身份": "主要负责人"}
    page.append([row[head] for head in heads])
    kept = BytesIO()
    out.save(kept)
    run, plan = sheets.upload_for_dry_run("press-plan", content=kept.getvalue(), file_name="计划.xlsx", by=clerk)
    assert (len(plan.changes), plan.same, plan.errors) == (1, 1, [])
    sheets.apply(run, by=clerk)
    assert PlannedRelease.objects.filter(kind="briefing", rank="head").count() == 1
    run.refresh_from_db()
    sheets.undo(run, by=clerk)
    assert [one.entry.title for one in PlannedRelease.objects.all()] == ["稳岗就业政策发布会"]
    again = {column.key: "" for column in PLANNED_RELEASES_SHEET.columns} | {"kind": "新闻发布会"}
    again |= {"topic": "稳岗就业政策发布会", "until": year_end().replace(year=year_end().year + 1)}
    content = write_csv(PLANNED_RELEASES_SHEET, [again])
    _, plan = sheets.upload_for_dry_run("press-plan", content=content, file_name="明年.csv", by=clerk)
    assert (len(plan.changes), plan.same) == (1, 0), "the same topic next year"
    for place, words in (
        (heads.index("发布人身份") + 1, "工作人员"),
        (heads.index("主题") + 1, "改过的主题"),
        (heads.index("编号") + 1, "发布计划2026-9"),
    ):
        page.cell(2, place).value = words
        kept = BytesIO()
        out.save(kept)
        _, plan = sheets.upload_for_dry_run("press-plan", content=kept.getvalue(), file_name="计划.xlsx", by=clerk)
        assert [error.head for error in plan.errors] == ["编号"]


def test_pages_plan_record_hand_over_and_show_a_release(housing: Body) -> None:
    client, root = signed_in(Role.CLERK, housing), "/admin/interpretation/press/"
    given = {
        "body": housing.pk,
        "kind": "conference",
        "topic": "夏季发布会",
        "until": year_end(),
        "rank": "head",
    }
    assert client.post(f"{root}plan/new/", given).status_code == 302
    entry = Entry.objects.get()
    assert "计划不足" not in client.get(root).content.decode()
    page = client.get(f"{root}plan/").content.decode()
    assert "夏季发布会" in page
    assert f'href="{entry.url}"' in page
    assert client.get(f"{root}plan/?export=1").status_code == 200
    given = {
        "on": today(),
        "policy": "稳岗办法",
        "speaker": "周明远",
        "rank": "head",
        "version": entry.version,
    }
    assert client.post(f"/admin/ledger/{entry.pk}/act/press_plan.hold/", given).status_code == 302
    event = PressEvent.objects.get()
    assert event.planned.entry == entry
    assert "移交成果" in client.get(f"{root}{event.pk}/").content.decode()
    given = {"materials": ["video"], "place": "光盘01", "body": housing.pk, "until": year_end()}
    assert client.post(f"{root}{event.pk}/hand-over/", given).status_code == 302
    running = Entry.objects.get(kind="press_result")
    assert "光盘01" in client.get(running.url).content.decode()
    assert "hand-over/" not in client.get(f"{root}{event.pk}/").content.decode()
    asked = client.get(f"{root}{event.pk}/link-result/").content.decode()
    assert "至少填一项" in asked
    assert "可不填" not in asked
    answer = client.post(f"{root}{event.pk}/link-result/", {"address": "https://yunling.example/v"})
    assert answer.status_code == 302
    assert "尚未签收" not in client.get(running.url).content.decode()
    stranger = signed_in(Role.CLERK, BodyFactory(parent=housing.parent))
    for one in ("hand-over/", "link-result/"):
        assert stranger.get(f"{root}{event.pk}/{one}").status_code == 404


def dry_run_import(by: Actor, topics: list[str]) -> tuple[ImportRun, Any]:
    empty = dict.fromkeys((column.key for column in PLANNED_RELEASES_SHEET.columns), "")
    rows = [{**empty, "kind": "新闻发布会", "topic": one, "until": year_end()} for one in topics]
    return sheets.upload_for_dry_run(
        "press-plan", content=write_csv(PLANNED_RELEASES_SHEET, rows), file_name="计划.csv", by=by
    )


def test_import_needs_a_constant_number_of_queries(housing: Body) -> None:
    clerk = actor(Role.CLERK, housing)
    counts = []
    for number in (2, 9):
        run, _ = dry_run_import(clerk, [f"第{number}批第{place}场发布会" for place in range(number)])
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


def test_plan_is_imported_completely_or_not_at_all(housing: Body) -> None:
    clerk = actor(Role.CLERK, housing)
    row = PlannedReleaseRow(kind="conference", until=year_end(), topic="夏季发布会", policy="", rank="spokesperson")
    with pytest.raises(Refused, match="同一主题"):
        actions.plan_releases([(housing, row), (housing, row)], by=clerk)
    assert not Entry.objects.exists()
    with pytest.raises(Refused, match="本单位"):
        actions.plan_releases([(housing, row)], by=actor(Role.AUDITOR, housing))


def test_personal_data_in_a_plan_is_warned_about_not_refused(housing: Body) -> None:
    _, plan = dry_run_import(actor(Role.CLERK, housing), ["稳岗就业政策发布会", "联系人手机13800138000"])
    assert len(plan.changes) == 2
    assert "第3行" in plan.notes[0]
    assert find_personal_lines(["甲", "电话13800138000", "乙"]) == [1]
    (hint,) = find_personal_hints({"主题": "电话13800138000", "涉及政策": "稳岗办法"})
    assert "13800138000" not in hint
    client = signed_in(Role.CLERK, housing)
    given = {"body": housing.pk, "kind": "conference", "topic": "电话13800138000", "until": year_end()}
    page = client.post("/admin/interpretation/press/plan/new/", {**given, "rank": "head"}, follow=True)
    assert "可能有个人信息" in page.content.decode()
    assert PlannedRelease.objects.count() == 1
