"""What is equal to what: arguments of a call that may be repeated, and what it did to them (`replayed.py`)."""

from dataclasses import is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any


class Unlike(Exception):
    """A value of which nobody can say whether another one is equal."""


def restore(live: Any, was: Any) -> None:
    """Give arguments what the call did to them."""
    from django.db.models import Model
    from django.test import Client

    if type(live) is not type(was):
        return
    if isinstance(live, Model):
        live.__dict__.clear()
        live.__dict__.update(was.__dict__)
    elif isinstance(live, Client):
        live.cookies = was.cookies
    elif isinstance(live, SimpleNamespace) or is_dataclass(live):
        restore(vars(live), vars(was))
    elif isinstance(live, dict):
        for key, value in live.items():
            restore(value, was.get(key))
    elif isinstance(live, (list, tuple)):
        for one, other in zip(live, was or (), strict=False):
            restore(one, other)


PLAIN = (str, int, float, bool, bytes, type(None), Decimal, date, datetime, time, timedelta)


def mark(value: Any) -> Any:
    """Return what is equal where values are, or say that nobody can know."""
    from django.db.models import Model
    from django.test import Client

    from gongkai.core.acts.actors import Actor

    if isinstance(value, Enum):
        return (type(value).__name__, value.name)
    if isinstance(value, PLAIN):
        return (type(value).__name__, repr(value))
    if isinstance(value, Model):
        facts = [
            (one.attname, repr(value.__dict__[one.attname]))
            for one in value._meta.concrete_fields
            if one.attname in value.__dict__
        ]
        return (value._meta.label, _plain(repr(facts)))
    if isinstance(value, Actor):
        return _plain(repr(value))
    if isinstance(value, Client) and type(value) is Client:
        return ("client", value.cookies.output(), value.raise_request_exception)
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *map(mark, value))
    if isinstance(value, (set, frozenset)):
        return ("set", *sorted(map(repr, map(mark, value))))
    if isinstance(value, dict):
        return ("dict", *((mark(key), mark(one)) for key, one in value.items()))
    if isinstance(value, type):
        return (value.__module__, value.__qualname__)
    if isinstance(value, SimpleNamespace) or (is_dataclass(value) and type(value).__module__.startswith("factories.")):
        return (type(value).__qualname__, mark(vars(value)))
    raise Unlike(type(value))


def _plain(said: str) -> str:
    if " at 0x" in said:
        raise Unlike(said)
    return said
