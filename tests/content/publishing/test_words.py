"""Free text of sites and columns needs confirmation by a second person."""

import pytest
from django.test import Client
from django.urls import reverse

from factories.pages import read_home, said
from factories.publishing import column
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ProposedWords
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import SYSTEM, Actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
SLANDER = "张三贪污，请举报"


def test_text_changed_by_one_chief_is_not_shown(site: Website, plans: Column, client: Client) -> None:
    """Found by an attacker: column description and site contact were changed alone."""
    chief, other = actor(Role.CHIEF, site.body), actor(Role.CHIEF, site.body)
    actions.change_column(plans, by=chief, content=SLANDER, position=7)
    actions.change_website(site, by=chief, contact=SLANDER, accent="blue")
    plans.refresh_from_db()
    site.refresh_from_db()
    assert (plans.position, site.accent) == (7, "blue"), "what are no words goes through"
    assert SLANDER not in {plans.content, site.contact}
    assert SLANDER not in said(client.get(f"/columns/{plans.pk}/"))
    mine = ProposedWords.objects.get(target=f"column/{plans.pk}")
    twin = Actor("换了名字", person_id=other.person_id, user_id=None, posts=chief.posts)
    ProposedWords.objects.filter(pk=mine.pk).update(account_id=4711)
    for by in (chief, SYSTEM, Actor("同一账号", person_id=other.person_id, user_id=4711, posts=chief.posts)):
        with pytest.raises(Refused):
            actions.confirm_words(plans, by=by, proposal=mine)
    with pytest.raises(Refused, match="待确认，请先核对"):
        actions.change_column(plans, by=other, name="规划与计划")
    ProposedWords.objects.filter(pk=mine.pk).update(account_id=None)
    actions.change_column(plans, by=chief, name="规划与计划")
    fresh = ProposedWords.objects.get(target=f"column/{plans.pk}", state="waiting")
    assert fresh.after == {"content": SLANDER, "name": "规划与计划"}
    with pytest.raises(Refused, match="由新的提议代替"):
        actions.confirm_words(plans, by=twin, proposal=mine)
    with pytest.raises(Refused, match="须由另一人确认"):
        actions.confirm_words(plans, by=chief, proposal=fresh)
    with pytest.raises(Refused, match="理由"):
        actions.refuse_words(plans, by=other, proposal=fresh, reason="")
    actions.refuse_words(plans, by=other, proposal=fresh, reason="不实")
    with pytest.raises(Refused, match="没有待确认的文字"):
        actions.confirm_words(plans, by=actor(Role.LEAD, site.body), proposal=fresh)
    plans.refresh_from_db()
    assert plans.content != SLANDER


def test_proposer_withdraws_own_text_and_is_told_of_rejection(site: Website, plans: Column) -> None:
    chief, other = actor(Role.CHIEF, site.body), actor(Role.CHIEF, site.body)
    actions.change_column(plans, by=chief, content="写错的说明。")
    first = ProposedWords.objects.get()
    with pytest.raises(Refused, match="只有提出人"):
        actions.withdraw_words(plans, by=other, proposal=first)
    actions.withdraw_words(plans, by=chief, proposal=first)
    with pytest.raises(Refused, match="没有待确认的文字"):
        actions.confirm_words(plans, by=other, proposal=first)
    actions.change_column(plans, by=other, content="公开规划。")
    second = ProposedWords.objects.get(state="waiting")
    actions.refuse_words(plans, by=chief, proposal=second, reason="不全")
    told = Message.objects.filter(key=f"words/{second.pk}/refused", channel="screen").get()
    assert told.person_id == other.person_id
    assert "理由：不全。" in told.body
    plans.refresh_from_db()
    assert "写错" not in plans.content


