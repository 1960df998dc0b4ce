"""Follow-up rules to six awaited acts of ministries: due after three months, drafted, submitted, approved, issued."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from factories.requests import CHECKED_PROOF
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Body, BodyKind, Role
from gongkai.work.directory import actions
from gongkai.work.directory.actions.followups import (
    INSTITUTION_DOMAINS,
    close_unneeded_followup,
    get_followup_due_date,
    record_approval,
    record_drafting,
    record_issue,
    record_ministry_act,
    record_submission,
    return_followup,
)
from gongkai.work.directory.models import Catalogue, CatalogueItem, Followup


@pytest.mark.parametrize(("act", "due"), [((2021, 12, 10), (2022, 3, 10)), ((2021, 11, 30), (2022, 2, 28))])
def test_followup_is_due_three_months_after_the_act(act: tuple[int, int, int], due: tuple[int, int, int]) -> None:
    assert get_followup_due_date(date(*act)) == date(*due)


@pytest.mark.django_db
def test_six_awaited_acts_and_their_steps(site: Any, housing: Body) -> None:
    office = signed_in(Role.CHIEF, site.body)
    given = {"outcome": "rules", "government": site.body.pk} | {
        f"body{at}": housing.pk for at in range(len(INSTITUTION_DOMAINS))
    }
    office.post("/admin/directory/followups/new/", given)
    assert sorted(Followup.objects.values_list("domain", flat=True)) == sorted(INSTITUTION_DOMAINS)
    entry, other = Entry.objects.filter(kind="followup").order_by("pk")[:2]
    assert (entry.state, entry.due_at) == ("awaited", None)
    chief, clerk = actor(Role.CHIEF, site.body), actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="已经登记"):
        actions.create_followups(site.body, by=chief, pairs=[("教育", housing)], outcome="rules")
    stranger = actor(Role.CLERK, BodyFactory(name="云岭市水务局", parent=site.body))
    with pytest.raises(Refused, match="只有承办单位"):
        record_ministry_act(entry, by=stranger, title="规定", on=date(2026, 11, 1))
    record_ministry_act(
        entry, by=clerk, title="教育公共企事业单位信息公开规定", on=date(2026, 11, 1), number="教办〔2026〕1号"
    )
    entry.refresh_from_db()
    other.refresh_from_db()
    assert timezone.localdate(entry.due_at) == date(2027, 2, 1)
    assert other.due_at is None, "the clock runs for the awaiting unit's domain only"
    with pytest.raises(Refused, match="不能早于上一步"):
        record_drafting(entry, by=clerk, on=date(2026, 10, 1))
    record_drafting(entry, by=clerk, on=date(2026, 11, 10))
    record_submission(entry, by=clerk, on=date(2026, 11, 12))
    with pytest.raises(Refused, match="政务公开办"):
        record_approval(entry, by=clerk, on=date(2026, 11, 13))
    return_followup(entry, by=chief, reason="请补充投诉渠道")
    record_submission(entry, by=clerk, on=date(2026, 11, 14))
    with pytest.raises(Refused, match="由另一人核对后生效"):
        record_approval(entry, by=chief, on=date(2026, 11, 16))
    record_approval(entry, by=chief, on=date(2026, 11, 16), past_proof=CHECKED_PROOF)
    with time_machine.travel("2027-02-05 10:00+08:00"), pytest.raises(Refused, match="由另一人核对后生效"):
        record_issue(entry, by=clerk, on=date(2027, 2, 1), number="云教发〔2027〕9号", address="https://yl.example/9")
    record_issue(entry, by=clerk, on=date(2026, 11, 18), number="云教发〔2026〕9号", address="https://yl.example/9")
    close_unneeded_followup(other, by=chief, reason="本市没有这类单位")
    entry.refresh_from_db()
    assert (entry.state, entry.outcome) == ("issued", "issued")
    shown = signed_in(Role.CLERK, housing).get("/admin/directory/followups/").content.decode()
    assert "2026-11-16" in shown
    assert "云教发〔2026〕9号" in office.get(f"/admin/ledger/{entry.pk}/", follow=True).content.decode()


@pytest.mark.django_db
def test_citys_catalogue_in_force_starts_deadline_of_its_counties(site: Any) -> None:
    county = BodyFactory(name="青溪县人民政府", parent=site.body, kind=BodyKind.DISTRICT)
    chief = actor(Role.CHIEF, site.body)
    catalogue = actions.make_catalogue_draft(site.body, by=chief, domain="社会救助")
    item = CatalogueItem(first="综合业务", content="办事指南", key="1")
    actions.fill_catalogue_draft(catalogue, by=chief, items=[item])
    actions.release_catalogue(Catalogue.objects.get(), by=chief)
    entry = Entry.objects.get(kind="followup")
    assert (entry.body, entry.state) == (county, "owed")
    assert timezone.localdate(entry.due_at) == get_followup_due_date(timezone.localdate())
    assert entry.followup.outcome == "catalogue"
    again = actions.make_catalogue_draft(site.body, by=chief, domain="社会救助")
    actions.fill_catalogue_draft(again, by=chief, items=[CatalogueItem(first="综合业务", content="办事流程", key="2")])
    actions.release_catalogue(Catalogue.objects.get(pk=again.pk), by=chief)
    assert Entry.objects.filter(kind="followup").count() == 1, "what is owed already is not owed twice"
    page = signed_in(Role.CHIEF, county).get("/admin/directory/followups/").content.decode()
    assert "社会救助" in page


@pytest.mark.django_db
def test_office_of_government_is_notified_of_steps_recorded_by_others(site: Any) -> None:
    county = BodyFactory(name="青溪县人民政府", kind=BodyKind.DISTRICT, parent=site.body)
    office = BodyFactory(name="青溪县人民政府办公室", kind=BodyKind.GENERAL_OFFICE, parent=county)
    hears, chief = actor(Role.CHIEF, office), actor(Role.CHIEF, site.body)
    actions.create_followups(site.body, by=chief, pairs=[("教育", county)], outcome="rules")
    entry = Entry.objects.get(kind="followup")
    record_ministry_act(entry, by=chief, title="教育公共企事业单位信息公开规定", on=date(2026, 11, 1))
    record_drafting(Entry.objects.get(pk=entry.pk), by=chief, on=date(2026, 11, 10))
    assert Message.objects.filter(person=hears.person_id, subject__startswith="登记起草完成").exists()


@pytest.mark.django_db
def test_pair_named_twice_makes_one_entry(site: Any, housing: Body) -> None:
    chief = actor(Role.CHIEF, site.body)
    actions.create_followups(site.body, by=chief, pairs=[("教育", housing), ("教育 ", housing)], outcome="rules")
    assert Followup.objects.count() == 1
