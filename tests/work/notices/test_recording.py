"""Records on tasks: other channels, the lead's own checks, ordered upward submissions with the documents sent."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.notices import (
    YEAR,
    City,
    accepted,
    city,
    draft,
    duty,
    entry_of,
    live,
    parsed,
    resolve_all,
    row,
)
from factories.units import actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Role
from gongkai.work.notices import actions
from gongkai.work.notices.entries.checklist import build_checklist, list_open_channel_names
from gongkai.work.notices.entries.papers import list_papers
from gongkai.work.notices.entries.upward_submissions import find_submissions
from gongkai.work.notices.listeners import cancel_submissions_of_cancelled_tasks
from gongkai.work.notices.models import Duty, Upward
from gongkai.work.notices.queries.lead_checks import build_lead_report

BY_JUNE = {"kind": "by_date", "date": f"{YEAR}-12-31", "text": "12月底前"}
ORDER = f"形成本部门政务公开任务清单，于{YEAR}年12月31日前报送市政府办公室备案。"
MADE = parsed(
    rows=[
        row(
            "公开专项规划。",
            ["市发展改革委"],
            ["市教育局"],
            duties=[
                duty("公开专项规划。", channels=["政务新媒体", "宣传栏"], due=BY_JUNE),
                duty(ORDER, due=BY_JUNE),
            ],
        ),
        row("公开任务完成情况，报送市政府办公室。", [], ["市政府办公室"]),
    ]
)


@pytest.fixture
def where(db: None) -> City:
    return city(website=False)


def test_duty_with_channels_needs_channel_record_before_submission(where: City) -> None:
    entry = entry_of(live(where, MADE), where.education)
    clerk, lead = actor(Role.CLERK, where.education), actor(Role.CLERK, where.planning)
    plan, other = Duty.objects.filter(measure=entry.assignment.measure)
    proof = ["https://jyj.yunling.gov.cn/1.html"]
    assert list_open_channel_names(entry.assignment) == ["政务新媒体", "宣传栏"]
    with pytest.raises(Refused, match="要求同时通过政务新媒体、宣传栏公开，还没有发布记录"):
        actions.submit_task(entry, by=clerk, done={plan.pk: 1, other.pk: 1}, urls=proof)
    facts = {"name": "云岭教育", "at": timezone.now(), "url": "https://weixin.example/1"}
    for wrong in (
        {"channel": "press", "duties": [plan.pk]},
        {"channel": "media", "duties": [plan.pk, other.pk]},
        {"channel": "media", "duties": [plan.pk], "at": timezone.now() + timedelta(days=1)},
        {"channel": "media", "duties": [plan.pk], "url": ""},
    ):
        with pytest.raises(Refused):
            actions.record_channel_release(entry, by=clerk, **{**facts, **wrong})
    entry = actions.record_channel_release(
        Entry.objects.get(pk=entry.pk), by=clerk, channel="media", duties=[plan.pk], **facts
    ).assignment.entry
    assert list_open_channel_names(entry.assignment) == ["宣传栏"]
    actions.submit_task(entry, by=clerk, done={plan.pk: 1, other.pk: 1}, urls=proof)
    record = entry.assignment.channel_records.get()
    record.evidence.lead = "fails"
    record.evidence.save()
    with pytest.raises(Refused, match="还没有发布记录"):
        accepted(entry, lead)
    record.evidence.lead = "unchecked"
    record.evidence.save()
    accepted(entry, lead)
    sent = Upward.objects.select_related("entry", "assignment__entry").get()  # goes along, as of the same day
    assert sent.sent_at == sent.entry.closed_at == sent.assignment.entry.closed_at is not None


def test_lead_records_its_check_without_submission(where: City) -> None:
    notice = live(where, MADE)
    entry = entry_of(notice, where.education)
    lead = actor(Role.CLERK, where.planning)
    with pytest.raises(Refused):
        actions.record_lead_check(entry, by=actor(Role.CLERK, where.education), url="https://a.example/1", holds=True)
    for wrong in (
        {"url": "无", "holds": True},
        {"url": "http://[1", "holds": True},
        {"url": "https://a.example/1", "holds": False},
    ):
        with pytest.raises(Refused):
            actions.record_lead_check(entry, by=lead, **wrong)
    actions.record_lead_check(entry, by=lead, url="https://a.example/1", holds=False, words="没有图解")
    row = build_lead_report(notice, where.planning, lead).rows[0]
    assert (row.verdict, row.addresses, row.words) == ("不符", ("https://a.example/1",), "没有图解")
    assert row.checked_at is not None
    due = {"kind": "completion", "addressee": "市政府办公室", "due": date(YEAR, 12, 31)}
    report = actions.register_upward(where.planning, by=lead, notice=notice, **due)
    [(key, _)] = list_papers(report, lead)
    sent = actions.send_upward(report.entry, by=lead, drafted=key)
    names = [paper.name for paper in sent.attachments.all()]
    assert f"{where.planning.label}{YEAR}年牵头任务检查情况.docx" in names, "渝府办发〔2021〕50号四: sent together"
    assert Entry.objects.get(pk=entry.pk).state == "open"


def test_issuing_provincial_office_sends_nothing_to_itself(where: City) -> None:
    Body.objects.filter(pk=where.office.pk).update(name="云岭市人民政府办公厅", short_name="市政府办公厅")
    actions.confirm_notice(resolve_all(where, draft(where, MADE)), by=where.chief)
    assert {one.entry.body_id for one in Upward.objects.select_related("entry")} == {where.education.pk}


def test_ordered_submissions_are_registered_with_sent_document(
    where: City,
) -> None:
    drafted = resolve_all(where, draft(where, MADE))
    notice = actions.confirm_notice(drafted, by=where.chief)
    upward = Upward.objects.select_related("entry__body").get()  # the office sends nothing to itself
    assert (upward.kind, upward.addressee, upward.entry.body) == (
        "task_list",
        "市政府办公室",
        where.education,
    )
    assert timezone.localdate(upward.entry.due_at) == date(YEAR, 12, 31)
    assert actions.find_undo_obstacles(notice) == []
    clerk = actor(Role.CLERK, where.education)
    with pytest.raises(Refused, match="没有可以起草的文稿"):
        actions.send_upward(upward.entry, by=clerk, drafted="whole")
    sent = actions.send_upward(upward.entry, by=clerk, drafted="tasks")
    assert sent.attachments.get().name == f"云岭市教育局{YEAR}年任务清单.docx"
    assert actions.find_undo_obstacles(notice)
    task = upward.assignment
    assert task is not None
    assert [one.ticked for one in build_checklist(task) if one.duty.pk == upward.duty_id] == [True]
    actions.reopen_upward(sent, by=clerk, reason="发错了文件")
    assert [one.ticked for one in build_checklist(task) if one.duty.pk == upward.duty_id] == [False]
    actions.send_upward(Entry.objects.get(pk=sent.pk), by=where.chief, drafted="tasks")
    assert [one.ticked for one in build_checklist(task) if one.duty.pk == upward.duty_id] == [True]
    assert Movement.objects.filter(action="assignment.tick_sent").count() == 3
    report = actions.register_upward(
        where.education,
        by=clerk,
        kind="completion",
        addressee="市政府",
        due=date(YEAR, 12, 31),
        notice=notice,
    )
    sent = actions.send_upward(report.entry, by=clerk, drafted="own")
    assert sent.attachments.get().name == f"市教育局{YEAR}年政务公开任务完成情况.docx"


def test_ordered_submission_ends_and_resumes_with_its_task(where: City) -> None:
    notice = live(where, MADE)
    task = entry_of(notice, where.education)
    clerk, lead = actor(Role.CLERK, where.education), actor(Role.CLERK, where.planning)

    def states() -> list[tuple[str, str]]:
        rows = Upward.objects.order_by("pk").values_list("entry__body__name", "entry__state")
        return list(rows)

    asked = actions.request_not_applicable(task, by=clerk, reason="没有这项职责")
    assert states() == [(where.education.name, "open")]
    Entry.objects.filter(kind="upward").update(due_at=timezone.now() - timedelta(days=3))
    gone = actions.grant_request(asked, by=lead)
    assert states() == [(where.education.name, "cancelled")]
    assert not Entry.objects.open().filter(kind="upward").exists()
    back = actions.reopen_assignment(gone, by=where.chief, reason="职责未划出")
    assert states() == [(where.education.name, "open")]
    actions.grant_request(
        actions.request_other_unit(back, by=clerk, body=where.finance, reason="已划转"), by=lead
    )  # the other unit owes the paper with the task
    assert states() == [(where.education.name, "cancelled"), (where.finance.name, "open")]
    page = signed_in(Role.CHIEF, where.government).get(Upward.objects.earliest("pk").entry.url).content.decode()
    assert f"逾期后由{lead.name}于" in page
    moved = Upward.objects.select_related("assignment").get(entry__body=where.finance)
    assert moved.assignment is not None
    assert moved.assignment.body == where.finance
    Entry.objects.filter(pk=moved.assignment.pk).update(outcome="cancelled")  # as before this was followed
    assert cancel_submissions_of_cancelled_tasks() == {"cancelled": 1}
    assert cancel_submissions_of_cancelled_tasks() == {"cancelled": 0}
    done = set(Movement.objects.filter(action__startswith="upward.").values_list("action", flat=True))
    assert done == {"upward.open", "upward.cancel", "upward.resume"}


def test_submission_sent_during_request_ticks_duty_after_decision(where: City) -> None:
    task = entry_of(live(where, parsed(rows=[row(ORDER, ["市发展改革委"], ["市教育局"])])), where.education)
    clerk, lead = actor(Role.CLERK, where.education), actor(Role.CLERK, where.planning)
    asked = actions.request_not_applicable(task, by=clerk, reason="没有这项职责")
    actions.send_upward(Upward.objects.select_related("entry").get().entry, by=clerk, drafted="tasks")
    refused = actions.refuse_request(Entry.objects.get(pk=asked.pk), by=lead, reason="应当报送")
    assert [line.ticked for line in build_checklist(refused.assignment)] == [True]
    submitted = Entry.objects.get(pk=task.pk)  # nothing else is open: the report is its evidence
    assert (submitted.state, submitted.evidence.count() > 0) == ("submitted", True)


def test_undoing_import_removes_its_submissions(where: City) -> None:
    notice = live(where, MADE)
    actions.undo_import(notice, by=where.chief)
    assert not Upward.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("words", "kinds", "addressee"),
    [
        (ORDER, ["task_list"], "市政府办公室"),
        ("总结政务公开工作亮点、典型案例，及时报送市政府办公厅，并宣传报道。", ["highlights"], "市政府办公厅"),
        ("发现共性问题的，及时报送市政府信息公开工作主管部门。", ["problems"], "市政府信息公开工作主管部门"),
        (
            "统计行政复议情况，于次年1月底前报送市政府信息公开工作主管部门。",
            ["reconsideration"],
            "市政府信息公开工作主管部门",
        ),
        ("5月31日前，向市政府办公厅报送任务清单、完成情况。", ["task_list", "completion"], "市政府办公厅"),
        ("各牵头单位于2027年1月15日前报送完成情况。", ["completion"], ""),
        (
            "形成三级基层政务公开栏目格式模板，报市政府信息公开工作主管部门审定后下发。",
            ["column_templates"],
            "市政府信息公开工作主管部门",
        ),
        ("在教育部出台规定后3个月内，制订我市实施细则，报市政府审定后印发实施。", ["rules"], "市政府"),
        ("将区县文化旅游委政务公开检查情况反馈市政府办公厅。", ["feedback"], "市政府办公厅"),
        ("每年检查一次，检查结果报市政府办公室。", ["feedback"], "市政府办公室"),
        ("检查结果向社会公开，任务清单报市政府办公室备案。", ["task_list"], "市政府办公室"),
        ("公开任务完成情况，报市政府同意后发布。", [], ""),
        ("公开典型案例，按要求报送信息。", [], ""),
        ("收取信息处理费前，要报区政府办公室核准。", [], ""),
        ("公开任务清单。有关情况报送市政府办公厅。", [], ""),
        ("公开报刊名录。", [], ""),
    ],
)
def test_submissions_are_read_from_words_of_duty(words: str, kinds: list[str], addressee: str) -> None:
    found = find_submissions(words)
    assert [one.kind for one in found] == kinds
    assert {one.addressee for one in found} <= {addressee}
