"""Consequences of scores: bulletins, talks, rectification, deductions, accountability, veto; and other assessing bodies."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from openpyxl import Workbook

from factories.assessment import Scene, make_scheme
from factories.ledger import EntryFactory
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.spreadsheets.actions import upload_for_dry_run
from gongkai.core.units.actions import add_office
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import BodyKind, Role
from gongkai.oversight.assessment import actions, reports, round_registers
from gongkai.oversight.assessment.models import Bulletin, Mark, Pursuit, Round, Scheme
from gongkai.oversight.assessment.queries import consequences, rounds_visible_to
from gongkai.oversight.assessment.queries.consequences import list_deduction_indicators, list_frequencies
from gongkai.oversight.assessment.queries.scores import get_standing, list_cases, list_standings, recompute_round
from gongkai.oversight.assessment.queries.visible import list_assessing_bodies
from oversight.assessment.test_round import judge_manually, make_entries, publish_scored

pytestmark = pytest.mark.django_db
ADMIN_URL = "/admin/assessment/"


def make_issued_bulletin(scene: Scene, kind: str = "criticism") -> Bulletin:
    made = actions.draft_bulletin(
        scene.government,
        by=scene.chief,
        kind=kind,
        title="关于考核结果的通报",
        text="有关单位专栏长期不更新，现予通报。",
        units=[scene.bureaus[0]],
    )
    actions.approve_bulletin(made, by=scene.head)
    return actions.issue_bulletin(Bulletin.objects.get(pk=made.pk), by=scene.chief)


def test_vetoed_unit_has_no_rank_and_veto_is_named(scene: Scene) -> None:
    make_entries(scene)
    actions.open_round(scene.round, by=scene.chief)
    judge_manually(scene)
    words = "公开时间系事后伪造，已核实。"
    actions.record_mark(scene.unit(1), by=scene.chief, indicator=scene.leaf("5"), value=Decimal(1), words=words)
    for step in (actions.begin_scoring, actions.measure_round, actions.publish_scores):
        step(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    first, second = get_standing(scene.unit()), get_standing(scene.unit(1))
    assert (first.place, second.place, second.rank_text, second.grade) == (1, 0, "不排名", "不合格")
    page = signed_in(Role.CHIEF, scene.office).get(f"{ADMIN_URL}rounds/{scene.round.pk}/").content.decode()
    assert page.count("失信") > 1, "in the head of its column and beside the unit"
    paper = Document(BytesIO(reports.render_docx(reports.compose_ranking(Round.objects.get(pk=scene.round.pk)))))
    said = "\n".join(
        [line.text for line in paper.paragraphs]
        + [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    )
    for part in ("主动公开（60分）", "不排名", "单项否决：失信", "在绩效考核中占4%", "公开专区建设失"):
        assert part in said, part
    assert max(len(table.columns) for table in paper.tables) <= reports.MAX_INDICATORS_PER_TABLE + 1
    Round.objects.filter(pk=scene.round.pk).update(objections_until=date(2024, 11, 1))
    done = actions.confirm_round(Round.objects.get(pk=scene.round.pk), by=scene.head)
    done = Round.objects.get(pk=scene.round.pk)
    assert recompute_round(done) == []
    assert (
        "不参加排名"
        in signed_in(Role.CLERK, scene.bureaus[1]).get(f"{ADMIN_URL}units/{second.unit.pk}/").content.decode()
    )


def test_bulletins_and_talks_are_prefilled_with_weak_scores(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = publish_scored(scene)
    client, body = signed_in(Role.CHIEF, scene.office), scene.bureaus[0]
    address = f"{ADMIN_URL}talks/new/?round={round_.pk}&body={body.pk}"
    assert "得76.67分" not in client.get(address).content.decode(), "a score alone is no problem"
    monkeypatch.setattr(consequences, "list_weak_points", lambda _: ["按期公开得3分（分值10）"])
    page = client.get(address).content.decode()
    assert "得76.67分，在政府部门中列第2位。主要问题：按期公开得3分" in page
    page = client.get(f"{ADMIN_URL}bulletins/new/?round={round_.pk}").content.decode()
    assert f"关于{round_.name}结果的通报" in page


def test_only_failed_units_are_criticised(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = publish_scored(scene)
    one = list_standings(round_)[0]
    monkeypatch.setattr(consequences, "list_lowest_units", lambda _: [one])
    monkeypatch.setattr(consequences, "list_weak_points", lambda _: ["按期公开得3分（分值10）"])
    for grade, kind, named in (
        ("不合格", "criticism", 1),
        ("合格", "problems", 1),
        ("良好", "problems", 0),
        ("优秀", "problems", 0),
    ):
        one.grade = grade
        begun = consequences.draft_round_bulletin(round_)
        assert (begun["kind"], begun["units"]) == (kind, [one.unit.body_id] * named), grade
        assert (one.unit.name in str(begun["text"])) == bool(named), grade


def test_unit_with_good_grade_is_not_criticised_on_another_basis(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse both the draft and, if the results came later, the approval."""
    made = make_issued_bulletin(scene)
    Bulletin.objects.filter(pk=made.pk).update(state="draft")
    made = Bulletin.objects.get(pk=made.pk)
    round_ = publish_scored(scene)
    monkeypatch.setattr(consequences, "get_grades", lambda _: [("优秀", 90), ("良好", 60), ("合格", 0)])
    one = next(one for one in list_standings(round_) if one.unit.body == scene.bureaus[0])
    one.grade = "良好"
    monkeypatch.setattr(consequences, "list_standings", lambda _: [one])
    with pytest.raises(Refused, match="等次为良好，不作通报批评"):
        actions.approve_bulletin(made, by=scene.head)
    with pytest.raises(Refused, match="等次为良好，不作通报批评"):
        make_issued_bulletin(scene)
    assert make_issued_bulletin(scene, "problems").what == "problems"


