"""Publication of messages: masked, reviewed by three persons, withdrawn; public figures and inspection findings."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from factories.consultation import inquiry, released_answer
from factories.intake import seen_preview
from factories.pages import read_home
from factories.publishing import sign_all, with_sheet
from factories.units import actor, signed_in
from gongkai.content.editions.actions import withdraw
from gongkai.content.editions.models import Column, Document
from gongkai.content.editions.sources import ensure_document, find_source
from gongkai.content.publishing.actions import submit
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.units.actors import SYSTEM
from gongkai.core.units.models import Role
from gongkai.ui.portal.tree import reload_next_time
from gongkai.work.consultation import actions, figures, published_messages
from gongkai.work.consultation.forms_publication import MessagePublicationForm
from gongkai.work.consultation.indicators import find_indicator_findings, find_publication_gap
from gongkai.work.consultation.models import MessageText
from gongkai.work.consultation.rules import mask_inquiry_text

pytestmark = pytest.mark.django_db
TEXT = "我叫李晓云，电话13800138000，住在东风里，想问公租房怎样申请。"


@pytest.fixture(autouse=True)
def fresh_tree():
    reload_next_time()
    yield
    reload_next_time()


@pytest.fixture
def city(site):
    return site.body


def make_answered(city, housing, **facts):
    """Return an inquiry answered from the answer base."""
    given = {"channel": "form", "text": TEXT, "may_publish": True, "body": housing, **facts}
    one = inquiry(city, **given)
    said = SenderParticulars(name="李晓云", phone="13800138000", address="东风里")
    register_party(None, by=ANONYMOUS, matter=one.matter, particulars=said)
    known = released_answer(housing, question=f"公租房怎样申请{one.pk}")
    actions.answer_with_known_answer(one.entry, by=actor(Role.CLERK, housing), known=known)
    one.refresh_from_db()
    return one


def prepare(city, housing, column: Column | None = None, **facts):
    one = make_answered(city, housing)
    given = {
        "title": "公租房怎样申请",
        "summary": mask_inquiry_text(one, one.text.reveal()),
        "answer": one.answer,
        "columns": [column] if column else [],
        **facts,
    }
    return actions.prepare_publication(one, by=actor(Role.CLERK, housing), **given)


def test_message_is_published_masked_after_three_reviews_and_withdrawn(client: Client, site, housing, plans) -> None:
    made = prepare(site.body, housing, plans)
    assert find_source(made.stream) == made
    review = with_sheet(submit(made, by=actor(Role.CLERK, housing)))
    assert not published_messages.is_public_now(made)
    assert published_messages.describe_publication_status(made) == "审签中"
    sign_all(review)
    page = client.get("/messages/").content.decode()
    for shown in ("公租房怎样申请", "受理日期", "答复日期", housing.name, "咨询"):
        assert shown in page
    path = ensure_document(made).addresses.get(current=True).path
    page = client.get(path).content.decode()
    for shown in ("留言摘要", "答复内容", "受理日期", "答复日期", "答复部门", "向户籍所在地街道办事处申请"):
        assert shown in page
    for hidden in ("李晓云", "13800138000", "东风里"):
        assert hidden not in page
    assert "公租房怎样申请" in client.get(f"/messages/?body={housing.pk}&category=consultation").content.decode()
    assert "没有符合条件" in client.get("/messages/?category=complaint").content.decode()
    withdraw(ensure_document(made), by=actor(Role.LEAD, housing), reason="事项有变化")
    reload_next_time()
    assert client.get(path).status_code in {404, 410}
    assert "公租房怎样申请" not in client.get("/messages/").content.decode()
    assert published_messages.describe_publication_status(made) == "已撤回"
    Document.objects.update(published_at=timezone.now() + timedelta(days=3))  # signed for a later time
    assert published_messages.describe_publication_status(made) == "等待公开"
    assert published_messages.get_last_publication_day(site.body) is None


def test_identifying_details_are_masked_and_refused(site, housing) -> None:
    one = make_answered(site.body, housing)
    text = mask_inquiry_text(one, one.text.reveal())
    assert not any(told in text for told in ("李晓云", "13800138000", "东风里"))
    clerk = actor(Role.CLERK, housing)
    for summary in ("住东风里的群众来问", "李晓云来问"):
        with pytest.raises(Refused, match="请遮盖"):
            actions.prepare_publication(one, by=clerk, title="公租房", summary=summary, answer="可以。")


def test_complaint_is_published_without_names_of_schools_and_shops(site, housing) -> None:
    text = "城南实验小学食堂的饭菜不新鲜，旁边老王火锅店油烟大。"
    one = make_answered(site.body, housing, category="complaint", text=text, title="城南实验小学食堂")
    form = MessagePublicationForm(inquiry=one, by=actor(Role.CLERK, housing))
    assert [form.proposed()[name].text for name in ("title", "summary")] == [
        "某学校食堂",
        "某学校食堂的饭菜不新鲜，旁边某单位油烟大。",
    ]
    with pytest.raises(Refused, match="老王火锅店"):
        actions.prepare_publication(
            one, by=actor(Role.CLERK, housing), title="老王火锅店油烟", summary="油烟大。", answer="已责令整改。"
        )


def test_publication_needs_recorded_consent(site, housing) -> None:
    one = make_answered(site.body, housing, may_publish=False)
    facts = {"title": "公租房", "summary": "想问公租房。", "answer": "可以申请。"}
    clerk = actor(Role.CLERK, housing)
    assert not published_messages.list_selectable_inquiries(SYSTEM).exists()
    with pytest.raises(Refused, match="没有同意公开"):
        actions.prepare_publication(one, by=clerk, **facts)
    actions.prepare_publication(one, by=clerk, consent="电话征得本人同意", **facts)
    one.refresh_from_db()
    assert one.may_publish


def test_unanswered_or_reopened_inquiry_is_not_published(site, housing, plans) -> None:
    open_one = inquiry(site.body, body=housing, may_publish=True)
    clerk = actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="还没有答复"):
        actions.prepare_publication(open_one, by=clerk, title="公租房", summary="想问。", answer="可以。")
    made = prepare(site.body, housing, plans)
    actions.reopen_inquiry(made.inquiry.entry, by=actor(Role.CHIEF, site.body), reason="答非所问")
    made.inquiry.refresh_from_db()
    with pytest.raises(Refused, match="正在重新办理"):
        submit(find_source(made.stream), by=clerk)


def test_drafter_of_answer_cannot_sign_publication(site, housing, plans) -> None:
    one = inquiry(site.body, body=housing, may_publish=True)
    clerk, drafter = actor(Role.CLERK, housing), actor(Role.REVIEWER, housing)
    actions.draft_answer(one.entry, by=clerk, answer="可以申请。")
    one.refresh_from_db()
    one.entry.refresh_from_db()
    actions.approve_draft_answer(one.entry, by=actor(Role.LEAD, housing))
    type(one).objects.filter(pk=one.pk).update(drafted_by=drafter.person_id)
    one.refresh_from_db()
    other = actor(Role.CLERK, housing)
    made = actions.prepare_publication(
        one, by=other, title="公租房", summary="想问公租房。", answer="可以申请。", columns=[plans]
    )
    writers = find_source(made.stream).writers(0, 1)
    assert writers.people == {other.person_id, drafter.person_id}


def test_figures_add_up_and_link_to_rows(city, housing) -> None:
    year = timezone.localdate().year
    first = inquiry(city, body=housing, received_on=date(year, 10, 12))
    inquiry(city, body=housing)
    actions.draft_answer(first.entry, by=actor(Role.CLERK, housing), answer="可以。")
    first.entry.refresh_from_db()
    actions.approve_draft_answer(first.entry, by=actor(Role.LEAD, housing))
    actions.reject_inquiry(inquiry(city).entry, by=actor(Role.CHIEF, city), reason="内容为广告")
    mine = published_messages.inquiries_visible_to(SYSTEM)
    rows = figures.tally_by_month(mine, year)
    whole = figures.sum_tallies(rows)
    assert (whole.received, whole.answered, whole.late, whole.open, whole.rate) == (2, 1, 1, 1, 50)
    assert whole.average > 5
    assert [month for month, _ in figures.sum_by_month(rows)] == [
        timezone.localdate().replace(day=1),
        date(year, 10, 1),
    ]
    for what in figures.INQUIRY_FIGURES:
        assert figures.filter_countable_inquiries(mine, year).filter(
            figures.make_figure_condition(what)
        ).count() == getattr(whole, what)
    assert mine.filter(figures.make_figure_condition("late"), received_on__month=10, entry__body=housing).get() == first


@pytest.mark.parametrize(
    ("last", "today", "found"),
    [
        (None, date(2026, 11, 21), "idle"),
        (date(2026, 9, 20), date(2026, 11, 21), "idle"),
        (date(2026, 9, 21), date(2026, 11, 21), "month"),
        (date(2026, 11, 1), date(2026, 11, 21), ""),
    ],
)
def test_month_without_publications_is_flagged_and_two_are_deducted(last, today, found, city) -> None:
    assert [one.name for one in find_publication_gap(last, today, first_asked_on=date(2020, 1, 1))] == (
        [found] if found else []
    )
    assert not find_publication_gap(last, today, first_asked_on=None)
    assert not find_publication_gap(None, today, first_asked_on=today), "a site that was asked today is not late"


def test_inquiry_unanswered_for_three_months_is_an_inspection_finding(city, housing) -> None:
    today = timezone.localdate()
    inquiry(city, body=housing, received_on=today - timedelta(days=95))
    inquiry(city, body=housing, received_on=today - timedelta(days=60))
    found = {one.name: one.words for one in find_indicator_findings(city)}
    assert "有1条留言超过3个月" in found["unanswered"]
    assert "有2条留言逾期" in found["overdue"]
    page = read_home(signed_in(Role.CHIEF, city))
    assert "单项否决" in page


def test_masked_text_is_previewed_before_saving(site, housing, plans, client: Client) -> None:
    one = make_answered(site.body, housing)
    clerk = signed_in(Role.CLERK, housing)
    assert "选登" in clerk.get("/admin/inquiries/publications/").content.decode()
    path = f"/admin/inquiries/{one.pk}/publication/"
    page = clerk.get(path).content.decode()
    assert "<mark>某某</mark>" in page
    assert "李晓云" not in page
    facts = {"title": "公租房怎样申请", "summary": "李女士想问公租房。", "answer": "可以申请。", "columns": [plans.pk]}
    page = clerk.post(path, facts).content.decode()
    assert "<mark>某某</mark>想问公租房" in page
    clerk.post(path, facts | {"answer": "可以的。"} | seen_preview(page))
    assert not MessageText.objects.exists()
    clerk.post(path, facts | seen_preview(page))
    assert MessageText.objects.get().summary == "某某想问公租房。"
    assert clerk.get("/admin/inquiries/figures/behind/?what=late&year=2026&month=99").status_code == 200
    figures = client.get("/messages/figures/").content.decode()
    assert "收到1件" in figures
    assert 'name="ColumnName" content="留言统计"' in figures  # inspections take it for no list of messages
    assert client.get("/messages/figures/1999/").status_code == 404
