"""Publishing and withdrawing: what it takes, what it writes, what nobody can change afterwards."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from wagtail.models import Revision

from factories.publishing import item, reviewed, sign_all, signed, submitted
from factories.units import AppointmentFactory, actor
from gongkai.acts.action import Refused
from gongkai.acts.models import Movement
from gongkai.publishing import actions, files, queries
from gongkai.publishing.documents import document_of
from gongkai.publishing.models import (
    Address,
    Column,
    Document,
    Edition,
    EditionContent,
    Review,
    SearchRow,
    Shelf,
    StoredFile,
    Website,
)
from gongkai.publishing.models.files import files_storage
from gongkai.units.actors import ANONYMOUS, SYSTEM, actor_of
from gongkai.units.models import Body, Role

pytestmark = pytest.mark.django_db


def refused(caught: pytest.ExceptionInfo[Refused]) -> str:
    return "；".join(caught.value.reasons)


class TestSigning:
    def test_three_others_sign_and_it_is_public(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = signed(page)
        edition = Edition.objects.get()
        signatures = [row for row in edition.approvals if row["kind"] == "signature"]
        assert [row["stage"] for row in signatures] == ["初审", "复审", "终审"]
        assert {row["revision"] for row in signatures} == {review.revision_id}
        assert len({row["person"] for row in signatures} | {review.submitted_person}) == 4
        assert signatures[-1]["by"] == review.decided_by
        assert queries.show(ANONYMOUS, pk=document_of(page).pk)

    @pytest.mark.parametrize("role", [Role.CLERK, Role.LEAD, Role.SIGNER, Role.CHIEF, Role.ADMINISTRATOR])
    def test_nobody_signs_what_they_wrote(
        self, role: Role, site: Website, housing: Body, plans: Column
    ) -> None:
        """Author ≠ signer for everybody, whatever they are besides."""
        writer = AppointmentFactory(role=role, body=housing)
        for more in (Role.CLERK, Role.SIGNER, Role.LEAD):
            AppointmentFactory(role=more, body=housing, person=writer.person)
        AppointmentFactory(role=Role.CHIEF, body=site.body, person=writer.person)
        writer.person.user.is_superuser = True
        writer.person.user.save()
        by = actor_of(writer.person.user)
        review = actions.submit(item(housing, [plans], by=by), by=by)
        with pytest.raises(Refused) as caught:
            actions.approve(review, by=by)
        assert "须由其他人审签" in refused(caught)
        assert not Edition.objects.exists()

    def test_whoever_changed_a_word_is_an_author_too(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        signer = AppointmentFactory(role=Role.SIGNER, body=housing)
        AppointmentFactory(role=Role.CLERK, body=housing, person=signer.person)
        by = actor_of(signer.person.user)
        actions.revise(page, by=by, title="改了一个字的标题")
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        with pytest.raises(Refused):
            actions.approve(review, by=by)

    @pytest.mark.parametrize(
        ("role", "own", "allowed"),
        [
            (Role.SIGNER, True, True),
            (Role.LEAD, True, True),
            (Role.CLERK, True, False),
            (Role.ADMINISTRATOR, True, False),
            (Role.AUDITOR, True, False),
            (Role.SIGNER, False, False),
            (Role.CHIEF, False, True),
        ],
    )
    def test_who_may_sign(
        self, role: Role, own: bool, allowed: bool, site: Website, housing: Body, plans: Column
    ) -> None:
        review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
        by = actor(role, housing if own else site.body)
        if allowed:
            actions.approve(review, by=by)
        else:
            with pytest.raises(Refused):
                actions.approve(review, by=by)
        review.refresh_from_db()
        assert review.stage == (1 if allowed else 0)
        assert not Edition.objects.exists()

    def test_the_system_does_not_sign(self, housing: Body, plans: Column) -> None:
        review = actions.submit(item(housing, [plans]), by=actor(Role.CLERK, housing))
        with pytest.raises(Refused):
            actions.approve(review, by=SYSTEM)

    def test_text_changed_after_signing_needs_a_new_signature(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, release=False)
        changed = actions.revise(page, by=actor(Role.CLERK, housing), title="另一个标题")
        with pytest.raises(Refused) as caught:
            actions.publish(page, by=actor(Role.SIGNER, housing), revision=changed, approvals=[review])
        assert "文字有改动" in refused(caught)

    def test_a_draft_written_after_submission_does_not_slip_in(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans], title="送审的标题")
        review = submitted(page)
        actions.revise(page, by=actor(Role.CLERK, housing), title="后来的标题")
        edition = sign_all(review)
        assert edition.content.title == "送审的标题"

    def test_a_revision_rewritten_behind_the_review_is_noticed(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        revision = Revision.objects.get(pk=review.revision_id)
        Revision.objects.filter(pk=revision.pk).update(content={**revision.content, "title": "偷换的标题"})
        with pytest.raises(Refused) as caught:
            actions.approve(review, by=actor(Role.SIGNER, housing))
        assert "文字有改动" in refused(caught)

    def test_no_approval_no_edition(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        with pytest.raises(Refused) as caught:
            actions.publish(page, by=SYSTEM, revision=page.get_latest_revision(), approvals=[])
        assert "没有审签记录" in refused(caught)

    def test_a_review_made_up_in_memory_counts_for_nothing(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        review.state, review.decided_person = "approved", 4711
        with pytest.raises(Refused):
            actions.publish(page, by=SYSTEM, revision=page.get_latest_revision(), approvals=[review])

    def test_a_signature_is_used_once(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = signed(page)
        actions.withdraw(document_of(page), by=actor(Role.SIGNER, housing), reason="有误")
        revision = Revision.objects.get(pk=review.revision_id)
        with pytest.raises(Refused) as caught:
            actions.publish(page, by=actor(Role.SIGNER, housing), revision=revision, approvals=[review])
        assert "已用于一次发布" in refused(caught)

    def test_two_at_once_one_wins(self, housing: Body, plans: Column) -> None:
        review = submitted(item(housing, [plans]))
        sign_all(review)
        with pytest.raises(Refused) as caught:
            actions.return_review(review, by=actor(Role.SIGNER, housing), words="不同意")
        assert "已签发" in refused(caught)

    def test_returned_with_a_reason(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = actions.submit(page, by=actor(Role.CLERK, housing))
        with pytest.raises(Refused):
            actions.return_review(review, by=actor(Role.SIGNER, housing), words=" ")
        actions.return_review(review, by=actor(Role.SIGNER, housing), words="标题请写全称")
        assert Review.objects.get().get_state_display() == "已退回"
        assert actions.submit(page, by=actor(Role.CLERK, housing)).pk != review.pk


class TestWhatIsLacking:
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
    def test_submission_says_what(
        self, fields: dict[str, object], reason: str, housing: Body, plans: Column
    ) -> None:
        with pytest.raises(Refused) as caught:
            actions.submit(item(housing, [plans], **fields), by=actor(Role.CLERK, housing))
        assert reason in refused(caught)

    def test_a_column_is_needed(self, site: Website, housing: Body) -> None:
        with pytest.raises(Refused) as caught:
            actions.submit(item(housing, []), by=actor(Role.CLERK, housing))
        assert "至少一个栏目" in refused(caught)

    def test_a_clerk_writes_for_the_own_unit_only(self, site: Website, housing: Body, plans: Column) -> None:
        with pytest.raises(Refused):
            actions.draft(site.body, by=actor(Role.CLERK, housing), title="别人的")
        with pytest.raises(Refused):
            actions.submit(item(site.body, [plans]), by=actor(Role.CLERK, housing))


class TestEditions:
    def test_a_new_edition_keeps_the_date_of_first_publication(self, housing: Body, plans: Column) -> None:
        document = reviewed(housing, [plans])
        first = document.published_at
        page = document_of_page(document)
        actions.revise(page, by=actor(Role.CLERK, housing), title="修订后的标题")
        signed(page)
        document.refresh_from_db()
        assert document.published_at == first
        shown = queries.show(ANONYMOUS, pk=document.pk)
        assert shown
        assert (shown.edition.number, shown.edition.content.title) == (2, "修订后的标题")
        assert [e.number for e in shown.editions] == [2, 1]

    def test_a_schedule_is_a_time_in_the_future(self, housing: Body, plans: Column) -> None:
        tomorrow = timezone.now() + timedelta(days=1)
        page = item(housing, [plans])
        signed(page, visible_from=tomorrow)
        document = document_of(page)
        assert queries.show(ANONYMOUS, pk=document.pk) is None
        assert not queries.shelf_visible_to(ANONYMOUS).exists()
        later = tomorrow + timedelta(minutes=1)
        assert queries.visible_to(ANONYMOUS, later).filter(document=document).exists()
        assert queries.shelf_visible_to(ANONYMOUS, later).filter(document=document).exists()

    def test_a_scheduled_change_leaves_the_present_text_until_then(
        self, housing: Body, plans: Column
    ) -> None:
        document = reviewed(housing, [plans], title="现在的")
        page = document_of_page(document)
        actions.revise(page, by=actor(Role.CLERK, housing), title="明天的")
        tomorrow = timezone.now() + timedelta(days=1)
        signed(page, visible_from=tomorrow)
        assert [r.title for r in queries.latest(ANONYMOUS, website=plans.website_id)] == ["现在的"]
        later = queries.shelf_visible_to(ANONYMOUS, tomorrow + timedelta(hours=1)).filter(column=plans)
        assert [r.title for r in later] == ["明天的"]

    def test_withdrawing_wins_over_a_schedule(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        tomorrow = timezone.now() + timedelta(days=1)
        signed(page, visible_from=tomorrow)
        actions.withdraw(document_of(page), by=actor(Role.SIGNER, housing), reason="不再发布")
        assert not queries.visible_to(ANONYMOUS, tomorrow + timedelta(days=1)).exists()

    def test_a_past_time_is_for_recording_only(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, release=False)
        past = timezone.now() - timedelta(days=300)
        revision = page.get_latest_revision()
        with pytest.raises(Refused):
            actions.publish(
                page, by=actor(Role.SIGNER, housing), revision=revision, approvals=[review], visible_from=past
            )
        actions.publish(page, by=SYSTEM, revision=revision, approvals=[review], visible_from=past)
        assert document_of(page).published_at == past

    @pytest.mark.parametrize("hours", [None, 1, 24 * 8, 24 * 10])
    def test_a_time_that_was_signed_is_kept(self, hours: int | None, housing: Body, plans: Column) -> None:
        """Nobody signed an earlier time, and nobody but the signers puts a text off."""
        page = item(housing, [plans])
        signed_for = timezone.now() + timedelta(days=9)
        review = submitted(page, visible_from=signed_for)
        sign_all(review, release=False)
        by, revision = actor(Role.CLERK, housing), page.get_latest_revision()
        at = timezone.now() + timedelta(hours=hours) if hours else None
        with pytest.raises(Refused, match=r"公开时间|定时公开"):
            actions.publish(page, by=by, revision=revision, approvals=[review], visible_from=at)
        assert not Edition.objects.exists()
        actions.publish(page, by=by, revision=revision, approvals=[review], visible_from=signed_for)
        assert Edition.objects.get().visible_from == signed_for

    def test_a_time_that_is_past_means_at_once(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        soon = timezone.now() + timedelta(days=1)
        review = submitted(page, visible_from=soon)
        sign_all(review, release=False)
        with patch("django.utils.timezone.now", return_value=soon + timedelta(hours=2)):
            actions.publish(
                page,
                by=actor(Role.CLERK, housing),
                revision=page.get_latest_revision(),
                approvals=[review],
            )
        assert Edition.objects.get().visible_from == soon + timedelta(hours=2)

    def test_no_time_is_set_behind_the_signatures(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, release=False)
        with pytest.raises(Refused, match="定时公开的时间须随文送审"):
            actions.publish(
                page,
                by=actor(Role.CLERK, housing),
                revision=page.get_latest_revision(),
                approvals=[review],
                visible_from=timezone.now() + timedelta(days=30),
            )

    def test_nor_by_changing_the_row(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page, visible_from=timezone.now() + timedelta(days=9))
        sign_all(review, release=False)
        Review.objects.filter(pk=review.pk).update(visible_from=None)
        with pytest.raises(Refused, match="送审记录与流水不符"):
            actions.publish(
                page,
                by=actor(Role.CLERK, housing),
                revision=page.get_latest_revision(),
                approvals=[review],
            )

    def test_the_words_beside_a_standing_hold_no_personal_data(self, housing: Body, plans: Column) -> None:
        """They go to the public on one person's word."""
        document = reviewed(housing, [plans])
        signer, day = actor(Role.SIGNER, housing), timezone.localdate()
        note = "申请人刘志强，身份证号42010619900101001X，电话13812345678。"
        with pytest.raises(Refused, match="居民身份证号码") as caught:
            actions.set_standing(document, by=signer, standing="repealed", on=day, note=note)
        assert "42010619900101001X" not in str(caught.value), "the reason does not repeat them"
        document.refresh_from_db()
        assert document.standing_note == ""
        note = "被《云岭市住房管理办法》（云政发〔2026〕3号）废止"
        actions.set_standing(document, by=signer, standing="repealed", on=day, note=note)
        document.refresh_from_db()
        assert document.standing_note == note

    def test_as_published_on_a_day(self, housing: Body, plans: Column) -> None:
        document = reviewed(housing, [plans], title="第一版")
        between = timezone.now()
        page = document_of_page(document)
        actions.revise(page, by=actor(Role.CLERK, housing), title="第二版")
        signed(page)
        edition = queries.as_of(document, between, ANONYMOUS)
        assert edition
        assert edition.content.title == "第一版"
        assert queries.as_of(document, between - timedelta(days=9), ANONYMOUS) is None

    def test_the_database_refuses_change_and_deletion(self, housing: Body, plans: Column) -> None:
        reviewed(housing, [plans])
        for rows in (Edition.objects.all(), EditionContent.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**{"made_by": "x"} if rows.model is Edition else {"title": "x"})
            with pytest.raises(DatabaseError), transaction.atomic():
                rows._raw_delete("default")

    def test_it_stands_in_the_log_with_its_digest(self, housing: Body, plans: Column) -> None:
        document = reviewed(housing, [plans])
        movement = Movement.objects.get(stream=f"document/{document.pk}", action="publishing.publish")
        assert movement.facts["digest"] == Edition.objects.get().digest

    @pytest.mark.parametrize(
        "step",
        [
            "gongkai.publishing.actions.editions.EditionContent.save",
            "gongkai.publishing.actions.editions._describe",
            "gongkai.publishing.actions.editions.refresh",
            "gongkai.publishing.shelving._reshelve",
            "gongkai.publishing.search.table.put",
            "gongkai.acts.action.append",
        ],
    )
    def test_killed_at_any_step_nothing_is_left(self, step: str, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, upto=1)
        signer = actor(Role.LEAD, housing)
        with (
            patch(step, side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
            transaction.atomic(),
        ):
            actions.approve(review, by=signer)
        review.refresh_from_db()
        assert review.state == "waiting"
        for model in (Edition, EditionContent, Shelf, SearchRow):
            assert not model.objects.exists(), model
        assert not Address.objects.filter(document__source=f"item/{page.pk}", document__shelf__isnull=False)
        actions.approve(review, by=signer)
        assert Edition.objects.get().number == 1


class TestErasing:
    def test_the_shown_edition_is_not_erased(self, site: Website, housing: Body, plans: Column) -> None:
        reviewed(housing, [plans])
        with pytest.raises(Refused) as caught:
            actions.erase(Edition.objects.get(), by=actor(Role.CHIEF, site.body), basis="个人信息")
        assert "请先撤回" in refused(caught)

    def test_the_content_goes_the_digest_stays(self, site: Website, housing: Body, plans: Column) -> None:
        document = reviewed(housing, [plans], title="含有姓名张三的标题", body="<p>身份证号</p>")
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="含个人信息")
        edition = Edition.objects.get(number=1)
        actions.erase(edition, by=actor(Role.CHIEF, site.body), basis="个人信息保护法第四十七条")
        edition.refresh_from_db()
        assert edition.digest
        assert edition.content_digest
        assert not EditionContent.objects.exists()
        assert edition.erasure.basis == "个人信息保护法第四十七条"
        page = document_of_page(document)
        assert "张三" not in page.title + page.draft_title + page.body
        assert not Revision.objects.for_instance(page).exists()

    def test_files_that_nothing_else_carries_go_too(
        self, site: Website, housing: Body, plans: Column, django_capture_on_commit_callbacks: Any
    ) -> None:
        alone, shared_file = files.store(b"%PDF-1.4 alone", "a.pdf"), files.store(b"%PDF-1.4 shared", "b.pdf")
        reviewed(housing, [plans], attachments=[("b.pdf", shared_file)])
        document = reviewed(housing, [plans], attachments=[("a.pdf", alone), ("b.pdf", shared_file)])
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="含个人信息")
        with django_capture_on_commit_callbacks(execute=True):
            actions.erase(document.editions.get(number=1), by=actor(Role.CHIEF, site.body), basis="依据")
        assert list(StoredFile.objects.all()) == [shared_file]
        assert not files_storage().exists(alone.file.name)
        assert files_storage().exists(shared_file.file.name)

    def test_an_older_version_shows_that_it_was_erased(
        self, site: Website, housing: Body, plans: Column, client: Any
    ) -> None:
        document = reviewed(housing, [plans], body="<p>含有电话号码</p>")
        page = document_of_page(document)
        actions.revise(page, by=actor(Role.CLERK, housing), body="<p>已去掉</p>")
        signed(page)
        actions.erase(document.editions.get(number=1), by=actor(Role.CHIEF, site.body), basis="依据")
        shown = queries.show(ANONYMOUS, pk=document.pk, number=1)
        assert shown
        assert not hasattr(shown.edition, "content")
        old = client.get(f"/columns/{plans.pk}/{document.pk}.html?version=1").content.decode()
        assert "内容已依法删除" in old
        assert "电话号码" not in old
        assert document_of_page(document).get_latest_revision_as_object().body == "<p>已去掉</p>"

    @pytest.mark.parametrize("role", [Role.CLERK, Role.SIGNER, Role.LEAD, Role.ADMINISTRATOR])
    def test_who_may_not(self, role: Role, housing: Body, plans: Column) -> None:
        document = reviewed(housing, [plans])
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="有误")
        with pytest.raises(Refused):
            actions.erase(Edition.objects.get(number=1), by=actor(role, housing), basis="依据")


def document_of_page(document: Document) -> object:
    from gongkai.publishing.documents import item_of

    return item_of(document)
