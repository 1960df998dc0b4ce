"""Publishing, withdrawing and erasing editions: conditions, stored rows, and protection from changes."""

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Revision

from factories.publishing import erased, item, public, publish_on, released, reviewed, sign, sign_all, submitted
from factories.units import actor
from gongkai.content.editions import frozen, queries
from gongkai.content.editions.models import (
    Address,
    Column,
    Document,
    Edition,
    EditionContent,
    EditionFile,
    Shelf,
    Website,
)
from gongkai.content.editions.parts import list_related_documents
from gongkai.content.editions.sources import ensure_document
from gongkai.content.editions.validity import DatedStanding, find_validity_start, get_validity_on, validity_sentence
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import Disclosure, ItemAttachment
from gongkai.content.reviewing.models import Review
from gongkai.content.search.models import SearchRow
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.files.models import StoredFile
from gongkai.core.files.storage import get_files_storage
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def join_reasons(caught: pytest.ExceptionInfo[Refused]) -> str:
    return "；".join(caught.value.reasons)


class TestEditions:
    def test_new_edition_keeps_date_of_first_publication(self, site: Website, housing: Body, plans: Column) -> None:
        document = public(housing, [plans])
        first = document.published_at
        page = document_of_page(document)
        actions.save_revision(page, by=actor(Role.CLERK, housing), title="修订后的标题")
        released(page)
        document.refresh_from_db()
        assert document.published_at == first
        shown = queries.load_shown(ANONYMOUS, pk=document.pk)
        assert shown
        assert (shown.edition.number, shown.edition.content.title) == (2, "修订后的标题")
        assert [e.number for e in shown.editions] == [2, 1]
        movement = Movement.objects.filter(stream=f"document/{document.pk}", action="publishing.publish").latest("pk")
        assert movement.facts["digest"] == shown.edition.digest
        for by in (actor(Role.SIGNER, housing), actor(Role.CHIEF, site.body)):  # nobody sets a standing by hand
            with pytest.raises(Refused, match="签发公开后改变"):
                actions.set_standing(document, by=by, standing="repealed", on=timezone.localdate())
        document.refresh_from_db()
        assert document.standing == ""

    def test_document_is_dated_by_the_earliest_scheduled_edition(self, housing: Body, plans: Column) -> None:
        page, tomorrow = item(housing, [plans]), timezone.now() + timedelta(days=1)
        released(page, tomorrow)
        actions.save_revision(page, by=actor(Role.CLERK, housing), title="后天换上的标题")
        released(page, tomorrow + timedelta(days=1))
        document = ensure_document(page)
        document.refresh_from_db()
        assert document.published_at == tomorrow
        assert {row.published_at for row in Shelf.objects.filter(document=document)} == {tomorrow}

    def test_scheduled_edition_is_hidden_until_its_time(self, housing: Body, plans: Column) -> None:
        tomorrow = timezone.now() + timedelta(days=1)
        page = item(housing, [plans])
        released(page, visible_from=tomorrow)
        document = ensure_document(page)
        assert queries.load_shown(ANONYMOUS, pk=document.pk) is None
        assert not queries.shelf_visible_to(ANONYMOUS).exists()
        later = tomorrow + timedelta(minutes=1)
        assert queries.visible_to(ANONYMOUS, later).filter(document=document).exists()
        assert queries.shelf_visible_to(ANONYMOUS, later).filter(document=document).exists()

    @pytest.mark.postgres
    def test_scheduled_change_leaves_current_text_until_then(self, housing: Body, plans: Column) -> None:
        document = public(housing, [plans], title="现在的")
        page = document_of_page(document)
        actions.save_revision(page, by=actor(Role.CLERK, housing), title="明天的")
        tomorrow = timezone.now() + timedelta(days=1)
        released(page, visible_from=tomorrow)
        assert [r.title for r in queries.list_newest(ANONYMOUS, website=plans.website_id)] == ["现在的"]
        later = queries.shelf_visible_to(ANONYMOUS, tomorrow + timedelta(hours=1)).filter(column=plans)
        assert [r.title for r in later] == ["明天的"]

    def test_document_withdrawn_before_its_time_was_never_public(
        self, housing: Body, plans: Column, client: Client, time_machine: Any
    ) -> None:
        """No page mentions the withdrawal, and no statistic counts the document as published."""
        page = item(housing, [plans])
        released(page, visible_from=timezone.now() + timedelta(days=1))
        document = ensure_document(page)
        path = document.addresses.get().path
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="不再发布")
        assert Message.objects.filter(subject__startswith="已取消定时公开").exists()
        time_machine.move_to(timezone.now() + timedelta(days=2))
        assert not queries.visible_to(ANONYMOUS).exists()
        assert client.get(path).status_code == 404
        assert Document.objects.get(pk=document.pk).published_at is None
        assert Disclosure.objects.get(item_id=page.pk).entry.state == "open"
        actions.save_revision(page, by=actor(Role.CLERK, housing), summary="改正")
        released(page)
        actions.withdraw(ensure_document(page), by=actor(Role.SIGNER, housing), reason="有误")
        assert client.get(path).status_code == 410

    def test_only_the_system_publishes_with_a_past_time(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, release=False)
        past = timezone.now() - timedelta(days=300)
        with pytest.raises(Refused):
            publish_on(page, review, by=actor(Role.SIGNER, housing), visible_from=past)
        with pytest.raises(Refused, match="定时公开的时间须随文送审"):
            publish_on(page, review, by=actor(Role.CLERK, housing), visible_from=timezone.now() + timedelta(days=30))
        publish_on(page, review, by=SYSTEM, visible_from=past)
        assert ensure_document(page).published_at == past

    def test_signed_publication_time_cannot_be_changed(self, housing: Body, plans: Column) -> None:
        """Nobody signed an earlier time, and only signers may postpone a text."""
        page = item(housing, [plans])
        signed_for = timezone.now() + timedelta(days=9)
        review = submitted(page, visible_from=signed_for)
        sign_all(review, release=False)
        by = actor(Role.CLERK, housing)
        for hours in (None, 1, 24 * 8, 24 * 10):
            at = timezone.now() + timedelta(hours=hours) if hours else None
            with pytest.raises(Refused, match=r"公开时间|定时公开"):
                publish_on(page, review, by=by, visible_from=at)
            assert not Edition.objects.exists()
        row = Review.objects.filter(pk=review.pk)
        row.update(visible_from=None)
        with pytest.raises(Refused, match="送审记录与流水不符"):
            publish_on(page, review, by=by)
        row.update(visible_from=signed_for)
        publish_on(page, review, by=by, visible_from=signed_for)
        assert Edition.objects.get().visible_from == signed_for

    def test_signed_time_that_has_passed_publishes_immediately(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        soon = timezone.now() + timedelta(days=1)
        review = submitted(page, visible_from=soon)
        sign_all(review, release=False)
        with patch("django.utils.timezone.now", return_value=soon + timedelta(hours=2)):
            publish_on(page, review, by=actor(Role.CLERK, housing))
        assert Edition.objects.get().visible_from == soon + timedelta(hours=2)

    def test_find_edition_at_returns_edition_of_a_past_time(self, housing: Body, plans: Column) -> None:
        document = public(housing, [plans], title="第一版")
        between = timezone.now()
        page = document_of_page(document)
        actions.save_revision(page, by=actor(Role.CLERK, housing), title="第二版")
        released(page)
        edition = queries.find_edition_at(document, between, ANONYMOUS)
        assert edition
        assert edition.content.title == "第一版"
        assert queries.find_edition_at(document, between - timedelta(days=9), ANONYMOUS) is None

    @pytest.mark.postgres
    def test_the_database_refuses_change_and_deletion(self, housing: Body, plans: Column) -> None:
        public(housing, [plans])
        for rows in (Edition.objects.all(), EditionContent.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**{"made_by": "x"} if rows.model is Edition else {"title": "x"})
            with pytest.raises(DatabaseError), transaction.atomic():
                rows._raw_delete("default")

    @pytest.mark.postgres
    def test_failure_at_any_step_rolls_back_publication(self, housing: Body, plans: Column) -> None:
        page = item(housing, [plans])
        review = submitted(page)
        sign_all(review, upto=1)
        signer = actor(Role.LEAD, housing)
        for step in (
            "gongkai.content.editions.actions.editions.EditionContent.save",
            "gongkai.content.editions.actions.editions.update_document_fields",
            "gongkai.content.editions.actions.editions.rebuild_document",
            "gongkai.content.editions.shelves._write_shelves",
            "gongkai.content.search.fulltext_table.index_new_editions",
            "gongkai.core.acts.chain.append_records",
        ):
            with (
                patch(step, side_effect=KeyboardInterrupt),
                pytest.raises(KeyboardInterrupt),
                transaction.atomic(),
            ):
                sign(review, by=signer)
            review.refresh_from_db()
            assert review.state == "waiting", step
            for model in (Edition, EditionContent, Shelf, SearchRow):
                assert not model.objects.exists(), (step, model)
            assert not Address.objects.filter(document__source=f"item/{page.pk}", document__shelf__isnull=False)
        sign(review, by=signer)
        assert Edition.objects.get().number == 1


class TestErasing:
    def test_erasure_removes_content_and_keeps_digest(self, site: Website, housing: Body, plans: Column) -> None:
        facts = {"issuer": "张三", "attribute_reason": "张三申请公开", "source": "张三"}
        document = reviewed(housing, [plans], title="含有姓名张三的标题", body="<p>身份证号</p>", **facts)
        edition, chief = Edition.objects.get(number=1), actor(Role.CHIEF, site.body)
        with pytest.raises(Refused, match="请先撤回"):
            erased(edition, chief)
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="含个人信息")
        actions.ask_erasure(edition, by=actor(Role.CLERK, housing), basis="个人信息保护法第四十七条")
        for role in [Role.CLERK, Role.SIGNER, Role.LEAD, Role.ADMINISTRATOR]:
            with pytest.raises(Refused):
                actions.erase(edition, by=actor(role, housing))
        actions.erase(edition, by=chief)
        edition.refresh_from_db()
        assert edition.digest
        assert edition.content_digest
        assert not EditionContent.objects.exists()
        assert edition.erasure.basis == "个人信息保护法第四十七条"
        page = document_of_page(document)
        assert "张三" not in page.to_json()
        assert not Revision.objects.for_instance(page).exists()

    @pytest.mark.postgres
    def test_erasure_removes_files_that_no_other_text_uses(
        self, site: Website, housing: Body, plans: Column, django_capture_on_commit_callbacks: Any
    ) -> None:
        alone, shared_file = (
            frozen.store_publishable_file(b"%PDF-1.4 alone", "a.pdf"),
            frozen.store_publishable_file(b"%PDF-1.4 shared", "b.pdf"),
        )
        reviewed(housing, [plans], attachments=[("b.pdf", shared_file)])
        document = reviewed(housing, [plans], attachments=[("a.pdf", alone), ("b.pdf", shared_file)])
        actions.withdraw(document, by=actor(Role.SIGNER, housing), reason="含个人信息")
        with django_capture_on_commit_callbacks(execute=True):
            erased(document.editions.get(number=1), actor(Role.CHIEF, site.body), "依据")
        assert list(StoredFile.objects.all()) == [shared_file]
        assert not get_files_storage().exists(alone.place)
        assert get_files_storage().exists(shared_file.place)

    @pytest.mark.postgres
    def test_erasure_keeps_shared_files_without_reading_other_texts(
        self, site: Website, housing: Body, plans: Column
    ) -> None:
        one, two = (
            frozen.store_publishable_file(b"%PDF-1.4 one", "甲.pdf"),
            frozen.store_publishable_file(b"%PDF-1.4 two", "乙.pdf"),
        )
        first = public(housing, [plans], attachments=[("甲.pdf", one), ("乙.pdf", two)])
        public(housing, [plans], attachments=[("甲.pdf", one)])
        actions.withdraw(first, by=actor(Role.SIGNER, housing), reason="依法删除")
        ItemAttachment.objects.all().delete()
        edition = first.editions.get(number=1)
        with CaptureQueriesContext(connection) as asked:
            erased(edition, actor(Role.CHIEF, site.body), "个人信息保护法第四十七条")
        assert list(StoredFile.objects.values_list("pk", flat=True)) == [one.pk]
        assert not EditionFile.objects.filter(content__edition__document=first).exists()
        texts = [q["sql"] for q in asked if 'FROM "editions_editioncontent"' in q["sql"] and "DELETE" not in q["sql"]]
        assert not [sql for sql in texts if "LIKE" in sql]

    def test_page_of_an_erased_older_edition_says_so(
        self, site: Website, housing: Body, plans: Column, client: Any
    ) -> None:
        document = public(housing, [plans], body="<p>含有电话号码</p>")
        page = document_of_page(document)
        actions.save_revision(page, by=actor(Role.CLERK, housing), body="<p>已去掉</p>")
        released(page)
        erased(document.editions.get(number=1), actor(Role.CHIEF, site.body), "依据")
        shown = queries.load_shown(ANONYMOUS, pk=document.pk, number=1)
        assert shown
        assert not hasattr(shown.edition, "content")
        old = client.get(f"/columns/{plans.pk}/{document.pk}.html?version=1").content.decode()
        assert "内容已依法删除" in old
        assert "电话号码" not in old
        assert document_of_page(document).get_latest_revision_as_object().body == "<p>已去掉</p>"


