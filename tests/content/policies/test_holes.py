"""Acting alone: nobody alone changes public data, repeals a document, or learns unpublished content."""

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from factories.pages import read_home, read_item, said
from factories.policies import guide, public, record
from factories.publishing import item, released, sign_all, signed, submitted
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.models import Column, Document, Shelf, ValidityState, Website
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions
from gongkai.content.policies.actions.relations import update_all_records
from gongkai.content.policies.models import Decision, KeptText, PolicyLevel, PolicyRecord, Relation, RelationKind
from gongkai.content.policies.publication import settle_rounds_and_decisions
from gongkai.content.policies.queries.library import LibrarySearch, search_library
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage, ProposedWords, find_document_item
from gongkai.content.publishing.proposed_words import find_target
from gongkai.content.reviewing import required_reading
from gongkai.core.acts.action import Refused
from gongkai.core.acts.chain import read_stream
from gongkai.core.units.actors import ANONYMOUS, Actor, get_actor
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def save_draft_of_public(made: PolicyRecord, **fields: Any) -> ItemPage:
    """Save a new draft of a public document."""
    page = find_document_item(made.document) if made.document else None
    assert page is not None
    publishing.save_revision(page, by=actor(Role.CLERK, made.body), **fields)
    return ItemPage.objects.get(pk=page.pk)


def confirm_proposal(stream: str, by: Actor) -> Any:
    """Let a second person confirm pending words; return their target."""
    proposal = ProposedWords.objects.get(target=stream, state="waiting")
    return publishing.confirm_words(find_target(proposal), by=by, proposal=proposal)


class TestJusticeBureau:
    def test_clerk_of_justice_bureau_cannot_repeal(self, housing: Body, justice: Body) -> None:
        made = record(housing)
        facts: dict[str, Any] = {"what": DecisionKind.REPEAL, "on": TODAY, "reason": "已有上位法"}
        with pytest.raises(Refused, match="签发人、负责人"):
            actions.decide(made, by=actor(Role.CLERK, justice), **facts)
        actions.decide(made, by=actor(Role.LEAD, justice), **facts)

    def test_justice_bureau_clerk_opens_round_and_head_closes_it(
        self, city: Body, housing: Body, justice: Body
    ) -> None:
        made = record(housing, filed_number="云备〔2024〕1号")
        clerk = actor(Role.CLERK, justice)
        opened = actions.open_round(city, by=clerk, name="清理", due_on=date(2026, 12, 20))
        actions.give_verdict(opened.cases.get(), by=actor(Role.CLERK, housing), verdict="repeal", reason="过时")
        with pytest.raises(Refused, match="办结会废止文件"):
            actions.draft_round_result(opened, by=clerk)
        assert not made.decisions.exists()
        actions.draft_round_result(opened, by=actor(Role.SIGNER, justice))
        assert made.decisions.exists()


class TestLibrarySearch:
    def found(self, site: Website, words: str) -> int:
        return search_library(ANONYMOUS, site.pk, LibrarySearch(tab="all", words=words)).total

    def test_scheduled_edition_is_not_searched_before_its_time(self, site: Website, policy: PolicyRecord) -> None:
        page = save_draft_of_public(policy, imported_html="<p>补偿标准为每亩九万元。</p>")
        released(page, visible_from=timezone.now() + timedelta(days=5))
        assert self.found(site, "每亩九万元") == 0
        assert self.found(site, "为了规范管理") == 1
        with time_machine.travel(timezone.now() + timedelta(days=6)):
            assert (self.found(site, "每亩九万元"), self.found(site, "为了规范管理")) == (1, 0)


PERSONAL_TEXT = "申请人刘志强，身份证号42010619900101001X，电话13812345678"
PUBLIC_FIELDS: tuple[dict[str, Any], ...] = (
    {"headnote": "2024年3月28日通过"},
    {"applies_to": "全市"},
    {"issuers": "云岭市人民政府、云岭市水务局"},
    {"subject": "城乡建设"},
    {"level": PolicyLevel.OTHER},
    {"unified_number": "YLGF-2024-099"},
)


