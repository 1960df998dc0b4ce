"""The session engine during database failures and after sessions were ended."""

from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from django.db.models import Model

from gongkai.core.signin.sessions import SessionStore

pytestmark = pytest.mark.django_db


def begin_session() -> SessionStore:
    store = SessionStore()
    store["seen"] = 1
    store.create()
    return store


def test_database_error_is_not_treated_as_an_ended_session(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise the page would answer 400 instead of 503."""

    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("server closed the connection")

    store = begin_session()
    monkeypatch.setattr(Model, "save_base", away)
    with pytest.raises(OperationalError):
        store.save()


def test_ended_session_is_not_saved_again() -> None:
    store = begin_session()
    SessionStore().delete(store.session_key)
    with pytest.raises(UpdateError):
        store.save()