def document_of_page(document: Document) -> object:
    from gongkai.content.publishing.models import find_document_item

    return find_document_item(document)


TODAY = date(2026, 6, 1)
BEFORE, AFTER = date(2026, 5, 31), date(2026, 6, 2)


@pytest.mark.parametrize(
    ("document", "state", "words"),
    [
        (DatedStanding(), "", ""),
        (DatedStanding("in_force", ends_when="至解除之日止"), "open_ended", "没有宣布失效，原文写明“至解除之日止”"),
        (
            DatedStanding("not_yet", effective_on=TODAY, ends_when="至解除之日止"),
            "open_ended",
            "没有宣布失效，自2026年6月1日起施行，原文写明“至解除之日止”",
        ),
        (
            DatedStanding("not_yet", effective_on=AFTER, ends_when="至解除之日止"),
            "not_yet",
            "尚未施行，自2026年6月2日起施行，原文写明“至解除之日止”",
        ),
        (DatedStanding("in_force", effective_on=TODAY), "in_force", "现行有效，自2026年6月1日起施行"),
        (DatedStanding("in_force", effective_on=AFTER), "not_yet", "尚未施行，自2026年6月2日起施行"),
        (DatedStanding("not_yet", effective_on=TODAY), "in_force", "现行有效，自2026年6月1日起施行"),
        (DatedStanding("not_yet"), "not_yet", "尚未施行"),
        (DatedStanding("in_force", ends_on=TODAY), "in_force", "现行有效，有效期至2026年6月1日"),
        (DatedStanding("in_force", ends_on=BEFORE), "expired", "有效期已于2026年5月31日届满，仅供查阅"),
        (DatedStanding("amended", since=TODAY), "amended", "已被修改（自2026年6月1日起），请以修改后的内容为准"),
        (DatedStanding("amended", since=AFTER), "in_force", "现行有效"),
        (DatedStanding("amended", since=TODAY, ends_on=BEFORE), "expired", "有效期已于2026年5月31日届满，仅供查阅"),
        (DatedStanding("repealed", since=TODAY, ends_on=BEFORE), "repealed", "已废止（自2026年6月1日起），仅供查阅"),
        (DatedStanding("repealed", since=AFTER), "in_force", "现行有效"),
        (DatedStanding("repealed"), "repealed", "已废止，仅供查阅"),
        (DatedStanding("expired", note="适用期已满"), "expired", "已失效，仅供查阅（适用期已满）"),
    ],
)
def test_validity_state_and_sentence_agree(document: DatedStanding, state: str, words: str) -> None:
    assert get_validity_on(document, TODAY) == state
    assert validity_sentence(document, TODAY).text == words
    assert validity_sentence(document, TODAY).banner == (state not in {"", "in_force"})


