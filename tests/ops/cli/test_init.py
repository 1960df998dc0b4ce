"""`gongkai init`: from an empty installation to officers who can sign in and register others."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.contrib.auth import authenticate

from gongkai.core.units import actions
from gongkai.core.units.actors import Actor, get_actor, make_actor_of_person
from gongkai.core.units.models import Body, Person, Role, Standing
from gongkai.ops.cli.root import root

FACTS = {
    "--government": "云岭市人民政府",
    "--office": "云岭市人民政府办公室",
    "--name": "林志远",
    "--username": "linzy",
    "--security-name": "陈静",
    "--security-username": "chenj",
    "--auditor-name": "黄海",
    "--auditor-username": "huangh",
}


def invoke_init(*more: str, **changed: str) -> Result:
    words = [part for pair in {**FACTS, **changed}.items() for part in pair]
    return CliRunner().invoke(root, ["init", "--level", "市级", *words, *more])


def authenticate_all(said: dict[str, Any]) -> list[Actor]:
    """Return actors of the three registered people, authenticated by the printed passwords."""
    users = [authenticate(username=one["username"], password=one["password"]) for one in said["people"]]
    assert all(user is not None and user.has_perm("wagtailadmin.access_admin") for user in users)
    return [get_actor(user) for user in users]


@pytest.mark.django_db
def test_three_officers_are_registered_and_appoint_others_together() -> None:
    said: dict[str, Any] = json.loads(invoke_init("--json").stdout)
    administrator, security, auditor = authenticate_all(said)
    assert [one.posts[0].role for one in (administrator, security, auditor)] == [
        Role.ADMINISTRATOR,
        Role.SECURITY,
        Role.AUDITOR,
    ]
    assert all(Person.objects.values_list("must_change_password", flat=True))
    place = Body.objects.get(pk=said["office"])
    assert place.parent_id == said["government"]
    new = actions.add_person(None, by=administrator, name="周文静")
    post = actions.appoint(place, by=administrator, person=new, role=Role.CHIEF)
    assert post.standing == Standing.WAITING
    actions.confirm_appointment(post, by=security)
    assert make_actor_of_person(new).has(Role.CHIEF)


@pytest.mark.django_db
def test_one_person_may_hold_two_duties_with_chief_option() -> None:
    said = json.loads(invoke_init("--json", "--chief").stdout)
    place = Body.objects.get(pk=said["government"])
    assert actions.create(place, by=authenticate_all(said)[1], name="云岭市财政局", kind="department").pk


@pytest.mark.django_db
def test_refused_init_stores_nothing_and_a_second_one_is_refused() -> None:
    refused = invoke_init(**{"--username": " "})
    assert refused.exit_code != 0
    assert not Body.objects.exists()
    assert invoke_init().exit_code == 0
    again = invoke_init(**{"--username": "other", "--name": "陈静"})
    assert again.exit_code != 0
    assert "已有系统管理员" in again.output
    assert Person.objects.count() == 3