class TestPublicFields:
    def test_clerk_or_signer_alone_cannot_change_public_fields(
        self, housing: Body, justice: Body, policy: PolicyRecord
    ) -> None:
        """Found by an attacker: a signer's 题注 was public at once."""
        for fields in PUBLIC_FIELDS:
            with pytest.raises(Refused, match="签发人、负责人或者政务公开办"):
                actions.change_record(policy, by=actor(Role.CLERK, housing), **fields)
            with pytest.raises(Refused, match="签发人、负责人或者政务公开办"):
                actions.change_record(policy, by=actor(Role.REVIEWER, housing), **fields)
        before = policy.exemption
        actions.change_record(policy, by=actor(Role.CLERK, housing), exemption="只有机关内部看到。")
        assert list(read_stream(policy.stream))[-1].facts["exemption"] == [before, "只有机关内部看到。"]
        signer, lead = actor(Role.SIGNER, housing), actor(Role.LEAD, housing)
        for number, fields in enumerate(PUBLIC_FIELDS):
            ((name, value),) = fields.items()
            before, exemption = getattr(policy, name), f"抢险救灾，情况紧急（{number}）。"
            assert before != value
            actions.change_record(policy, by=signer, **fields, exemption=exemption)
            policy.refresh_from_db()
            assert (getattr(policy, name), policy.exemption) == (before, exemption)
            proposal = ProposedWords.objects.get(target=policy.stream, state="waiting")
            for by in (signer, actor(Role.CLERK, housing)):
                with pytest.raises(Refused):
                    publishing.confirm_words(policy, by=by, proposal=proposal)
            publishing.confirm_words(policy, by=lead, proposal=proposal)
            policy.refresh_from_db()
            assert getattr(policy, name) == value
            last = list(read_stream(policy.stream))[-1]
            assert last.facts["after"] == {name: str(value)}
        head = actor(Role.LEAD, justice)
        actions.change_record(policy, by=head, filed_number="云备〔2024〕1号")
        with pytest.raises(Refused, match="已经签发公开"):
            actions.change_record(policy, by=head, headnote="另一题注")

    def test_entering_a_public_item_does_not_change_public_fields(self, rules: Column, housing: Body) -> None:
        """The record has the signed data; other words wait for confirmation, and the page says so."""
        made = public(housing, [rules], ends_on=date(2030, 1, 1))
        title, page = made.title, save_draft_of_public(made, title="没有人签过的标题", ends_on=date(2025, 1, 1))
        made.delete()
        with pytest.raises(Refused, match="已经签发公开"):
            actions.enter_record(housing, by=actor(Role.CLERK, housing), item=page, headnote="没有人签过")
        signer = signed_in(Role.SIGNER, housing)
        by = get_actor(get_user_model().objects.get(pk=signer.session["_auth_user_id"]))
        with pytest.raises(Refused, match="有效期至与已签发的版本不一致"):
            actions.enter_record(housing, by=by, item=page, ends_on=date(2050, 1, 1))
        late = actions.enter_record(housing, by=by, item=page, headnote="没有人签过")
        late.refresh_from_db()
        assert (late.title, late.headnote, late.ends_on) == (title, "", date(2030, 1, 1))
        shown = said(signer.get(f"/admin/policies/{late.pk}/"))
        assert "公众现在看到的是原来的内容" in shown
        assert "没有人签过" in said(signer.get("/admin/publishing/words/"))
        assert "您提出的，等待另一人确认" in said(signer.get("/admin/publishing/words/"))
        assert "待确认的文字" in read_home(signed_in(Role.LEAD, housing))

    def test_public_fields_of_a_scheduled_edition_are_protected(self, rules: Column, housing: Body) -> None:
        made = record(housing)
        page = actions.draft_item(made, by=actor(Role.CLERK, housing), columns=[rules])
        made.refresh_from_db()
        actions.change_record(made, by=actor(Role.CLERK, housing), applies_to="全市")
        publishing.save_revision(page, by=actor(Role.CLERK, housing), imported_html="<p>制定本办法。</p>")
        released(ItemPage.objects.get(pk=page.pk), visible_from=timezone.now() + timedelta(days=5))
        with pytest.raises(Refused, match="已经签发公开"):
            actions.change_record(made, by=actor(Role.CLERK, housing), applies_to="全省")

    def test_free_text_of_relations_needs_a_second_person(
        self, housing: Body, client: Client, policy: PolicyRecord
    ) -> None:
        made, signer, clerk = policy, actor(Role.SIGNER, housing), actor(Role.CLERK, housing)
        with pytest.raises(Refused, match="已经签发公开"):
            actions.add_relation(made, by=clerk, kind=RelationKind.BASIS, cited="《中华人民共和国立法法》")
        path = Shelf.objects.filter(document=made.document).first().path  # type: ignore[union-attr]
        actions.add_relation(made, by=signer, kind=RelationKind.BASIS, cited="张三贪污的办法")
        with pytest.raises(Refused, match="同类的库外文件还有"):
            actions.add_relation(made, by=signer, kind=RelationKind.BASIS, cited="另一办法")
        assert "张三" not in said(client.get(path))
        lead = actor(Role.LEAD, housing)
        for proposal in ProposedWords.objects.all():
            with pytest.raises(Refused, match="须由另一人确认"):
                publishing.confirm_words(find_target(proposal), by=signer, proposal=proposal)
        (relation,) = confirm_proposal(made.stream, lead).relations.all()
        assert "张三贪污的办法" in said(client.get(path)), "two persons answer for it, by name, on the log"
        with pytest.raises(Refused, match="已经签发公开"):
            actions.remove_relation(relation, by=clerk)
        actions.remove_relation(relation, by=signer)


