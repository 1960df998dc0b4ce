"""Signing: permissions, text versions, and required content of an item (S-01, P-14)."""

import pytest
from wagtail.models import Revision

from factories.publishing import item, publish_on, sign, sign_all, signed, submitted
from factories.units import AppointmentFactory, actor
from gongkai.content.editions import queries
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.editions.sources import ensure_document, load_outgoing_text
from gongkai.content.publishing import actions
from gongkai.content.reviewing.approval_faults import SignedText
from gongkai.content.reviewing.cases import load_case
from gongkai.content.reviewing.models import Review, Signature
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.units.actors import ANONYMOUS, SYSTEM, get_actor
from gongkai.core.units.models import Body, Role
from gongkai.core.units.pending_work import describe_unfinished_work

pytestmark = pytest.mark.django_db


def join_reasons(caught: pytest.ExceptionInfo[Refused]) -> str:
    return "；".join(caught.value.reasons)


class TestSigning:
    @pytest.mark.postgres
    def test_item_is_public_after_three_other_people_signed(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = signed(page)
        edition = Edition.objects.get()
        signatures = [row for row in edition.approvals if row["kind"] == "signature"]
        assert [row["stage"] for row in signatures] == ["初审", "复审", "终审"]
        assert {row["revision"] for row in signatures} == {review.revision_id}
        assert len({row["person"] for row in signatures} | {review.submitted_person}) == 4
        assert signatures[-1]["by"] == review.decided_by
        assert queries.load_shown(ANONYMOUS, pk=ensure_document(page).pk)

    def test_author_cannot_sign(self, site: Website, housing: Body, plans: Column) -> None:
        """Regardless of other roles that the author has."""
        writer = AppointmentFactory(role=Role.CLERK, body=housing)
        for more in (Role.SIGNER, Role.LEAD, Role.ADMINISTRATOR):
            AppointmentFactory(role=more, body=housing, person=writer.person)
        AppointmentFactory(role=Role.CHIEF, body=site.body, person=writer.person)
        writer.person.user.is_superuser = True
        writer.person.user.save()
        by = get_actor(writer.person.user)
        review = actions.submit(item(housing, [plans], by=by), by=by)
        with pytest.raises(Refused) as caught:
            sign(review, by=by)
        assert "须由其他人审签" in join_reasons(caught)
        assert not Edition.objects.exists()

    def test_only_roles_of_the_stage_sign(self, site: Website, housing: Body, plans: Column) -> None:
        review = submitted(item(housing, [plans]))
        assert "还有1篇文稿等本单位审签。" in describe_unfinished_work(housing)
        for role, body in (
            (Role.CLERK, housing),
            (Role.ADMINISTRATOR, housing),
            (Role.AUDITOR, housing),
            (Role.SIGNER, site.body),
        ):
            with pytest.raises(Refused):
                sign(review, by=actor(role, body))
        for stage, (role, body) in enumerate(((Role.REVIEWER, housing), (Role.CHIEF, site.body), (Role.LEAD, housing))):
            review.refresh_from_db()
            assert (review.stage, Edition.objects.exists()) == (stage, False)
            for other in (Role.LEAD, Role.REVIEWER, Role.CLERK) if stage == 1 else ():
                with pytest.raises(Refused, match="现在是复审"):
                    sign(review, by=actor(other, housing))
            sign(review, by=actor(role, body))
        assert Edition.objects.exists()
        assert [s.role for s in Signature.objects.order_by("stage")] == ["reviewer", "chief", "lead"]

    def test_text_changed_after_signing_needs_a_new_signature(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, release=False)
        changed = actions.save_revision(page, by=actor(Role.CLERK, housing), title="另一个标题")
        with pytest.raises(Refused) as caught:
            publish_on(page, review, by=actor(Role.SIGNER, housing), revision=changed.pk)
        assert "文字有改动" in join_reasons(caught)
        signed_text = Revision.objects.get(pk=review.revision_id)
        content = {**signed_text.content, "title": "偷换的标题"}
        Revision.objects.filter(pk=signed_text.pk).update(content=content)
        with pytest.raises(Refused, match="审签之后文字有改动"):
            publish_on(page, review, by=actor(Role.SIGNER, housing))
        assert not Edition.objects.exists()

    def test_rewritten_revision_is_refused(self, housing: Body, plans: Column) -> None:
        """At each signature, not only at the last one."""
        page = item(housing, [plans])
        review = submitted(page)
        revision = Revision.objects.get(pk=review.revision_id)
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "title": "偷换的标题"})
        with pytest.raises(Refused) as caught:
            sign(review, by=actor(Role.SIGNER, housing))
        assert "文字有改动" in join_reasons(caught)

    def test_review_forged_in_memory_is_refused(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        review.state, review.decided_person = "approved", 4711
        approval = SignedText(load_outgoing_text(page, review.revision_id), load_case(review))
        with pytest.raises(Refused):
            actions.publish(page, by=SYSTEM, approval=approval)

    def test_approval_loaded_earlier_does_not_publish_twice(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, release=False)
        read_before = SignedText(
            load_outgoing_text(page, review.revision_id), load_case(Review.objects.get(pk=review.pk))
        )
        publish_on(page, review)
        with pytest.raises(Conflict, match="已用于一次发布"):
            actions.publish(page, by=SYSTEM, approval=read_before)
        assert Edition.objects.count() == 1

    def test_return_needs_a_reason(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        with pytest.raises(Refused):
            actions.return_review(review, by=actor(Role.SIGNER, housing), words=" ")
        actions.return_review(review, by=actor(Role.SIGNER, housing), words="标题请写全称")
        assert Review.objects.get().get_state_display() == "已退回"
        assert actions.submit(page, by=actor(Role.CLERK, housing)).pk != review.pk


class TestMissingContent:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            ({"body": "<p> </p>"}, "正文为空"),
            ({"formed_on": None}, "形成或变更日期"),
            ({"attribute": ""}, "公开属性"),
            ({"attribute": "withheld"}, "不是“主动公开”"),
            ({"attribute_basis": ""}, "公开依据"),
            ({"manner": "limited"}, "说明理由"),
        ],
    )
    def test_submission_names_missing_content(
        self, fields: dict[str, object], reason: str, housing: Body, plans: Column
    ) -> None:
        with pytest.raises(Refused) as caught:
            actions.submit(item(housing, [plans], **fields), by=actor(Role.CLERK, housing))
        assert reason in join_reasons(caught)

    def test_submission_needs_a_column_and_the_own_unit(self, site: Website, housing: Body, plans: Column) -> None:
        with pytest.raises(Refused, match="至少一个栏目"):
            actions.submit(item(housing, []), by=actor(Role.CLERK, housing))
        with pytest.raises(Refused):
            actions.create_draft(site.body, by=actor(Role.CLERK, housing), title="别人的")
        with pytest.raises(Refused):
            actions.submit(item(site.body, [plans]), by=actor(Role.CLERK, housing))
