"""Deleting drafts is logged, reviewed texts cannot be deleted, and returned texts are listed first."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from factories.pages import said, sign_in
from factories.publishing import FIELDS, erased, item, public, reviewed, submitted
from factories.units import BodyFactory, actor
from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.item_list import make_returned_items_block
from gongkai.content.publishing.models import Disclosure, ItemPage
from gongkai.content.reviewing.models import Review, Signature
from gongkai.content.reviewing.required_reading import find_last_decided, list_earlier_objections
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.outbox.models import Message
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def clerk_client(body: Body) -> Client:
    client = Client()
    sign_in(client, Role.CLERK, body)
    return client


def delete(client: Client, page: ItemPage) -> None:
    client.post(reverse("wagtailadmin_pages:delete", args=(page.pk,)))


def test_deletion_of_a_draft_is_logged(site: Website, plans: Column, housing: Body) -> None:
    page = item(housing, [plans])
    delete(clerk_client(BodyFactory(name="云岭市财政局")), page)
    assert ItemPage.objects.filter(pk=page.pk).exists()
    delete(clerk_client(housing), page)
    assert not ItemPage.objects.exists()
    movement = Movement.objects.get(action="publishing.delete_draft")
    assert (movement.stream, movement.facts["title"]) == (page.stream, page.title)


def test_submitted_item_cannot_be_deleted(site: Website, plans: Column, housing: Body) -> None:
    page = item(housing, [plans])
    review = submitted(page)
    client = clerk_client(housing)
    delete(client, page)
    assert ItemPage.objects.filter(pk=page.pk).exists()
    Review.objects.filter(pk=review.pk).update(state="recalled")
    delete(client, page)
    assert ItemPage.objects.filter(pk=page.pk).exists()
    with pytest.raises(Refused, match="送审过"), transaction.atomic():
        page.delete()
    with pytest.raises(Refused, match="送审过"), transaction.atomic():
        Page.objects.get(pk=page.get_parent().pk).delete()
    migrated = ItemPage.objects.get(pk=public(housing, [plans]).item_number)  # public without a review
    delete(client, migrated)
    assert ItemPage.objects.filter(pk=migrated.pk).exists()


def test_deletion_that_bypasses_the_action_is_found(site: Website, plans: Column, housing: Body) -> None:
    page = item(housing, [plans])
    submitted(page)
    assert verify_reviews().ok
    Page.objects.filter(pk=page.pk).update(latest_revision=None)
    revisions = page.revisions.all()
    revisions._raw_delete(revisions.db)
    assert "已被删除" in verify_reviews().broken
    gone = ItemPage.objects.filter(pk=page.pk)
    gone._raw_delete(gone.db)
    assert "已不在信息库" in verify_reviews().broken
    assert not Signature.objects.exists()


def test_erasure_leaves_reviews_of_other_sources(site: Website, plans: Column, housing: Body) -> None:
    """Revision numbers are unique only within their source."""
    document = reviewed(housing, [plans])
    edition = document.editions.get()
    number = edition.approvals[0]["revision"]
    other = Review.objects.create(
        source="message/1",
        revision_id=number,
        body_id=housing.pk,
        title="别处的送审",
        content_digest="0" * 64,
        submitted_by="某人",
    )
    withdraw(document, by=actor(Role.CHIEF, site.body), reason="依法删除")
    erased(edition, actor(Role.CHIEF, site.body), "依法删除")
    other.refresh_from_db()
    assert other.title == "别处的送审"
    assert "别处" not in Review.objects.get(source=document.source).title


def test_erasure_ends_a_pending_review_of_the_text(site: Website, plans: Column, housing: Body) -> None:
    document = reviewed(housing, [plans])
    edition = document.editions.get()
    withdraw(document, by=actor(Role.CHIEF, site.body), reason="依法删除")
    review = submitted(ItemPage.objects.get(pk=document.item_number))
    assert review.revision_id == edition.approvals[0]["revision"]
    erased(edition, actor(Role.CHIEF, site.body), "依法删除")
    review.refresh_from_db()
    assert review.state == "recalled"
    assert verify_reviews().ok
    told = Message.objects.filter(subject__startswith="送审已撤回", person=review.submitted_person)
    assert told
    assert all(FIELDS["title"] not in one.subject + one.body for one in told)


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    made = item(housing, [plans], body="<p>全市设12个考点。</p>")
    actions.return_review(submitted(made), by=actor(Role.REVIEWER, housing), words="考点数不对")
    return ItemPage.objects.get(pk=made.pk)


def resubmit(page: ItemPage) -> Review:
    actions.save_revision(page, by=actor(Role.CLERK, page.unit), body="<p>全市设13个考点。</p>")
    return submitted(ItemPage.objects.get(pk=page.pk))


def test_returned_item_is_listed_first_until_resubmitted(page: ItemPage, housing: Body, client: Client) -> None:
    clerk = actor(Role.CLERK, housing)
    shown = make_returned_items_block(clerk)
    assert shown is not None
    assert shown["stands_for"] == {Disclosure.objects.get(item_id=page.pk).entry_id}
    assert make_returned_items_block(actor(Role.CLERK, BodyFactory(name="云岭市水务局"))) is None
    sign_in(client, Role.CLERK, housing)
    text = said(client.get(reverse("wagtailadmin_home"))).split('id="main"')[-1]
    assert "考点数不对" in text
    assert text.count(f">{page.title}</a>") == 1
    review = resubmit(page)
    assert make_returned_items_block(clerk) is None
    actions.return_review(review, by=actor(Role.REVIEWER, housing), words="考点数不对")
    assert make_returned_items_block(clerk) is not None
    actions.save_revision(page, by=clerk, attribute="withheld", attribute_reason="内部事务")
    assert make_returned_items_block(clerk) is None, "what is not to be public any more is not asked back"


def test_resubmission_is_compared_with_the_returned_text(page: ItemPage, client: Client) -> None:
    review = resubmit(page)
    before = find_last_decided(page, review.content_digest, review.pk)
    assert before is not None
    assert "12个考点" in before.html
    assert [one.words for one in list_earlier_objections(review)] == ["考点数不对"]
    sign_in(client, Role.REVIEWER, page.unit)
    text = said(client.get(reverse("reviewing:review", args=[review.pk])))
    assert "与上次审签的一稿相比" in text
    assert "退回：考点数不对" in text
    sign_in(client, Role.CLERK, page.unit)
    text = said(client.get(reverse("publishing:item", args=[page.pk])))
    assert "现在不需要您办理" in text
    assert "现在还不能送审" not in text
