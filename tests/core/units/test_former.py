"""Former names of a unit, by its history and by the date of entry."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.units import BodyFactory
from gongkai.core.acts.actors import SYSTEM
from gongkai.core.units.actions import rename
from gongkai.core.units.models import Body
from gongkai.core.units.queries import format_name_then_and_now, get_name_on, with_names_at

pytestmark = pytest.mark.django_db
OLD, NEWER, NEW = "云岭市教育局", "云岭市教育和体育局", "云岭市教育体育局"


def rename_on(body: Body, name: str, on: date) -> Body:
    rename(Body.objects.get(pk=body.pk), by=SYSTEM, name=name, on=on, short_name=name.removeprefix("云岭"))
    return Body.objects.get(pk=body.pk)


def test_document_shows_the_name_of_its_date() -> None:
    body = BodyFactory(name=OLD)
    assert format_name_then_and_now(body, date(2026, 1, 22)) == OLD
    body = rename_on(body, NEWER, date(2026, 3, 1))
    body = rename_on(body, NEW, date(2026, 9, 1))
    days = (date(2026, 2, 28), date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1), None)
    assert [get_name_on(body, day) for day in days] == [OLD, NEWER, NEWER, NEW, NEW]
    assert format_name_then_and_now(body, date(2026, 1, 22)) == f"{OLD}（现为{NEW}）"


def test_records_before_a_rename_was_entered_keep_the_old_name() -> None:
    body = BodyFactory(name=OLD, short_name="市教育局")
    before = timezone.now()
    body = rename_on(body, NEW, date(2020, 1, 1))
    then = with_names_at(body, before)
    assert (then.name, then.label, then.pk) == (OLD, "市教育局", body.pk)
    assert with_names_at(body, timezone.now() + timedelta(seconds=1)).name == NEW
