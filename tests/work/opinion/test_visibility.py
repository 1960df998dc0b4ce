"""Visibility of opinion cases by role and channel: pages, imports, exports."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from factories.fixtures import town
from factories.opinion import case, in_days, promise, reload_entry
from factories.pages import read_home
from factories.publishing import column
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.reviewing.actions import recall
from gongkai.content.reviewing.models import Review
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.actions import set_audience
from gongkai.core.ledger.kinds import get_kind
from gongkai.core.ledger.queries import visible_to as visible_entries
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets.importers import ChangeRecorder
from gongkai.core.spreadsheets.reader import read_table
from gongkai.core.spreadsheets.sheet import Table
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Person, Role
from gongkai.work.opinion import actions, panels
from gongkai.work.opinion.forms.cases import ConsultUnitsForm
from gongkai.work.opinion.importing import CASES_IMPORTER, PROMISES_IMPORTER
from gongkai.work.opinion.models import Consulted, OpinionCase, OpinionDuty, Promise
from gongkai.work.opinion.queries import cases as queries

pytestmark = [pytest.mark.django_db, pytest.mark.own_town]


def scene() -> SimpleNamespace:
    """Create a housing case collected by the publicity office; civil affairs is consulted, the street owes a measure."""
    made = town()
    city = made.site.body
    made.publicity = BodyFactory(name="云岭市委宣传部", parent=city)
    made.civil = BodyFactory(name="云岭市民政局", parent=city)
    made.street = BodyFactory(name="云岭市城南街道办事处", parent=city)
    made.strange = BodyFactory(name="云岭市体育局", parent=city)
    made.county = BodyFactory(name="青溪县人民政府", kind="district", parent=city)
    made.case = case(made.publicity, title="网传某小区墙体开裂", body=made.housing)
    actions.consult_units(reload_entry(made.case), by=SYSTEM, bodies=[made.civil], asked="安置", held="现场核实。")
    actions.judge_case(reload_entry(made.case), by=SYSTEM, kind="interest", level="general", words="属实。")
    actions.order_measure(reload_entry(made.case), by=SYSTEM, body=made.street, what="逐户走访", until=in_days(3))
    speaker = actor(Role.CLERK, BodyFactory(name="云岭市人民政府新闻办公室", parent=city))
    person = Person.objects.get(pk=speaker.person_id)
    actions.appoint_spokesperson(city, by=SYSTEM, person=person, title="主任", phone="0999-1234567")
    made.speaker = speaker
    return made


#: Description: (role, the unit's name in the scene, True if they see the case).
STAFF = {
    "its clerk": (Role.CLERK, "housing", True),
    "its reviewer": (Role.REVIEWER, "housing", True),
    "who collected it": (Role.CLERK, "publicity", True),
    "who was asked": (Role.CLERK, "civil", True),
    "who owes a measure": (Role.CLERK, "street", True),
    "the office": (Role.CHIEF, "city", True),
    "a supervisor": (Role.AUDITOR, "city", True),
    "the head of the government": (Role.LEAD, "city", True),
    "a clerk elsewhere": (Role.CLERK, "strange", False),
    "a head elsewhere": (Role.LEAD, "strange", False),
    "the office of a county": (Role.CHIEF, "county", False),
    "the head of a county": (Role.LEAD, "county", False),
}


def test_roles_and_channels(kept: SimpleNamespace, db: None) -> None:
    number, people = kept.case.pk, {}
    for who, (role, name, sees) in STAFF.items():
        people[who] = by, _ = actor(role, kept.site.body if name == "city" else getattr(kept, name)), sees
        assert visible_entries(by).filter(pk=number).exists() is sees, who
        assert queries.visible_to(by).filter(pk=number).exists() is sees, who
        assert any(row["title"] == "网传某小区墙体开裂" for row in CASES_IMPORTER.rows(by)) is sees, who
        assert bool(queries.count_cases_by_unit(queries.visible_to(by), kept.case.entry.year)) is sees, who
    linked = case(kept.strange, title="体育馆漏水").entry
    actions.link_case(linked, by=SYSTEM, address=reload_entry(kept.case).number)
    shown = {who: bool(panels.make_case_panel(reload_entry(linked), by)["links"]) for who, (by, _) in people.items()}
    assert shown == {who: sees for who, (_, sees) in people.items()}


def test_case_cannot_be_opened_to_all_staff(kept: SimpleNamespace, db: None) -> None:
    chief = actor(Role.CHIEF, kept.site.body)
    with pytest.raises(Refused, match="不能向全体工作人员开放"):
        set_audience(reload_entry(kept.case), by=chief, audience="staff", reason="方便")
    assert set_audience(reload_entry(kept.case), by=chief, audience="chief", reason="敏感").audience == "chief"
    Consulted.objects.filter(case=kept.case.pk, body=kept.civil).update(at=None)
    assert panels.make_pending_block(actor(Role.CLERK, kept.civil)) is None


def test_office_of_consulted_government_reads_and_answers(kept: SimpleNamespace, db: None) -> None:
    office = BodyFactory(name="青溪县人民政府办公室", parent=kept.county, kind="general_office")
    by = actor(Role.CHIEF, office)
    entry = case(kept.publicity, title="网传跨县河流发臭", body=kept.housing).entry
    assert actions.submit_consulted_opinion.why_not(reload_entry(entry), by=by)
    actions.consult_units(reload_entry(entry), by=SYSTEM, bodies=[kept.county], asked="上游排污情况")
    assert Message.objects.filter(person=by.person_id, key=f"opinion.consult:{entry.pk}:{kept.county.pk}").exists()
    assert visible_entries(by).filter(pk=entry.pk).exists()
    assert actions.submit_consulted_opinion.why_not(reload_entry(entry), by=actor(Role.CHIEF, kept.site.body))
    actions.submit_consulted_opinion(reload_entry(entry), by=by, text="上游没有排污口。")
    assert Consulted.objects.get(case=entry.pk).text == "上游没有排污口。"


def test_case_restricted_to_the_office_refuses_consultation(kept: SimpleNamespace, db: None) -> None:
    chief = actor(Role.CHIEF, kept.site.body)
    entry = set_audience(case(kept.publicity, body=kept.housing).entry, by=chief, audience="chief", reason="敏感")
    with pytest.raises(Refused, match="先调整可见范围"):
        actions.consult_units(reload_entry(entry), by=chief, bodies=[kept.civil], asked="安置")
    form = ConsultUnitsForm(entry=reload_entry(entry), by=chief)
    assert not form.fields["bodies"].queryset.exists()
    assert form.warnings


def test_spokesperson_sees_case_and_public_and_others_do_not(kept: SimpleNamespace, db: None) -> None:
    assert queries.visible_to(kept.speaker).filter(pk=kept.case.pk).exists()
    assert not queries.visible_to(ANONYMOUS).exists()
    duty = OpinionDuty.objects.get(case=kept.case.pk)
    assert visible_entries(actor(Role.CLERK, kept.housing)).filter(pk=duty.pk).exists()
    assert not visible_entries(actor(Role.CLERK, kept.strange)).filter(pk=duty.pk).exists()


ADMIN_PAGES = (
    "/admin/opinion/",
    "/admin/opinion/?tab=late&kind=interest&q=墙体&year=2026&unit=x&field=9",
    "/admin/opinion/?tab=all&format=xlsx",
    "/admin/opinion/collect/",
    "/admin/opinion/figures/",
    "/admin/opinion/figures/?format=xlsx&year=2026",
    "/admin/opinion/leads/?state=dropped",
    "/admin/opinion/registers/",
    "/admin/promises/?tab=all",
    "/admin/promises/?tab=registered&topic=x",
    "/admin/promises/?format=xlsx",
    "/admin/promises/new/",
)


def test_pages_show_case_only_to_permitted_users(kept: SimpleNamespace, db: None) -> None:
    for name, sees in (("housing", True), ("strange", False)):
        client = signed_in(Role.CLERK, getattr(kept, name))
        assert ("网传某小区墙体开裂" in client.get("/admin/opinion/").content.decode()) is sees
        assert client.get(f"/admin/ledger/{kept.case.pk}/").status_code == (200 if sees else 404)
        assert ("网传某小区墙体开裂" in read_home(client)) is sees
    for page in ADMIN_PAGES:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "网传某小区墙体开裂" not in answer.content.decode("utf-8", "replace"), page
    assert Client().get("/admin/opinion/").status_code == 302


def read_exported(importer: Any, *rows: dict[str, Any]) -> Table:
    return read_table(write_xlsx(importer.sheet, rows), importer.sheet)


def test_case_ledgers_are_reimported_as_exported(kept: SimpleNamespace, db: None) -> None:
    by = actor(Role.CLERK, kept.housing)
    rows = list(CASES_IMPORTER.rows(by))
    plan = CASES_IMPORTER.plan(
        read_exported(CASES_IMPORTER, *rows, rows[0] | {"number": "", "title": "新的", "body": ""}), by=by
    )
    assert (plan.same, len(plan.changes)) == (len(rows), 0)
    assert "收集单位" in str(plan.errors[0])
    fresh_row = rows[0] | {"number": "", "title": "新的", "body": "", "collector": ""}
    bad = fresh_row | {"found_at": "2099-01-01 10:00", "body": "没有的局", "address": "不是网址"}
    early = fresh_row | {"title": "更新的", "found_at": "2026-01-01 10:00", "occurred_at": "2026-01-01 11:00"}
    plan = CASES_IMPORTER.plan(read_exported(CASES_IMPORTER, fresh_row, bad, early), by=by)
    assert (len(plan.changes), len(plan.errors)) == (1, 4)
    assert "发现时间不能早于事件发生时间" in str(plan.errors[-1])
    recorder = ChangeRecorder()
    CASES_IMPORTER.carry_out(plan.changes[0], by=by, recorder=recorder)
    made = OpinionCase.objects.get(entry__title="新的")
    assert made.found_at == kept.case.found_at.replace(second=0, microsecond=0)
    CASES_IMPORTER.delete_created_rows("ledger.entry", [made.pk], by=by)
    assert not OpinionCase.objects.filter(pk=made.pk).exists()


def test_promises_are_imported_and_reimported(kept: SimpleNamespace, db: None) -> None:
    by = actor(Role.CLERK, kept.housing)
    promise(kept.housing, title="整治十个老旧小区")
    (row,) = PROMISES_IMPORTER.rows(by)
    again = row | {"number": "", "title": "加装电梯一百部", "topic": "没有的主题"}
    bad = again | {"title": "错的", "until": "2020-01-01", "address": "报纸"}
    plan = PROMISES_IMPORTER.plan(read_exported(PROMISES_IMPORTER, row, again, bad), by=by)
    assert (plan.same, len(plan.changes), len(plan.errors), len(plan.notes)) == (1, 1, 2, 1)
    PROMISES_IMPORTER.carry_out(plan.changes[0], by=by, recorder=ChangeRecorder())
    made = Promise.objects.get(entry__title="加装电梯一百部")
    assert (made.entry.state, made.entry.evidence.count()) == ("registered", 1)
    assert PROMISES_IMPORTER.find_undo_objections(made, None, by=by) == []
    column(kept.site, "公开承诺")
    actions.submit_statement(made.entry, by=by)
    assert "正在审签" in PROMISES_IMPORTER.find_undo_objections(made, None, by=by)[0]
    recall(Review.objects.get(source=made.stream), by=by, reason="误送")
    PROMISES_IMPORTER.delete_created_rows("ledger.entry", [made.pk], by=by)
    assert not Promise.objects.filter(pk=made.pk).exists()


def test_only_the_office_extends_or_excuses_measures_and_keeps_guidance(kept: SimpleNamespace, db: None) -> None:
    duty = OpinionDuty.objects.select_related("entry__body").get(case=kept.case.pk).entry
    chief = actor(Role.CHIEF, kept.site.body)
    with pytest.raises(Refused, match="政务公开办"):
        actions.duties.extend_duty(duty, by=actor(Role.CLERK, kept.street), until=in_days(9), reason="人手不足")
    assert actions.duties.extend_duty(duty, by=chief, until=in_days(9), reason="人手不足").light == "green"
    assert actions.duties.cancel_duty(reload_entry(duty), by=chief, reason="已由社区完成").state == "excused"
    actions.record_guidance(reload_entry(kept.case), by=chief, body=kept.publicity, text="先说事实，再说措施。")
    assert OpinionCase.objects.get(pk=kept.case.pk).consulted.filter(guidance=True).get().body == kept.publicity
    body: Body = kept.civil
    actions.assign_case(reload_entry(kept.case), by=chief, body=body, reason="安置由民政牵头")
    assert reload_entry(kept.case).body == body


def test_statement_returned_by_reviewer_is_reworded(kept: SimpleNamespace, db: None) -> None:
    made = promise(kept.housing)
    entry = actions.reword_statement(
        reload_entry(made), by=actor(Role.CLERK, kept.housing), text="年底前完成8个小区的水管更换。"
    )
    assert entry.promise.pending.text == "年底前完成8个小区的水管更换。"
    assert Promise.objects.get(pk=made.pk).words == "年底前完成8个小区的水管更换。"
    assert entry.promise.revisions.filter(dropped=True).count() == 1


@pytest.mark.parametrize("kind", ["request", "complaint", "inquiry", "fault"])
def test_kinds_with_secret_senders_are_secret(kind: str) -> None:
    """`set_audience` refuses every `secret` kind, and its form does not offer it."""
    assert get_kind(kind).secret
