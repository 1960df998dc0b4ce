"""Documents published in a measure's column are offered as evidence, and appear on the public progress page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from factories import publishing
from factories.notices import PLANNING_PATH, YEAR, City, accepted, city, entry_of, live
from factories.pages import said
from factories.units import actor, signed_in
from gongkai.content.editions.models import Column, ColumnUse, Document
from gongkai.content.editions.sources import ensure_document, list_document_columns
from gongkai.content.publishing.actions import drop_channel, open_column, record_channel, set_publishers, withdraw
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.work.notices.actions import submit_task
from gongkai.work.notices.entries.checklist import find_first_day
from gongkai.work.notices.entries.evidence_offers import list_unused_publications
from gongkai.work.notices.forms import TaskSubmissionForm
from gongkai.work.notices.models import Duty, EvidenceOffer
from gongkai.work.notices.queries.public import count_public_progress, list_public_years
from gongkai.work.notices.states import AssignmentState


@pytest.fixture
def where(db: None) -> City:
    made = city(website=False)
    made.website = publishing.website(body=made.government)
    return made


def plan_column() -> Column:
    made = Column.objects.get(name=PLANNING_PATH[-1])
    made.person, made.cycle_days, made.content = publishing.PersonFactory(), 31, "专项规划"
    made.save()
    for one in [*_list_ancestors(made), made]:
        one.person, one.cycle_days = made.person, 31
        one.content = one.content or one.name
        one.save()
        if not one.is_open:
            open_column(one, by=SYSTEM)
    return Column.objects.get(pk=made.pk)


def _list_ancestors(made: Column) -> list[Column]:
    parent = made.parent
    return [*_list_ancestors(parent), parent] if parent else []


def test_document_in_column_of_measure_is_evidence_without_upload(where: City) -> None:
    notice = live(where)
    entry = entry_of(notice, where.education)
    publishing.public(where.education, [plan_column()], title="教育专项规划")
    offer = EvidenceOffer.objects.get()
    assert (offer.assignment_id, offer.title) == (entry.pk, "教育专项规划")
    duty = entry.assignment.measure.duties.get()
    submit_task(entry, by=actor(Role.CLERK, where.education), done={duty.pk: 1})
    assert entry.evidence.get().machine == "holds"
    accepted(entry, actor(Role.CLERK, where.planning))
    assert Entry.objects.get(pk=entry.pk).state == AssignmentState.DONE
    measure = count_public_progress(notice.year, where.government)[0].sections[0].measures[0]
    assert [link.title for link in measure.links] == ["教育专项规划"]
    assert measure.state == "进行中（1/2）"


def test_withdrawn_document_is_neither_linked_nor_offered(where: City) -> None:
    notice = live(where)
    entry = entry_of(notice, where.education)
    document: Document = publishing.public(where.education, [plan_column()], title="教育专项规划")
    submit_task(entry, by=actor(Role.CLERK, where.education), statement="已公开")
    later = publishing.public(where.education, [plan_column()], title="教育专项规划（修订）")
    for one in (document, later):
        withdraw(one, by=where.chief, reason="内容有误")
    measure = count_public_progress(notice.year, where.government)[0].sections[0].measures[0]
    assert measure.links == ()
    assert not EvidenceOffer.objects.filter(taken=None).exists()


def test_only_the_latest_edition_of_a_document_is_offered(where: City) -> None:
    live(where)
    page = publishing.item(where.education, [plan_column()], title="教育专项规划")
    publishing.released(page)
    page.title = "教育专项规划（更正）"
    page.save_revision()
    publishing.released(page)
    open_offers = EvidenceOffer.objects.filter(taken=None)
    assert [offer.title for offer in open_offers] == ["教育专项规划（更正）"]


def test_scheduled_document_is_not_marked_verified(where: City) -> None:
    entry = entry_of(live(where), where.education)
    page = publishing.item(where.education, [plan_column()], title="教育专项规划")
    publishing.signed(page, visible_from=timezone.now() + timedelta(days=3))
    submit_task(entry, by=actor(Role.CLERK, where.education), statement="已排期公开")
    assert entry.evidence.get().machine == "unchecked"


def test_document_of_another_unit_is_not_offered(where: City) -> None:
    live(where)
    publishing.public(where.health, [plan_column()], title="卫生规划")
    assert not EvidenceOffer.objects.exists()


def test_public_progress_shows_notices_in_force_without_internal_data(where: City) -> None:
    assert list_public_years(where.government) == []
    notice = live(where)
    assert list_public_years(where.government) == [notice.year]
    shown = count_public_progress(notice.year, where.government)[0]
    assert [section.title for section in shown.sections] == ["一、深化重点领域信息公开", "二、公开财政信息"]
    first = shown.sections[0].measures[0]
    assert (first.leads, first.lights.total) == (("市发展改革委",), 2)
    assert [(unit.name, unit.due) for unit in first.units] == [
        ("市财政局", date(YEAR, 12, 10)),
        ("市教育局", date(YEAR, 12, 10)),
    ]
    assert first.days == (date(YEAR, 12, 10),)
    assert shown.lights.total == 5


def test_public_progress_uses_constant_number_of_queries(where: City, django_assert_max_num_queries: object) -> None:
    notice = live(where)
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        count_public_progress(notice.year, where.government)


def test_other_channel_is_evidence_if_duty_names_it(where: City) -> None:
    from gongkai.content.gazette import actions as gazette
    from gongkai.content.gazette.issue_publication import record_printed

    entry = entry_of(live(where), where.education)
    made = plan_column()
    document = publishing.public(where.education, [made], title="教育专项规划")
    issue = gazette.open_issue(where.government, by=SYSTEM, year=2026, number=1, issued_on=timezone.localdate())
    gazette.add_documents(issue, by=SYSTEM, documents=[document.pk])
    revision = gazette.compose_issue(issue, by=SYSTEM)
    publishing.actions.place(publishing.ensure_document(issue), by=SYSTEM, columns=[made])
    Duty.objects.filter(measure=entry.assignment.measure).update(channels=["政府公报", "政务新媒体"])
    publishing.publish_unsigned(issue, revision.pk)
    record_printed(issue)
    clerk = actor(Role.CLERK, where.education)
    facts = {"at": timezone.now(), "address": "https://mp.weixin.example/s/1"}
    posted = record_channel(document, by=clerk, channel="media", name="云岭教育", **facts)
    record_channel(document, by=clerk, channel="press", name="云岭日报", **facts)
    offers = {one.path: one for one in EvidenceOffer.objects.filter(release__gt=0)}
    assert set(offers) == {"政府公报", "政务新媒体"}, "the press is no channel of this duty"
    assert {one.assignment_id for one in offers.values()} == {entry.pk}
    assert offers["政府公报"].url.endswith(f"/gazette/{issue.pk}/")
    assert (offers["政府公报"].holds, offers["政务新媒体"].holds) == (True, False)
    duty = entry.assignment.measure.duties.get()
    plain = EvidenceOffer.objects.filter(release=0).values_list("pk", flat=True)
    with pytest.raises(Refused, match="公开，还没有发布记录"):
        submit_task(entry, by=clerk, done={duty.pk: 1}, offers=plain)
    submit_task(entry, by=clerk, done={duty.pk: 1}, offers=[*plain, offers["政府公报"].pk])
    record = entry.assignment.channel_records.get()
    assert (record.channel, record.evidence.machine, list(record.duties.all())) == (
        "gazette",
        "holds",
        [duty],
    )
    drop_channel(posted, by=clerk, reason="登记错了")
    assert EvidenceOffer.objects.get(release=posted.pk).taken is False


def test_unit_ordered_to_publish_in_column_is_admitted_to_it(where: City) -> None:
    live(where)
    made = plan_column()
    set_publishers(made, by=where.chief, admits=ColumnUse.NAMED, units=[where.planning])
    assert publishing.item(where.education, [made], title="教育专项规划").pk
    stranger = publishing.BodyFactory(name="云岭市水务局", parent=where.government)
    with pytest.raises(Refused, match="只发布"):
        publishing.item(stranger, [made], title="水务专项规划")


def test_unit_ticks_own_document_published_in_another_column(where: City) -> None:
    entry = entry_of(live(where), where.education)
    elsewhere = publishing.column(where.website, "教育概况")
    publishing.public(where.education, [elsewhere], title="教育资源分布")
    publishing.public(where.health, [elsewhere], title="医疗资源分布")
    own = list_unused_publications(entry, find_first_day(entry.assignment))
    assert [row.title for row in own] == ["教育资源分布"]
    written = publishing.item(where.education, [elsewhere], title="教育资源清单", task=entry.pk)
    publishing.released(written)
    form = TaskSubmissionForm(entry=entry, by=actor(Role.CLERK, where.education))
    ticked = [row.document.item_number for row in form.written_for]
    form_ids = [row.edition_id for row in form.written_for]
    assert (ticked, form.initial["published"]) == ([written.pk], [str(form_ids[0])]), (
        "the text begun from the task is ticked"
    )
    clerk = actor(Role.CLERK, where.education)
    submit_task(entry, by=clerk, statement="已公开", published=[own[0].edition_id])
    found = entry.evidence.get()
    assert (found.kind, found.title, found.machine) == ("edition", "教育资源分布", "unchecked")
    assert [row.edition_id for row in list_unused_publications(entry, find_first_day(entry.assignment))] == form_ids


def test_document_drafted_from_task_is_in_its_column_and_becomes_evidence(where: City) -> None:
    entry = entry_of(live(where), where.education)
    there = plan_column()
    client = signed_in(Role.CLERK, where.education)
    assert "起草信息" in said(client.get(entry.url))
    answer = client.post(reverse("notices_draft_item", args=[entry.pk]))
    page = ItemPage.objects.get()
    assert next(iter(read_stream(page.stream))).facts["task"] == entry.pk
    assert answer.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert [column.pk for column in list_document_columns(ensure_document(page))] == [there.pk]
    assert page.title == entry.title
    shown = client.get(entry.url)
    assert reverse("publishing:item", args=[page.pk]) in shown.content.decode()
    assert "另起草一条信息" in said(shown), "a second click would make a second draft"
