"""Urgent publication: ordered by name, marked on the page, and reviewed afterwards."""

import random
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from factories.checks import scanned
from factories.publishing import item, order_urgent, publish_on, sign, sign_all, signed, submitted
from factories.units import BodyFactory, actor
from gongkai.content.editions import queries
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.editions.sources import ensure_document, get_item_number
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.actions.paper import scan_part
from gongkai.content.reviewing.models import PaperRecord, Review, ReviewState, Signature
from gongkai.content.reviewing.required_reading import record_shown
from gongkai.content.reviewing.signature_queue import (
    get_review_light,
    list_own_unsettled_urgent_reviews,
    list_signable_reviews,
    make_review_rows,
    make_signature_block,
    send_reminders,
)
from gongkai.content.reviewing.unsettled_publications import is_near_duplicate
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, Actor, make_actor_of_person
from gongkai.core.units.models import Body, Person, Role

pytestmark = pytest.mark.django_db


REASON = "台风蓝色预警，须立即告知公众"


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans], title="防御台风通知")


def order(page: ItemPage) -> Review:
    review = submitted(page)
    order_urgent(review, by=actor(Role.LEAD, page.unit), reason=REASON)
    review.refresh_from_db()
    return review


def test_urgent_item_is_published_on_one_signature_and_marked(page: ItemPage) -> None:
    review = order(page)
    edition = Edition.objects.get()
    assert queries.load_shown(ANONYMOUS, pk=ensure_document(page).pk)
    assert review.state == ReviewState.AFTER
    kinds = [row["kind"] for row in edition.approvals]
    assert kinds == ["signature", "secrecy", "urgent"]
    assert edition.approvals[-1]["reason"] == REASON
    assert edition.approvals[-1]["by"] == review.urgent_by
    assert verify_reviews().ok
    with pytest.raises(Refused, match="已在前面的级次审签过"):
        sign(review, by=orderer_of(review))
    assert review.urgent_due is not None
    assert get_review_light(review, timezone.now()) in {"green", "yellow"}
    assert get_review_light(review, review.urgent_due + timedelta(seconds=1)) == "red"


def test_only_head_or_office_orders_urgent_publication(housing: Body, plans: Column) -> None:
    writer = actor(Role.LEAD, housing)
    review = submitted(item(housing, [plans], by=writer))
    for role in (Role.SIGNER, Role.REVIEWER, Role.CLERK):
        with pytest.raises(Refused, match="负责人或者政务公开办"):
            order_urgent(review, by=actor(role, housing), reason=REASON)
    with pytest.raises(Refused, match="须由其他人审签"):
        order_urgent(review, by=writer, reason=REASON)
    assert not Edition.objects.exists()
    order_urgent(review, by=actor(Role.CHIEF, housing.parent), reason=REASON)
    assert Edition.objects.exists()


def orderer_of(review: Review) -> Actor:
    """Return the actor who ordered a review's urgent publication."""
    return make_actor_of_person(
        Person.objects.get(pk=Signature.objects.get(review_id=review.pk, urgent=True).person_id)
    )


def test_urgent_order_needs_a_reason_and_the_sheet(page: ItemPage, housing: Body) -> None:
    review = actions.submit(page, by=actor(Role.CLERK, housing))
    lead = actor(Role.LEAD, housing)
    with pytest.raises(Refused, match="理由"):
        order_urgent(review, by=lead, reason=" ")
    with pytest.raises(Refused, match="保密审查表"):
        order_urgent(review, by=lead, reason=REASON)
    assert not Edition.objects.exists()


@pytest.mark.postgres
def test_remaining_stages_review_an_urgent_item_afterwards(page: ItemPage, housing: Body) -> None:
    review = order(page)
    reviewer = actor(Role.REVIEWER, housing)
    assert review in list_signable_reviews(reviewer)
    sign(review, by=reviewer)
    sign(review, by=actor(Role.SIGNER, housing))
    review.refresh_from_db()
    assert review.state == ReviewState.APPROVED
    assert Edition.objects.count() == 1, "it is out already"
    assert verify_reviews().ok


