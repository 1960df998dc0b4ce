"""One person signs once, and no text changes under its signatures: with several roles, accounts, registrations; between two stages; by a file."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Revision

from factories.publishing import (
    column,
    everything,
    item,
    nothing_is_public,
    publish_on,
    sign,
    sign_all,
    signed,
    submitted,
)
from factories.units import AppointmentFactory, PersonFactory, UserFactory, actor, signed_in
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.editions.sources import document_of
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review, SecrecySheet, Signature
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor, actor_of
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title="没有审签的文字")


class TestOnePersonTwice:
    def test_with_a_new_account(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        person = PersonFactory()
        sign(review, by=everything(housing, person))
        person.user = UserFactory()
        person.save()
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            sign(review, by=actor_of(person.user))

    def test_with_the_same_account_under_another_person(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        first = PersonFactory()
        sign(review, by=everything(housing, first))
        user = first.user
        first.user = None
        first.save()
        second = PersonFactory(user=user)
        user = get_user_model().objects.get(pk=user.pk)
        AppointmentFactory(role=Role.SIGNER, body=housing, person=second)
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            sign(review, by=actor_of(user))

    def test_as_author_under_another_person_of_the_same_account(self, housing: Body, plans: Column) -> None:
        author = everything(housing)
        review = submitted(item(housing, [plans], by=author))
        twin = Actor("换了名字", person_id=PersonFactory().pk, user_id=author.user_id, posts=author.posts)
        with pytest.raises(Refused, match="须由其他人审签"):
            sign(review, by=twin)

    def test_jobs_commands_and_nobody_sign_nothing(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        post = actor(Role.REVIEWER, housing).posts
        for by in (SYSTEM, ANONYMOUS, Actor("命令行", posts=post), Actor("命令行", system=True, posts=post)):
            with pytest.raises(Refused):
                sign(review, by=by)


class TestChangedText:
    def test_between_two_stages(self, page: ItemPage, housing: Body) -> None:
        """The stored revision is rewritten: the next stage refuses, and so does publishing."""
        review = submitted(page)
        sign_all(review, upto=1)
        revision = Revision.objects.get(pk=review.revision_id)
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "title": "偷换"})
        with pytest.raises(Refused, match="文字有改动"):
            sign_all(review)
        assert nothing_is_public()

    def test_a_new_draft_goes_back_to_the_first_stage(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.save_revision(page, by=actor(Role.CLERK, housing), title="改了一处")
        actions.recall(review, by=actor(Role.CLERK, housing))
        again = submitted(page)
        assert again.stage == 0
        assert not Signature.objects.filter(review_id=again.pk).exists()

    def test_the_approver_edits_and_approves(self, page: ItemPage, housing: Body) -> None:
        """Who edits is an author of what is submitted then; what is under review stays what it was."""
        review = submitted(page)
        sign_all(review, upto=1)
        head = AppointmentFactory(role=Role.LEAD, body=housing)
        by = actor_of(head.person.user)
        actions.save_revision(page, by=by, title="负责人自己改的")
        edition = sign(review, by=by)
        assert edition.content.title == "没有审签的文字"
        again = submitted(page)
        sign_all(again, upto=1)
        with pytest.raises(Refused, match="须由其他人审签"):
            sign(again, by=by)

    def test_edit_and_approve_in_one_post(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        client = signed_in(Role.LEAD, housing)
        client.get(reverse("reviewing:review", args=(review.pk,)))
        sheet = SecrecySheet.objects.get().digest
        form = {"version": review.version, "title": "改了", "body": "改了", "words": "同意", "confirm": sheet}
        client.post(reverse("reviewing:approve", args=(review.pk,)), form)
        assert Edition.objects.get().content.title == "没有审签的文字"

    def test_into_other_columns(self, page: ItemPage, site: Website, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.place(document_of(page), by=actor(Role.CLERK, housing), columns=[column(site, "财政预决算")])
        with pytest.raises(Refused, match="栏目有改动"):
            sign_all(review)

    def test_signatures_of_a_returned_review_never_count(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.return_review(review, by=actor(Role.LEAD, housing), words="再核实")
        with pytest.raises(Refused):
            sign_all(review)
        Review.objects.filter(pk=review.pk).update(state="approved")
        with pytest.raises(Refused, match="还缺终审"):
            publish_on(page, review)

    def test_an_old_revision_is_published_again(self, page: ItemPage, housing: Body) -> None:
        review = signed(page)
        actions.withdraw(document_of(page), by=actor(Role.LEAD, housing), reason="有误")
        with pytest.raises(Refused, match="已用于一次发布"):
            publish_on(page, review)
        Review.objects.filter(pk=review.pk).update(edition_id=None, state="approved")
        again = submitted(page)
        with pytest.raises(Refused):
            publish_on(page, again)
