"""Permission matrix: every action of the units app for every role."""

import pytest

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.units import actions
from gongkai.core.units.actions.people import change_password
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Appointment, PasswordRequest, Role, UnitGroup
from gongkai.core.units.switches import switch_app

pytestmark = pytest.mark.django_db

ROLES = ["chief", "administrator", "security", "auditor", "clerk", "lead", "signer", "outside", "public"]
UNIT_ROLES, PERSON_ROLES = {"chief"}, {"administrator"}
BODY = lambda town: town.finance  # noqa: E731
OFFICE = lambda town: town.budget  # noqa: E731
PERSON = lambda town: town.post.person  # noqa: E731
POST = lambda town: town.post  # noqa: E731
WAITING = lambda town: Appointment(person=town.somebody, body=town.finance, role=Role.SIGNER)  # noqa: E731
ASKED = lambda town: PasswordRequest(person=town.post.person)  # noqa: E731

#: Action → (target, permitted roles).
MATRIX = {
    actions.create: (lambda town: town.city, UNIT_ROLES | PERSON_ROLES),
    actions.edit: (BODY, UNIT_ROLES),
    actions.rename: (BODY, UNIT_ROLES),
    actions.move: (BODY, UNIT_ROLES),
    actions.merge: (BODY, UNIT_ROLES),
    actions.close: (BODY, UNIT_ROLES),
    actions.restore: (BODY, UNIT_ROLES),
    actions.add_alias: (BODY, UNIT_ROLES),
    actions.learn_alias: (BODY, UNIT_ROLES),
    actions.remove_alias: (BODY, UNIT_ROLES),
    actions.add_office: (BODY, UNIT_ROLES | {"clerk", "lead"}),
    actions.edit_office: (OFFICE, UNIT_ROLES),
    actions.close_office: (OFFICE, UNIT_ROLES),
    actions.create_group: (lambda town: town.city, UNIT_ROLES),
    actions.edit_group: (lambda town: UnitGroup(government=town.city, name="各部门"), UNIT_ROLES),
    actions.remove_group: (lambda town: UnitGroup(government=town.city, name="各部门"), UNIT_ROLES),
    actions.add_person: (lambda town: None, PERSON_ROLES),
    actions.enter_person: (lambda town: None, PERSON_ROLES),
    actions.edit_person: (PERSON, PERSON_ROLES),
    actions.change_contact: (PERSON, {"security"}),
    actions.deactivate: (PERSON, PERSON_ROLES),
    actions.create_login: (PERSON, PERSON_ROLES),
    actions.reset_password: (PERSON, PERSON_ROLES),
    change_password: (PERSON, set()),
    actions.appoint: (BODY, PERSON_ROLES),
    actions.end_appointment: (POST, PERSON_ROLES),
    actions.hand_over: (PERSON, {"administrator", "lead"}),
    actions.cover: (POST, {"administrator", "lead"}),
    actions.confirm_appointment: (WAITING, {"security"}),
    actions.confirm_person: (
        lambda town: (
            actions.appoint(town.finance, by=town.administrator, person=town.somebody, role=Role.SIGNER).person
        ),
        {"security"},
    ),
    actions.refuse_appointment: (WAITING, {"security"}),
    actions.confirm_password: (ASKED, {"security"}),
    actions.refuse_password: (ASKED, {"security"}),
    actions.set_certificate: (BODY, PERSON_ROLES),
    actions.drop_certificate: (BODY, PERSON_ROLES),
    switch_app: (lambda town: None, {"administrator", "chief", "outside"}),
}


def get_actor_of_role(town, role: str):
    return ANONYMOUS if role == "public" else getattr(town, role)


@pytest.mark.parametrize("act", MATRIX, ids=lambda act: act.name)
def test_permissions_of_each_action(town, act) -> None:
    target, allowed = MATRIX[act]
    aim = target(town)
    reasons = {role: act.rule(get_actor_of_role(town, role), aim) for role in ROLES}
    assert {role for role, against in reasons.items() if not against} == allowed, reasons
    assert all(reason.endswith("。") for against in reasons.values() for reason in against)


def test_matrix_contains_every_action_of_the_app() -> None:
    assert {act.name for act in MATRIX} == {name for name in ACTIONS_BY_NAME if name.startswith("units.")}


#: Confirmations need a second person, so the system cannot give them.
CONFIRMATION_ACTIONS = (
    "confirm_appointment",
    "confirm_person",
    "refuse_appointment",
    "confirm_password",
    "refuse_password",
)


def test_system_may_do_everything_except_confirmations(town) -> None:
    for act, (target, _) in MATRIX.items():
        if act is not change_password:
            assert (act.rule(SYSTEM, target(town)) == []) != act.name.endswith(CONFIRMATION_ACTIONS)


def test_district_chief_cannot_change_the_city(town) -> None:
    from factories.units import actor
    from gongkai.core.units.models import Role

    local = actor(Role.CHIEF, town.district)
    assert actions.edit.rule(local, town.district) == []
    assert actions.edit.rule(local, town.finance)
    assert actions.edit.rule(town.chief, town.district) == [], "the city's reaches down"


def test_covered_person_may_arrange_a_deputy(town) -> None:
    from gongkai.core.units.actors import get_actor

    assert actions.cover.rule(get_actor(town.post.person.user), town.post) == []