def test_objection_to_an_urgent_item_is_red_until_withdrawal(page: ItemPage, housing: Body) -> None:
    review = order(page)
    actions.return_review(review, by=actor(Role.SIGNER, housing), words="数据有误", gate="wording")
    review.refresh_from_db()
    assert review.state == ReviewState.OBJECTED
    assert get_review_light(review, timezone.now()) == "red"
    lead = actor(Role.LEAD, housing)
    assert [row.light for row in make_review_rows(list(list_own_unsettled_urgent_reviews(lead)), lead)] == ["red"]
    block = make_signature_block(lead)
    assert block
    assert [row.review.pk for row in block["urgent"]] == [review.pk]
    assert queries.load_shown(ANONYMOUS, pk=ensure_document(page).pk) is None, "hidden by the no"
    with pytest.raises(Refused, match="决定紧急发布的人不能处理"):
        actions.uphold_objection(review, by=orderer_of(review), reason="撤下")
    actions.uphold_objection(review, by=lead, reason="撤下")
    review.refresh_from_db()
    assert review.state == ReviewState.REDRESSED
    assert not list_own_unsettled_urgent_reviews(lead)
    assert verify_reviews().ok


def test_correction_of_an_urgent_item_cannot_be_postponed(page: ItemPage, housing: Body) -> None:
    """A schedule would turn the red light off while the text stays public."""
    later = timezone.now() + timedelta(days=365)
    review = order(page)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="防御台风通知（更正）")
    for _ in range(2):
        with pytest.raises(Refused, match="不能定时"):
            submitted(page, visible_from=later)
        if Review.objects.get(pk=review.pk).state == ReviewState.AFTER:
            actions.return_review(review, by=actor(Role.SIGNER, housing), words="数据有误")
    signed(page)
    review.refresh_from_db()
    assert review.state == ReviewState.REDRESSED
    assert verify_reviews().ok


def test_review_signed_earlier_for_later_does_not_postpone_it(page: ItemPage, housing: Body) -> None:
    """All signed it for a later time; then another text is published urgently."""
    later = timezone.now() + timedelta(days=365)
    waiting = submitted(page, visible_from=later)
    sign_all(waiting, release=False)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="第二稿")
    urgent = order(ItemPage.objects.get(pk=page.pk))
    with pytest.raises(Refused, match="不能定时"):
        publish_on(page, waiting, visible_from=Review.objects.get(pk=waiting.pk).visible_from)
    urgent.refresh_from_db()
    assert urgent.state == ReviewState.AFTER


def test_recorder_of_a_paper_signature_cannot_order(page: ItemPage, housing: Body) -> None:
    review = submitted(page)
    lead = actor(Role.LEAD, housing)
    head = Person.objects.get(pk=actor(Role.REVIEWER, housing).person_id)
    scan = store_publishable_file(scanned(), "签批单.pdf")
    actions.record_signature(
        review, by=lead, person=head, signed_on=timezone.localdate(), scan=scan, scan_name="签批单.pdf"
    )
    record_shown(review, by := actor(Role.CLERK, housing), [scan_part(PaperRecord.objects.get())])
    actions.confirm_paper(review, by=by, record=PaperRecord.objects.get().pk)
    assert "不能再审签" in "".join(actions.order_urgent.why_not(Review.objects.get(pk=review.pk), by=lead))


def test_urgent_item_is_not_corrected_urgently(page: ItemPage, housing: Body) -> None:
    """A chain of urgent editions would never be reviewed."""
    review = order(page)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="第二稿")
    second = submitted(page)
    order_urgent(second, by=actor(Role.LEAD, housing), reason=REASON)
    review.refresh_from_db()
    assert review.state == ReviewState.AFTER, "still owed"
    actions.return_review(review, by=actor(Role.SIGNER, housing), words="数据有误")
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="第三稿")
    third = submitted(page)
    with pytest.raises(Refused, match="不能再紧急发布"):
        order_urgent(third, by=actor(Role.LEAD, housing), reason=REASON)


def test_withdrawal_does_not_settle_an_objection(page: ItemPage, housing: Body) -> None:
    """Otherwise the text could be published again on one signature."""
    lead = actor(Role.LEAD, housing)
    review = order(page)
    actions.return_review(review, by=actor(Role.REVIEWER, housing), words="内容不实，须撤下")
    actions.uphold_objection(review, by=actor(Role.CHIEF, housing.parent), reason="撤下")
    second = submitted(page)
    with pytest.raises(Refused, match="更正须经各级审签"):
        order_urgent(second, by=lead, reason=REASON)
    assert queries.load_shown(ANONYMOUS, pk=ensure_document(page).pk) is None
    sign_all(second)
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="防御台风通知（二）")
    third = submitted(page)
    order_urgent(third, by=lead, reason=REASON)
    third.refresh_from_db()
    assert third.state == ReviewState.AFTER, "a text that all stages signed lies between"