class TestTitleAndNumber:
    def test_title_and_number_follow_the_signed_edition(self, housing: Body, policy: PolicyRecord) -> None:
        for fields, words in [({"title": "云岭市别的办法"}, "标题"), ({"number": "云府规〔2024〕9999号"}, "发文字号")]:
            with pytest.raises(Refused, match=f"{words}.*请先送审更正后的版本"):
                actions.change_record(policy, by=actor(Role.SIGNER, housing), **fields)
        with pytest.raises(Refused, match="发文字号“云府规2024第9号”格式不对"):
            released(save_draft_of_public(policy, document_number="云府规2024第9号"))
        facts: dict[str, Any] = {"title": "云岭市更正后的办法", "document_number": "云府规〔2024〕9999号"}
        released(save_draft_of_public(policy, **facts, ends_on=date(2026, 11, 1)))
        policy.refresh_from_db()
        assert (policy.title, policy.number) == ("云岭市更正后的办法", "云府规〔2024〕9999号")
        assert policy.ends_on == date(2026, 11, 1)
        assert Document.objects.get(pk=policy.document_id).standing == "expired"

    def test_title_follows_a_scheduled_edition_at_its_time(self, rules: Column, housing: Body) -> None:
        made = public(housing, [rules], title="云岭市旧名办法")
        page = save_draft_of_public(made, title="云岭市新名办法")
        released(page, visible_from=timezone.now() + timedelta(days=5))
        made.refresh_from_db()
        assert made.title == "云岭市旧名办法"
        assert update_all_records() == {"titles": 0}
        with time_machine.travel(timezone.now() + timedelta(days=6)):
            assert update_all_records() == {"titles": 1}
            assert update_all_records() == {"titles": 0}
        made.refresh_from_db()
        assert made.title == "云岭市新名办法"
        assert [one.action for one in read_stream(made.stream)].count("policies.follow") == 1


