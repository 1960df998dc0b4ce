"""Attempts to bypass signatures: laxer schemes, rows written by code or SQL, one person signing twice, changed texts."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from factories.publishing import (
    actor_with_all_roles,
    column,
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


ONE_STAGE = ReviewPlan((ReviewStage("签发", (Role.LEAD, Role.SIGNER, Role.REVIEWER)),))
TWO_STAGES = ReviewPlan((ReviewStage("审核", (Role.REVIEWER,)), ReviewStage("签发", (Role.LEAD,))))


class TestSchemes:
    def test_changed_scheme_does_not_affect_a_running_review(self, page: ItemPage, site: Website) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        actions.set_scheme(site, by=actor(Role.CHIEF, site.body), plan=TWO_STAGES, reason="人手不足，经批准")
        sign_all(review, upto=1)
        assert nothing_is_public()
        sign_all(review)
        assert Edition.objects.count() == 1

    @pytest.mark.parametrize("plan", [ReviewPlan(()), ONE_STAGE])
    def test_scheme_inserted_by_sql_is_refused(self, plan: ReviewPlan, site: Website, page: ItemPage) -> None:
        ReviewScheme.objects.create(website=site, number=9, plan=plan.to_json(), made_by="SQL")
        review = actions.submit(page, by=actor(Role.CLERK, page.unit))
        if plan.stages:
            actions.fill_sheet(review, by=actor(Role.LEAD, page.unit), answers=plain_answers())
        with pytest.raises(Refused):
            sign(review, by=actor(Role.LEAD, page.unit))
        assert nothing_is_public()

    def test_plan_changed_before_the_first_signature_is_refused(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        Review.objects.filter(pk=review.pk).update(plan=TWO_STAGES.to_json(), holders="|reviewer|")
        review.refresh_from_db()
        sign(review, by=actor(Role.REVIEWER, housing))
        with pytest.raises(Refused, match="与流水不符"):
            sign(review, by=actor(Role.LEAD, housing))
        assert nothing_is_public()


class TestForgedRows:
    """Rows written by code do not publish unless the log contains them."""

    @pytest.mark.parametrize(
        ("signed_upto", "facts", "reason"),
        [
            (1, {"plan": TWO_STAGES.to_json(), "state": "approved"}, r"与流水不符|程序有改动"),
            (None, {"state": "approved", "decided_by": "某领导", "stage": 3}, "还缺初审、复审、终审"),
            (None, {"state": "after", "urgent_by": "某领导", "urgent_reason": "急"}, "没有负责人的决定"),
        ],
    )
    def test_review_set_as_decided_is_refused(
        self, page: ItemPage, signed_upto: int | None, facts: dict[str, Any], reason: str
    ) -> None:
        review = submitted(page)
        if signed_upto is not None:
            sign_all(review, upto=signed_upto)
        Review.objects.filter(pk=review.pk).update(**facts)
        with pytest.raises(Refused, match=reason):
            publish_on(page, review)

    def test_review_without_a_log_record_is_refused(self, page: ItemPage) -> None:
        review = submitted(page)
        copied = Review.objects.get(pk=review.pk)
        Review.objects.filter(pk=review.pk).update(state="recalled")
        copied.pk, copied.state = None, "approved"
        copied.save()
        with pytest.raises(Refused, match="流水中没有这次送审"):
            publish_on(page, copied)

    def test_review_with_removed_authors_is_refused(self, housing: Body, plans: Column) -> None:
        author = actor_with_all_roles(housing)
        review = submitted(item(housing, [plans], by=author))
        Review.objects.filter(pk=review.pk).update(authors=[], author_people=[], submitted_person=None, barred="")
        review.refresh_from_db()
        sign(review, by=author)
        sign(review, by=actor(Role.SIGNER, housing))
        with pytest.raises(Refused, match="与流水不符"):
            sign(review, by=actor(Role.LEAD, housing))
        assert nothing_is_public()

    def test_forged_signature_is_refused(self, page: ItemPage) -> None:
        """The database accepts a row that fits the text, but the log does not contain it."""
        review = submitted(page)
        sign_all(review, upto=1)
        first = Signature.objects.order_by("pk")[0]
        make_forged = Signature.objects.get(pk=first.pk)
        make_forged.pk, make_forged.stage, make_forged.stage_name = None, 2, "终审"
        make_forged.person_id, make_forged.account_id, make_forged.role, make_forged.name = 4711, None, "lead", "某领导"
        make_forged.save(force_insert=True)
        Review.objects.filter(pk=review.pk).update(state="approved", stage=3)
        with pytest.raises(Refused, match="与流水不符"):
            publish_on(page, review)

    def test_review_of_another_item_is_refused(self, page: ItemPage, housing: Body, plans: Column) -> None:
        other = signed(item(housing, [plans], title="另一条"))
        with pytest.raises(Refused, match="不是对这条信息的签发"):
            publish_on(page, other, revision=submitted(page).revision_id)

    def test_post_without_a_version_signs_nothing(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        client.post(reverse("reviewing:approve", args=(review.pk,)))
        assert not Signature.objects.exists()


@pytest.mark.postgres
class TestTriggers:
    """Triggers refuse, for SQL as for code."""

    def test_rows_cannot_be_changed_or_deleted(self, page: ItemPage, site: Website) -> None:
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

    def make_forged(self, review: Review, **facts: Any) -> Signature:
        first = Signature.objects.filter(review_id=review.pk).order_by("pk")[0]
        made = Signature.objects.get(pk=first.pk)
        made.pk = None
        for name, value in {"person_id": 4711, "account_id": None, "stage": 5, **facts}.items():
            setattr(made, name, value)
        return made

    def test_signature_on_a_settled_review_is_refused(self, page: ItemPage) -> None:
        review = signed(page)
        with pytest.raises(DatabaseError), transaction.atomic():
            self.make_forged(review).save(force_insert=True)

    def test_signature_that_does_not_fit_the_review_is_refused(self, page: ItemPage) -> None:
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
                self.make_forged(review, **facts).save(force_insert=True)

    def test_second_signature_of_a_person_or_stage_is_refused(self, page: ItemPage) -> None:
        review = submitted(page)
        sign_all(review, upto=0)
        first = Signature.objects.get()
        for same in ("person_id", "account_id", "stage"):
            with pytest.raises(DatabaseError), transaction.atomic():
                self.make_forged(review, **{same: getattr(first, same)}).save(force_insert=True)


class TestOnePersonTwice:
    def test_same_account_under_another_person_cannot_sign_again(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        first = PersonFactory()
        sign(review, by=actor_with_all_roles(housing, first))
        user = first.user
        first.user = None
        first.save()
        second = PersonFactory(user=user)
        user = get_user_model().objects.get(pk=user.pk)
        AppointmentFactory(role=Role.SIGNER, body=housing, person=second)
        with pytest.raises(Refused, match="已在前面的级次审签过"):
            sign(review, by=get_actor(user))

    def test_author_under_another_person_cannot_sign(self, housing: Body, plans: Column) -> None:
        author = actor_with_all_roles(housing)
        review = submitted(item(housing, [plans], by=author))
        twin = Actor("换了名字", person_id=PersonFactory().pk, user_id=author.user_id, posts=author.posts)
        with pytest.raises(Refused, match="须由其他人审签"):
            sign(review, by=twin)

    def test_system_commands_and_anonymous_cannot_sign(self, page: ItemPage, housing: Body) -> None:
        review = submitted(page)
        post = actor(Role.REVIEWER, housing).posts
        for by in (SYSTEM, ANONYMOUS, Actor("命令行", posts=post), Actor("命令行", system=True, posts=post)):
            with pytest.raises(Refused):
                sign(review, by=by)


class TestChangedText:
    def test_approver_who_edits_becomes_an_author(self, page: ItemPage, housing: Body) -> None:
        """Of the next submission; the text under review is unchanged."""
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

    def test_changed_columns_are_refused(self, page: ItemPage, site: Website, housing: Body) -> None:
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
    def test_used_review_does_not_publish_again(self, page: ItemPage, housing: Body) -> None:
        review = signed(page)
        actions.withdraw(ensure_document(page), by=actor(Role.LEAD, housing), reason="有误")
        with pytest.raises(Refused, match="已用于一次发布"):
            publish_on(page, review)
        Review.objects.filter(pk=review.pk).update(edition_id=None, state="approved")
        again = submitted(page)
        with pytest.raises(Refused):
            publish_on(page, again)
