"""Fixtures of the office tests: a small city with one person in each role, and signing in."""

from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from factories.units import BodyFactory, OfficeFactory, actor
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Role


def small_city() -> SimpleNamespace:
    """Create the units and their staff."""
    city = BodyFactory(government=True)
    office = BodyFactory(name="云岭市人民政府办公室", short_name="市政府办", parent=city)
    finance = BodyFactory(name="云岭市财政局", short_name="市财政局", parent=city)
    water = BodyFactory(name="云岭市水利局", short_name="市水利局", parent=city)
    budget = OfficeFactory(body=finance, name="预算科")
    return SimpleNamespace(
        city=city,
        finance=finance,
        water=water,
        budget=budget,
        clerk=actor(Role.CLERK, finance),
        budget_clerk=actor(Role.CLERK, finance, office=budget),
        lead=actor(Role.LEAD, finance),
        signer=actor(Role.SIGNER, finance),
        other=actor(Role.CLERK, water),
        chief=actor(Role.CHIEF, office),
        auditor=actor(Role.AUDITOR, office),
        administrator=actor(Role.ADMINISTRATOR, office),
    )


def enter(client: Client, person: Actor) -> None:
    """Sign a person in who may open the office."""
    user = get_user_model().objects.get(pk=person.user_id)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)


@pytest.fixture
def city(db):
    return small_city()


@pytest.fixture
def as_(client):
    """Return a function that signs a person in and returns the client."""

    def sign_in(person):
        enter(client, person)
        return client

    return sign_in
