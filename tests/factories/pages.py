"""Sign in and read pages of the office."""

import re
from typing import Any

from django.test import Client

from factories.units import AppointmentFactory
from gongkai.content.editions.models import Column
from gongkai.core.units.access import sync_access
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Appointment, Body, Person, Role


def sign_in(client: Client, role: Role, body: Body) -> Appointment:
    """Appoint a new person and sign in as them."""
    appointment = AppointmentFactory(role=role, body=body)
    sync_access(appointment.person)
    client.force_login(appointment.person.user, "django.contrib.auth.backends.ModelBackend")
    return appointment


def read_home(client: Client) -> str:
    """Return the text of the home page with its lazily loaded parts."""
    return "".join(client.get(address).content.decode() for address in ("/admin/", "/admin/below/"))


def read_item(client: Client, number: int | None) -> str:
    """Return the text of an item's page with its lazily loaded panels."""
    page = client.get(f"/admin/publishing/items/{number}/").content.decode()
    more = re.search(r'hx-get="([^"]+/panels/[^"]*)"', page)
    return page + (client.get(more[1]).content.decode() if more else "")


def client_for(by: Actor) -> Client:
    """Return a client that is signed in as an actor."""
    person = Person.objects.get(pk=by.person_id)
    sync_access(person)
    client = Client()
    client.force_login(person.user, "django.contrib.auth.backends.ModelBackend")
    return client


def said(answer: Any) -> str:
    """Return the HTML of a response."""
    return str(answer.content.decode())


def editor_post(plans: Column, **changed: Any) -> dict[str, Any]:
    """Return the form data that the item editor sends."""
    return {
        "title": "云岭市城镇燃气专项规划",
        "kind": "plan",
        "columns": [plans.pk],
        "body": '{"entityMap": {}, "blocks": [{"key": "a", "text": "规划正文", "type": "unstyled"}]}',
        "formed_on": "2026-11-02",
        "attribute": "proactive",
        "attribute_basis": "20.3",
        "manner": "all",
        "attachments-TOTAL_FORMS": 0,
        "attachments-INITIAL_FORMS": 0,
        "attachments-MIN_NUM_FORMS": 0,
        "attachments-MAX_NUM_FORMS": 1000,
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        "comments-MIN_NUM_FORMS": 0,
        "comments-MAX_NUM_FORMS": 1000,
        **changed,
    }
