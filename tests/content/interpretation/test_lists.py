"""Owed interpretations, links in both directions, press events, specialists."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from factories.interpretation import PHASES, exempt_from_interpretation, interpretation, policy, with_approved_plan
from factories.pages import read_item
from factories.publishing import WebsiteFactory, column, released
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, actor, signed_in
from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.models import Column, Shelf, Website
from gongkai.content.editions.parts import list_related_documents
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation import actions, queries
from gongkai.content.interpretation.actions.interpretations import list_medium_columns
from gongkai.content.interpretation.forms import items
from gongkai.content.interpretation.models import Interpretation, Owed, Plan, PressEvent, Specialist
from gongkai.content.interpretation.publication import sync_all_interpretation_entries
from gongkai.content.interpretation.registers import SpecialistRegister, list_nameable_persons
from gongkai.content.publishing.models import ItemPage
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.oversight.assessment.queries.registers import list_failures

pytestmark = pytest.mark.django_db


def publish(page: ItemPage) -> ItemPage:
    """Publish an item."""
    released(page)
    return page


def turn_gate_into_reminder(body: Body) -> None:
    """Let documents of a unit be published before their interpretations."""
    assert body.parent is not None
    chief = actor(Role.CHIEF, body.parent)
    actions.change_interpretation_setting(body.parent, by=chief, strict=False, copied_percent=30)


def test_owed_interpretation_is_assigned_to_drafter_and_closed(housing: Body, plans: Column) -> None:
    turn_gate_into_reminder(housing)
    page = with_approved_plan(policy(housing, [plans]))
    words = interpretation(page, [plans])
    publish(page)
    owed = Owed.objects.select_related("entry").get()
    assert (owed.entry.body_id, owed.forms, owed.entry.closed_at) == (housing.pk, ["text"], None)
    assert owed.entry.due_at is not None
    publish(words)
    owed.entry.refresh_from_db()
    assert owed.entry.state == "done"
    sync_all_interpretation_entries()
    assert Owed.objects.count() == 1


def test_missing_film_is_late_but_not_a_missing_interpretation(housing: Body, plans: Column) -> None:
    page = exempt_from_interpretation(policy(housing, [plans]))
    publish(page)
    chief = actor(Role.CHIEF, housing.parent or housing)
    actions.owe_interpretation(ensure_document(page), by=chief, forms=["text", "video"], until=date(2027, 1, 29))
    owed = Owed.objects.select_related("entry").get()
    type(owed.entry).objects.filter(pk=owed.entry_id).update(
        due_at=timezone.now() - timedelta(days=9), opened_at=timezone.now() - timedelta(days=19)
    )
    words = interpretation(page, [plans])
    assert [(one.name, one.missing) for one in list_failures(chief)] == [
        ("重大政策不解读", "文件已经公开，至今没有公开任何形式的解读")
    ]
    publish(words)
    owed.refresh_from_db()
    assert owed.entry.closed_at is None, "the film is still owed"
    assert list_failures(chief) == []
    publish(interpretation(page, [plans], form="video"))
    owed.entry.refresh_from_db()
    assert owed.entry.outcome == "interpreted"
    withdraw(ensure_document(words), by=SYSTEM, reason="文字有误")
    sync_all_interpretation_entries()
    type(owed.entry).objects.filter(pk=owed.entry_id).update(closed_at=None)
    assert list_failures(chief) == [], "it was explained"


def test_office_demands_and_waives_interpretation_of_older_document(housing: Body, plans: Column) -> None:
    page = exempt_from_interpretation(policy(housing, [plans]))
    publish(page)
    document = ensure_document(page)
    assert housing.parent is not None
    chief = actor(Role.CHIEF, housing.parent)
    with pytest.raises(Refused, match="政务公开办"):
        actions.owe_interpretation(document, by=actor(Role.CLERK, housing))
    kept = actions.owe_interpretation(document, by=chief, forms=["video"], until=date(2027, 1, 29))
    assert timezone.localdate(kept.entry.due_at) == date(2027, 1, 29)
    assert actions.owe_interpretation(document, by=chief) == document
    with pytest.raises(Refused, match="自动"):  # only the system says that something was interpreted
        actions.close_interpreted(kept.entry, by=chief, at=timezone.now())
    with pytest.raises(Refused, match="理由"):
        actions.excuse_interpretation(kept.entry, by=chief, words="")
    actions.excuse_interpretation(kept.entry, by=chief, words="文件已废止")
    assert not queries.list_owed_interpretations(Body.objects.all()).exists()


def test_link_is_shown_on_both_pages_when_both_are_public(housing: Body, plans: Column, site: Website) -> None:
    turn_gate_into_reminder(housing)
    page = with_approved_plan(policy(housing, [plans]))
    words = interpretation(page, [plans])
    publish(page)
    assert list_related_documents(ensure_document(page), ANONYMOUS, site) == []
    assert [queries.describe_missing_side(link) for link in queries.list_one_sided_links(Body.objects.all())] == [
        "解读没有公开"
    ]
    publish(words)
    (group,) = list_related_documents(ensure_document(page), ANONYMOUS, site)
    assert (group.label, [row.title for row in group.rows]) == ("政策解读", [words.title])
    (group,) = list_related_documents(ensure_document(words), ANONYMOUS, site)
    assert (group.label, [row.title for row in group.rows]) == ("本文解读的文件", [page.title])
    assert not queries.list_one_sided_links(Body.objects.all()).exists()


def test_interpretation_is_placed_in_the_column_of_its_form(housing: Body, plans: Column, site: Website) -> None:
    root = column(site, "政策解读")
    pictures = column(site, "图片解读", root)
    words = interpretation(policy(housing, [plans]), [], form="picture")
    assert list(ensure_document(words).placements.values_list("column", flat=True)) == [pictures.pk]
    missing = {child.form: child.column for child in list_medium_columns([site])}
    assert missing["picture"] == pictures
    assert missing["video"] is None
    actions.place_by_form(words, by=actor(Role.CLERK, housing))
    assert ensure_document(words).placements.count() == 1


def test_columns_of_forms_need_a_constant_number_of_queries(site: Website, django_assert_num_queries) -> None:
    column(site, "图片解读", column(site, "政策解读"))
    other = WebsiteFactory(name="云岭市教育局", host="edu.yunling.gov.cn", is_default=False)
    column(other, "政策解读")
    with django_assert_num_queries(3):
        found = list_medium_columns([site, other])
    assert [(one.website, one.form, one.column is not None) for one in found] == [
        (site, "text", False),
        (site, "picture", True),
        (site, "video", False),
        (other, "text", False),
        (other, "picture", False),
        (other, "video", False),
    ]


def test_link_target_must_be_another_policy_document(housing: Body, plans: Column) -> None:
    words = interpretation(policy(housing, [plans]), [plans])
    other = interpretation(policy(housing, [plans]), [plans])
    clerk = actor(Role.CLERK, housing)
    for wrong in (words, other):
        with pytest.raises(Refused):
            actions.link_document(words, by=clerk, document=ensure_document(wrong), form="text")
    with pytest.raises(Refused, match="形式"):
        actions.link_document(
            words, by=clerk, document=Interpretation.objects.get(item_id=words.pk).document, form="song"
        )


EVENT = {
    "kind": "conference",
    "on": date(2026, 3, 12),
    "topic": "稳岗就业补贴政策发布会",
    "policy": "云岭市稳岗就业补贴办法",
    "speaker": "周明",
    "rank": "leader",
}


def test_releases_are_counted_against_the_target(housing: Body) -> None:
    clerk = actor(Role.CLERK, housing)
    assert housing.parent is not None
    chief = actor(Role.CHIEF, housing.parent)
    with pytest.raises(Refused, match="依据"):
        actions.set_target(housing, by=chief, year=2026, least=4, led=2, source=" ")
    with pytest.raises(Refused, match="不能多于"):
        actions.set_target(housing, by=chief, year=2026, least=1, led=2, source="x")
    actions.set_target(housing, by=chief, year=2026, least=2, led=1, source="云府办发〔2026〕15号")
    actions.record_event(housing, by=clerk, **EVENT)
    actions.record_event(housing, by=clerk, **{**EVENT, "kind": "supply", "medium": "云岭日报", "speaker": ""})
    (row,) = queries.list_release_counters(Body.objects.all(), 2026)
    assert (row.done, row.led, row.unseen, row.short) == (1, 1, 1, True)
    facts = {**EVENT, "rank": "spokesperson", "address": "https://yunling.example/v"}
    made = actions.record_event(housing, by=clerk, **facts)
    (row,) = queries.list_release_counters(Body.objects.all(), 2026)
    assert (row.done, row.led, row.short) == (2, 1, False)
    actions.drop_event(made, by=clerk, reason="登记到了别的单位")
    made.refresh_from_db()
    assert made.dropped == "登记到了别的单位"
    (row,) = queries.list_release_counters(Body.objects.all(), 2026)
    assert (row.done, row.short) == (1, True), "a slip does not count"
    with pytest.raises(Refused, match="已经作废"):
        actions.drop_event(made, by=clerk, reason="再来")


def test_press_event_needs_all_its_facts(housing: Body) -> None:
    for wrong, reason in [
        ({"on": date(2099, 1, 1)}, "晚于今天"),
        ({"topic": ""}, "主题"),
        ({"policy": ""}, "涉及的政策"),
        ({"speaker": ""}, "发布人"),
        ({"kind": "on_site"}, "场所"),
        ({"kind": "supply"}, "媒体"),
        ({"kind": "party"}, "形式"),
        ({"rank": "king"}, "身份"),
    ]:
        with pytest.raises(Refused, match=reason):
            actions.record_event(housing, by=actor(Role.CLERK, housing), **{**EVENT, **wrong})


def test_unit_appoints_specialists_and_enters_rules(housing: Body, plans: Column) -> None:
    clerk = actor(Role.CLERK, housing)
    publish(exempt_from_interpretation(policy(housing, [plans])))
    today = timezone.localdate()
    other = BodyFactory(kind="department", parent=housing.parent)
    assert set(queries.filter_drafting_bodies(Body.objects.all())) >= {housing, other}, "departments execute policies"
    person = housing.appointments.first().person
    with pytest.raises(Refused, match="本单位人员"):
        actions.appoint_specialist(housing, by=clerk, person=PersonFactory(), field="就业", phone="0999-1")
    left = AppointmentFactory(body=housing, start=today - timedelta(days=9), end=today - timedelta(days=1)).person
    with pytest.raises(Refused, match="本单位人员"):
        actions.appoint_specialist(housing, by=clerk, person=left, field="就业", phone="0999-1")
    assert {*list_nameable_persons(clerk, None)} >= {person}
    assert left not in list_nameable_persons(clerk, None)
    with pytest.raises(Refused, match="电话"):
        actions.appoint_specialist(housing, by=clerk, person=person, field="就业", phone=" ")
    made = actions.appoint_specialist(housing, by=clerk, person=person, field="就业", phone="0999-1234567")
    assert list(queries.list_specialists(Body.objects.all(), today)) == [made]
    actions.release_specialist(made, by=clerk)
    assert Specialist.objects.get().end == today
    assert not queries.list_specialists(Body.objects.all(), today + timedelta(days=1)).exists()
    assert made in SpecialistRegister().rows(clerk)
    with pytest.raises(Refused, match="晚于今天"):
        actions.add_specialist_rule(housing, by=clerk, title="专员制度", dated=today + timedelta(days=1), text="职责")
    rule = actions.add_specialist_rule(housing, by=clerk, title="《专员制度》", dated=today, text="一、职责。")
    assert str(rule) == "《专员制度》"
    actions.end_rule(rule, by=clerk, reason="修订")
    rule.refresh_from_db()
    with pytest.raises(Refused, match="已经废止"):
        actions.end_rule(rule, by=clerk, reason="修订")


def test_document_lacking_an_ordered_form_is_listed_until_published(housing: Body, plans: Column) -> None:
    page = with_approved_plan(policy(housing, [plans]))
    publish(interpretation(page, [plans]))
    publish(page)
    bodies = Body.objects.all()
    assert queries.list_documents_missing_required_media(bodies) == []
    chief = actor(Role.CHIEF, housing.parent)
    actions.order_forms(page, by=chief, forms=["text", "video"])
    (lacking,) = queries.list_documents_missing_required_media(bodies)
    assert (lacking.title, lacking.forms) == (page.title, ["视频解读"])
    assert Owed.objects.get().forms == ["video"]  # what is public already is on its drafter's list at once
    shown = signed_in(Role.CHIEF, housing.parent).get("/admin/interpretation/ordered/").content.decode()
    assert "视频解读" in shown
    Plan.objects.update(forms=[])
    actions.order_forms(page, by=chief, forms=[])
    assert Owed.objects.get().entry.state == "done", "it has a text, and no other form is wanted"
    actions.order_forms(page, by=chief, forms=["video"])
    film = publish(interpretation(page, [plans], form="video"))
    assert queries.list_documents_missing_required_media(bodies) == []
    assert Owed.objects.latest("pk").entry.state == "done"
    for change in ({"audience": "limited"}, {"audience": "all", "until_at": timezone.now()}):
        Shelf.objects.filter(document=ensure_document(film)).update(**change)
        (lacking,) = queries.list_documents_missing_required_media(bodies)
        assert lacking.forms == ["视频解读"], "neither a limited nor a former text is public"
        assert queries.list_one_sided_links(bodies).count() == 1


def test_order_of_forms_is_taken_back_and_given_again(housing: Body, plans: Column) -> None:
    turn_gate_into_reminder(housing)
    page = exempt_from_interpretation(policy(housing, [plans]))
    publish(page)
    chief = actor(Role.CHIEF, housing.parent)
    for forms, state in ((["video"], "open"), ([], "excused"), (["picture"], "open")):
        actions.order_forms(page, by=chief, forms=forms)
        assert Owed.objects.latest("pk").entry.state == state
    assert Owed.objects.latest("pk").forms == ["picture"]


def test_documents_without_a_decision_on_forms_are_listed(housing: Body, plans: Column, site: Website) -> None:
    turn_gate_into_reminder(housing)
    page = with_approved_plan(policy(housing, [plans]))
    interpretation(page, [plans])
    publish(page)
    old = exempt_from_interpretation(policy(housing, [plans], title="云岭市旧办法"))
    publish(old)
    Plan.objects.filter(item_id=old.pk).delete()
    client, chief = signed_in(Role.CLERK, housing), signed_in(Role.CHIEF, housing.parent)
    assert "稳岗就业" in client.get("/admin/interpretation/").content.decode()
    answer = client.get("/admin/interpretation/undecided/?export=1")
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(answer.content)).worksheets[0]]
    assert [row[0] for row in rows] == ["文件", "云岭市旧办法"]
    address = f"/admin/interpretation/undecided/{ensure_document(old).pk}/owe/"
    client.post(address, {"forms": ["video"]})
    assert not Owed.objects.filter(document=ensure_document(old)).exists()
    assert chief.post(address, {"forms": ["video"]}).status_code == 302
    assert Owed.objects.get(document=ensure_document(old)).forms == ["video"]


def test_press_event_links_its_published_result(housing: Body, plans: Column, monkeypatch: pytest.MonkeyPatch) -> None:
    page = with_approved_plan(policy(housing, [plans]))
    words = interpretation(page, [plans])
    publish(words)
    client = signed_in(Role.CLERK, housing)
    assert words.title in client.get("/admin/interpretation/press/new/").content.decode()
    given = {
        "body": housing.pk, "kind": "conference", "on": "2026-11-01", "topic": "稳岗就业", "policy": "稳岗办法",
        "speaker": "周明远", "rank": "head", "place": "", "result": ensure_document(words).pk,
    }  # fmt: skip
    assert client.post("/admin/interpretation/press/new/", given).status_code == 302
    assert PressEvent.objects.get().result_id == ensure_document(words).pk
    shown = client.get("/admin/interpretation/press/").content.decode()
    assert words.title in shown
    assert "没有公开结果" not in shown
    monkeypatch.setattr(items, "MAX_LISTED_DOCUMENTS", 0)  # of more than a list holds the title is typed
    assert f'<option value="{words.title}">' in client.get("/admin/interpretation/press/new/").content.decode()
    # A policy that is not public yet is also found by its title.
    draft = ensure_document(policy(housing, [plans], title="云岭市第九办法"))
    form = items.InterpretationLinkForm(
        {"document": "第九办法", "form": "text"}, documents=items.list_linkable(housing.pk, None)
    )
    assert form.is_valid()
    assert form.cleaned_data["document"] == draft
    wrong = client.post("/admin/interpretation/press/new/", given | {"result": "没有这一条"}).content.decode()
    assert "没有标题或者文号是“没有这一条”的公开信息" in wrong
    assert client.post("/admin/interpretation/press/new/", given | {"result": words.title}).status_code == 302
    assert PressEvent.objects.latest("pk").result_id == ensure_document(words).pk


def test_specialists_are_notified_of_owed_interpretations(housing: Body, plans: Column) -> None:
    person = AppointmentFactory(role=Role.CLERK, body=housing).person
    actions.appoint_specialist(
        housing, by=actor(Role.CLERK, housing), person=person, field="就业", phone="0999-1234567"
    )
    turn_gate_into_reminder(housing)
    page = with_approved_plan(policy(housing, [plans]))
    interpretation(page, [plans])
    publish(page)
    (told,) = Message.objects.filter(person=person, channel="screen", subject__startswith="待解读：")
    assert "稳岗就业补贴办法" in told.body
    assert f"/{Owed.objects.get().pk}/" in told.link
    sync_all_interpretation_entries()
    assert Message.objects.filter(channel="screen", subject__startswith="待解读：").count() == 1


def test_clerk_plans_drafts_and_answers_elements_on_the_pages(housing: Body, plans: Column, site: Website) -> None:
    page = policy(housing, [plans])
    client = signed_in(Role.CLERK, housing)
    assert "填写解读方案" in read_item(client, page.pk)
    address = f"/admin/interpretation/plans/{page.pk}/"
    stranger = signed_in(Role.CLERK, BodyFactory(parent=housing.parent))
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"/admin/interpretation/draft/{ensure_document(page).pk}/").status_code == 404
    assert "理由" in client.post(address, {"needed": ""}, follow=True).content.decode()
    assert client.post(address, {"needed": "1", "forms": ["text"], **PHASES}).status_code == 302
    assert signed_in(Role.LEAD, housing).post(f"{address}pass/").status_code == 302
    made = client.post(f"/admin/interpretation/draft/{ensure_document(page).pk}/", {"form": "text"})
    assert made.status_code == 302
    link = Interpretation.objects.get()
    said = {f"background_{part}": words for part, words in (("text", "见第一部分"), ("none", ""))}
    client.post(f"/admin/interpretation/items/{link.item_id}/", {"aspects": "1", **said})
    link.refresh_from_db()
    assert link.aspects["background"]["text"] == "见第一部分"
    panel = read_item(client, link.item_id)
    assert "新旧文件差异" in panel
    assert page.title in panel


def test_chief_changes_the_interpretation_setting(housing: Body) -> None:
    assert housing.parent is not None
    client = signed_in(Role.CHIEF, housing.parent)
    assert "30" in client.get("/admin/interpretation/setting/").content.decode()
    given = {"government": str(housing.parent.pk), "copied_percent": "45"}
    assert client.post("/admin/interpretation/setting/", given).status_code == 302
    from gongkai.content.interpretation.models import get_setting

    assert (get_setting(housing).strict, get_setting(housing).copied_percent) == (False, 45)


def test_withdrawn_interpretation_is_owed_again(housing: Body, plans: Column) -> None:
    from gongkai.content.publishing import actions as publishing

    page = with_approved_plan(policy(housing, [plans]))
    words = interpretation(page, [plans])
    publish(words)
    publish(page)
    assert not Owed.objects.exists()
    publishing.withdraw(ensure_document(words), by=actor(Role.SIGNER, housing), reason="数字有误，更正后重新发布")
    assert Owed.objects.get().entry.state == "open"


def test_withdrawn_document_owes_nothing_until_republished(housing: Body, plans: Column) -> None:
    from gongkai.content.publishing import actions as publishing

    page = exempt_from_interpretation(policy(housing, [plans]))
    publish(page)
    document = ensure_document(page)
    actions.owe_interpretation(document, by=actor(Role.CHIEF, housing.parent), forms=["text", "video"])
    publishing.withdraw(document, by=actor(Role.SIGNER, housing), reason="数字有误，更正后重新发布")
    ended = Owed.objects.get().entry
    assert (ended.state, ended.closed_at is None) == ("withdrawn", False)
    assert Movement.objects.filter(stream=ended.stream, action="interpretation.end").count() == 1
    sync_all_interpretation_entries()
    assert Owed.objects.count() == 1
    publish(page)
    again = Owed.objects.exclude(entry=ended).get()
    assert (again.entry.state, again.forms) == ("open", ["text", "video"])


def test_calendar_change_moves_computed_deadlines_not_ordered_ones(housing: Body, plans: Column) -> None:
    turn_gate_into_reminder(housing)
    page = with_approved_plan(policy(housing, [plans]))
    interpretation(page, [plans])
    publish(page)
    counted = Owed.objects.get().entry
    assert counted.due_at is not None
    assert compute_deadline(counted).date == timezone.localdate(counted.due_at)
    other = exempt_from_interpretation(policy(housing, [plans]))
    publish(other)
    assert housing.parent is not None
    chief = actor(Role.CHIEF, housing.parent)
    ordered = actions.owe_interpretation(ensure_document(other), by=chief, until=date(2027, 1, 30)).entry
    assert compute_deadline(ordered).date == date(2027, 1, 30)


def test_sync_job_needs_a_constant_number_of_queries(
    housing: Body, plans: Column, django_assert_max_num_queries: Any
) -> None:
    for number in range(4):
        page = with_approved_plan(policy(housing, [plans], title=f"云岭市办法之{number}"))
        released(interpretation(page, [plans]))
        released(page)
    assert Interpretation.objects.count() == Plan.objects.count() == 4
    with django_assert_max_num_queries(10):
        assert sync_all_interpretation_entries() == {"kept": 0, "released": 0}


def test_interpretation_is_drafted_in_a_known_form_by_the_own_unit(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    clerk = actor(Role.CLERK, housing)
    made = actions.draft_interpretation(ensure_document(page), by=clerk, form="video")
    assert (made.unit, made.kind) == (housing, "interpretation")
    assert page.title in made.title
    with pytest.raises(Refused, match="形式"):
        actions.draft_interpretation(ensure_document(page), by=clerk, form="song")
    with pytest.raises(Refused, match="本单位"):
        actions.draft_interpretation(ensure_document(page), by=actor(Role.CLERK, BodyFactory(parent=housing.parent)))
