"""Shared helpers of identity provider tests: settings, registration, messages."""

from typing import Any

from django.test import Client

from gongkai.core.signin.models import Identity, Operation
from gongkai.core.units.models import Person
from gongkai.ops.config.logs import PROVIDER_SETTINGS, authentication_backends

HOME, LOGIN = "/admin/", "/admin/login/"


def configured(name: str, **given: str) -> dict[str, str]:
    """Return the settings of an identity provider as `config.identities` reads them."""
    named = {"name": name, "prefix": f"GONGKAI_IDENTITY_{name.upper()}_"}
    return {**dict.fromkeys(PROVIDER_SETTINGS, ""), **named, "label": "云岭统一身份", **given}


def configure(settings: Any, *given: dict[str, str], local: str = "all") -> None:
    settings.GONGKAI_IDENTITIES, settings.GONGKAI_LOCAL_SIGN_IN = list(given), local
    settings.AUTHENTICATION_BACKENDS = authentication_backends(list(given), local)


def register(person: Person, name: str, identifier: str = "yl-0001", *, vouched: bool = True) -> Identity:
    return Identity.objects.create(person=person, provider=name, identifier=identifier, vouched=vouched)


def said(client: Client, answer: Any) -> str:
    """Return the message that the sign-in page shows."""
    assert answer.headers["Location"] == LOGIN
    return alert(client.get(LOGIN))


def alert(page: Any) -> str:
    return page.content.decode().split('role="alert"', 1)[1].split("</p>", 1)[0].split("</ul>", 1)[0]


def last() -> Operation:
    return Operation.objects.order_by("-pk")[0]
