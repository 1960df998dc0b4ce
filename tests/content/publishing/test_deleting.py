"""A draft goes on the log; what was under review is record, whoever asks and by whatever way."""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from factories.pages import sign_in
from factories.publishing import erased, item, reviewed, submitted
from factories.units import BodyFactory, actor
from gongkai.content.editions.actions.editions import withdraw
from gongkai.content.editions.models import Column, Website
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review, Signature
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def desk_of_clerk(body: Body) -> Client:
    client = Client()
    sign_in(client, Role.CLERK, body)
    return client


def delete(client: Client, page: ItemPage) -> None:
    client.post(reverse("wagtailadmin_pages:delete", args=(page.pk,)))


def test_a_clerk_deletes_a_draft_and_the_log_keeps_that_it_was_there(
    site: Website, plans: Column, housing: Body
) -> None:
    page = item(housing, [plans])
    delete(desk_of_clerk(housing), page)
    assert not ItemPage.objects.exists()
    movement = Movement.objects.get(action="publishing.delete_draft")
    assert (movement.stream, movement.facts["title"]) == (page.stream, page.title)


def test_what_was_submitted_stays_under_review_and_after_it(site: Website, plans: Column, housing: Body) -> None:
    page = item(housing, [plans])
    review = submitted(page)
    client = desk_of_clerk(housing)
    delete(client, page)
    assert ItemPage.objects.filter(pk=page.pk).exists()
    Review.objects.filter(pk=review.pk).update(state="recalled")
    delete(client, page)
    assert ItemPage.objects.filter(pk=page.pk).exists()
    with pytest.raises(Refused, match="送审过"), transaction.atomic():
        page.delete()
    with pytest.raises(Refused, match="送审过"), transaction.atomic():
        Page.objects.get(pk=page.get_parent().pk).delete()


def test_who_goes_round_is_found(site: Website, plans: Column, housing: Body) -> None:
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


def test_others_delete_nothing(site: Website, plans: Column, housing: Body) -> None:
    page = item(housing, [plans])
    delete(desk_of_clerk(BodyFactory(name="云岭市财政局")), page)
    assert ItemPage.objects.filter(pk=page.pk).exists()


def test_erasing_one_text_leaves_the_reviews_of_others_alone(site: Website, plans: Column, housing: Body) -> None:
    """Revisions are numbered within their source: another source has the same numbers."""
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
