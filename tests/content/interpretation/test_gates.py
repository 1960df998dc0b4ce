"""Publication gates of policy documents and of their interpretations."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from factories.interpretation import (
    INTERPRETATION_BODY,
    PHASES,
    POLICY,
    exempt_from_interpretation,
    interpretation,
    policy,
    with_approved_plan,
)
from factories.pages import read_home, read_item
from factories.publishing import item, public, released, sign, sign_all, signed, submitted
from factories.units import AppointmentFactory, actor, signed_in
from gongkai.content.editions.models import Column, Edition
from gongkai.content.editions.parts import PARTS_BY_NAME, ReceivedDocuments
from gongkai.content.editions.queries import documents_visible_to
from gongkai.content.editions.shelves import list_spans
from gongkai.content.editions.sources import ensure_document, load_outgoing_text
from gongkai.content.interpretation import actions
from gongkai.content.interpretation.models import Interpretation, Plan
from gongkai.content.interpretation.publication import (
    check_interpretation,
    check_policy_interpretation,
    sync_all_interpretation_entries,
)
from gongkai.content.interpretation.rules import list_approver_posts
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing import item_list
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions import recall
from gongkai.core.acts.action import Refused
from gongkai.core.ledger.audit import run_audit
from gongkai.core.units.actors import ANONYMOUS, get_actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


def join_blockers(gate: object, page: ItemPage) -> str:
    return "".join(gate(load_outgoing_text(page, page.latest_revision_id)))  # type: ignore[operator]


def test_policy_document_needs_a_plan_approved_by_the_head(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    assert "须先填写解读方案" in join_blockers(check_policy_interpretation, page)
    kept = actions.save_plan(page, by=actor(Role.CLERK, housing), forms=["text"], **PHASES)
    assert "没有主要负责人的，由政务公开办审定" in join_blockers(check_policy_interpretation, page)
    with pytest.raises(Refused, match="主要负责人"):
        actions.approve_plan(kept, by=actor(Role.CLERK, housing))
    actions.approve_plan(kept, by=actor(Role.LEAD, housing))
    assert "解读稿还没有起草" in join_blockers(check_policy_interpretation, page)


def test_policy_document_is_unblocked_when_interpretations_are_drafted(housing: Body, plans: Column) -> None:
    page = with_approved_plan(policy(housing, [plans]), "text", "picture")
    interpretation(page, [plans])
    assert "图片解读还没有起草" in join_blockers(check_policy_interpretation, page)
    interpretation(page, [plans], form="picture")
    assert join_blockers(check_policy_interpretation, page) == ""


def test_exemption_from_interpretation_needs_a_reason(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    with pytest.raises(Refused, match="写明理由"):
        actions.save_plan(page, by=actor(Role.CLERK, housing), needed=False)
    assert join_blockers(check_policy_interpretation, exempt_from_interpretation(page)) == ""
    assert join_blockers(check_policy_interpretation, item(housing, [plans])) == "", "other kinds need none"
    actions.save_plan(page, by=actor(Role.CLERK, housing), forms=["video"], **PHASES)
    assert Plan.objects.get(item_id=page.pk).passed_at is None, "a changed plan is passed again"


def test_plan_needs_a_date_or_a_reason_for_each_phase(housing: Body, plans: Column) -> None:
    page, clerk = policy(housing, [plans]), actor(Role.CLERK, housing)
    before, during = date(2026, 11, 1), date(2026, 12, 1)
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "出台前解读请填写日期"),
        ({"before_how": "无须，转发文件"}, "执行中解读请填写日期"),
        ({"before_on": during, "during_on": before}, "依次为出台前、同步、执行中"),
        ({"before_on": before, "release_on": date(2026, 10, 1), "during_how": "无须"}, "依次为出台前、同步、执行中"),
    ]
    for facts, reason in cases:
        with pytest.raises(Refused, match=reason):
            actions.save_plan(page, by=clerk, forms=["text"], **facts)
    kept = actions.save_plan(page, by=clerk, forms=["text"], **PHASES)
    assert kept.during_on == PHASES["during_on"]


def test_elements_are_answered_only_after_a_document_is_chosen(housing: Body, plans: Column) -> None:
    clerk, words = actor(Role.CLERK, housing), interpretation(policy(housing, [plans]), [plans])
    kept = actions.answer_aspects(words, by=clerk, aspects={"background": {"text": " 见第一段 "}})
    assert kept.aspects["background"] == {"text": "见第一段", "none": ""}
    for page, aspects, reason in ((words, {"weather": {}}, "没有这一方面"), (policy(housing, [plans]), {}, "请先选择")):
        with pytest.raises(Refused, match=reason):
            actions.answer_aspects(page, by=clerk, aspects=aspects)


def test_forms_are_ordered_for_policy_documents_only(housing: Body, plans: Column) -> None:
    words = interpretation(policy(housing, [plans]), [plans])
    chief = actor(Role.CHIEF, housing.parent)
    with pytest.raises(Refused, match="只有政策文件"):
        actions.order_forms(words, by=chief, forms=["video"])
    client = signed_in(Role.CHIEF, housing.parent)
    assert client.get(f"/admin/interpretation/plans/{words.pk}/").status_code == 404


def test_auditor_cannot_read_the_plan_of_a_draft(housing: Body, plans: Column) -> None:
    page = with_approved_plan(policy(housing, [plans]), "text", "video")
    address = f"/admin/interpretation/plans/{page.pk}/"
    assert signed_in(Role.AUDITOR, housing.parent).get(address).status_code == 404
    assert "征求意见时已作说明" in signed_in(Role.REVIEWER, housing).get(address).content.decode()


def test_form_ordered_by_the_office_is_required(housing: Body, plans: Column) -> None:
    page = with_approved_plan(policy(housing, [plans]))
    interpretation(page, [plans])
    with pytest.raises(Refused, match="政务公开办"):
        actions.order_forms(page, by=actor(Role.CLERK, housing), forms=["video"])
    actions.order_forms(page, by=actor(Role.CHIEF, housing.parent), forms=["video"])
    assert "视频解读还没有起草" in join_blockers(check_policy_interpretation, page)


def test_government_may_replace_the_gate_by_a_reminder(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    assert housing.parent is not None
    chief = actor(Role.CHIEF, housing.parent)
    actions.change_interpretation_setting(housing.parent, by=chief, strict=False, copied_percent=30)
    assert join_blockers(check_policy_interpretation, page) == ""
    with pytest.raises(Refused, match="0到100"):
        actions.change_interpretation_setting(housing.parent, by=chief, strict=True, copied_percent=101)


def test_interpretation_needs_a_document_and_eight_elements(housing: Body, plans: Column) -> None:
    clerk = actor(Role.CLERK, housing)
    page = item(housing, [plans], kind="interpretation", body=INTERPRETATION_BODY)
    assert "所解读的政策文件" in join_blockers(check_interpretation, page)
    actions.link_document(page, by=clerk, document=ensure_document(policy(housing, [plans])), form="text")
    left = join_blockers(check_interpretation, page)
    assert "出台背景" not in left
    assert "执行标准、关键词" in left


def test_copied_text_is_confirmed_by_another_person(housing: Body, plans: Column) -> None:
    page = interpretation(policy(housing, [plans]), [plans], body=POLICY)
    assert "摘抄原文的句子占100%" in join_blockers(check_interpretation, page)
    with pytest.raises(Refused):
        actions.confirm_copied(page, by=actor(Role.CLERK, housing))
    actions.confirm_copied(page, by=actor(Role.SIGNER, housing))
    assert join_blockers(check_interpretation, page) == ""
    publishing.save_revision(
        page, by=actor(Role.CLERK, housing), body=POLICY + "<p>再抄一句，每户家庭都能申领补贴两千元。</p>"
    )
    assert "摘抄" in join_blockers(check_interpretation, ItemPage.objects.get(pk=page.pk))


def test_copied_text_is_not_confirmed_by_any_of_its_authors(housing: Body, plans: Column) -> None:
    """Also if another person saved it last, and if the author also has a signing role."""
    author = AppointmentFactory(role=Role.CLERK, body=housing)
    AppointmentFactory(role=Role.SIGNER, body=housing, person=author.person)
    by = get_actor(author.person.user)
    page = interpretation(policy(housing, [plans]), [plans], body=POLICY)
    publishing.save_revision(page, by=by, body=POLICY + "<p>甲。</p>")
    publishing.save_revision(page, by=actor(Role.CLERK, housing), body=POLICY)
    page = ItemPage.objects.get(pk=page.pk)
    with pytest.raises(Refused, match="起草人不能确认"):
        actions.confirm_copied(page, by=by)
    signer = signed_in(Role.SIGNER, housing)
    read = re.search(r'name="digest" value="(\w+)"', read_item(signer, page.pk))[1]
    publishing.save_revision(page, by=by, body=POLICY + "<p>乙。</p>")
    signer.post(f"/admin/interpretation/items/{page.pk}/confirm/", {"digest": read})
    assert not Interpretation.objects.get().copied_by, "the signer has read another text"
    read = re.search(r'name="digest" value="(\w+)"', read_item(signer, page.pk))[1]
    signer.post(f"/admin/interpretation/items/{page.pk}/confirm/", {"digest": read})
    assert Interpretation.objects.get().copied_digest == read


class TestTogether:
    """国办发〔2016〕80号: document and interpretation are prepared, signed and published together."""

    @pytest.fixture
    def page(self, housing: Body, plans: Column) -> ItemPage:
        return with_approved_plan(policy(housing, [plans], document_number="云人社规〔2026〕3号"))

    def test_empty_interpretation_does_not_unblock_the_document(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        words = interpretation(page, [plans], body="<h2>背景</h2>")
        assert "还没有写正文" in join_blockers(check_interpretation, words)
        assert "还没有写好" in join_blockers(check_policy_interpretation, page)
        with pytest.raises(Refused, match="还没有写好"):
            submitted(page)

    def test_interpretation_must_be_signed_before_its_document(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        interpretation(page, [plans])
        review = submitted(page)
        client = signed_in(Role.REVIEWER, housing)
        for name in ("reviewing:review", "reviewing:review_quick"):  # whoever signs the document reads it
            assert "毕业生求职压力增大" in client.get(reverse(name, args=[review.pk])).content.decode()
        sign_all(review, upto=1)
        with pytest.raises(Refused, match="须与文件同时或者提前公开"):
            sign(review, by=actor(Role.LEAD, housing))
        assert not ensure_document(page).editions.exists()

    def test_signed_interpretation_is_published_with_its_document(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        """It may cite its document, because both become public at once."""
        words = interpretation(page, [plans], body=f"{INTERPRETATION_BODY}<p>依据云人社规〔2026〕3号办理。</p>")
        held = signed(words)
        assert (held.state, held.edition_id) == ("approved", None)
        assert "已经说明这份文件规定了什么" in required_reading.list_required_parts(held)[-1].words
        assert item_list.make_item_rows([words])[0].state == "已签发，待公开"
        assert not ensure_document(words).editions.exists()
        signed(page)
        both = [ensure_document(page).published_at, ensure_document(words).published_at]
        assert None not in both
        assert [found.verdict.broken for found in run_audit() if not found.verdict.ok] == []

    def test_interpretation_signed_for_another_document_does_not_count(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        words = interpretation(page, [plans])
        signed(words)
        signed(page)
        other = with_approved_plan(policy(housing, [plans], document_number="云人社规〔2026〕4号"))
        actions.link_document(
            ItemPage.objects.get(pk=words.pk),
            by=actor(Role.CLERK, housing),
            document=ensure_document(other),
            form="text",
        )
        assert "另一份文件的解读" in join_blockers(check_policy_interpretation, other)

    def test_scheduled_interpretation_is_published_in_its_signed_version(
        self, page: ItemPage, housing: Body, plans: Column, time_machine: Any
    ) -> None:
        """Later drafts and submissions do not replace it."""
        words, clerk = interpretation(page, [plans]), actor(Role.CLERK, housing)
        signed(words)
        at = timezone.now() + timedelta(days=1)
        signed(page, visible_from=at)
        assert [found.verdict.broken for found in run_audit() if not found.verdict.ok] == []
        publishing.save_revision(words, by=clerk, body=f"{INTERPRETATION_BODY}<p>以后再写的一句话，没有人签发过。</p>")
        submitted(ItemPage.objects.get(pk=words.pk))
        shown = documents_visible_to(ANONYMOUS)
        assert not shown.filter(pk=ensure_document(words).pk).exists()
        time_machine.move_to(at + timedelta(seconds=1))
        public = list_spans(ensure_document(words).editions.all())[-1]
        assert public.since == list_spans(ensure_document(page).editions.all())[-1].since
        assert "没有人签发过" not in Edition.objects.get(pk=public.edition.pk).content.html  # type: ignore[attr-defined]
        assert documents_visible_to(ANONYMOUS).filter(pk=ensure_document(words).pk).exists()
        assert sync_all_interpretation_entries()["released"] == 0

    def test_signed_interpretation_is_recalled_before_resubmission(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        words, clerk = interpretation(page, [plans]), actor(Role.CLERK, housing)
        held = signed(words)
        publishing.save_revision(words, by=clerk, body=f"{INTERPRETATION_BODY}<p>以后再写的一句话，没有人签发过。</p>")
        words = ItemPage.objects.get(pk=words.pk)
        with pytest.raises(Refused, match="先在审签页撤回送审"):
            submitted(words)
        with pytest.raises(Refused, match="先在审签页撤回送审"):
            actions.link_document(words, by=clerk, document=ensure_document(policy(housing, [plans])), form="text")
        recall(held, by=clerk)
        review = submitted(page)
        sign_all(review, upto=1)
        with pytest.raises(Refused, match="须与文件同时或者提前公开"):
            sign(review, by=actor(Role.LEAD, housing))
        assert [found.verdict.broken for found in run_audit() if not found.verdict.ok] == []
        signed(words)
        sign(review, by=actor(Role.LEAD, housing))
        assert ensure_document(words).editions.exists()

    def test_interpretation_signed_later_joins_its_scheduled_document(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        words, clerk = interpretation(page, [plans]), actor(Role.CLERK, housing)
        signed(words)
        signed(page, visible_from=timezone.now() + timedelta(days=1))
        with pytest.raises(Refused, match="请撤回文件"):
            publishing.withdraw(ensure_document(words), by=actor(Role.SIGNER, housing), reason="有误")
        publishing.save_revision(words, by=clerk, body=f"{INTERPRETATION_BODY}<p>更正的一句话，各级签发过。</p>")
        signed(ItemPage.objects.get(pk=words.pk))
        assert sync_all_interpretation_entries()["released"] == 1
        starts = {ensure_document(one).editions.last().visible_from for one in (page, words)}  # type: ignore[union-attr]
        assert len(starts) == 1

    def test_withdrawing_a_scheduled_document_withdraws_interpretation(
        self, page: ItemPage, housing: Body, plans: Column
    ) -> None:
        at = timezone.now() + timedelta(days=1)
        words = interpretation(page, [plans])
        signed(words, visible_from=at)
        signed(page, visible_from=at)
        publishing.withdraw(ensure_document(page), by=actor(Role.SIGNER, housing), reason="须再研究")
        later = documents_visible_to(ANONYMOUS, at + timedelta(hours=1))
        assert not later.filter(pk=ensure_document(words).pk).exists()

    def test_correction_of_a_public_document_is_not_blocked(self, page: ItemPage, housing: Body, plans: Column) -> None:
        released(exempt_from_interpretation(page))
        with_approved_plan(page, "video")
        assert join_blockers(check_policy_interpretation, page) == ""


def test_home_page_of_the_head_lists_a_plan_until_it_is_approved(housing: Body, plans: Column) -> None:
    page = policy(housing, [plans])
    clerk, head = signed_in(Role.CLERK, housing), signed_in(Role.LEAD, housing)
    shown = read_item(clerk, page.pk)
    assert 'href="#panel-interpretation_plan"' in shown, "what is lacking leads to where it is mended"
    assert 'id="panel-interpretation_plan"' in shown
    assert "去补充" not in shown  # nothing of it is written in the editor
    words = "等我审定的解读方案"
    assert words not in read_home(head)
    plan = actions.save_plan(page, by=actor(Role.CLERK, housing), forms=["text"], **PHASES)
    shown = read_home(head)
    assert words in shown
    assert f"/admin/interpretation/plans/{page.pk}/" in shown
    assert words not in read_home(clerk)
    page_of_plan = f"/admin/interpretation/plans/{page.pk}/"
    assert f'name="version" value="{plan.version}"' in head.get(page_of_plan).content.decode()
    assert f'name="version" value="{plan.version}"' in read_item(head, page.pk)
    seen, plan = plan.version, actions.save_plan(page, by=actor(Role.CLERK, housing), forms=["video"], **PHASES)
    head.post(f"{page_of_plan}pass/", {"version": seen})
    assert Plan.objects.get().passed_at is None, "the head has not seen this plan"
    actions.approve_plan(plan, by=actor(Role.LEAD, housing))
    assert words not in read_home(head)


def test_plan_of_a_unit_without_a_head_waits_for_the_office(housing: Body, plans: Column) -> None:
    chief, words = signed_in(Role.CHIEF, plans.website.body), "等我审定的解读方案"
    plan = actions.save_plan(policy(housing, [plans]), by=actor(Role.CLERK, housing), forms=["text"], **PHASES)
    assert words in read_home(chief)
    assert list_approver_posts(plan.body) == ((Role.CHIEF, housing.pk),)
    signed_in(Role.LEAD, housing)
    assert words not in read_home(chief)
    assert list_approver_posts(plan.body) == ((Role.LEAD, housing.pk),)


#: More numbers than one statement takes on SQLite (250,000) or PostgreSQL (65,535).
NUMBER_COUNT = 300_000


def test_links_work_for_more_numbers_than_statement_parameters(plans: Column, housing: Body) -> None:
    policy, text, hidden = (public(housing, [plans]) for _ in range(3))
    for number, explaining in enumerate((text, hidden)):
        Interpretation.objects.create(item_id=9000 + number, document=policy, text=explaining, form="text")
    shown = ReceivedDocuments(frozenset({policy.pk, text.pk, *range(10_000, 10_000 + NUMBER_COUNT)}), frozenset())
    (carried,) = PARTS_BY_NAME["interpretation"].rows(shown)
    assert carried.load()["text_id"] == text.pk
