"""A task is cancelled while a share of it is being accepted, without a deadlock on PostgreSQL's row locks."""

import time
from itertools import count

import pytest
from django.db import connection, transaction
from django.utils import timezone

from factories.at_once import at_once
from factories.notices import city, fresh, live
from factories.units import actor
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Office, Role
from gongkai.work.notices.actions import accept_share, cancel_assignment, delegate_task, submit_share
from gongkai.work.notices.models import Assignment
from gongkai.work.notices.states import AssignmentState, ShareState

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.own_town, pytest.mark.postgres]

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def wait_for_blocked_lock() -> None:
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite holds the whole database")
def test_task_is_cancelled_while_its_share_is_accepted() -> None:
    town = city()
    clerk = actor(Role.CLERK, town.education)
    office = Office.objects.create(body=town.education, name="规划科")
    task = Assignment.objects.get(notice=live(town), body=town.education).entry
    today = timezone.localdate()
    (share,) = delegate_task(task, by=clerk, offices=[office.pk], words="报送规划信息。", until=today)
    submit_share(share, by=clerk, urls=["https://jy.yunling.gov.cn/1.html"])
    turn = count()

    def one() -> object:
        if next(turn):
            time.sleep(0.5)
            return accept_share(fresh(share), by=clerk)
        with transaction.atomic():
            Entry.objects.select_for_update().get(pk=task.pk)
            wait_for_blocked_lock()
            return cancel_assignment(fresh(task), by=town.chief, reason="通知调整")

    done = at_once(one, 2)
    (lost,) = [each for each in done if isinstance(each, Exception)]
    assert isinstance(lost, Refused)
    assert (fresh(task).state, fresh(share).state) == (AssignmentState.CANCELLED, ShareState.CANCELLED)
