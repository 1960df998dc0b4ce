"""Who may do what: every action of the room against every role."""

from copy import deepcopy
from types import SimpleNamespace

import pytest

from gongkai.core.acts.action import ACTIONS_BY_NAME
from gongkai.core.units import actions
from gongkai.core.units.actions.people import change_password
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Appointment, PasswordRequest, Role, UnitGroup
from gongkai.core.units.switches import switch_app

pytestmark = pytest.mark.django_db

ROLES = ["chief", "administrator", "security", "auditor", "clerk", "lead", "signer", "outside", "public"]
UNITS, PEOPLE = {"chief"}, {"administrator"}
BODY = lambda town: town.finance  # noqa: E731
OFFICE = lambda town: town.budget  # noqa: E731
PERSON = lambda town: town.post.person  # noqa: E731
POST = lambda town: town.post  # noqa: E731
WAITING = lambda town: Appointment(person=town.somebody, body=town.finance, role=Role.SIGNER)  # noqa: E731
ASKED = lambda town: PasswordRequest(person=town.post.person)  # noqa: E731

#: Action → target, roles that may.
MATRIX = {
    actions.create: (lambda town: town.city, UNITS | PEOPLE),
    actions.edit: (BODY, UNITS),
    actions.rename: (BODY, UNITS),
    actions.move: (BODY, UNITS),
    actions.merge: (BODY, UNITS),
    actions.close: (BODY, UNITS),
    actions.restore: (BODY, UNITS),
    actions.add_alias: (BODY, UNITS),
    actions.learn_alias: (BODY, UNITS),
    actions.remove_alias: (BODY, UNITS),
    actions.add_office: (BODY, UNITS | {"clerk", "lead"}),
    actions.edit_office: (OFFICE, UNITS),
    actions.close_office: (OFFICE, UNITS),
    actions.create_group: (lambda town: town.city, UNITS),
    actions.edit_group: (lambda town: UnitGroup(government=town.city, name="各部门"), UNITS),
    actions.remove_group: (lambda town: UnitGroup(government=town.city, name="各部门"), UNITS),
    actions.add_person: (lambda town: None, PEOPLE),
    actions.enter_person: (lambda town: None, PEOPLE),
    actions.edit_person: (PERSON, PEOPLE),
    actions.change_contact: (PERSON, {"security"}),
    actions.deactivate: (PERSON, PEOPLE),
    actions.create_login: (PERSON, PEOPLE),
    actions.reset_password: (PERSON, PEOPLE),
    change_password: (PERSON, set()),
    actions.appoint: (BODY, PEOPLE),
    actions.end_appointment: (POST, PEOPLE),
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
    actions.set_certificate: (BODY, PEOPLE),
    actions.drop_certificate: (BODY, PEOPLE),
    switch_app: (lambda town: None, {"administrator", "chief", "outside"}),
}


@pytest.fixture
def town(kept_town: SimpleNamespace) -> SimpleNamespace:
    return deepcopy(kept_town)


def who(town, role: str):
    return ANONYMOUS if role == "public" else getattr(town, role)


@pytest.mark.parametrize("act", MATRIX, ids=lambda act: act.name)
def test_role_and_action(town, act) -> None:
    target, allowed = MATRIX[act]
    aim = target(town)
    reasons = {role: act.rule(who(town, role), aim) for role in ROLES}
    assert {role for role, against in reasons.items() if not against} == allowed, reasons
    assert all(reason.endswith("。") for against in reasons.values() for reason in against)


def test_the_matrix_names_every_action_of_the_room() -> None:
    assert {act.name for act in MATRIX} == {name for name in ACTIONS_BY_NAME if name.startswith("units.")}


#: What a second person decides: a job is nobody.
SECOND = ("confirm_appointment", "confirm_person", "refuse_appointment", "confirm_password", "refuse_password")


def test_the_installation_may_do_all_but_sign_in_or_confirm_for_somebody(town) -> None:
    for act, (target, _) in MATRIX.items():
        if act is not change_password:
            assert (act.rule(SYSTEM, target(town)) == []) != act.name.endswith(SECOND)


def test_a_chief_of_a_district_does_not_keep_the_city(town) -> None:
    from factories.units import actor
    from gongkai.core.units.models import Role

    local = actor(Role.CHIEF, town.district)
    assert actions.edit.rule(local, town.district) == []
    assert actions.edit.rule(local, town.finance)
    assert actions.edit.rule(town.chief, town.district) == [], "the city's reaches down"


def test_the_person_covered_may_arrange_it(town) -> None:
    from gongkai.core.units.actors import get_actor

    assert actions.cover.rule(get_actor(town.post.person.user), town.post) == []
