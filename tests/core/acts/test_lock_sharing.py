"""Background work on SQLite pauses after each transaction, so that others can write."""

import gc

import pytest
from django.db import connection, transaction
from django.urls import clear_url_caches, get_resolver

from gongkai.core.acts import lock_sharing
from gongkai.core.acts.lock_sharing import MAX_PAUSE_SECONDS, postpone_garbage_collection, share_write_lock
from gongkai.core.vault.models import StoredRing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_town]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows")
def test_only_background_work_pauses_after_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(lock_sharing.time, "sleep", pauses.append)
    with transaction.atomic():
        StoredRing.objects.exists()
    assert pauses == []
    with share_write_lock(), transaction.atomic():
        StoredRing.objects.exists()
    assert len(pauses) == 1
    assert 0 < pauses[0] <= MAX_PAUSE_SECONDS


def test_garbage_collection_resumes_after_the_last_overlapping_action() -> None:
    first, second = postpone_garbage_collection(), postpone_garbage_collection()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert not gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL locks rows")
def test_urls_are_loaded_before_the_database_is_locked() -> None:
    """A command's first message would load all views while nobody else can write: half a second."""
    clear_url_caches()
    with transaction.atomic():
        assert get_resolver()._populated
