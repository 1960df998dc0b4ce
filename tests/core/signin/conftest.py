from types import SimpleNamespace

import pytest
from django.test import Client

from factories.units import AppointmentFactory, BodyFactory
from gongkai.core.units.access import sync_access
from gongkai.core.units.models import BodyKind, Person, Role

PASSWORD = "own-Password-77"


def sign_in(person: Person, **facts: str) -> Client:
    """Return a client that signed in by the form."""
    client = Client(**facts)  # type: ignore[arg-type]
    client.post("/admin/login/", {"username": person.user.username, "password": PASSWORD})
    return client


@pytest.fixture
def people(db: None) -> SimpleNamespace:
    """A city with a clerk, a signer and an auditor who have passwords."""
    city = BodyFactory(government=True)
    general = BodyFactory(name="云岭市人民政府办公室", parent=city, kind=BodyKind.GENERAL_OFFICE)
    finance = BodyFactory(name="云岭市财政局", parent=city)
    posts = {
        "clerk": (Role.CLERK, finance),
        "signer": (Role.SIGNER, finance),
        "auditor": (Role.AUDITOR, general),
    }
    found = {}
    for name, (role, body) in posts.items():
        person = AppointmentFactory(role=role, body=body).person
        person.user.set_password(PASSWORD)
        person.user.save()
        sync_access(person)
        found[name] = person
    return SimpleNamespace(**found, city=city)
