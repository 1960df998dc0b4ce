"""A text that came back: first on its writer's first page, with what was said, and beside the second submission."""

import pytest
from django.test import Client
from django.urls import reverse

from factories.pages import said, sign_in
from factories.publishing import item, submitted
from factories.units import actor
from gongkai.content.editions.models import Column
from gongkai.content.publishing import actions
from gongkai.content.publishing.item_list import list_returned_items
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.reviewing.models import Review
from gongkai.content.reviewing.seeing import find_last_decided, list_earlier_objections
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    made = item(housing, [plans], body="<p>全市设12个考点。</p>")
    actions.return_review(submitted(made), by=actor(Role.REVIEWER, housing), words="考点数不对")
    return ItemPage.objects.get(pk=made.pk)


def again(page: ItemPage) -> Review:
    actions.save_revision(page, by=actor(Role.CLERK, page.unit), body="<p>全市设13个考点。</p>")
    return submitted(ItemPage.objects.get(pk=page.pk))


def test_it_stands_first_with_what_was_said_until_it_is_submitted_again(
    page: ItemPage, housing: Body, client: Client
) -> None:
    clerk = actor(Role.CLERK, housing)
    shown = list_returned_items(clerk)
    assert shown is not None
    assert shown["stands_for"] == {Disclosure.objects.get(item_id=page.pk).entry_id}
    sign_in(client, Role.CLERK, housing)
    text = said(client.get(reverse("wagtailadmin_home"))).split('id="main"')[-1]
    assert "考点数不对" in text
    assert text.count(f">{page.title}</a>") == 1
    again(page)
    assert list_returned_items(clerk) is None


def test_what_is_not_to_be_public_any_more_is_not_asked_back(page: ItemPage, housing: Body) -> None:
    actions.save_revision(page, by=actor(Role.CLERK, housing), attribute="withheld", attribute_reason="内部事务")
    assert list_returned_items(actor(Role.CLERK, housing)) is None


def test_other_units_do_not_see_it(page: ItemPage, site: object) -> None:
    from factories.units import BodyFactory

    assert list_returned_items(actor(Role.CLERK, BodyFactory(name="云岭市水务局"))) is None


def test_the_second_submission_is_read_against_what_was_returned(page: ItemPage, client: Client) -> None:
    review = again(page)
    before = find_last_decided(page, review.content_digest, review.pk)
    assert before is not None
    assert "12个考点" in before.html
    assert [one.words for one in list_earlier_objections(review)] == ["考点数不对"]
    sign_in(client, Role.REVIEWER, page.unit)
    text = said(client.get(reverse("reviewing:review", args=[review.pk])))
    assert "与上次审签的一稿相比" in text
    assert "退回：考点数不对" in text


def test_while_it_waits_its_page_says_so_and_names_no_fault(page: ItemPage, client: Client) -> None:
    again(page)
    sign_in(client, Role.CLERK, page.unit)
    text = said(client.get(reverse("publishing:item", args=[page.pk])))
    assert "现在不需要您办理" in text
    assert "现在还不能送审" not in text


def test_the_editor_stands_under_its_own_menu(page: ItemPage, client: Client) -> None:
    sign_in(client, Role.CLERK, page.unit)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "正在编辑的信息" in client.get(address).content.decode("unicode_escape", "replace")
    assert "正在编辑的信息" not in client.get(reverse("wagtailadmin_home")).content.decode("unicode_escape", "replace")