def test_bulletin_orders_rectification_and_deducts_points(scene: Scene) -> None:
    praise = actions.draft_bulletin(
        scene.government, by=scene.chief, kind="praise", title="关于先进的通报", text="成效明显，现予通报表扬。"
    )
    assert actions.order_bulletin_rectification.why_not(praise, by=scene.chief) == ["表扬不下达整改，也不扣分。"]
    praise.delete()
    made = make_issued_bulletin(scene)
    client = signed_in(Role.CHIEF, scene.office)
    here = f"{ADMIN_URL}bulletins/{made.pk}/"
    client.post(f"{here}order-bulletin-mending/", {"demand": "一个月内恢复更新", "until": "2024-12-20"})
    entry = made.entries.get()
    assert (entry.body, entry.rectification.basis) == (scene.bureaus[0], f"{made.title}（{made.number}）")
    assert entry.number in client.get(here).content.decode()
    page = signed_in(Role.CLERK, scene.bureaus[1]).get(here).content.decode()
    assert (entry.number in page, entry.url in page) == (True, False), "no link to an entry that is closed to them"
    # Points are deducted in a scored round, by a deducting indicator.
    draft = actions.revise_scheme(scene.scheme, by=scene.chief)
    leaf = actions.set_indicator(draft, by=scene.chief, code="6", name="通报扣分", points=Decimal(5), way="deduction")
    with pytest.raises(Refused, match="正在评分"):
        actions.deduct_by_bulletin(made, by=scene.chief, indicator=leaf, value=Decimal(1))
    Scheme.objects.filter(pk=draft.pk).update(state="in_force")
    Round.objects.filter(pk=scene.round.pk).update(scheme=draft)
    actions.open_round(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    client.post(f"{here}deduct-by-bulletin/", {"indicator": leaf.pk, "value": "1.5"})
    mark = Mark.objects.get(indicator=leaf)
    assert (mark.unit.body, mark.value, made.number in mark.words) == (scene.bureaus[0], Decimal("1.5"), True)
    with pytest.raises(Refused, match="已经扣过分"):  # also of another value, on another day
        actions.deduct_by_bulletin(made, by=scene.chief, indicator=leaf, value=Decimal(2))
    assert leaf not in list_deduction_indicators(scene.chief, made), "it is not offered again"
    talk = actions.record_talk(
        scene.bureaus[1],
        by=scene.chief,
        kind="talk",
        on=date(2024, 11, 18),
        held_by="分管副主任",
        problems="答复连续逾期",
    )
    actions.deduct_by_talk(talk, by=scene.chief, indicator=leaf, value=Decimal(1))
    assert Mark.objects.filter(indicator=leaf, unit__body=scene.bureaus[1]).exists()


def test_yearly_numbers_of_bulletins_and_talks_are_required(scene: Scene) -> None:
    client = signed_in(Role.CHIEF, scene.office)
    facts = {"body": scene.government.pk, "year": 2024, "what": "bulletin", "least": 2, "basis": "年度工作要点"}
    client.post(f"{ADMIN_URL}bulletins/times/new/", facts)
    actions.set_yearly_minimum(scene.government, by=scene.chief, year=2024, what="talk", least=1, basis="年度工作要点")
    actions.set_yearly_minimum(scene.government, by=scene.chief, year=2024, what="talk", least=0, basis="年度工作要点")
    assert list_frequencies(scene.chief, "talk", 2024) == []
    make_issued_bulletin(scene)
    assert [times.said for times in list_frequencies(scene.chief, "bulletin", 2024)] == ["1次，应有2次"]
    assert "1次，应有2次" in client.get(f"{ADMIN_URL}bulletins/").content.decode()
    assert "还差1次" in client.get(f"{ADMIN_URL}bulletins/times/").content.decode()


def test_accountability_case_has_basis_authority_result_and_publication(scene: Scene) -> None:
    client = signed_in(Role.CHIEF, scene.office)
    facts = {
        "body": scene.bureaus[0].pk,
        "on": "2024-11-11",
        "matter": "重大政策长期不解读，引发误读",
        "basis": "政府信息公开条例第五十三条",
        "authority": "市监委",
        "result": "admonition",
    }
    told = {"basis": "条例", "authority": "市监委", "result": "talk"}
    with pytest.raises(Refused, match="事由"):
        actions.record_pursuit(scene.bureaus[0], by=scene.chief, on=date(2024, 11, 11), matter="短", **told)
    client.post(f"{ADMIN_URL}pursuits/new/", facts)
    row = Pursuit.objects.get()
    here = f"{ADMIN_URL}pursuits/{row.pk}/"
    assert "还没有登记公开情况" in client.get(here).content.decode()
    with pytest.raises(Refused, match="不公开的，写明理由"):
        actions.publish_pursuit(row, by=scene.chief)
    sent = {"published_on": "2024-11-15", "address": "https://www.example.cn/zz/1.html"}
    client.post(f"{here}publish-pursuit/", sent)
    assert "2024-11-15公开" in client.get(f"{ADMIN_URL}pursuits/").content.decode()
    assert signed_in(Role.CLERK, scene.bureaus[1]).get(here).status_code == 404


def test_bureau_assesses_units_below_it(scene: Scene) -> None:
    bureau = scene.bureaus[0]
    below = BodyFactory(name="国库支付中心", parent=bureau, kind=BodyKind.INSTITUTION)
    office = add_office(bureau, by=scene.chief, name="预算科")
    clerk, lead = actor(Role.CLERK, bureau), actor(Role.LEAD, bureau)
    assert list(list_assessing_bodies(clerk)) == [bureau]
    assert list(list_assessing_bodies(actor(Role.CLERK, scene.bureaus[1]))) == []
    scheme = make_scheme(bureau, clerk)
    client = signed_in(Role.CLERK, bureau)
    page = client.get(f"{ADMIN_URL}rounds/new/").content.decode()
    assert "预算科" in page
    inside = AppointmentFactory(body=bureau, office=office, role=Role.CLERK).person
    assert office not in round_registers._list_selectable_offices(make_actor_of_person(inside), None)
    assert office in round_registers._list_selectable_offices(clerk, None)
    facts = {
        "scheme": scheme.pk,
        "office": bureau.pk,
        "year": 2024,
        "first": "2024-01-01",
        "until": "2024-12-31",
        "self_until": "2024-12-20",
        "units": [below.pk],
        "offices": [office.pk],
    }
    client.post(f"{ADMIN_URL}rounds/new/", facts)
    round_ = Round.objects.get(scheme=scheme)
    assert {(sheet.label, sheet.group) for sheet in round_.units.all()} == {
        (below.label, "事业单位和国有企业"),
        ("预算科", "内设机构"),
    }
    client.post(f"{ADMIN_URL}rounds/{round_.pk}/open-round/")
    sheet = round_.units.get(office=office)
    assert sheet.entry.office == office
    assert list(rounds_visible_to(actor(Role.CLERK, below))) == [round_]
    closed = datetime(2024, 2, 1, tzinfo=UTC)
    for duty_office, due in ((office, closed + timedelta(1)), (None, closed - timedelta(1))):
        EntryFactory(body=bureau, office=duty_office, year=2024, opened_at=closed, closed_at=closed, due_at=due)
    client.post(f"{ADMIN_URL}rounds/{round_.pk}/measure-round/")
    assert sheet.marks.get().value == 100, "only the office's own entry counts, not the bureau's late one"
    assert len(list_cases(sheet, "trial", date(2024, 12, 31))) == 1
    facts = {"body": bureau, "year": 2024, "opened_at": closed, "due_at": datetime(2024, 12, 5, tzinfo=UTC)}
    waiting = [EntryFactory(office=duty_office, **facts) for duty_office in (office, None)]
    assert [duty.entry for duty in consequences.list_open_duties(sheet)] == waiting[:1]
    assert actions.confirm_round.rule(lead, round_) == []
    assert actions.confirm_round.rule(clerk, round_) != []


def make_indicator_sheet() -> bytes:
    """Return an indicator sheet as offices make it: three levels, merged cells, points after names or in a column."""
    book = Workbook()
    page = book.active
    page.append(["云岭市政务公开工作考核指标体系"])
    page.append(["一级指标", "二级指标", "三级指标", "分值", "评分标准", "评分方式"])
    page.append(["一、主动公开（60分）", "1.政策公开（40分）", "文件公开", 30, "按期公开得满分", "网上检查"])
    page.append(["", "", "解读同步", 10, "同步解读", "第三方评估"])
    page.append(["", "2.专区建设", "栏目完整", 20, "缺一项扣2分", "网上检查"])
    page.append(["二、依申请公开", "按期答复", "", 40, "逾期一件扣2分", "电话测评"])
    page.append(["三、扣分项", "弄虚作假", "", 5, "经核实的", ""])
    page.append(["合计", "", "", 100, "", ""])
    for cells in ("A1:F1", "A3:A5", "B3:B4"):
        page.merge_cells(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_citys_own_indicator_sheet_is_imported(scene: Scene) -> None:
    draft = actions.draft_scheme(scene.government, by=scene.chief, name="新考核", share=Decimal(4))
    _, plan = upload_for_dry_run("indicators", content=make_indicator_sheet(), file_name="指标.xlsx", by=scene.chief)
    assert [str(error) for error in plan.errors] == []
    rows = [
        (change.facts["code"], change.facts["name"], change.facts["points"], change.facts["way"])
        for change in plan.changes
    ]
    assert rows == [
        ("1", "主动公开", 60, ""),
        ("1.1", "政策公开", 40, ""),
        ("1.1.1", "文件公开", 30, "online"),
        ("1.1.2", "解读同步", 10, "third"),
        ("1.2", "专区建设", 20, ""),
        ("1.2.1", "栏目完整", 20, "online"),
        ("2", "依申请公开", 40, ""),
        ("2.1", "按期答复", 40, "phone"),
        ("3", "扣分项", 5, ""),
        ("3.1", "弄虚作假", 5, "deduction"),
    ]
    assert {change.facts["scheme"] for change in plan.changes} == {draft}
