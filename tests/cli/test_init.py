"""`gongkai init`: from an empty installation to somebody who can sign in and register the others."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.contrib.auth import authenticate

from gongkai.cli.root import root
from gongkai.units import actions
from gongkai.units.actors import actor_of
from gongkai.units.models import Body, Person, Role

FACTS = {
    "--government": "云岭市人民政府",
    "--office": "云岭市人民政府办公室",
    "--name": "林志远",
    "--username": "linzy",
}


def call(*more: str, **changed: str) -> Result:
    words = [part for pair in {**FACTS, **changed}.items() for part in pair]
    return CliRunner().invoke(root, ["init", "--level", "市级", *words, *more])


@pytest.mark.django_db
def test_the_first_administrator_signs_in_once_and_registers_others() -> None:
    said: dict[str, Any] = json.loads(call("--json").stdout)
    user = authenticate(username=said["username"], password=said["password"])
    assert user is not None
    assert user.has_perm("wagtailadmin.access_admin")
    actor = actor_of(user)
    assert actor.has(Role.ADMINISTRATOR)
    assert not actor.has(Role.CHIEF)
    assert Person.objects.get().must_change_password
    assert actions.add_person(None, by=actor, name="陈静").pk
    assert Body.objects.get(pk=said["office"]).parent_id == said["government"]


@pytest.mark.django_db
def test_a_small_government_has_one_person_for_both() -> None:
    said = json.loads(call("--json", "--chief").stdout)
    actor = actor_of(authenticate(username=said["username"], password=said["password"]))
    place = Body.objects.get(pk=said["government"])
    assert actions.create(place, by=actor, name="云岭市财政局", kind="department").pk


@pytest.mark.django_db
def test_a_second_time_it_is_refused() -> None:
    assert call().exit_code == 0
    again = call(**{"--username": "other", "--name": "陈静"})
    assert again.exit_code != 0
    assert "已有系统管理员" in again.output
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_kept_of_a_refused_one() -> None:
    refused = call(**{"--username": " "})
    assert refused.exit_code != 0
    assert not Body.objects.exists()
