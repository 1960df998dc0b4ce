"""Entering documents into the library, publication gates, relations, legal bases."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from factories.policies import guide, public, public_validity, record
from factories.publishing import item, released
from factories.units import actor
from gongkai.content.editions.models import Column, ValidityState
from gongkai.content.editions.sources import ensure_document
from gongkai.content.interpretation.readiness import has_no_content
from gongkai.content.policies import actions, validity_periods
from gongkai.content.policies.decision_words import NamedDocument, find_statements
from gongkai.content.policies.ended_bases import list_unreviewed_bases, notify_ended_bases
from gongkai.content.policies.models import Decision, PolicyLevel, PolicyRecord, Relation, RelationKind, Span
from gongkai.content.policies.text_facts import find_record_differences, find_stated_last_days, get_draft_text
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.policies.validity_updates import update_dated_standing
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.content.search.query import SearchQuery, run_search
from gongkai.core.acts.action import Refused
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role

pytestmark = pytest.mark.django_db


TODAY = date(2026, 11, 20)


NORMATIVE: dict[str, Any] = {
    "kind": "normative",
    "title": "云岭市物业管理办法",
    "document_number": "云府规〔2026〕8号",
    "issuer": "云岭市人民政府",
    "written_on": date(2026, 10, 1),
    "effective_on": date(2026, 12, 1),
    "attribute_reason": "规范性文件应当主动公开",
}


class TestFirstInTheLibrary:
    def test_policy_document_must_be_entered_before_publication(self, rules: Column, housing: Body) -> None:
        clerk, page = actor(Role.CLERK, housing), item(housing, [rules], **{**NORMATIVE, "attribute_reason": ""})
        with pytest.raises(Refused, match="先入库后公开"):
            released(page)
        made = actions.enter_record(housing, by=clerk, item=page)
        with pytest.raises(Refused, match=r"没有公开征求意见的记录|认定理由"):
            released(page)
        actions.change_record(made, by=clerk, exemption="抢险救灾，情况紧急。")
        with pytest.raises(Refused, match="认定理由"):
            released(page)
        publishing.save_revision(page, by=clerk, attribute_reason=NORMATIVE["attribute_reason"])
        actions.change_record(made, by=clerk, effective_on=date(2027, 1, 1))
        with pytest.raises(Refused, match="施行日期与入库的不一致"):
            released(ItemPage.objects.get(pk=page.pk))
        actions.align_item(made, by=clerk)
        released(ItemPage.objects.get(pk=page.pk))
        assert public_validity(made) == ValidityState.NOT_YET
        with pytest.raises(Refused, match="已经公开"):
            actions.remove_record(PolicyRecord.objects.get(pk=made.pk), by=clerk, reason="不要了")

    def test_days_and_repeals_in_the_text_are_used_or_reported(self, rules: Column, housing: Body) -> None:
        old = public(housing, [rules], number="云府规〔2024〕200号")
        text = "<p>本办法自2026年12月1日起施行。《云岭市老办法》（云府规〔2024〕200号）同时废止。</p>"
        page = item(housing, [rules], **{**NORMATIVE, "effective_on": None, "imported_html": text})
        made = actions.enter_record(housing, by=actor(Role.CLERK, housing), item=page)
        assert made.effective_on == date(2026, 12, 1)
        (told,) = find_record_differences(made, get_draft_text(page), TODAY)
        assert old.title in told
        actions.decide(old, by=actor(Role.SIGNER, housing), what=DecisionKind.REPEAL, on=date(2026, 12, 1), actor=made)
        actions.change_record(made, by=actor(Role.CLERK, housing), effective_on=date(2027, 1, 1))
        made.refresh_from_db()
        (told,) = find_record_differences(made, get_draft_text(page), TODAY)
        assert "2026-12-01" in told
        assert "2027-01-01" in told

    def test_malformed_document_number_blocks_publication(self, rules: Column, housing: Body) -> None:
        for number in ("云府规[2024]3号", "云府规〔2024〕第3号", "云府规〔2024〕03号", ""):
            with pytest.raises(Refused, match="发文字号"):
                public(housing, [rules], number=number)

    def test_document_of_another_unit_is_not_entered(self, city: Body, housing: Body) -> None:
        with pytest.raises(Refused, match="本单位"):
            record(city, by=actor(Role.CLERK, housing))

    def test_filing_and_unified_numbers_are_searchable(self, rules: Column, housing: Body) -> None:
        made = public(housing, [rules], filed_number="云备〔2024〕7号", unified_number="YLGF-2024-007")
        record(housing, filed_number="云备〔2024〕8号")
        for typed in ("云备〔2024〕7号", "云备[2024]7号", "YLGF-2024-007", "ylgf-2024-007"):
            found = run_search(ANONYMOUS, rules.website_id, SearchQuery(typed)).hits
            assert [hit.row.document_id for hit in found] == [made.document_id]
        assert not run_search(ANONYMOUS, rules.website_id, SearchQuery("云备〔2024〕8号")).hits

    @pytest.mark.postgres
    def test_unified_number_is_unique_and_removal_needs_a_reason(self, housing: Body) -> None:
        by = actor(Role.CLERK, housing)
        made = record(housing, unified_number="YLGF-1")
        with pytest.raises(Refused, match="YLGF-1"):
            record(housing, unified_number="YLGF-1")
        with pytest.raises(Refused, match="理由"):
            actions.remove_record(made, by=by, reason=" ")
        actions.remove_record(made, by=by, reason="重复入库")
        assert not PolicyRecord.objects.exists()


class TestConsultation:
    def facts(self, days: int, **more: Any) -> dict[str, Any]:
        return {
            "exemption": "",
            "consulted_from": date(2024, 1, 1),
            "consulted_to": date(2024, 1, days),
            "consultation": "收到意见12条，采纳9条。",
            **more,
        }

    def test_consultation_on_business_rules_takes_thirty_days(self, rules: Column, housing: Body) -> None:
        public(housing, [rules], **self.facts(10))
        for more in ({"for_business": True}, {"level": PolicyLevel.GOVERNMENT_RULE, "number": "云岭市人民政府令第5号"}):
            with pytest.raises(Refused, match="少于30日"):
                public(housing, [rules], **self.facts(29, **more))
            public(housing, [rules], **self.facts(30, **more))


class TestRecording:
    def test_impossible_decisions_are_refused(self, housing: Body) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({"what": DecisionKind.REPEAL, "on": date(2030, 1, 1), "reason": "无"}, "已经失效"),
            ({"what": DecisionKind.EXTEND, "on": TODAY, "until": date(2029, 4, 30), "reason": "无"}, "晚于原有效期"),
            ({"what": DecisionKind.REPEAL, "on": TODAY}, "写明理由"),
            ({"what": "?", "on": TODAY, "reason": "无"}, "没有这种"),
        ]
        made = record(housing)
        for facts, words in cases:
            with pytest.raises(Refused, match=words):
                actions.decide(made, by=actor(Role.SIGNER, housing), **facts)

    def test_decision_is_undone_once(self, housing: Body, policy: PolicyRecord) -> None:
        by = actor(Role.SIGNER, housing)
        made, other = policy, record(housing)
        actions.decide(made, by=by, what=DecisionKind.REPEAL, on=TODAY, actor=other)
        actions.undo_decision(Decision.objects.get(), by=by, reason="录错了文件")
        assert public_validity(made) == ValidityState.IN_FORCE
        assert not Relation.objects.exists()
        with pytest.raises(Refused, match="已经撤销"):
            actions.undo_decision(Decision.objects.get(), by=by, reason="再来")

    def test_relations_of_decisions_are_not_entered_by_hand(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        old, new, by = policy, public(housing, [rules]), actor(Role.SIGNER, housing)
        for kind in (RelationKind.REPEALS, RelationKind.AMENDS, RelationKind.REPLACES):
            for named in ({"other": old}, {"cited": f"《别的名称》（{old.number}）"}):
                with pytest.raises(Refused, match="效力决定"):
                    actions.add_relation(new, by=by, kind=kind, **named)
            actions.add_relation(new, by=SYSTEM, kind=kind, cited="《云岭市早年办法》（云府发〔1998〕3号）")
        actions.decide(old, by=SYSTEM, what=DecisionKind.REPEAL, on=TODAY, actor=new)
        with pytest.raises(Refused, match="随效力决定记入"):
            actions.remove_relation(Relation.objects.get(target=old), by=by)


class TestBases:
    def test_unpublished_basis_cited_in_the_text_blocks_publication(self, rules: Column, housing: Body) -> None:
        hidden = record(housing, number="云府规〔2020〕77号")
        with pytest.raises(Refused, match=r"云府规〔2020〕77号.*尚未公开"):
            public(housing, [rules], html="<p>根据《某办法》（云府规〔2020〕77号）制定本办法。</p>")
        public(housing, [rules], html="<p>《某办法》（云府规〔2020〕77号）同时废止。</p>")
        assert hidden.pk

    def test_unpublished_basis_blocks_publication(self, rules: Column, housing: Body) -> None:
        clerk, hidden, made = actor(Role.CLERK, housing), record(housing), record(housing)
        actions.add_relation(made, by=clerk, kind=RelationKind.BASIS, other=hidden)
        resting = guide(housing, [rules])
        actions.add_basis(ensure_document(resting), by=clerk, other=hidden)
        for page in (actions.draft_item(made, by=clerk, columns=[rules]), resting):
            with pytest.raises(Refused, match="尚未公开"):
                released(page)

    def test_ended_basis_flags_guides_and_notifies_owner_once(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        basis, other = policy, public(housing, [rules])
        page, clerk = guide(housing, [rules]), actor(Role.CLERK, housing)
        actions.add_basis(ensure_document(page), by=clerk, other=basis)
        released(page)
        actions.add_relation(other, by=actor(Role.SIGNER, housing), kind=RelationKind.BASIS, other=basis)
        assert not list_unreviewed_bases().exists()
        actions.decide(basis, by=SYSTEM, what=DecisionKind.REPEAL, on=TODAY, reason="已有上位法")
        assert list_unreviewed_bases().count() == 2
        told = Message.objects.filter(subject__startswith="依据已失效", person=clerk.person_id, channel="screen")
        assert told.count() == 2
        notify_ended_bases()
        assert told.count() == 2
        use = Relation.objects.get(kind=RelationKind.USES)
        actions.settle_basis(use, by=clerk, words="已改引新办法")
        assert list_unreviewed_bases().count() == 1
        actions.remove_relation(Relation.objects.get(kind=RelationKind.BASIS), by=actor(Role.SIGNER, housing))
        assert not list_unreviewed_bases().exists()

    def test_job_notifies_of_expired_bases_once(self, rules: Column, housing: Body, policy: PolicyRecord) -> None:
        basis = public(housing, [rules], ends_on=date(2026, 12, 31))
        actions.add_relation(policy, by=actor(Role.SIGNER, housing), kind=RelationKind.BASIS, other=basis)
        with time_machine.travel(date(2027, 1, 2)):
            assert notify_ended_bases() == {"bases": 1}
            assert notify_ended_bases() == {"bases": 0}

    def test_relation_needs_exactly_one_target(self, housing: Body) -> None:
        made, by = record(housing), actor(Role.CLERK, housing)
        with pytest.raises(Refused, match="二者填一项"):
            actions.add_relation(made, by=by, kind=RelationKind.BASIS)
        with pytest.raises(Refused, match="自己"):
            actions.add_relation(made, by=by, kind=RelationKind.BASIS, other=made)
        actions.add_relation(made, by=by, kind=RelationKind.BASIS, cited="《中华人民共和国立法法》")
        with pytest.raises(Refused, match="已经记入"):
            actions.add_relation(made, by=by, kind=RelationKind.BASIS, cited="《中华人民共和国立法法》")


def test_audit_finds_changed_validity_spans(housing: Body) -> None:
    made = record(housing)
    assert validity_periods.verify_spans().broken == ""
    Span.objects.filter(record=made, state="expired").update(state="in_force")
    assert str(made) in validity_periods.verify_spans().broken


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("本通告自2026年11月1日起施行，有效期至2026年11月18日。", date(2026, 11, 1), date(2026, 11, 18)),
        ("本通告自发布之日起30日后施行。", date(2026, 12, 20), None),
    ],
)
def test_notice_outside_the_library_gets_days_from_its_text(
    plans: Column, housing: Body, words: str, first: date, last: date | None
) -> None:
    facts = {
        "kind": "notice",
        "title": "限行的通告",
        "standing": ValidityState.IN_FORCE,
        "imported_html": f"<p>{words}</p>",
    }
    with time_machine.travel(datetime(2026, 11, 20, 4, tzinfo=UTC)):
        page = item(housing, [plans], **facts)
        with pytest.raises(Refused, match=r"正文写明"):
            released(page)
        publishing.save_revision(page, by=actor(Role.CLERK, housing), effective_on=first, ends_on=last)
        page = ItemPage.objects.get(pk=page.pk)
        released(page)
        found = ensure_document(page)
        assert found is not None
        assert found.standing == (ValidityState.EXPIRED if last else ValidityState.NOT_YET)
        content = found.editions.get().content
        content.facts |= {"effective_on": "", "ends_on": ""}  # public before its days were asked for
        found.standing = ValidityState.IN_FORCE
        assert update_dated_standing(found, content, date(2026, 11, 20)) == ("30日后" not in words)


NAMED = NamedDocument("停车管理办法", "云府发〔2020〕3号")
CITED = "《停车管理办法》（云府发〔2020〕3号）"
DAY = date(2026, 5, 1)
PARSERS: dict[str, Callable[[str], object]] = {
    "find_statements": lambda text: find_statements(text, NAMED, DecisionKind.REPEAL),
    "last_days": lambda text: find_stated_last_days(text, [DAY]),
    "is_empty": has_no_content,
}
PIECES = [
    *(
        "材料",
        "正在",
        "根据",
        "一二三四五",
        "第一条",
        "“a",
        "（",
        "《甲》，",
        "自",
        "经研究",
        f"{CITED}，",
        f"{CITED}\n",
    ),
    f"下列文件废止：\n{CITED}\n",
]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("way", PARSERS.values(), ids=PARSERS)
def test_parsing_time_is_linear_in_text_length(way: Callable[[str], object], piece: str) -> None:
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        way(text)
        return time.process_time() - start

    seconds(1_000)
    most = max(seconds(1_000), 0.0005) * 80
    # Sixteen times the text: linear is 16, quadratic is 256. Very short times are noise.
    assert seconds(16_000) < most or seconds(16_000) < most
