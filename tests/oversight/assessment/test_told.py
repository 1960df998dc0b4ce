"""Presentation of marks: no grade before all is judged, each fault counted once, third parties score a whole or cases."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.urls import reverse

from factories.assessment import Scene, make_scheme
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor, signed_in
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.actors import Actor
from gongkai.core.ledger.actions import add_evidence
from gongkai.core.ledger.models import Entry
from gongkai.core.ledger.queries import visible_to
from gongkai.core.ledger.rules import must_judge
from gongkai.core.spreadsheets import Sheet, write_xlsx
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import BodyKind, Office, Person, Role
from gongkai.core.units.unit_filters import list_responsible_units
from gongkai.lib.writing.blocks import TableBlock, TextBlock
from gongkai.oversight.assessment import actions, queries, reports, rules
from gongkai.oversight.assessment.forms import GradesField
from gongkai.oversight.assessment.importing.evaluation import make_evaluation_rows
from gongkai.oversight.assessment.importing.indicators import INDICATOR_SHEET
from gongkai.oversight.assessment.models import Assessed, Round
from gongkai.oversight.assessment.panels import make_pending_block
from gongkai.oversight.assessment.queries.scores import get_standing
from gongkai.oversight.assessment.scheme_registers import IndicatorSchemeRegister
from gongkai.oversight.assessment.scoring import round_to_cents

pytestmark = pytest.mark.django_db


def test_partly_judged_unit_has_no_grade_and_no_rank(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    actions.record_mark(scene.unit(), by=scene.chief, indicator=scene.leaf("4"), value=Decimal(2), words="全省推广做法")
    one = get_standing(scene.unit())
    assert (one.grade_text, one.rank_text, len(one.missing)) == ("未评完", "—", 4)
    actions.record_mark(
        scene.unit(),
        by=scene.chief,
        indicator=scene.leaf("2.1"),
        on=date(2024, 11, 1),
        value=Decimal(90),
        script="问",
        recording="L",
    )
    one = get_standing(scene.unit())
    assert (one.score, one.so_far_of) == (round_to_cents(one.outcome.got) + 2, "已评 25 分")
    assert get_standing(scene.unit(1)).place == 0, "nobody of the group has a place before all are judged"
    paper = reports.compose_unit_report(one, 2)
    said = "".join(block.text for block in paper.blocks if isinstance(block, TextBlock))
    assert "暂不定等次和名次" in said
    assert "列第" not in said
    [grid] = [block for block in paper.blocks if isinstance(block, TableBlock)]
    assert [row[3] for row in grid.rows if row[0] == "3"] == ["未评"]


def test_every_page_explains_indicators_without_points(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    own, other = scene.unit(), scene.unit(1)
    call = {"script": "没有对外电话", "recording": "无"}
    actions.record_mark(other, by=scene.chief, indicator=scene.leaf("2.1"), value=None, **call)
    one, two_ = get_standing(own), get_standing(other)
    told = [(one.format_points(scene.leaf(code)), two_.format_points(scene.leaf(code))) for code in ("2.1", "4")]
    assert told == [("未评", "不适用"), ("—", "—")]
    [grid] = [block for block in reports.compose_unit_report(two_, 2).blocks if isinstance(block, TableBlock)]
    assert [row[3] for row in grid.rows if row[0] in ("2.1", "4")] == ["不适用", "—"]
    client = signed_in(Role.CHIEF, scene.office)
    others = client.get(reverse("assessment:leaf", args=[own.pk, scene.leaf("2.1").pk])).content.decode()
    assert "不适用" in others.split("<h2>其他单位</h2>")[1].split("</nav>")[0]


def test_deduction_counts_once_and_concurrent_mark_is_shown_first(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    bonus, phone, unit = scene.leaf("4"), scene.leaf("2.1"), scene.unit()
    facts = {"value": Decimal(2), "words": "全省推广做法"}
    first = actions.record_mark(unit, by=scene.chief, indicator=bonus, seen=0, **facts)
    with pytest.raises(Conflict, match="刚刚有了新的评分"):
        actions.record_mark(unit, by=scene.chief, indicator=bonus, seen=0, value=Decimal(1), words="另一项做法")
    with pytest.raises(Refused, match="已经记入"):
        actions.record_mark(unit, by=scene.chief, indicator=bonus, seen=first.pk, **facts)
    call = {"value": Decimal(90), "script": "问受理时间", "recording": "L-1"}
    with pytest.raises(Refused, match="不能早于考核期"):
        actions.record_mark(unit, by=scene.chief, indicator=phone, on=date(2023, 12, 31), **call)


def test_third_party_scores_the_whole_or_its_cases(scene: Scene) -> None:
    actions.open_round(scene.round, by=scene.chief)
    leaf, unit = scene.leaf("1.2"), scene.unit()
    made = actions.invite_evaluator(
        scene.round, by=scene.chief, organisation="云岭评估中心", name="沈评", username="pg", indicators=[leaf], until=date(2024, 12, 31)
    )  # fmt: skip
    by = queries.visible.get_actor(made.person.user)
    judge = {"by": by, "unit": unit, "indicator": leaf, "words": "答复齐全"}
    actions.record_evaluation(made, value=Decimal(50), **judge)
    for ref, value in (("request:9", 100), ("request:10", 20)):
        actions.record_evaluation(made, value=Decimal(value), ref=ref, **judge)
    assert sorted(unit.marks.filter(struck_at=None).values_list("value", flat=True)) == [20, 100]
    assert [row["body"] for row in make_evaluation_rows(made)] == [scene.bureaus[1].name]
    with pytest.raises(Refused, match="已逐件评分"):
        actions.record_evaluation(made, value=Decimal(60), **judge)


def test_code_is_unique_in_indicator_sheet(scene: Scene) -> None:
    draft = actions.draft_scheme(scene.government, by=scene.chief, name="新体系", share=Decimal(4))
    row = {"scheme": draft.name, "code": "1", "parent": "", "name": "按期", "points": 10, "way": "网上检查", "source": "",
           "full_at": 100, "zero_at": 0, "standard": "", "basis": ""}  # fmt: skip
    rows = [row, {**row, "name": "又一项"}, {**row, "code": "2", "points": -5}, {**row, "code": "3", "points": 99999}]
    sheet = write_xlsx(INDICATOR_SHEET, [*rows, {**row, "code": "4", "full_at": Decimal("99.999")}])
    _, plan = spreadsheets.upload_for_dry_run("indicators", content=sheet, file_name="a.xlsx", by=scene.chief)
    assert [(error.row, error.column) for error in plan.errors] == [(3, "B"), (4, "E"), (5, "E"), (6, "H")]
    stored = {"name": row["name"], "points": Decimal(10), "way": "online", "source": "trial"}
    actions.set_indicator(draft, by=scene.chief, code="1", **stored)
    columns = [column for column in INDICATOR_SHEET.columns if column.key in {"scheme", "code", "name", "points"}]
    sheet = write_xlsx(Sheet("考核指标", (*columns,)), [{**row, "points": 20}])
    _, plan = spreadsheets.upload_for_dry_run("indicators", content=sheet, file_name="a.xlsx", by=scene.chief)
    assert [difference.head for difference in plan.changes[0].differences] == ["分值"], "absent columns stay unchanged"
    below = BodyFactory(parent=scene.government, kind=BodyKind.DISTRICT)
    actions.draft_scheme(below, by=scene.chief, name=draft.name, share=Decimal(4))
    _, plan = spreadsheets.upload_for_dry_run(
        "indicators", content=write_xlsx(INDICATOR_SHEET, [row]), file_name="a.xlsx", by=scene.chief
    )
    assert [(error.row, error.column) for error in plan.errors] == [(2, "A")], "two drafts have this name"


@pytest.mark.parametrize(
    "given", ["优秀90、良好95", "优秀90、良好80、abc", "优秀90、优秀80", "优秀90、不合格60", "优秀190"]
)
def test_grades_are_parsed_strictly(given: str) -> None:
    with pytest.raises(forms.ValidationError):
        GradesField().clean(given)
    assert GradesField().clean("优秀90分，良好80") == [["优秀", 90], ["良好", 80]]


# Nobody marks their own unit: in a government's round, a bureau's own, offices of a bureau, as third party


OWN = "不能给本单位评分"


def unit_named(round_: Round, name: str) -> Assessed:
    return next(unit for unit in round_.units.all() if unit.name == name)


def test_staff_of_assessed_unit_cannot_run_the_round(scene: Scene) -> None:
    """This applies to units they enter and to units entered by a higher office; the page names who may."""
    with pytest.raises(Refused, match="您在云岭市人民政府办公室工作"):
        actions.set_units(scene.round, by=scene.chief, units=[*scene.bureaus, scene.office])
    round_ = Round.objects.get(pk=scene.round.pk)
    Assessed.objects.create(round=round_, body=scene.office, group="政府部门")
    for step in (actions.open_round, actions.begin_scoring, actions.measure_round, actions.set_units):
        assert "目前没有别的人可以办理，请上级政务公开办办理" in step.rule(scene.chief, round_)[0]
    assert rules.check_round_manager(scene.chief, round_.scheme), "nor do they change what they are scored by"
    head = actor(Role.LEAD, scene.government)
    own, other = unit_named(round_, scene.office.name), unit_named(round_, scene.bureaus[0].name)
    assert OWN in rules.check_marker(scene.chief, own)[0]
    assert rules.check_marker(scene.chief, other)
    assert not rules.check_marker(head, own)


def test_clerk_of_assessed_office_cannot_mark(scene: Scene) -> None:
    bureau = scene.bureaus[1]
    budget, treasury = (Office.objects.create(body=bureau, name=name) for name in ("预算科", "国库科"))
    clerk = AppointmentFactory(role=Role.CLERK, body=bureau, office=budget, person__mobile="13800000001").person
    leading, head = actor(Role.CLERK, bureau), actor(Role.LEAD, bureau)
    below = BodyFactory(name="云岭市财政支付中心", parent=bureau)
    scheme = make_scheme(bureau, leading)
    days = {"first": date(2024, 1, 1), "until": date(2024, 12, 31), "self_until": date(2024, 12, 20)}
    facts = {"office": bureau, "year": 2024, "units": [below], "offices": [budget, treasury], **days}
    round_ = actions.plan_round(scheme, by=leading, **facts)
    assert rules.list_units_without_judges(round_) == []
    of_budget, of_treasury, of_below = (
        round_.units.get(office=budget),
        round_.units.get(office=treasury),
        round_.units.get(body=below),
    )
    by = make_actor_of_person(clerk)
    assert OWN in "".join(rules.check_marker(by, of_budget))
    for other in (of_treasury, of_below):
        assert leading.name in "".join(rules.check_marker(by, other)), "not their rivals either; it says who may"
    assert not rules.check_marker(leading, of_budget)
    assert not rules.check_marker(head, of_budget)
    again = PersonFactory(name=clerk.name, mobile="+86 138 0000 0001")
    AppointmentFactory(role=Role.LEAD, body=bureau, person=again)
    assert OWN in "".join(rules.check_marker(make_actor_of_person(again), of_budget)), "the same human registered twice"
    covered = AppointmentFactory(role=Role.CLERK, body=bureau, office=budget)
    AppointmentFactory(
        role=Role.CLERK, body=bureau, office=budget, covers=covered, person=Person.objects.get(pk=leading.person_id)
    )
    covering = make_actor_of_person(Person.objects.get(pk=leading.person_id))
    assert OWN in "".join(rules.check_marker(covering, of_budget)), "who covers a post there works there"


def test_third_party_cannot_score_own_unit(scene: Scene) -> None:
    leaf = scene.leaf("1.2")
    facts = {"organisation": "云岭评估中心", "name": "林评", "username": "pinggu1", "until": date(2024, 12, 10)}
    actions.open_round(scene.round, by=scene.chief)
    evaluator = actions.invite_evaluator(scene.round, by=scene.chief, indicators=[leaf], **facts)
    AppointmentFactory(role=Role.CLERK, body=scene.bureaus[0], person=evaluator.person)
    by = make_actor_of_person(Person.objects.get(pk=evaluator.person_id))
    said = {"indicator": leaf, "value": Decimal(70), "words": "更新及时。"}
    with pytest.raises(Refused, match=OWN):
        actions.record_evaluation(evaluator, by=by, unit=scene.unit(0), **said)
    actions.record_evaluation(evaluator, by=by, unit=scene.unit(1), **said)
    actions.end_evaluator(evaluator, by=scene.chief)
    assert Person.objects.get(pk=evaluator.person_id).active, "a clerk keeps the login"


# A county assessed by its city: its 政务公开办 acts for its government


@dataclass
class County:
    """A county assessed in a round of its city: its 政务公开办 and its sheet."""

    chief: Actor
    sheet: Assessed

    @property
    def entry(self) -> Entry:
        """Return its self-assessment, read again."""
        return Entry.objects.get(pk=self.sheet.entry_id)


@pytest.fixture
def county(scene: Scene) -> County:
    body = BodyFactory(name="青溪县", parent=scene.government, kind=BodyKind.DISTRICT)
    office = BodyFactory(name="青溪县政府办公室", parent=body, kind=BodyKind.GENERAL_OFFICE)
    actions.set_units(scene.round, by=scene.chief, units=[(body, "区县")])
    actions.open_round(scene.round, by=scene.chief)
    return County(actor(Role.CHIEF, office), Assessed.objects.get(body=body))


def test_chief_acts_only_for_own_government(scene: Scene, county: County) -> None:
    assert county.sheet.body_id in list_responsible_units(county.chief)
    assert county.sheet.body_id not in list_responsible_units(scene.chief), "who is above oversees it, and is not it"
    assert scene.government.pk in list_responsible_units(scene.chief)
    assert scene.bureaus[0].pk not in list_responsible_units(scene.chief)
    admin = actor(Role.ADMINISTRATOR, scene.office)
    assert not list_responsible_units(admin), "technical posts speak for nobody"


def test_county_fills_in_and_sees_only_its_own_sheet(scene: Scene, county: County) -> None:
    assert list(queries.units_visible_to(county.chief)) == [county.sheet]
    assert list(queries.rounds_visible_to(county.chief)) == [scene.round]
    assert list(queries.schemes_visible_to(county.chief)) == [scene.scheme]
    actions.record_claim(
        county.entry, by=county.chief, indicator=scene.leaf("3"), value=Decimal(90), words="已列入预算。"
    )
    add_evidence(county.entry, by=county.chief, title="预算批复", url="https://cz.example/1.html")
    actions.submit_self_assessment(county.entry, by=county.chief)
    assert not must_judge(county.chief, county.entry)
    with pytest.raises(Refused, match="组织考核的政务公开办"):
        actions.accept_self_assessment(county.entry, by=county.chief)
    with pytest.raises(Refused, match="组织考核的政务公开办"):
        actions.return_self_assessment(county.entry, by=county.chief, reason="请补充材料。")
    assert must_judge(scene.chief, county.entry)
    actions.accept_self_assessment(county.entry, by=scene.chief)


def test_draft_edition_of_scheme_is_hidden_from_others(scene: Scene, county: County) -> None:
    actions.revise_scheme(scene.scheme, by=scene.chief)
    shown = {by: dict(IndicatorSchemeRegister().extra_facts(by, scene.scheme)) for by in (scene.chief, county.chief)}
    assert "第2版" in str(shown[scene.chief]["其他各版"])
    assert shown[county.chief]["其他各版"] == ""
    assert str(scene.round) in str(shown[county.chief]["用于"])


def test_county_is_notified_of_result_and_objects(scene: Scene, county: County) -> None:
    for unit in Round.objects.get(pk=scene.round.pk).units.all():
        actions.record_mark(unit, by=scene.chief, indicator=scene.leaf("3"), value=Decimal(80))
    Round.objects.filter(pk=scene.round.pk).update(state="published", objections_until="2024-11-27")
    told = make_pending_block(county.chief)
    assert told
    assert "有异议的" in str(told["rows"])
    sheet = Assessed.objects.get(pk=county.sheet.pk)
    entry = actions.file_appeal(sheet, by=county.chief, grounds="县政府公报已经按期公开，请复核。")
    assert entry in visible_to(county.chief, kind="score_appeal")
    with pytest.raises(Refused, match="只有被考核单位"):
        actions.file_appeal(sheet, by=scene.chief, grounds="县政府公报已经按期公开，请复核。")
    actions.withdraw_appeal(entry, by=county.chief)
