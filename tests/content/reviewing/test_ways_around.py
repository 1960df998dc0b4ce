"""Ways around the signatures: schemes made lax, rows set by code, SQL past the actions; one person twice, a text changed."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

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
from factories.units import AppointmentFactory, PersonFactory, actor, signed_in
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.models import Review, ReviewScheme, Signature, SignatureNote
from gongkai.content.reviewing.models.reviews import plain_answers
from gongkai.content.reviewing.plan import DEFAULT_PLAN, ReviewPlan, ReviewStage
from gongkai.core.acts.action import Refused
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, Actor, get_actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title="没有审签的文字")


ONE = ReviewPlan((ReviewStage("签发", (Role.LEAD, Role.SIGNER, Role.REVIEWER)),))
TWO = ReviewPlan((ReviewStage("审核", (Role.REVIEWER,)), ReviewStage("签发", (Role.LEAD,))))


class TestSchemes:
    def test_a_scheme_changed_midway_changes_no_running_review(self, page: ItemPage, site: Website) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=TWO, reason="人手不足，经批准")
        sign_all(review, upto=1)
        assert nothing_is_public()
        sign_all(review)
        assert Edition.objects.count() == 1

    @pytest.mark.parametrize("plan", [ReviewPlan(()), ONE])
    def test_and_leads_nowhere_where_sql_put_it_in(self, plan: ReviewPlan, site: Website, page: ItemPage) -> None:
        ReviewScheme.objects.create(website=site, number=9, plan=plan.to_json(), made_by="SQL")
        review = actions.submit(page, by=actor(Role.CLERK, page.unit))
        if plan.stages:
            actions.fill_sheet(review, by=actor(Role.LEAD, page.unit), answers=plain_answers())
        with pytest.raises(Refused):
            sign(review, by=actor(Role.LEAD, page.unit))
        assert nothing_is_public()

    def test_and_before_anybody_signed(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        Review.objects.filter(pk=review.pk).update(plan=TWO.to_json(), holders="|reviewer|")
        review.refresh_from_db()
        sign(review, by=actor(Role.REVIEWER, housing))
        with pytest.raises(Refused, match="与流水不符"):
            sign(review, by=actor(Role.LEAD, housing))
        assert nothing_is_public()


class TestRowsSetByCode:
    """Whoever can write Python can write rows; publishing believes none that the log does not know."""

    @pytest.mark.parametrize(
        ("signed_upto", "facts", "reason"),
        [
            (1, {"plan": TWO.to_json(), "state": "approved"}, r"与流水不符|程序有改动"),
            (None, {"state": "approved", "decided_by": "某领导", "stage": 3}, "还缺初审、复审、终审"),
            (None, {"state": "after", "urgent_by": "某领导", "urgent_reason": "急"}, "没有负责人的决定"),
        ],
    )
    def test_a_review_set_as_decided(
        self, page: ItemPage, signed_upto: int | None, facts: dict[str, Any], reason: str
    ) -> None:
        review = submitted(page)
        if signed_upto is not None:
            sign_all(review, upto=signed_upto)
        Review.objects.filter(pk=review.pk).update(**facts)
        with pytest.raises(Refused, match=reason):
            publish_on(page, review)

    def test_a_review_made_from_nothing(self, page: ItemPage) -> None:
        review = submitted(page)
        copied = Review.objects.get(pk=review.pk)
        Review.objects.filter(pk=review.pk).update(state="recalled")
        copied.pk, copied.state = None, "approved"
        copied.save()
        with pytest.raises(Refused, match="流水中没有这次送审"):
            publish_on(page, copied)

    def test_authors_struck_off(self, housing: Body, plans: Column) -> None:
        author = everything(housing)
        review = submitted(item(housing, [plans], by=author))
        Review.objects.filter(pk=review.pk).update(authors=[], author_people=[], submitted_person=None, barred="")
        review.refresh_from_db()
        sign(review, by=author)
        sign(review, by=actor(Role.SIGNER, housing))
        with pytest.raises(Refused, match="与流水不符"):
            sign(review, by=actor(Role.LEAD, housing))
        assert nothing_is_public()

    def test_signatures_made_up(self, page: ItemPage) -> None:
        """A row that fits the text passes the database; it is in no log, so it counts for nothing."""
        review = submitted(page)
        sign_all(review, upto=1)
        first = Signature.objects.order_by("pk")[0]
        forged = Signature.objects.get(pk=first.pk)
        forged.pk, forged.stage, forged.stage_name = None, 2, "终审"
        forged.person_id, forged.account_id, forged.role, forged.name = 4711, None, "lead", "某领导"
        forged.save(force_insert=True)
        Review.objects.filter(pk=review.pk).update(state="approved", stage=3)
        with pytest.raises(Refused, match="与流水不符"):
            publish_on(page, review)

    def test_signatures_of_another_review(self, page: ItemPage, housing: Body, plans: Column) -> None:
        other = signed(item(housing, [plans], title="另一条"))
        with pytest.raises(Refused, match="不是对这条信息的签发"):
            publish_on(page, other, revision=submitted(page).revision_id)

    def test_a_post_without_a_version(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        client.post(reverse("reviewing:approve", args=(review.pk,)))
        assert not Signature.objects.exists()


@pytest.mark.postgres
class TestTheDatabase:
    """Triggers refuse, for SQL as for code."""

    def test_rows_are_never_changed_or_deleted(self, page: ItemPage, site: Website) -> None:
        actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=DEFAULT_PLAN)
        signed(page)
        SignatureNote.objects.all().delete()
        for statement in (
            "UPDATE reviewing_signature SET name = 'x'",
            "UPDATE reviewing_signature SET person_id = 1",
            "DELETE FROM reviewing_signature",
            "UPDATE reviewing_secrecysheet SET conclusion = 'open'",
            "DELETE FROM reviewing_secrecysheet",
            "UPDATE reviewing_reviewscheme SET ended = ended",
            "DELETE FROM reviewing_reviewscheme",
        ):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)

    def forged(self, review: Review, **facts: Any) -> Signature:
        first = Signature.objects.filter(review_id=review.pk).order_by("pk")[0]
        made = Signature.objects.get(pk=first.pk)
        made.pk = None
        for name, value in {"person_id": 4711, "account_id": None, "stage": 5, **facts}.items():
            setattr(made, name, value)
        return made

    def test_no_signature_on_a_settled_review(self, page: ItemPage) -> None:
        review = signed(page)
        with pytest.raises(DatabaseError), transaction.atomic():
            self.forged(review).save(force_insert=True)

    def test_no_signature_that_does_not_fit(self, page: ItemPage) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        for facts in [
            {"content_digest": "0" * 64},
            {"source": "item/4711"},
            {"review_id": 4711},
            {"digest": "short"},
            {"recorder_id": 4711, "recorder": "本人"},
            {"scan": "0" * 64, "recorder_id": 4712, "recorder": "某人"},
            {"scan": "0" * 64, "recorder_id": 4712, "recorder": "某人", "confirmer_id": 4712},
        ]:
            with pytest.raises(DatabaseError), transaction.atomic():
                self.forged(review, **facts).save(force_insert=True)

    def test_no_second_signature_of_one(self, page: ItemPage) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        first = Signature.objects.get()
        for same in ("person_id", "account_id", "stage"):
            with pytest.raises(DatabaseError), transaction.atomic():
                self.forged(review, **{same: getattr(first, same)}).save(force_insert=True)


class TestOnePersonTwice:
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
            sign(review, by=get_actor(user))

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
    def test_the_approver_edits_and_approves(self, page: ItemPage, housing: Body) -> None:
        """Who edits is an author of what is submitted then; what is under review stays what it was."""
        review = submitted(page)
        sign_all(review, upto=1)
        head = AppointmentFactory(role=Role.LEAD, body=housing)
        by = get_actor(head.person.user)
        actions.save_revision(page, by=by, title="负责人自己改的")
        edition = sign(review, by=by)
        assert edition.content.title == "没有审签的文字"
        again = submitted(page)
        sign_all(again, upto=1)
        with pytest.raises(Refused, match="须由其他人审签"):
            sign(again, by=by)

    def test_into_other_columns(self, page: ItemPage, site: Website, housing: Body) -> None:
        review = submitted(page)
        sign_all(review, upto=1)
        actions.place(ensure_document(page), by=actor(Role.CLERK, housing), columns=[column(site, "财政预决算")])
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

    @pytest.mark.postgres
    def test_an_old_revision_is_published_again(self, page: ItemPage, housing: Body) -> None:
        review = signed(page)
        actions.withdraw(ensure_document(page), by=actor(Role.LEAD, housing), reason="有误")
        with pytest.raises(Refused, match="已用于一次发布"):
            publish_on(page, review)
        Review.objects.filter(pk=review.pk).update(edition_id=None, state="approved")
        again = submitted(page)
        with pytest.raises(Refused):
            publish_on(page, again)
