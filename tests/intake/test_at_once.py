"""Two clicks at the same moment make one matter, on both databases."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from factories.intake import PNG, code_in, filled, png, post
from factories.publishing import website
from gongkai.files.place import files_storage
from gongkai.intake.actions import schedule_erasure
from gongkai.intake.jobs import erase_due
from gongkai.intake.models import Hit, Party, QueryCode, Sending, Upload
from gongkai.intake.throttle import Limit
from gongkai.outbox.models import Letter
from gongkai.platform.models import Fault
from gongkai.portal import tree

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_town]


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[None]:
    """A database that threads share: on SQLite a file, since one in memory has one connection. What is asked of it is asked in threads."""
    if connection.vendor != "sqlite":
        yield
        return
    file = tmp_path / "at_once.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(file)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections.settings["default"], "NAME", str(file))
        yield


def at_once(work: Callable[[], Any], count: int = 4) -> list[Any]:
    """Do something in several threads that begin together; return what each gave, or raised."""
    gate, results = threading.Barrier(count), []

    def one() -> None:
        gate.wait(20)
        try:
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.fixture
def form() -> dict[str, Any]:
    website()
    tree.forget()
    return filled(Client(), name="李晓云", email="li@example.cn", phone="13800138000")


def test_clicks_at_once_make_one_matter(form: dict[str, Any], shared: None) -> None:
    with time_machine.travel(timezone.now() + timedelta(seconds=8)):
        answers = at_once(lambda: Client().post("/forms/fault/", form))
    assert [getattr(one, "status_code", one) for one in answers] == [200] * 4
    assert len({code_in(one) for one in answers}) == 1
    tables = (Party, QueryCode, Sending, Fault, Letter)
    assert at_once(lambda: [table.objects.count() for table in tables], 1) == [[1] * 5]


def test_limits_count_what_comes_at_once(shared: None) -> None:
    limit = Limit("together", 100, 3600)
    at_once(lambda: limit.hit("1.1.1.1"), 6)
    assert at_once(lambda: (limit.used("1.1.1.1"), Hit.objects.count()), 1) == [(6, 1)]


def test_erased_files_go_from_the_store() -> None:
    website()
    tree.forget()
    client = Client()
    post(client, {**filled(client, name="李晓云"), "files": png()})
    upload = Upload.objects.get()
    with files_storage().open(upload.place) as file:
        assert PNG not in file.read()
    schedule_erasure(upload.matter, timezone.localdate() - timedelta(days=400))
    erase_due()
    assert not files_storage().exists(upload.place)
