"""Nobody marks the unit they work in: a government's round, a bureau's own, offices inside a bureau, third parties."""

from datetime import date
from decimal import Decimal

import pytest

from factories.assessment import Scene, make_scheme
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import actor_of_person
from gongkai.core.units.models import Office, Person, Role
from gongkai.oversight.assessment import actions, rules
from gongkai.oversight.assessment.models import Assessed, Round

pytestmark = pytest.mark.django_db
OWN = "不能给本单位评分"


def of(round_: Round, name: str) -> Assessed:
    return next(unit for unit in round_.units.all() if unit.name == name)


def test_who_works_in_an_assessed_unit_does_not_run_the_round(scene: Scene) -> None:
    """Neither a round that they enter their unit in, nor one that a higher office entered it in; the page says who may."""
    with pytest.raises(Refused, match="您在云岭市人民政府办公室工作"):
        actions.set_units(scene.round, by=scene.chief, units=[*scene.bureaus, scene.office])
    round_ = Round.objects.get(pk=scene.round.pk)
    Assessed.objects.create(round=round_, body=scene.office, group="政府部门")
    for step in (actions.open_round, actions.begin_scoring, actions.measure_round, actions.set_units):
        assert "目前没有别的人可以办理，请上级政务公开办办理" in step.rule(scene.chief, round_)[0]
    assert rules.check_round_manager(scene.chief, round_.scheme), "nor do they change what they are scored by"
    head = actor(Role.LEAD, scene.government)
    own, other = of(round_, scene.office.name), of(round_, scene.bureaus[0].name)
    assert OWN in rules.check_marker(scene.chief, own)[0]
    assert rules.check_marker(scene.chief, other)
    assert not rules.check_marker(head, own)


def test_a_clerk_of_an_assessed_office_marks_nobody(scene: Scene) -> None:
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
    by = actor_of_person(clerk)
    assert OWN in "".join(rules.check_marker(by, of_budget))
    for other in (of_treasury, of_below):
        assert leading.name in "".join(rules.check_marker(by, other)), "not their rivals either; it says who may"
    assert not rules.check_marker(leading, of_budget)
    assert not rules.check_marker(head, of_budget)
    again = PersonFactory(name=clerk.name, mobile="+86 138 0000 0001")
    AppointmentFactory(role=Role.LEAD, body=bureau, person=again)
    assert OWN in "".join(rules.check_marker(actor_of_person(again), of_budget)), "the same human registered twice"
    covered = AppointmentFactory(role=Role.CLERK, body=bureau, office=budget)
    AppointmentFactory(
        role=Role.CLERK, body=bureau, office=budget, covers=covered, person=Person.objects.get(pk=leading.person_id)
    )
    covering = actor_of_person(Person.objects.get(pk=leading.person_id))
    assert OWN in "".join(rules.check_marker(covering, of_budget)), "who covers a post there works there"


def test_a_third_party_does_not_score_the_unit_they_work_in(scene: Scene) -> None:
    leaf = scene.leaf("1.2")
    facts = {"organisation": "云岭评估中心", "name": "林评", "username": "pinggu1", "until": date(2024, 12, 10)}
    actions.open_round(scene.round, by=scene.chief)
    evaluator = actions.invite_evaluator(scene.round, by=scene.chief, indicators=[leaf], **facts)
    AppointmentFactory(role=Role.CLERK, body=scene.bureaus[0], person=evaluator.person)
    by = actor_of_person(Person.objects.get(pk=evaluator.person_id))
    said = {"indicator": leaf, "value": Decimal(70), "words": "更新及时。"}
    with pytest.raises(Refused, match=OWN):
        actions.record_evaluation(evaluator, by=by, unit=scene.unit(0), **said)
    actions.record_evaluation(evaluator, by=by, unit=scene.unit(1), **said)
