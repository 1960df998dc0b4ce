"""Decisions on proposals and blockages before the answer; service windows with daily staff; telephones with a named person."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from factories.consultation import inquiry, released_answer
from factories.publishing import item, signed
from factories.units import actor, signed_in
from gongkai.content.editions.models import Document
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.work.consultation import actions, business_proposals, roster
from gongkai.work.consultation.facts import find_named_document
from gongkai.work.consultation.importers import ROSTER_SHEET
from gongkai.work.consultation.indicators import find_indicator_findings
from gongkai.work.consultation.models import Outcome, PhoneOperator, ServiceWindow
from gongkai.work.consultation.rules import list_handled_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(site, housing):
    return {
        "chief": actor(Role.CHIEF, site.body),
        "clerk": actor(Role.CLERK, housing),
        "lead": actor(Role.LEAD, housing),
    }


def assigned(site, housing, people, **facts) -> Entry:
    return actions.assign_inquiry(inquiry(site.body, **facts).entry, by=people["chief"], body=housing)


def test_proposal_needs_decision_before_answer_and_links_changed_policy(site, housing, plans, people) -> None:
    entry = assigned(site, housing, people, category="suggestion", asker="agency")
    entry = actions.draft_answer(entry, by=people["clerk"], answer="采纳，将修改实施细则。")
    with pytest.raises(Refused, match="先登记研究结果"):
        actions.approve_draft_answer(entry, by=people["lead"])
    for facts, why in (
        ({"decision": "solved", "words": "好"}, "请选择研究结果"),
        ({"decision": "adopted", "words": " "}, "理由"),
    ):
        with pytest.raises(Refused, match=why):
            actions.record_decision(entry, by=people["clerk"], **facts)
    actions.record_decision(entry, by=people["clerk"], decision="amended", words="确有必要。")
    entry = actions.approve_draft_answer(Entry.objects.get(pk=entry.pk), by=people["lead"])
    assert business_proposals.list_undocumented_amendments(SYSTEM).count() == 1
    client = signed_in(Role.CHIEF, site.body)
    page = client.get("/admin/inquiries/results/").content.decode()
    assert "待附文件" in page
    signed(item(housing, [plans]))
    document = Document.objects.get()
    actions.record_decision(entry, by=people["clerk"], decision="amended", words="确有必要。", document=document)
    assert Outcome.objects.get().document == document
    form = get_form(ACTIONS_BY_NAME["inquiry.conclude"])(entry=Entry.objects.get(pk=entry.pk), by=people["clerk"])
    assert find_named_document(form.initial["document"]) == document  # saved again, it stays
    assert not business_proposals.list_undocumented_amendments(SYSTEM).exists()
    assert client.get("/admin/inquiries/results/?format=xlsx").status_code == 200
    other = assigned(site, housing, people, category="suggestion")
    actions.record_decision(other, by=people["clerk"], decision="adopted", words="可行。")
    other = actions.classify_inquiry(other, by=people["clerk"], category="blockage")
    other = actions.draft_answer(other, by=people["clerk"], answer="已经办理。")
    with pytest.raises(Refused, match="先登记研究结果"):
        actions.approve_draft_answer(other, by=people["lead"])
    with pytest.raises(Refused, match="只有建议"):
        actions.record_decision(assigned(site, housing, people), by=people["clerk"], decision="adopted", words="好")


def test_blockages_are_counted_by_month_with_solutions(site, housing, people) -> None:
    entry = assigned(site, housing, people, category="blockage", asker="firm", title="用地预审卡住")
    known = released_answer(housing)
    with pytest.raises(Refused, match="先登记研究结果"):
        actions.answer_with_known_answer(entry, by=people["clerk"], known=known)
    actions.record_decision(entry, by=people["clerk"], decision="solved", words="并联办理，三日办结。")
    actions.answer_with_known_answer(Entry.objects.get(pk=entry.pk), by=people["clerk"], known=known)
    assigned(site, housing, people, category="blockage")
    (month,) = business_proposals.count_proposals_by_month(business_proposals.list_proposals_and_blockages(SYSTEM))
    assert (month.received, month.answered, month.open, month.decided, month.done) == (2, 1, 1, 1, 1)
    assert "企业等市场主体" in {
        business_proposals.make_decision_sheet_row(one, SYSTEM)["asker"]
        for one in business_proposals.list_proposals_and_blockages(SYSTEM)
    }


def test_working_day_without_staff_at_window_is_flagged(site, housing, people) -> None:
    today = date(2026, 11, 20)
    opened = date(2026, 11, 18)
    facts = {"name": "综合咨询窗口", "place": "政务大厅一楼", "hours": "工作日9:00–17:00"}
    made = actions.open_service_window(housing, by=people["clerk"], opened_on=opened, **facts)
    with pytest.raises(Refused, match="已经登记"):
        actions.open_service_window(housing, by=people["clerk"], **facts)
    with pytest.raises(Refused, match="承办单位"):
        actions.open_service_window(site.body, by=people["clerk"], **facts)
    mayor = actor(Role.LEAD, site.body)
    assert actions.open_service_window.why_not(site.body, by=mayor), "its 政务公开办 does its daily work"
    assert site.body not in list_handled_units(mayor)
    days = roster.find_unstaffed_days(made, today)
    assert days[:3] == [date(2026, 11, 18), date(2026, 11, 19), today]
    assert date(2026, 11, 21) not in days, "a Saturday"
    actions.plan_shifts(made, by=people["clerk"], people=dict.fromkeys(days, "周明"))
    assert roster.find_unstaffed_days(made, today) == []
    with pytest.raises(Refused, match="没有变动"):
        actions.plan_shifts(made, by=people["clerk"], people={days[0]: "周明 "})
    actions.plan_shifts(made, by=people["clerk"], people={today: ""})
    assert roster.find_unstaffed_days(made, today) == [today]
    with pytest.raises(Refused, match="启用日期"):
        actions.plan_shifts(made, by=people["clerk"], people={opened - timedelta(days=1): "周明"})
    assert any(one.name == f"window-{made.pk}" for one in find_indicator_findings(site.body))
    client = signed_in(Role.CLERK, housing)
    page = client.post(f"/admin/inquiries/windows/{made.pk}/?month=2026-11", {"fill": "李青"}, follow=True)
    assert "无人值守" not in page.content.decode()
    rows = load_workbook(BytesIO(client.get("/admin/inquiries/windows/roster/").content)).active
    assert [cell.value for cell in rows[1]] == ["单位", "窗口", "日期", "值守人员"]
    actions.close_window(made, by=people["clerk"], reason="合并")
    assert roster.find_unstaffed_windows(site.body, today) == []
    with pytest.raises(Refused, match="已经停用"):
        actions.close_window(ServiceWindow.objects.get(), by=people["clerk"], reason="合并")


def test_roster_is_imported_and_undone(site, housing, people) -> None:
    facts = {"name": "综合咨询窗口", "place": "政务大厅一楼", "hours": "工作日9:00–17:00"}
    made = actions.open_service_window(housing, by=people["clerk"], opened_on=date(2026, 11, 18), **facts)
    actions.plan_shifts(made, by=people["clerk"], people={date(2026, 11, 18): "周明"})
    row = {"body": housing.name, "window": made.name, "day": date(2026, 11, 19), "people": "李青"}

    def tried(*rows: dict[str, object], by: object = people["clerk"]) -> tuple[object, list[str], int]:
        content = write_xlsx(ROSTER_SHEET, rows)
        run, plan = spreadsheets.upload_for_dry_run("window-roster", content=content, file_name="排班.xlsx", by=by)
        return run, [error.what for error in plan.errors], len(plan.changes)

    wrong = [{"window": "没有的窗口"}, {"day": date(2026, 11, 21)}, {"day": date(2026, 11, 17)}, {}, {}]
    _, errors, _ = tried(*({**row, **one} for one in wrong))
    assert errors == ["没有这个窗口", "不是工作日", "早于窗口启用日期", "同一窗口同一天有两行"]
    assert tried(row, by=actor(Role.CLERK, site.body))[1] == ["没有这个窗口"], "another unit's"
    changed = {**row, "day": date(2026, 11, 18), "people": "周明、李青"}
    run, errors, count = tried(row, changed, {**row, "day": date(2026, 11, 20), "people": ""})
    assert (errors, count) == ([], 2), "an empty cell changes nothing"
    spreadsheets.apply(run, by=people["clerk"])
    assert dict(made.shifts.values_list("day", "people")) == {row["day"]: "李青", changed["day"]: "周明、李青"}
    spreadsheets.undo(run, by=people["clerk"])
    assert dict(made.shifts.values_list("day", "people")) == {changed["day"]: "周明"}


def test_phone_names_person_and_day_of_handover(site, housing, people) -> None:
    clerk = people["clerk"]
    phone = actions.enter_phone(housing, by=clerk, number="0799-8001234", hours="工作日")
    client = signed_in(Role.CLERK, housing)
    assert "没有指定" in client.get("/admin/inquiries/phones/").content.decode()
    facts = {"name": "周明", "handed_on": "2026-11-02", "version": 1}
    for name, answered in (("周明", 302), ("吴青", 409)):  # the second was typed on an old page
        sent = client.post(f"/admin/inquiries/phones/{phone.pk}/name-operator/", {**facts, "name": name})
        assert sent.status_code == answered
    assert "周明（2026-11-02）" in client.get("/admin/inquiries/phones/").content.decode()
    assert "0799-8001234" in Client().get(f"/units/{housing.pk}/").content.decode()
    one = PhoneOperator.objects.get()
    for name, why in (("周明", "已经登记"), ("", "接听人员")):
        with pytest.raises(Refused, match=why):
            actions.assign_operator(phone, by=clerk, name=name)
    actions.end_operator(phone, by=clerk, operator=one)
    with pytest.raises(Refused, match="没有这名"):
        actions.end_operator(phone, by=clerk, operator=one)
