"""Coordination (P-13, decision 0028): a flagged item needs the opinions of the named units on the current text."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from factories.letters import letter, letter_scan, second_letter_scan
from factories.pages import read_item
from factories.publishing import item, sign_all, signed, submitted
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column, Edition, Website
from gongkai.content.publishing import actions
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.models import Coordination, Opinion, Review
from gongkai.content.reviewing.verify import verify_reviews
from gongkai.core.acts import insert_only
from gongkai.core.acts.action import Refused
from gongkai.core.files.models import StoredFile
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(housing: Body, plans: Column) -> ItemPage:
    return item(housing, [plans])


@pytest.fixture
def scan(db: None) -> StoredFile:
    return letter_scan()


@pytest.fixture
def water(site: Website) -> Body:
    return BodyFactory(name="云岭市水务局", parent=site.body)


@pytest.fixture
def flag(page: ItemPage, housing: Body, water: Body) -> Coordination:
    """A flagged item to which the one named unit agreed."""
    by = actor(Role.CLERK, housing)
    made: Coordination = actions.start_coordination(page, by=by, kind="major", bodies=[water], reason="涉及供水安全")
    actions.give_opinion(made, by=actor(Role.LEAD, water), body=water, agrees=True)
    return made


def test_flagged_item_waits_for_opinions_of_named_units(page: ItemPage, site: Website, housing: Body) -> None:
    """P-13."""
    clerk = actor(Role.CLERK, housing)
    water, fire = (BodyFactory(name=name, parent=site.body) for name in ("云岭市水务局", "云岭市应急局"))
    flag = actions.start_coordination(page, by=clerk, kind="major", bodies=[water, fire], reason="涉及供水安全")
    with pytest.raises(Refused, match="还缺：云岭市水务局、云岭市应急局"):
        actions.submit(page, by=clerk)
    actions.give_opinion(flag, by=actor(Role.LEAD, water), body=water, agrees=True)
    actions.give_opinion(flag, by=actor(Role.LEAD, fire), body=fire, agrees=False, words="口径不一致")
    with pytest.raises(Refused, match="云岭市应急局不同意"):
        actions.submit(page, by=clerk)
    actions.give_opinion(flag, by=actor(Role.SIGNER, fire), body=fire, agrees=True)
    signed(page)
    opinions = [row for row in Edition.objects.get().approvals if row["kind"] == "opinion"]
    assert {row["unit"] for row in opinions} == {"云岭市水务局", "云岭市应急局"}


def test_opinion_is_not_given_on_a_text_that_was_not_shown(
    page: ItemPage, flag: Coordination, housing: Body, water: Body
) -> None:
    url = reverse("publishing:opinion", args=(flag.pk,))
    client = signed_in(Role.LEAD, water)
    seen = client.get(url).context["seen"]
    actions.save_revision(page, by=actor(Role.CLERK, housing), body="<p>改过的文字。</p>")
    answer = client.post(url, {"body": water.pk, "agrees": "yes", "seen": seen})
    assert "刚刚有改动" in answer.content.decode()
    assert Opinion.objects.count() == 1, "that of the text before"


def test_item_flagged_during_review_is_not_published(page: ItemPage, site: Website, housing: Body) -> None:
    review = submitted(page)
    sign_all(review, upto=1)
    water = BodyFactory(name="云岭市水务局", parent=site.body)
    by = actor(Role.CLERK, housing)
    actions.start_coordination(page, by=by, kind="sensitive", bodies=[water], reason="舆情")
    with pytest.raises(Refused, match="还缺"):
        sign_all(review)
    with pytest.raises(Refused):
        actions.end_coordination(page, by=by, reason="急着发")
    actions.end_coordination(page, by=actor(Role.LEAD, housing), reason="核实后不涉及")
    sign_all(review)
    assert Edition.objects.count() == 1


def test_opinion_by_letter_needs_a_scan(page: ItemPage, site: Website, housing: Body, scan: StoredFile) -> None:
    clerk = actor(Role.CLERK, housing)
    water = BodyFactory(name="云岭市水务局", parent=site.body)
    flag = actions.start_coordination(page, by=clerk, kind="joint", bodies=[water], reason="联合发布")
    with pytest.raises(Refused, match="来函扫描件"):
        actions.give_opinion(flag, by=clerk, body=water, agrees=True)
    head = actor(Role.LEAD, water)
    given = actions.give_opinion(flag, by=clerk, body=water, agrees=True, **letter(scan))
    assert (given.name, given.recorder) == ("王某", clerk.name)
    assert Message.objects.filter(person_id=head.person_id, subject__contains="来函意见").exists()
    review = submitted(page)
    client = signed_in(Role.REVIEWER, housing)
    by = get_actor(client.get(reverse("reviewing:review", args=(review.pk,))).wsgi_request.user)
    with pytest.raises(Refused, match="没有看过云岭市水务局的来函"):  # one person entered it: each signer opens it
        actions.approve(review, by=by)
    assert client.get(reverse("publishing:opinion_scan", args=(flag.pk, given.pk))).status_code == 200
    shown = required_reading.load_shown_marks([review.pk], by.person_id)[review.pk]
    assert not required_reading.find_unseen_errors(review, shown, flag)
    sign_all(review)
    row = next(row for row in Edition.objects.get().approvals if row["kind"] == "opinion")
    assert (row["by"], row["recorder"], row["letter"]) == ("王某", clerk.name, scan.pk)
    shown = read_item(signed_in(Role.CLERK, housing), page.pk)
    assert f"（来函，{clerk.name} 登记）" in shown
    assert verify_reviews().ok


def test_unreadable_scan_of_a_letter_is_refused(page: ItemPage, flag: Coordination, water: Body, housing: Body) -> None:
    for name, data in [
        ("来函.txt", b"no scan"),
        ("来函.zip", b"PK\x03\x04x"),
        ("来函.png", b"\x89PNG\r\n\x1a\nnot"),
        ("来函.pdf", b"%PDF-1.7 anything"),
    ]:
        facts = {
            "scan": store_publishable_file(data, name),
            "scan_name": name,
            "name": "王某",
            "letter_on": timezone.localdate(),
        }
        with pytest.raises(Refused, match="来函"):
            actions.give_opinion(flag, by=actor(Role.CLERK, housing), body=water, agrees=True, **facts)
        assert Opinion.objects.count() == 1


class TestObjection:
    """Only the unit itself withdraws its objection, or it is asked about another text."""

    @pytest.fixture
    def refused(self, flag: Coordination, water: Body) -> Coordination:
        by = actor(Role.LEAD, water)
        actions.give_opinion(flag, by=by, body=water, agrees=False, words="数据有误，不同意公开")
        return flag

    @staticmethod
    def start_again(page: ItemPage, water: Body) -> Coordination:
        made: Coordination = actions.start_coordination(
            page, by=actor(Role.CLERK, page.unit), kind="major", bodies=[water], reason="再次征求"
        )
        return made

    def test_letter_does_not_replace_an_objection_after_a_new_flag(
        self, page: ItemPage, refused: Coordination, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        actions.end_coordination(page, by=actor(Role.LEAD, housing), reason="核实后不涉及")
        flag = self.start_again(page, water)
        with pytest.raises(Refused, match="云岭市水务局不同意公开"):
            actions.submit(page, by=clerk)
        with pytest.raises(Refused, match="不能以来函代替"):
            actions.give_opinion(flag, by=clerk, body=water, agrees=True, **letter(scan))

    def test_letter_does_not_replace_an_objection_after_a_text_change(
        self, page: ItemPage, refused: Coordination, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        actions.save_revision(page, by=clerk, summary="改正数据")
        with pytest.raises(Refused, match="不能以来函代替"):
            actions.give_opinion(refused, by=clerk, body=water, agrees=True, **letter(scan))
        flag = self.start_again(ItemPage.objects.get(pk=page.pk), water)
        with pytest.raises(Refused, match="还缺：云岭市水务局"):
            actions.submit(page, by=clerk)
        with pytest.raises(Refused, match="须由该单位自己在本系统改提意见"):
            actions.give_opinion(flag, by=clerk, body=water, agrees=True, **letter(scan))
        actions.give_opinion(flag, by=actor(Role.LEAD, water), body=water, agrees=True)
        signed(ItemPage.objects.get(pk=page.pk))

    def test_stored_letter_does_not_override_an_objection(
        self, page: ItemPage, refused: Coordination, water: Body, housing: Body
    ) -> None:
        """A row that an older version accepted."""
        given = Opinion.objects.order_by("pk").last()
        assert given
        given.pk, given.agrees, given.recorder = None, True, "某"
        given.save(force_insert=True)
        with pytest.raises(Refused, match="云岭市水务局不同意公开"):
            actions.submit(page, by=actor(Role.CLERK, housing))

    def test_another_named_unit_cannot_record_a_letter(
        self, page: ItemPage, site: Website, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        fire = BodyFactory(name="云岭市应急局", parent=site.body)
        by = actor(Role.CLERK, housing)
        flag = actions.start_coordination(page, by=by, kind="major", bodies=[water, fire], reason="两家")
        with pytest.raises(Refused):
            actions.give_opinion(flag, by=actor(Role.LEAD, fire), body=water, agrees=True, **letter(scan))


class TestChangedSince:
    """After a change of the text the opinion is requested again, or a signer confirms the change."""

    def change_text(self, page: ItemPage) -> ItemPage:
        actions.save_revision(page, by=actor(Role.CLERK, page.unit), title="云岭市老旧小区改造三年行动计划（修改稿）")
        return ItemPage.objects.get(pk=page.pk)

    def test_opinion_on_an_older_text_does_not_count(
        self, page: ItemPage, flag: Coordination, housing: Body, water: Body
    ) -> None:
        with pytest.raises(Refused, match="不需要确认"):
            actions.confirm_opinions(page, by=actor(Role.SIGNER, housing), reason="没有改动")
        change_text = self.change_text(page)
        with pytest.raises(Refused, match="云岭市水务局提出意见之后文字有改动"):
            actions.submit(change_text, by=actor(Role.CLERK, housing))
        actions.give_opinion(flag, by=actor(Role.LEAD, water), body=water, agrees=True)
        signed(change_text)
        assert Edition.objects.count() == 1

    def test_signer_confirms_that_the_change_is_not_substantial(
        self, page: ItemPage, flag: Coordination, housing: Body, water: Body
    ) -> None:
        head = actor(Role.LEAD, water)
        change_text = self.change_text(page)
        signer = actor(Role.SIGNER, housing)
        actions.confirm_opinions(change_text, by=signer, reason="只在标题加注修改稿")
        assert Message.objects.filter(person_id=head.person_id, subject__contains="意见后文字有改动").exists()
        signed(change_text)
        row = next(row for row in Edition.objects.get().approvals if row["kind"] == "opinion")
        assert row["confirmed_by"] == signer.name
        assert verify_reviews().ok
        actions.save_revision(change_text, by=actor(Role.CLERK, housing), summary="又改")
        with pytest.raises(Refused, match="之后文字有改动"):
            actions.submit(change_text, by=actor(Role.CLERK, housing))

    def test_opinion_is_checked_at_every_signature(self, page: ItemPage, flag: Coordination, housing: Body) -> None:
        """An opinion given during review refers to the newer draft."""
        review = submitted(page)
        self.change_text(page)
        water = Body.objects.get(pk=flag.bodies[0])
        actions.give_opinion(flag, by=actor(Role.LEAD, water), body=water, agrees=True)
        with pytest.raises(Refused, match="之后文字有改动"):
            sign_all(review)
        actions.confirm_opinions(page, by=actor(Role.CHIEF, housing.parent), reason="送审稿与新稿仅标题不同")
        sign_all(Review.objects.get(pk=review.pk))
        assert Edition.objects.count() == 1

    def test_author_cannot_confirm_the_change(self, page: ItemPage, flag: Coordination, housing: Body) -> None:
        change_text = self.change_text(page)
        author = actor(Role.LEAD, housing)
        actions.save_revision(change_text, by=author, summary="负责人自己改的")
        with pytest.raises(Refused, match="没有参与起草"):
            actions.confirm_opinions(change_text, by=author, reason="只改了概述")
        for role in (Role.CLERK, Role.REVIEWER):
            with pytest.raises(Refused, match="签发人、负责人"):
                actions.confirm_opinions(change_text, by=actor(role, housing), reason="只改了概述")
        with pytest.raises(Refused, match="改动了什么"):
            actions.confirm_opinions(change_text, by=actor(Role.SIGNER, housing), reason=" ")

    def test_objection_is_not_removed_by_confirming_the_change(
        self, page: ItemPage, flag: Coordination, housing: Body, water: Body
    ) -> None:
        actions.give_opinion(flag, by=actor(Role.LEAD, water), body=water, agrees=False, words="数字有误")
        change_text = self.change_text(page)
        actions.confirm_opinions(change_text, by=actor(Role.SIGNER, housing), reason="只在标题加注修改稿")
        with pytest.raises(Refused, match="不同意公开"):
            actions.submit(change_text, by=actor(Role.CLERK, housing))

    def test_item_page_shows_and_confirms_the_change(self, page: ItemPage, flag: Coordination, housing: Body) -> None:
        change_text = self.change_text(page)
        client = signed_in(Role.SIGNER, housing)
        shown = read_item(client, change_text.pk)
        assert "对较早一稿提出" in shown
        address = reverse("publishing:confirm_opinions", args=(change_text.pk,))
        client.post(address, {"reason": "只在标题加注修改稿"})
        shown = read_item(client, change_text.pk)
        assert "确认改动不涉及会商事项：" in shown
        assert "只在标题加注修改稿" in shown


class TestLetterOnOlderText:
    """An opinion counts for the text that the unit was asked about; a changed text needs a new opinion, and the unit gets a message."""

    @pytest.fixture
    def request_with_letter(self, page: ItemPage, housing: Body, water: Body, scan: StoredFile) -> Coordination:
        """A flagged item for which the letter of the named unit was recorded before a change."""
        clerk = actor(Role.CLERK, housing)
        made: Coordination = actions.start_coordination(
            page, by=clerk, kind="major", bodies=[water], reason="涉及供水安全"
        )
        actions.give_opinion(made, by=clerk, body=water, agrees=True, **letter(scan))
        actions.save_revision(page, by=clerk, summary="改正数据")
        return made

    def test_changed_text_needs_a_new_request_before_a_letter(
        self, page: ItemPage, request_with_letter: Coordination, housing: Body, water: Body
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        with pytest.raises(Refused, match="提出意见之后文字有改动"):
            actions.submit(ItemPage.objects.get(pk=page.pk), by=clerk)
        with pytest.raises(Refused, match="请重新征求意见（系统会通知该单位）"):
            actions.give_opinion(request_with_letter, by=clerk, body=water, agrees=True, **letter(second_letter_scan()))

    def test_letter_must_be_dated_after_the_request(
        self, page: ItemPage, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        clerk, today = actor(Role.CLERK, housing), timezone.localdate()
        flag = actions.start_coordination(page, by=clerk, kind="major", bodies=[water], reason="涉及供水安全")
        for day, said in (
            (None, "落款日期"),
            (today + timedelta(1), "不能晚于今天"),
            (today - timedelta(1), "早于征求意见的日期"),
        ):
            with pytest.raises(Refused, match=said):
                actions.give_opinion(flag, by=clerk, body=water, agrees=True, **{**letter(scan), "letter_on": day})

    def test_older_request_without_digest_is_compared_by_time(
        self, page: ItemPage, housing: Body, water: Body, scan: StoredFile
    ) -> None:
        clerk = actor(Role.CLERK, housing)
        flag = Coordination.objects.create(item_id=page.pk, kind="major", bodies=[water.pk], name="某")
        actions.save_revision(page, by=clerk, summary="改正数据")
        with pytest.raises(Refused, match="请重新征求意见"):
            actions.give_opinion(flag, by=clerk, body=water, agrees=True, **letter(scan))


class TestUnits:
    def test_clerk_can_add_but_not_remove_units(
        self, page: ItemPage, flag: Coordination, site: Website, housing: Body, water: Body
    ) -> None:
        """Removing a unit would bypass its objection."""
        fire = BodyFactory(name="云岭市应急局", parent=site.body)
        facts = {"kind": "major", "bodies": [fire], "reason": "换一家"}
        with pytest.raises(Refused, match="减少征求意见的单位"):
            actions.start_coordination(page, by=actor(Role.CLERK, housing), **facts)
        actions.start_coordination(page, by=actor(Role.CLERK, housing), **{**facts, "bodies": [water, fire]})
        actions.start_coordination(page, by=actor(Role.LEAD, housing), **facts)


def _insert_opinion() -> None:
    given = Opinion.objects.get()
    given.pk = None
    given.save(force_insert=True)


CHANGES: dict[str, Any] = {
    "a no made a yes": lambda: Opinion.objects.update(agrees=False),
    "another text": lambda: Opinion.objects.update(content_digest="0" * 64),
    "a unit left out": lambda: Coordination.objects.update(bodies=[]),
    "an opinion gone": lambda: Opinion.objects.all()._raw_delete("default"),
    "an opinion that nobody gave": _insert_opinion,
    "a flag gone": lambda: (
        Opinion.objects.all()._raw_delete("default"),
        Coordination.objects.all()._raw_delete("default"),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_audit_verify_finds_changes_without_a_log_record(change: str, flag: Coordination) -> None:
    assert verify_reviews().ok
    insert_only.drop_triggers()
    try:
        CHANGES[change]()
    finally:
        insert_only.install_triggers()
    assert "会商" in verify_reviews().broken