@pytest.mark.parametrize(
    ("document", "since"),
    [
        (DatedStanding("in_force", since=BEFORE), None),  # no day is stated
        (DatedStanding("in_force", since=BEFORE, effective_on=TODAY), TODAY),
        (DatedStanding("not_yet", since=BEFORE, effective_on=AFTER), None),
        (DatedStanding("open_ended", since=BEFORE, effective_on=BEFORE, ends_when="至解除之日止"), BEFORE),
        (DatedStanding("in_force", effective_on=BEFORE, ends_on=BEFORE), TODAY),
        (DatedStanding("expired", since=TODAY, ends_on=BEFORE), TODAY),
        (DatedStanding("amended", since=TODAY, effective_on=BEFORE), TODAY),
        (DatedStanding("amended", since=AFTER, effective_on=BEFORE), BEFORE),
    ],
)
def test_find_validity_start_uses_day_of_text_or_decision(document: DatedStanding, since: date | None) -> None:
    assert find_validity_start(document, TODAY) == since


def test_related_documents_are_shown_although_others_are_not_public(housing: Body, plans: Column) -> None:
    new = public(housing, [plans])
    new.standing = "in_force"
    hidden = [ensure_document(item(housing, [plans])).pk]
    old = public(housing, [plans])
    hidden.append(ensure_document(item(housing, [plans])).pk)
    Document.objects.filter(pk__in=[*hidden, old.pk]).update(successor=new)
    with patch("gongkai.content.editions.parts.MAX_RELATED_DOCUMENTS", 1):
        (group,) = list_related_documents(new, ANONYMOUS, plans.website)
    assert [row.document_id for row in group.rows] == [old.pk]