class TestEnteringPublicItems:
    def test_changed_validity_is_shown_after_confirmation(self, rules: Column, housing: Body, client: Client) -> None:
        """A clerk entered a notice that ended with the winter holidays, and it was 现行有效 for ever."""
        facts: dict[str, Any] = {"kind": "notice", "imported_html": "<p>本通告自印发之日起执行，至寒假结束为止。</p>"}
        page = item(housing, [rules.parent or rules], **facts)
        released(page)
        clerk, lead = actor(Role.CLERK, housing), actor(Role.LEAD, housing)
        made = actions.enter_record(housing, by=clerk, item=page)
        path = Shelf.objects.filter(document__source=page.stream).first().path  # type: ignore[union-attr]
        assert "没有宣布失效" not in said(client.get(path))
        with pytest.raises(Refused, match="待另一人"):
            actions.enter_record(housing, by=clerk, item=page)
        made.refresh_from_db()
        self.check_actions_refused_while_pending(made, housing)
        confirm_proposal(made.stream, lead)
        shown = said(client.get(path))
        assert "没有宣布失效" in shown
        assert "原文写明“本通告自印发之日起执行，至寒假结束为止”" in shown
        assert "现行有效" not in shown

    def check_actions_refused_while_pending(self, made: PolicyRecord, housing: Body) -> None:
        """Check that other changes wait while one sentence awaits confirmation."""
        made = PolicyRecord.objects.get(pk=made.pk)
        clerk, signer, other = actor(Role.CLERK, housing), actor(Role.SIGNER, housing), record(housing)
        facts: dict[str, Any] = {"what": DecisionKind.REPEAL, "on": TODAY, "reason": "已有新通告"}
        guided = ensure_document(guide(housing, []))
        for act in (
            lambda: actions.change_record(made, by=clerk, title="云岭市机动车停放管理规定", issuers="云岭市人民政府"),
            lambda: actions.change_record(made, by=clerk, exemption="无。"),
            lambda: actions.decide(made, by=signer, **facts),
            lambda: actions.decide(other, by=signer, **facts, actor=made),
            lambda: actions.add_relation(made, by=signer, kind=RelationKind.BASIS, cited="某条例"),
            lambda: actions.add_relation(other, by=clerk, kind=RelationKind.BASIS, other=made),
            lambda: actions.add_basis(guided, by=clerk, other=made),
            lambda: actions.draft_item(made, by=clerk),
            lambda: actions.remove_record(made, by=clerk, reason="入错"),
        ):
            with pytest.raises(Refused, match="提请入库，待另一人确认"):
                act()
            made.refresh_from_db()

    def test_amended_document_past_its_last_day_is_not_signed(self, rules: Column, housing: Body) -> None:
        facts: dict[str, Any] = {"kind": "notice", "standing": ValidityState.AMENDED, "title": "停车通告"}
        page = item(housing, [rules.parent or rules], **facts, imported_html="<p>本通告有效期至2025年6月30日。</p>")
        with pytest.raises(Refused, match="本页的有效期没有填写"):
            released(page)

    def test_confirmation_is_refused_after_a_change(self, rules: Column, housing: Body) -> None:
        page = item(housing, [rules.parent or rules], kind="notice", imported_html="<p>本通告至寒假结束之日止。</p>")
        released(page)
        with pytest.raises(Refused, match="公开的版本没有写明"):
            actions.enter_record(housing, by=actor(Role.SIGNER, housing), item=page, number="云岭市人民政府令第9号")
        made = actions.enter_record(housing, by=actor(Role.CLERK, housing), item=page)
        stored, title = PolicyRecord.objects.filter(pk=made.pk), made.title
        stored.update(title="云岭市机动车停放管理规定")
        with pytest.raises(Refused, match="在提请之后有了变化"):
            confirm_proposal(made.stream, actor(Role.LEAD, housing))
        stored.update(title=title)
        facts: dict[str, Any] = {"what": DecisionKind.REPEAL, "on": TODAY, "reason": "已有新通告"}
        Decision.objects.create(record=made, made_by="某人", **facts)
        with pytest.raises(Refused, match="在提请之后有了变化"):
            confirm_proposal(made.stream, actor(Role.LEAD, housing))


