"""A form held on the outer network counts from the day it was sent."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from factories.units import BodyFactory
from gongkai.content.editions.models import Website
from gongkai.core.intake.forms.definition import Submission
from gongkai.core.ledger.models import Entry
from gongkai.work.consultation.public import submit_inquiry as ask
from gongkai.work.requests.complaints.public import submit_complaint as complain
from gongkai.work.requests.public import submit_request as request

pytestmark = pytest.mark.django_db
SENT = datetime(2026, 11, 5, 15, 59, tzinfo=UTC)  # before midnight in Beijing
ASKED = {"wanted": "二〇二四年度物业服务企业信用评价结果", "party_kind": "person", "reference": "", "wishes": ""}
DELIVERY_CHOICES = {"form_wanted": "electronic", "route_wanted": "page"}
COMPLAINED = {"about": "not_answered", "text": "去年申请的信息至今没有答复。", "number": "", "institution": ""}
MESSAGE = {
    "category": "consultation",
    "asker": "person",
    "title": "公交线路",
    "text": "3路几点收车？",
    "may_publish": False,
}


@pytest.mark.parametrize(
    ("submit", "unit", "data"),
    [(request, "body", ASKED | DELIVERY_CHOICES), (complain, "against", COMPLAINED), (ask, "", MESSAGE)],
)
def test_deadline_counts_from_the_day_the_form_was_sent(
    site: Website, submit: Any, unit: str, data: dict[str, Any]
) -> None:
    body = BodyFactory(name="云岭市城市管理局", parent=site.body)
    given = data | ({unit: body} if unit else {})
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        submit(Submission(given, "testserver", sent_at=SENT))
    assert Entry.objects.get().clock_events.get().on == date(2026, 11, 5)