def test_second_person_confirms_the_text(site: Website, plans: Column, housing: Body) -> None:
    """For example the head of the government's office, where the 政务公开办 is."""
    office = BodyFactory(name="云岭市人民政府办公室", parent=site.body)
    clerk_side, head = signed_in(Role.CHIEF, office), signed_in(Role.LEAD, office)
    before = plans.key
    actions.change_column(plans, by=actor(Role.CHIEF, site.body), name="规划与计划", content="公开规划和计划。")
    assert "规划与计划" in said(clerk_side.get(reverse("publishing:column", args=(plans.pk,)))), "it waits, and says so"
    assert "待确认的文字" in read_home(head)
    shown = head.get(reverse("publishing:words")).content.decode()
    assert "规划与计划" in shown
    buttons = [shown.index(one) for one in ("<button disabled hidden>", 'value="confirm"', 'name="reason"')]
    assert buttons == sorted(buttons), "Enter in the reason against it must not confirm the text"
    number = ProposedWords.objects.get().pk
    stranger = signed_in(Role.LEAD, housing)
    assert stranger.post(reverse("publishing:words_decide", args=(number,))).status_code == 404
    assert head.post(reverse("publishing:words_decide", args=(number,))).status_code == 404, "no button was pressed"
    head.post(reverse("publishing:words_decide", args=(number,)), {"do": "confirm"})
    plans.refresh_from_db()
    assert (plans.name, plans.content) == ("规划与计划", "公开规划和计划。")
    assert plans.key != before
    assert plans.aliases.filter(key=before).exists()


def test_personal_data_is_refused_for_every_writer(site: Website, plans: Column) -> None:
    words = "联系李四，身份证号42010619900101001X"
    for by in (actor(Role.CHIEF, site.body), SYSTEM):
        with pytest.raises(Refused, match="不能写入") as caught:
            actions.change_column(plans, by=by, content=words)
        assert "42010619900101001X" not in str(caught.value)


def test_text_written_before_opening_also_needs_confirmation(site: Website, housing: Body) -> None:
    """Found by an attacker: text written first was published by opening."""
    chief, other = actor(Role.CHIEF, site.body), actor(Role.ADMINISTRATOR, site.body)
    closed = column(site, "曝光台", opened=False)
    actions.change_column(closed, by=chief, content=SLANDER)
    closed.refresh_from_db()
    actions.open_column(closed, by=chief)
    closed.refresh_from_db()
    assert not closed.is_open
    with pytest.raises(Refused, match="已经提请开通"):
        actions.open_column(closed, by=chief)
    proposal = ProposedWords.objects.get(target=f"column/{closed.pk}")
    with pytest.raises(Refused, match="须由另一人确认"):
        actions.confirm_words(closed, by=chief, proposal=proposal)
    actions.confirm_words(closed, by=other, proposal=proposal)
    closed.refresh_from_db()
    assert closed.is_open, "two persons answer for it"
    second = column(site, "提案办理", opened=False)
    actions.change_column(second, by=chief, content="公开提案办理结果。")
    second.refresh_from_db()
    actions.open_column(second, by=other)
    second.refresh_from_db()
    assert second.is_open, "who opens what somebody else wrote is the second person"
    facts = {"name": SLANDER, "host": "www.new.example", "contact": SLANDER, "leader": SLANDER}
    made: Website = actions.open_website(None, by=chief, body=housing, **facts)
    made.refresh_from_db()
    assert (made.name, made.contact, made.leader) == (housing.name, "", "")
    actions.confirm_words(made, by=other, proposal=ProposedWords.objects.get(target=f"website/{made.pk}"))
    made.refresh_from_db()
    assert made.contact == SLANDER


def test_opening_is_confirmed_with_the_words_that_the_column_has_now(site: Website) -> None:
    chief, other = actor(Role.CHIEF, site.body), actor(Role.ADMINISTRATOR, site.body)
    closed = column(site, "曝光台", opened=False)
    actions.change_column(closed, by=chief, content="公开通报。")
    actions.open_column(closed, by=chief)
    with pytest.raises(Refused, match="待确认"):
        actions.change_column(closed, by=other, content="公开曝光情况。")
    actions.change_column(closed, by=chief, content="公开曝光和整改情况。")
    proposal = ProposedWords.objects.get(target=f"column/{closed.pk}", state="waiting")
    assert proposal.after["content"] == "公开曝光和整改情况。"
    actions.open_column(closed, by=other)
    proposal.refresh_from_db()
    closed.refresh_from_db()
    assert (closed.is_open, proposal.state) == (True, "replaced"), "nobody confirms the opening of an open column"


def test_archive_note_needs_confirmation(site: Website, plans: Column) -> None:
    actions.archive_column(plans, by=actor(Role.CHIEF, site.body), note=SLANDER)
    plans.refresh_from_db()
    assert plans.archived_at
    assert plans.archive_note == ""
    actions.confirm_words(plans, by=actor(Role.LEAD, site.body), proposal=ProposedWords.objects.get())
    plans.refresh_from_db()
    assert plans.archive_note == SLANDER, "two persons answer for it, by name, on the log"