WARNING = (
    "<p>受第九号台风影响，今天夜间至明天云岭市东部有暴雨到大暴雨，山区可能发生山洪和滑坡，请沿河居民按预案转移，"
    "学校停课，公园和景区关闭，物业检查地下车库的排水设施。</p>"
)


def order_and_object(housing: Body, plans: Column, **fields: Any) -> Review:
    review = order(item(housing, [plans], title="防御台风通知", body=WARNING, **fields))
    actions.return_review(review, by=actor(Role.REVIEWER, housing), words="内容不实，须撤下")
    actions.uphold_objection(review, by=actor(Role.CHIEF, housing.parent), reason="撤下")
    return review


def test_copy_of_an_objected_text_needs_all_stages(site: Website, housing: Body, plans: Column) -> None:
    order_and_object(housing, plans)
    lead, other = actor(Role.LEAD, housing), BodyFactory(parent=site.body)
    elsewhere = submitted(item(other, [plans], title="转发", body=WARNING))
    with pytest.raises(Refused, match="须经各级审签"):
        order_urgent(elsewhere, by=actor(Role.LEAD, other), reason=REASON)
    copy = submitted(item(housing, [plans], title="防御台风通知", body=WARNING.replace("暴雨到大暴雨", "大暴雨")))
    with pytest.raises(Refused, match="与“防御台风通知”基本相同"):
        order_urgent(copy, by=lead, reason=REASON)
    sign_all(copy)
    assert queries.load_shown(ANONYMOUS, pk=ensure_document(ItemPage.objects.get(pk=get_item_number(copy.source))).pk)
    water = submitted(
        item(housing, [plans], title="停水通知", body="<p>东风路管道抢修，今天二十时起停水六小时，请储水备用。</p>")
    )
    order_urgent(water, by=lead, reason=REASON)


def test_copy_of_an_objected_file_needs_all_stages(housing: Body, plans: Column) -> None:
    notice = [("防御台风通知.txt", store_publishable_file("请沿河居民按预案转移。".encode(), "通知.txt"))]
    page = item(housing, [plans], title="防御台风通知", body="<p>通知见附件。</p>", attachments=notice)
    review = order(page)
    actions.return_review(review, by=actor(Role.REVIEWER, housing), words="内容不实，须撤下")
    second = submitted(item(housing, [plans], title="提示", body="<p>请看所附文件。</p>", attachments=notice))
    with pytest.raises(Refused, match="须经各级审签"):
        order_urgent(second, by=actor(Role.LEAD, housing), reason=REASON)


def test_copies_may_be_urgent_after_all_stages_signed_the_original(housing: Body, plans: Column) -> None:
    page = ItemPage.objects.get(pk=get_item_number(order_and_object(housing, plans).source))
    signed(page)
    second = submitted(item(housing, [plans], title="再次提示", body=WARNING))
    order_urgent(second, by=actor(Role.LEAD, housing), reason=REASON)


def test_author_of_an_urgent_item_does_not_sign_its_correction(housing: Body, plans: Column) -> None:
    author = actor(Role.REVIEWER, housing)
    page = item(housing, [plans], by=author, title="防御台风通知")
    order(page)
    actions.save_revision(page, by=actor(Role.CLERK, housing), keywords="台风")
    second = submitted(ItemPage.objects.get(pk=page.pk))
    with pytest.raises(Refused, match="须由其他人审签"):
        sign(second, by=author)
    sign_all(second)
    actions.save_revision(page, by=actor(Role.CLERK, housing), keywords="台风,预警")
    third = submitted(ItemPage.objects.get(pk=page.pk))
    sign(third, by=author)
    third.refresh_from_db()
    assert third.stage == 1, "others answered for every word in between"


def test_late_review_blocks_further_urgency_and_is_notified_once(page: ItemPage, housing: Body) -> None:
    chief = actor(Role.CHIEF, housing.parent)
    review = order(page)
    later = review.urgent_due + timedelta(hours=1)
    assert send_reminders(later)["urgent"] == 1
    assert send_reminders(later)["urgent"] == 0
    assert Message.objects.filter(person_id=chief.person_id, subject__contains="超期未补审").exists()
    Review.objects.filter(pk=review.pk).update(urgent_due=timezone.now() - timedelta(days=1))
    actions.save_revision(page, by=actor(Role.CLERK, housing), title="第二稿")
    second = submitted(page)
    for _ in range(2):
        with pytest.raises(Refused, match="超期未补审"):
            order_urgent(second, by=actor(Role.LEAD, housing), reason=REASON)
        if ensure_document(page).shelf.exists():  # to take it down pays nothing off either
            actions.withdraw(ensure_document(page), by=actor(Role.LEAD, housing), reason="撤下")


