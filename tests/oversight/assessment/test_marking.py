"""Nobody marks the unit they work in: a government's round, a bureau's own, offices inside a bureau, third parties."""

from datetime import date
from decimal import Decimal

import pytest

from factories.assessment import Scene, make_scheme
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import actor_of_person
from gongkai.core.units.models import BodyKind, Office, Person, Role
from gongkai.oversight.assessment import actions, rules
from gongkai.oversight.assessment.models import Assessed, Round

pytestmark = pytest.mark.django_db
OWN = "不能给本单位评分"


def of(round_: Round, name: str) -> Assessed:
    return next(unit for unit in round_.units.all() if unit.name == name)


def test_the_office_that_runs_a_round_does_not_mark_itself(scene: Scene) -> None:
    county = BodyFactory(name="青溪县", parent=scene.government, kind=BodyKind.DISTRICT)
    units = [*scene.bureaus, scene.office, county]
    with pytest.raises(Refused, match="没有人可以给云岭市人民政府办公室评分"):
        actions.open_round(actions.set_units(scene.round, by=scene.chief, units=units), by=scene.chief)
    head = actor(Role.LEAD, scene.government)
    round_ = actions.open_round(Round.objects.get(pk=scene.round.pk), by=scene.chief)
    own, leaf = of(round_, scene.office.name), scene.leaf("2.1")
    facts = {"indicator": leaf, "value": Decimal(90), "script": "怎样申请公开", "recording": "DH1"}
    with pytest.raises(Refused, match=OWN):
        actions.mark(own, by=scene.chief, **facts)
    made = actions.mark(own, by=head, **facts)
    with pytest.raises(Refused, match=OWN):
        actions.strike_mark(own, by=scene.chief, mark=made, reason="有误")
    with pytest.raises(Refused, match=OWN):
        actions.send_back(own.entry, by=scene.chief, reason="请补充。") if own.entry else None
    actions.mark(of(round_, county.name), by=scene.chief, **facts)
    AppointmentFactory(
        role=Role.CLERK, body=BodyFactory(parent=county), person=Person.objects.get(pk=scene.chief.person_id)
    )
    chief = actor_of_person(Person.objects.get(pk=scene.chief.person_id))
    with pytest.raises(Refused, match=OWN):
        actions.mark(of(round_, county.name), by=chief, **facts)
    assert not rules.marks(chief, of(round_, scene.bureaus[0].name))


def test_a_clerk_marks_other_offices_than_their_own(scene: Scene) -> None:
    bureau = scene.bureaus[1]
    budget, treasury = (Office.objects.create(body=bureau, name=name) for name in ("预算科", "国库科"))
    clerk = AppointmentFactory(
        role=Role.CLERK, body=bureau, office=budget, person__mobile="13800000001"
    ).person
    leading, head = actor(Role.CLERK, bureau), actor(Role.LEAD, bureau)
    below = BodyFactory(name="云岭市财政支付中心", parent=bureau)
    scheme = make_scheme(bureau, leading)
    days = {"first": date(2024, 1, 1), "until": date(2024, 12, 31), "self_until": date(2024, 12, 20)}
    facts = {"office": bureau, "year": 2024, "units": [below], "offices": [budget, treasury], **days}
    round_ = actions.plan_round(scheme, by=leading, **facts)
    assert rules.without_judges(round_) == []
    of_budget, of_treasury, of_below = (
        round_.units.get(office=budget),
        round_.units.get(office=treasury),
        round_.units.get(body=below),
    )
    by = actor_of_person(clerk)
    assert OWN in "".join(rules.marks(by, of_budget))
    assert not rules.marks(by, of_treasury)
    assert not rules.marks(by, of_below)
    assert not rules.marks(leading, of_budget)
    assert not rules.marks(head, of_budget)
    again = PersonFactory(name=clerk.name, mobile="+86 138 0000 0001")
    AppointmentFactory(role=Role.LEAD, body=bureau, person=again)
    assert OWN in "".join(rules.marks(actor_of_person(again), of_budget)), "the same human registered twice"
    covered = AppointmentFactory(role=Role.CLERK, body=bureau, office=budget)
    AppointmentFactory(
        role=Role.CLERK,
        body=bureau,
        office=budget,
        covers=covered,
        person=Person.objects.get(pk=leading.person_id),
    )
    covering = actor_of_person(Person.objects.get(pk=leading.person_id))
    assert OWN in "".join(rules.marks(covering, of_budget)), "who covers a post there works there"


def test_a_third_party_does_not_score_the_unit_they_work_in(scene: Scene) -> None:
    leaf = scene.leaf("1.2")
    facts = {
        "organisation": "云岭评估中心",
        "name": "林评",
        "username": "pinggu1",
        "until": date(2024, 12, 10),
    }
    actions.open_round(scene.round, by=scene.chief)
    evaluator = actions.invite_evaluator(scene.round, by=scene.chief, indicators=[leaf], **facts)
    AppointmentFactory(role=Role.CLERK, body=scene.bureaus[0], person=evaluator.person)
    by = actor_of_person(Person.objects.get(pk=evaluator.person_id))
    said = {"indicator": leaf, "value": Decimal(70), "words": "更新及时。"}
    with pytest.raises(Refused, match=OWN):
        actions.evaluate(evaluator, by=by, unit=scene.unit(0), **said)
    actions.evaluate(evaluator, by=by, unit=scene.unit(1), **said)