class TestDays:
    """First and last day decide whether a document is in force: they change only by a signed text."""

    def test_days_of_the_signed_edition_cannot_be_changed(self, housing: Body, policy: PolicyRecord) -> None:
        for fields in [
            {"ends_on": date(2025, 1, 1)},
            {"ends_on": None},
            {"effective_on": date(2027, 6, 1)},
            {"published_on": date(2027, 6, 1)},
        ]:
            with pytest.raises(Refused, match=r"已签发的版本不一致|不能晚于今天"):
                actions.change_record(policy, by=actor(Role.SIGNER, housing), **fields)
            assert not ProposedWords.objects.exists()

    def test_making_and_publication_dates_cannot_move_the_first_day(self, rules: Column, housing: Body) -> None:
        """Without a stated first day the making or publication date counts; two people cannot change it after publication."""
        made = public(housing, [rules], level=PolicyLevel.OTHER, effective_on=None, ends_on=None, published_on=None)
        for name in ("published_on", "made_on"):
            with pytest.raises(Refused, match="自成文或者公布之日起显示为有效"):
                actions.change_record(made, by=actor(Role.SIGNER, housing), **{name: date(2019, 1, 1)})

    def test_entering_does_not_drop_a_future_first_day(self, rules: Column, housing: Body) -> None:
        """A signed item that shows 尚未施行 still shows it after entering."""
        made = public(housing, [rules], level=PolicyLevel.OTHER, effective_on=None, ends_on=None)
        page = find_document_item(made.document)
        Document.objects.filter(pk=made.document_id).update(standing=ValidityState.NOT_YET)
        made.delete()
        with pytest.raises(Refused, match="写明施行日期的更正版本"):
            actions.enter_record(housing, by=actor(Role.SIGNER, housing), item=page)

    def test_printed_term_is_entered_by_two_persons(self, rules: Column, housing: Body) -> None:
        """For documents signed before the library required a term."""
        day, html = date(2029, 4, 30), "<p>本办法自2024年5月1日起施行，有效期五年。</p>"
        made, signer = public(housing, [rules], ends_on=day, html=html), actor(Role.SIGNER, housing)
        PolicyRecord.objects.filter(pk=made.pk).update(ends_on=None)
        made.refresh_from_db()
        with pytest.raises(Refused, match="正文没有写明这一天是本文件的日期"):
            actions.change_record(made, by=signer, ends_on=date(2025, 4, 30))
        actions.change_record(made, by=signer, ends_on=day)
        assert confirm_proposal(made.stream, actor(Role.LEAD, housing)).ends_on == day

    def test_days_in_the_library_must_equal_those_in_the_text(self, rules: Column, housing: Body) -> None:
        """Otherwise the public would read a text as in force against its own words."""
        cases: list[tuple[str, dict[str, Any], str]] = [
            ("自2027年6月1日起施行", {"effective_on": None}, "正文写明自2027-06-01起施行"),
            ("自2024年5月1日起施行，有效期五年", {"ends_on": None}, "正文写明有效期至2029-04-30"),
            ("有效期至2025年12月31日", {}, "正文写明有效期至2025-12-31"),
        ]
        made = public(housing, [rules], level=PolicyLevel.OTHER)
        own = {"effective_on": made.effective_on, "ends_on": made.ends_on}
        with pytest.raises(Refused, match=cases[2][2]):
            submitted(save_draft_of_public(made, imported_html=f"<p>本办法{cases[2][0]}。</p>", **own))
        for words, fields, reason in cases:
            with pytest.raises(Refused, match=reason):
                public(housing, [rules], level=PolicyLevel.OTHER, html=f"<p>本办法{words}。</p>", **fields)

    def test_days_follow_the_text_of_a_new_edition(self, rules: Column, housing: Body) -> None:
        """No field names the days; the signers see the days that the public will read."""
        before, after = "自2025年6月1日起施行，有效期至2029年12月31日", "自2025年7月1日起施行，有效期至2026年11月19日"
        first = {"effective_on": date(2025, 6, 1), "ends_on": date(2029, 12, 31)}
        made = public(housing, [rules], level=PolicyLevel.OTHER, html=f"<p>本办法{before}。</p>", **first)
        emptied: dict[str, Any] = dict.fromkeys(first)
        review = submitted(save_draft_of_public(made, imported_html=f"<p>本办法{after}。</p>", **emptied))
        assert any("公开时显示的有效性" in part.name for part in required_reading.list_required_parts(review))
        sign_all(review)
        made.refresh_from_db()
        assert (made.effective_on, made.ends_on) == (date(2025, 7, 1), date(2026, 11, 19))


class TestPersonalData:
    def test_personal_data_in_public_fields_is_refused(self, housing: Body) -> None:
        made = record(housing)
        for name in ("headnote", "applies_to", "issuers", "subject", "unified_number", "filed_number"):
            with pytest.raises(Refused, match="42010619900101001X"):
                record(housing, **{name: PERSONAL_TEXT})
            with pytest.raises(Refused, match="居民身份证号码"):
                actions.change_record(made, by=actor(Role.SIGNER, housing), **{name: PERSONAL_TEXT})

    def test_personal_data_in_citations_reasons_and_verdicts_is_refused(self, city: Body, housing: Body) -> None:
        made, signer = record(housing), actor(Role.SIGNER, housing)
        with pytest.raises(Refused, match="身份证"):
            actions.add_relation(made, by=signer, kind=RelationKind.BASIS, cited=PERSONAL_TEXT)
        for words in ({"cited": PERSONAL_TEXT}, {"reason": PERSONAL_TEXT}):
            with pytest.raises(Refused, match="身份证"):
                actions.decide(made, by=signer, what=DecisionKind.REPEAL, on=TODAY, **words)
        assert not Relation.objects.exists()
        assert not Decision.objects.exists()
        opened = actions.open_round(city, by=actor(Role.CHIEF, city), name="清理", due_on=date(2026, 12, 20))
        with pytest.raises(Refused, match="身份证"):
            actions.give_verdict(
                opened.cases.get(record=made), by=actor(Role.CLERK, housing), verdict="repeal", reason=PERSONAL_TEXT
            )


