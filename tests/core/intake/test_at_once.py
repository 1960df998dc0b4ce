"""Concurrent submissions of one form create one matter, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories.at_once import at_once, one_database  # noqa: F401 - a fixture
from factories.intake import PNG, code_in, filled, png, post
from factories.publishing import website
from gongkai.core.files.storage import get_files_storage
from gongkai.core.intake.actions import schedule_erasure
from gongkai.core.intake.jobs import erase_due
from gongkai.core.intake.models import Hit, Party, QueryCode, Sending, Upload
from gongkai.core.intake.throttle import RateLimit
from gongkai.core.outbox.models import Letter
from gongkai.ui.portal import tree
from gongkai.work.site_operations.models import Fault

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_town]


@pytest.fixture
def filled_form() -> dict[str, Any]:
    website()
    tree.reload_next_time()
    return filled(Client(), name="李晓云", email="li@example.cn", phone="13800138000")


def test_concurrent_submissions_create_one_matter(filled_form: dict[str, Any], one_database: None) -> None:  # noqa: F811 - the fixture
    with time_machine.travel(timezone.now() + timedelta(seconds=8)):
        answers = at_once(lambda: Client().post("/forms/fault/", filled_form))
    assert [getattr(one, "status_code", one) for one in answers] == [200] * 4
    assert len({code_in(one) for one in answers}) == 1
    tables = (Party, QueryCode, Sending, Fault, Letter)
    assert at_once(lambda: [table.objects.count() for table in tables], 1) == [[1] * 5]


def test_rate_limit_counts_concurrent_hits(one_database: None) -> None:  # noqa: F811 - the fixture
    limit = RateLimit("together", 100, 3600)
    at_once(lambda: limit.hit("1.1.1.1"), 6)
    assert at_once(lambda: (limit.used("1.1.1.1"), Hit.objects.count()), 1) == [(6, 1)]


def test_erased_uploads_are_deleted_from_the_store() -> None:
    website()
    tree.reload_next_time()
    client = Client()
    post(client, {**filled(client, name="李晓云"), "files": png()})
    upload = Upload.objects.get()
    with get_files_storage().open(upload.place) as file:
        assert PNG not in file.read()
    schedule_erasure(upload.matter, timezone.localdate() - timedelta(days=400))
    erase_due()
    assert not get_files_storage().exists(upload.place)
