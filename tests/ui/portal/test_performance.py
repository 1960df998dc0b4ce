"""公开成效: shares in time of what settled, late ones shown; no row, nothing of a person."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories import notices
from factories.ledger import EntryFactory
from gongkai.core.ledger.models import Entry
from gongkai.oversight.assessment.queries.public import keeping
from gongkai.work.notices.queries.lights import LightCounts
from gongkai.work.notices.queries.public import count_public_progress

pytestmark = pytest.mark.django_db


def test_the_public_reads_how_dates_are_kept(client: Client) -> None:
    body, now = notices.city().website.body, timezone.now()
    facts = {"kind": "request", "body": body, "year": now.year, "title": "王某某的申请"}
    EntryFactory(due_at=now - timedelta(minutes=2), closed_at=now - timedelta(minutes=3), **facts)
    EntryFactory(due_at=now - timedelta(minutes=2), **facts)
    # Passed on to who answers for it (转出): nothing was owed here.
    EntryFactory(closed_at=now - timedelta(minutes=3), outcome="void", **facts)
    page = client.get("/performance/").content.decode()
    assert "50%" in page
    assert "王某某" not in page
    assert client.get(f"/performance/{now.year}/").status_code == 200
    assert client.get("/performance/1999/").status_code == 404


def test_tasks_are_counted_as_the_page_of_progress_counts_them() -> None:
    where = notices.city()
    notice = notices.live(where)
    own = Entry.objects.filter(assignment__notice=notice)
    late, in_time, gone = own.order_by("pk")[:3]
    now = timezone.now()
    Entry.objects.filter(pk=late.pk).update(due_at=now - timedelta(days=1))
    Entry.objects.filter(pk=in_time.pk).update(closed_at=now, outcome="done", due_at=now + timedelta(days=1))
    Entry.objects.filter(pk=gone.pk).update(closed_at=now, outcome="not_applicable")
    # Another notice's task, late in the same year (a county's own, last year's look-back).
    EntryFactory(kind="assignment", body=where.education, year=notice.year, due_at=now - timedelta(days=2))
    shown = keeping(where.government, notice.year)[0]
    lights = sum((one.lights for one in count_public_progress(notice.year, where.government)), LightCounts())
    assert (shown.settled, shown.in_time, shown.late_now) == (2, 1, 1)
    assert (shown.in_time, shown.late_now) == (lights.grey, lights.red)
    assert shown.settled == lights.grey + lights.grey_red + lights.red
