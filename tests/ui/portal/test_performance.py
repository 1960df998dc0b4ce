"""公开成效: shares in time of what settled, late ones shown; no row, nothing of a person."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from factories import notices
from factories.ledger import EntryFactory
from gongkai.core.ledger.models import Entry
from gongkai.core.widgets.charts import RED
from gongkai.oversight.assessment.queries.ranking import count_deadlines_kept
from gongkai.ui.portal.charts import SettledShare, describe_shares, draw_shares
from gongkai.work.notices.queries.lights import LightCounts
from gongkai.work.notices.queries.public import count_public_progress

pytestmark = pytest.mark.django_db


def test_a_chart_states_its_finding_and_is_red_where_something_is_late() -> None:
    shares = [SettledShare("年度任务", 63, late=True), SettledShare("主动公开", 93, late=False)]
    words = {"counted": "类事项", "late": "逾期没有办结的"}
    assert describe_shares(shares, **words) == "2类事项中，1类现在有逾期没有办结的；主动公开按期比例最高，93%"
    assert describe_shares(shares[1:], **words) == "1类事项现在都没有逾期的；主动公开按期比例最高，93%"
    drawn = draw_shares("按期比例", shares)
    assert (drawn.count(RED), "应当全部按期" in drawn) == (1, True)


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


def test_figures_add_up_on_every_day_of_a_changing_year() -> None:
    """What fell due last year and is still open counts there: in January, more was overdue than had fallen due."""
    body = notices.city().website.body
    with time_machine.travel("2026-12-30 10:00+08:00", tick=False):
        now = timezone.now()
        for kind in ("request", "inquiry", "disclosure"):
            for days in (-9, -1, 1, 3, 40):
                EntryFactory(kind=kind, body=body, year=2026, due_at=now + timedelta(days=days))
            EntryFactory(kind=kind, body=body, year=2026, due_at=now, closed_at=now - timedelta(hours=1))
    late = {}
    for day in (date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 3), date(2027, 3, 1)):
        with time_machine.travel(f"{day} 12:00+08:00", tick=False):
            for year in (2026, 2027):
                for row in count_deadlines_kept(body, year):
                    assert row.in_time + row.late_now <= row.settled, (day, year, row)
                    late[day, year, row.kind] = row.late_now
    assert [late[day, year, "request"] for day in (date(2027, 1, 1), date(2027, 3, 1)) for year in (2026, 2027)] == [
        3,
        0,
        3,
        2,
    ]


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
    shown = count_deadlines_kept(where.government, notice.year)[0]
    lights = sum((one.lights for one in count_public_progress(notice.year, where.government)), LightCounts())
    assert (shown.settled, shown.in_time, shown.late_now) == (2, 1, 1)
    assert (shown.in_time, shown.late_now) == (lights.grey, lights.red)
    assert shown.settled == lights.grey + lights.grey_red + lights.red