class TestRuleOfAnotherUnit:
    """An unpublished rule of another unit is neither shown nor used."""

    RULE: ClassVar[dict[str, Any]] = {
        "level": PolicyLevel.GOVERNMENT_RULE,
        "number": "云岭市人民政府令第5号",
        "title": "云岭市未公开规章",
    }

    @pytest.fixture
    def hidden(self, housing: Body) -> PolicyRecord:
        made = record(housing, **self.RULE)
        made.html = "<p>尚未公开的条文：补偿标准为每亩九万元。</p>"
        made.save()
        return made

    def water(self, city: Body) -> Body:
        made: Body = BodyFactory(name="云岭市水务局", parent=city)
        return made

    def test_unpublished_rule_is_not_shown_or_changed(self, hidden: PolicyRecord, city: Body) -> None:
        water = self.water(city)
        clerk, client = actor(Role.CLERK, water), signed_in(Role.CLERK, water)
        with pytest.raises(Refused, match="尚未公开"):
            actions.add_enforced_text(water, by=clerk, record=hidden)
        assert hidden.title not in client.get("/admin/policies/kept/").content.decode()
        facts = {"body": water.pk, "record": hidden.title, "source": "", "address": "", "edition": ""}
        client.post("/admin/policies/kept/new/", facts)
        assert not KeptText.objects.exists()
        old = KeptText.objects.create(body=water, record=hidden, text="别的", result="different")
        assert "九万元" not in client.get(f"/admin/policies/kept/{old.pk}/").content.decode()
        with pytest.raises(Refused, match="还没有正文"):
            actions.compare_text(old, by=clerk, text="别的文字")
        with pytest.raises(Refused, match="本单位起草"):
            actions.take_over_source_text(old, by=clerk)
        hidden.refresh_from_db()
        assert "九万元" in hidden.html
        given = {"kind": "basis", "other": hidden.title, "cited": ""}
        page = client.post(f"/admin/policies/{record(water).pk}/relate/", given, follow=True).content.decode()
        assert "在已公开的和本单位的文件中找不到" in page, "it is in the library"
        assert not Relation.objects.exists()

    def test_published_rule_is_compared_with_its_public_text(self, rules: Column, housing: Body, city: Body) -> None:
        water = self.water(city)
        clerk = actor(Role.CLERK, water)
        made = public(housing, [rules], html="<p>第一条　公开的条文。</p>", **self.RULE)
        page = save_draft_of_public(made, imported_html="<p>第一条　下周才公开的条文。</p>")
        released(page, visible_from=timezone.now() + timedelta(days=5))
        kept = actions.add_enforced_text(water, by=clerk, record=made)
        actions.compare_text(kept, by=clerk, text="第一条　公开的条文。")
        assert KeptText.objects.get().result == "same"

    def test_basis_of_another_unit_is_shown_without_a_link(self, city: Body, policy: PolicyRecord) -> None:
        water = self.water(city)
        page, made = guide(water, []), policy
        actions.add_basis(ensure_document(page), by=actor(Role.CLERK, water), other=made)
        shown = read_item(signed_in(Role.CLERK, water), page.pk)
        assert made.title in shown
        assert f"/admin/policies/{made.pk}/" not in shown


def test_scheduled_repealing_document_is_named_at_its_time(rules: Column, housing: Body, policy: PolicyRecord) -> None:
    by = actor(Role.CLERK, housing)
    old, new = policy, record(housing, title="云岭市下周公布的办法", effective_on=TODAY)
    new.html = f"<p>第一条　{old}同时废止。</p>"
    new.save()
    page = actions.draft_item(new, by=by, columns=[rules])
    actions.decide(old, by=actor(Role.SIGNER, housing), what=DecisionKind.REPEAL, on=TODAY, actor=new)
    signed(page, visible_from=timezone.now() + timedelta(days=5))
    assert settle_rounds_and_decisions()["decisions"] == 0
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        assert settle_rounds_and_decisions()["decisions"] == 1
        assert settle_rounds_and_decisions() == {"standings": 0, "rounds": 0, "decisions": 0}
        assert "云岭市下周公布的办法" in Document.objects.get(pk=old.document_id).standing_note
