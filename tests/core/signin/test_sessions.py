"""The session engine where the database is away."""

from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.db.models import Model

from gongkai.core.signin.sessions import SessionStore

pytestmark = pytest.mark.django_db


def begun() -> SessionStore:
    store = SessionStore()
    store["seen"] = 1
    store.create()
    return store


def test_a_database_that_is_away_is_no_ended_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the page would answer 400 instead of 503."""

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    store = begun()
    monkeypatch.setattr(Model, "save_base", away)
    with pytest.raises(OperationalError):
        store.save()


def test_a_session_that_somebody_ended_is_not_begun_again() -> None:
    store = begun()
    SessionStore().delete(store.session_key)
    with pytest.raises(UpdateError):
        store.save()