def test_urgency_is_refused_if_only_the_last_stage_is_missing(page: ItemPage, housing: Body) -> None:
    review = submitted(page)
    sign_all(review, upto=1)
    with pytest.raises(Refused, match="只差终审"):
        order_urgent(review, by=actor(Role.CHIEF, housing.parent), reason=REASON)


TEXT = "受第九号台风影响，今天夜间至明天云岭市东部有暴雨到大暴雨，请沿河居民按预案转移，学校停课。"
_CHARACTERS = [chr(code) for code in range(0x4E00, 0x9FA6)]
#: Texts without repeated characters, drawn from a seed: one draw a text instead of one a character.
CHINESE_TEXTS = st.builds(
    lambda seed, length: "".join(random.Random(seed).sample(_CHARACTERS, length)),
    st.integers(0, 2**32),
    st.integers(50, 200),
)


def test_near_duplicate_is_symmetric() -> None:
    assert is_near_duplicate(TEXT, f"前言。{TEXT}后记。")
    assert is_near_duplicate(f"前言。{TEXT}后记。", TEXT)


def test_short_text_is_not_a_copy_of_a_longer_one() -> None:
    assert not is_near_duplicate("学校停课", TEXT)
    assert is_near_duplicate("学校停课", "学校，停课。")
    assert not is_near_duplicate("", "")
    assert not is_near_duplicate("", TEXT)


#: Invented ordinary notices of one unit with the same set phrases; the last two share a pattern.
NOTICES = (
    "云岭市住房和城乡建设局关于做好冬季施工安全工作的通知。各区住建部门、各有关单位：为切实加强冬季施工安全管理，防范各类事故发生，现就有关事项通知如下。一、落实主体责任，开展自查自纠。二、加强值班值守，及时报送信息。请认真贯彻执行。",
    "云岭市住房和城乡建设局关于开展物业服务质量提升行动的通知。各区住建部门、各有关单位：为切实提高物业服务水平，回应群众关切，现就有关事项通知如下。一、公示收费项目，接受业主监督。二、建立投诉台账，限期办结回复。请认真贯彻执行。",
    "云岭市住房和城乡建设局关于公布第三批老旧小区改造项目名单的公告。经各区申报、部门联审并向社会公示，确定三十二个小区列入改造计划，现予公布。",
    "受第九号台风影响，今天夜间至明天云岭市东部有暴雨到大暴雨，请沿河居民按预案转移，学校停课。",
    "受强冷空气影响，后天上午至周末云岭市北部山区有大雪，请出行人员注意道路结冰，公路部门做好除雪。",
)


def replace_characters(text: str, every: int) -> str:
    """Replace every n-th character of a text."""
    return "".join("某" if at % every == every - 1 else sign for at, sign in enumerate(text))


def test_near_duplicate_with_changed_words() -> None:
    assert is_near_duplicate(TEXT, TEXT.replace("今天", "今日").replace("明天", "明日"))
    assert is_near_duplicate(TEXT, TEXT.replace("暴雨到大暴雨", "大雨到暴雨"))


@pytest.mark.parametrize("text", NOTICES)
def test_near_duplicate_with_one_changed_character_in_ten(text: str) -> None:
    assert is_near_duplicate(text, replace_characters(text, 10))
    assert not is_near_duplicate(text, replace_characters(text, 3))


@pytest.mark.parametrize(("one", "other"), list(combinations(NOTICES, 2)))
def test_different_notices_of_one_unit_are_not_duplicates(one: str, other: str) -> None:
    assert not is_near_duplicate(one, other)


@given(CHINESE_TEXTS, CHINESE_TEXTS, CHINESE_TEXTS)
def test_near_duplicate_with_surrounding_text(text: str, before: str, after: str) -> None:
    assert is_near_duplicate(text, before + text + after)


@given(CHINESE_TEXTS, st.sampled_from("，。 \u200b\u3000；"))
def test_near_duplicate_with_inserted_marks(text: str, mark: str) -> None:
    assert is_near_duplicate(text, mark.join(text))
