"""公开成效: shares in time of what settled, late ones shown; no row, nothing of a person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories import notices
from factories.ledger import EntryFactory

pytestmark = pytest.mark.django_db


def test_the_public_reads_how_dates_are_kept(client: Client) -> None:
    body, now = notices.city().website.body, timezone.now()
    facts = {"kind": "request", "body": body, "year": now.year, "title": "王某某的申请"}
    EntryFactory(due_at=now - timedelta(minutes=2), closed_at=now - timedelta(minutes=3), **facts)
    EntryFactory(due_at=now - timedelta(minutes=2), **facts)
    page = client.get("/performance/").content.decode()
    assert "50.0%" in page
    assert "王某某" not in page
    assert client.get(f"/performance/{now.year}/").status_code == 200
    assert client.get("/performance/1999/").status_code == 404
