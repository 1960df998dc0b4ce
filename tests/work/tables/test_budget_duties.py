"""Duties from budget calls: an entry for each called unit, closed by its public text or a confirmed external page."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from factories.publishing import public
from factories.tables import publish_unsigned_source, table
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import BodyKind, Role
from gongkai.work.tables import actions
from gongkai.work.tables.budget_duties import (
    close_budget_duty_with_own_text,
    confirm_budget_page,
    end_budget_duty,
    map_called_days,
    move_budget_due_date,
    open_budget_duties,
    report_budget_page,
    restore_budget_duty,
    update_budget_duties,
    update_call_duties,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def make_call(housing, on: date, what: str = "部门预算"):
    return table(housing, "budget_call", {"name": "云财〔2026〕3号", "what": what, "on": f"{on}"}, year=TODAY.year)


def list_duties() -> list[tuple[str, str, date]]:
    rows = Entry.objects.filter(kind="budget_duty").select_related("body").order_by("pk")
    return [(row.body.label, row.state, timezone.localdate(row.due_at)) for row in rows]


def test_called_unit_owes_budget_until_its_text_is_public(housing, site, plans) -> None:
    other = BodyFactory(kind=BodyKind.DEPARTMENT, parent=housing.parent)
    day = TODAY + timedelta(days=9)
    made = make_call(housing, day)
    record = made.records.get()
    assert update_call_duties()["opened"] == 0, "nobody has signed it"
    publish_unsigned_source(made, plans)
    assert update_call_duties()["opened"] == 2
    assert Message.objects.filter(subject=f"统一公开{TODAY.year}年部门预算").exists()
    assert list_duties() == [(housing.label, "owed", day), (other.label, "owed", day)]
    assert update_budget_duties(record) == 0, "none twice"
    clerk = actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="自动"):
        move_budget_due_date(Entry.objects.first(), by=clerk, until=TODAY)
    with pytest.raises(Refused, match="自动"):
        open_budget_duties(None, by=clerk, record=record, units=[housing])
    with pytest.raises(Refused, match="自动"):
        close_budget_duty_with_own_text(Entry.objects.first(), by=clerk, on=TODAY, address="/1.html")
    later = day + timedelta(days=5)
    actions.change_record(record, by=clerk, values={**record.values, "on": f"{later}"}, version=record.version)
    publish_unsigned_source(made, plans)
    public(housing, [plans], title=f"{housing.name}{TODAY.year}年部门预算")
    assert update_call_duties() == {"opened": 0, "closed": 1}
    assert update_call_duties() == {"opened": 0, "closed": 0}
    assert list_duties() == [(housing.label, "published", later), (other.label, "owed", later)]
    page = signed_in(Role.CHIEF, site.body).get(Entry.objects.get(state="published").url).content.decode()
    assert "云财〔2026〕3号" in page
    record.refresh_from_db()
    actions.remove_record(record, by=clerk, reason="通知作废", version=record.version)
    assert [state for _, state, _ in list_duties()] == ["published", "dropped"]


def test_external_page_needs_second_person_and_past_call_opens_nothing(housing, site, plans) -> None:
    made = make_call(housing, TODAY - timedelta(days=1), "部门决算")
    publish_unsigned_source(made, plans)
    assert update_call_duties() == {"opened": 0, "closed": 0}
    values = {"name": "云财〔2026〕4号", "what": "部门预算", "on": f"{TODAY}"}
    actions.add_record(made, by=actor(Role.CLERK, housing), values=values)
    publish_unsigned_source(made, plans)
    update_call_duties()
    entry, chief = Entry.objects.get(kind="budget_duty"), actor(Role.CHIEF, site.body)
    reported = report_budget_page(entry, by=chief, on=TODAY, address="https://czj.example.gov.cn/1.html")
    with pytest.raises(Refused, match="另一人"):
        confirm_budget_page(reported, by=chief, on=TODAY)
    assert confirm_budget_page(reported, by=actor(Role.CHIEF, site.body), on=TODAY).closed_at
    with pytest.raises(Refused):
        end_budget_duty(reported, by=chief, reason="没有单独预算")


def test_dropped_duty_is_not_opened_again_by_the_same_call(housing, site, plans) -> None:
    made = make_call(housing, TODAY + timedelta(days=9))
    publish_unsigned_source(made, plans)
    update_call_duties()
    end_budget_duty(Entry.objects.get(kind="budget_duty"), by=actor(Role.CHIEF, site.body), reason="没有单独预算")
    assert update_call_duties()["opened"] == 0
    chief = actor(Role.CHIEF, site.body)
    restored = restore_budget_duty(Entry.objects.get(kind="budget_duty"), by=chief, reason="有单独预算，选错了单位")
    assert (restored.state, restored.outcome, restored.closed_at) == ("owed", "", None)
    end_budget_duty(restored, by=chief, reason="没有单独预算")
    clerk, record = actor(Role.CLERK, housing), made.records.get()
    actions.remove_record(record, by=clerk, reason="通知作废", version=record.version)
    actions.add_record(made, by=clerk, values={**record.values, "name": "云财〔2026〕5号"})
    assert update_budget_duties(made.records.get()) == 1
    with pytest.raises(Refused, match="重新登记安排"):
        restore_budget_duty(Entry.objects.get(state="dropped"), by=chief, reason="选错了")


def test_call_of_one_government_moves_no_duty_of_another(housing, site, plans) -> None:
    day = TODAY + timedelta(days=9)
    publish_unsigned_source(make_call(housing, day), plans)
    update_call_duties()
    county = BodyFactory(kind=BodyKind.DISTRICT, parent=site.body)
    bureau = BodyFactory(kind=BodyKind.DEPARTMENT, parent=county)
    later = day + timedelta(days=5)
    assert update_budget_duties(make_call(bureau, later).records.get()) == 1
    assert [due for *_, due in list_duties()] == [day, later]


def test_called_day_of_the_public_is_not_a_draft(housing, site, plans) -> None:
    made, day = make_call(housing, TODAY), TODAY + timedelta(days=5)
    publish_unsigned_source(made, plans)
    record = made.records.get()
    clerk = actor(Role.CLERK, housing)
    actions.change_record(record, by=clerk, values={**record.values, "on": f"{day}"}, version=record.version)
    key = (TODAY.year, "部门预算")
    assert map_called_days(site.body, published=True) == {key: TODAY}
    assert map_called_days(site.body, published=False) == {key: day}
