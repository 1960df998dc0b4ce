"""Decisions on documents take effect only through signed texts that state them with the same day."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from factories.policies import public, public_validity, record
from factories.publishing import item, order_urgent, released, sign_all, signed, submitted
from factories.units import actor
from gongkai.content.editions.models import Column, Document, Edition, EditionContent, ValidityState
from gongkai.content.editions.parts import list_related_documents
from gongkai.content.editions.sources import ensure_document, load_outgoing_text
from gongkai.content.policies import actions, panels, validity_periods
from gongkai.content.policies.actions.decisions import _must_be_stated
from gongkai.content.policies.actions.relations import update_all_records
from gongkai.content.policies.models import Decision, PolicyLevel, PolicyRecord, Relation, RelationKind, Span
from gongkai.content.policies.publication import _find_statement_errors
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage, find_document_item
from gongkai.content.reviewing import required_reading
from gongkai.content.reviewing.actions import recall
from gongkai.content.reviewing.models import Review, ReviewState
from gongkai.core.acts.action import Conflict, Refused
from gongkai.core.acts.models import Movement
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import ANONYMOUS, SYSTEM
from gongkai.core.units.models import Body, Role
from gongkai.lib.richtext import to_plain_text
from gongkai.lib.writing.titles import cite_title

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def state_on(made: PolicyRecord, day: date = TODAY) -> str:
    return Span.objects.get(validity_periods.make_day_filter(day), record=made).state


def make_pending_decision(record: PolicyRecord, actor: PolicyRecord, **facts: Any) -> Decision:
    """Return an unsaved decision that no text has stated yet."""
    return Decision(record=record, actor=actor, effective_at=None, **facts)


class TestDecisions:
    def test_repeal_changes_the_state_the_same_day_and_keeps_history(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        new = public(housing, [rules], title="云岭市新管理办法", html=f"<p>{policy}同时废止。</p>", effective_on=TODAY)
        signer = actor(Role.SIGNER, housing)
        made = actions.decide(policy, by=signer, what=DecisionKind.REPEAL, on=TODAY, actor=new, replaces=True)
        assert made.announced_in is None, "the public text states it"
        assert public_validity(policy) == ValidityState.IN_FORCE
        edition = Edition.objects.get(document=new.document_id).pk
        with pytest.raises(Refused, match="另一位签发人"):
            actions.confirm_statement(made, by=signer, edition=edition)
        with pytest.raises(Refused, match="签发人"):
            actions.confirm_statement(made, by=actor(Role.CLERK, housing), edition=edition)
        with pytest.raises(Conflict):
            actions.confirm_statement(
                made, by=actor(Role.LEAD, housing), edition=Edition.objects.get(document=policy.document_id).pk
            )
        actions.confirm_statement(made, by=actor(Role.LEAD, housing), edition=edition)
        confirmed = Movement.objects.get(action="policies.confirm_statement").facts["statements"]
        assert confirmed == [f"{policy}同时废止"]
        document = Document.objects.get(pk=policy.document_id)
        assert document.standing == ValidityState.REPEALED
        assert document.successor_id == new.document_id
        assert "云岭市新管理办法" in document.standing_note
        assert state_on(policy, date(2026, 11, 19)) == ValidityState.IN_FORCE
        assert state_on(policy) == ValidityState.REPEALED
        kinds = set(Relation.objects.filter(record=new, target=policy).values_list("kind", flat=True))
        assert kinds == {RelationKind.REPEALS, RelationKind.REPLACES}

    def test_repealing_document_is_named_only_while_public(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        old, new = policy, record(housing, title="还没有公布的新办法", effective_on=TODAY)
        actions.decide(old, by=actor(Role.SIGNER, housing), what=DecisionKind.REPEAL, on=TODAY, actor=new)

        def note() -> str:
            return Document.objects.get(pk=old.document_id).standing_note

        assert note() == ""
        new.html = "<p>第一条　本办法代替旧办法。</p>"
        new.save()
        page = actions.draft_item(new, by=actor(Role.CLERK, housing), columns=[rules])
        with pytest.raises(Refused, match=r"正文没有写明.*另发公告"):
            submitted(page)
        publishing.save_revision(page, by=actor(Role.CLERK, housing), imported_html=f"<p>第一条　{old}同时废止。</p>")
        signed(ItemPage.objects.get(pk=page.pk))
        assert "还没有公布的新办法" in note()
        panel = panels.decisions_panel(ItemPage.objects.get(pk=page.pk), actor(Role.CLERK, housing), None)
        assert panel
        assert [one.record for one in panel["rows"]] == [old]  # type: ignore[attr-defined]
        publishing.withdraw(ensure_document(page), by=actor(Role.SIGNER, housing), reason="有误")
        assert (note(), public_validity(old)) == ("", ValidityState.REPEALED)
        assert Message.objects.filter(subject__startswith="效力决定的依据已撤回").exists()

    def test_signers_are_shown_decisions_that_take_effect(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        old, late, signer = policy, public(housing, [rules]), actor(Role.SIGNER, housing)
        new = record(housing, title="新办法", html=f"<p>{old}、{late}废止。</p>", effective_on=TODAY)
        actions.decide(old, by=signer, what=DecisionKind.REPEAL, on=TODAY, actor=new)
        review = submitted(actions.draft_item(new, by=actor(Role.CLERK, housing), columns=[rules]))
        effects = [
            part for part in required_reading.list_required_parts(review) if part.kind == required_reading.EFFECT
        ]
        assert [part.name for part in effects] == [
            f"{cite_title(old.title, old.number)}自2026年11月20日起废止，依据{new}，公众看到的有效性随之改变",
            "公开时显示的有效性：现行有效，自2026年11月20日起施行，有效期至2029年4月30日",
        ]
        all_but = [
            (part.kind, part.digest)
            for part in required_reading.list_required_parts(review)
            if part.kind != required_reading.EFFECT
        ]
        assert "签字时一并确认的" in required_reading.find_unseen_errors(review, all_but)[0]
        unsigned = actions.decide(late, by=signer, what=DecisionKind.REPEAL, on=TODAY, actor=new)
        sign_all(review)
        assert (public_validity(old), public_validity(late)) == (ValidityState.REPEALED, ValidityState.IN_FORCE)
        new.refresh_from_db()
        edition = Edition.objects.get(document=new.document_id).pk
        actions.confirm_statement(unsigned, by=actor(Role.LEAD, housing), edition=edition)
        assert public_validity(late) == ValidityState.REPEALED

    def test_announcement_must_match_its_decision(self, rules: Column, housing: Body) -> None:
        """A deleted draft is drafted again; the decision is not undone during signing."""
        old, signer = public(housing, [rules], issuers=housing.name), actor(Role.SIGNER, housing)
        made = actions.decide(old, by=signer, what=DecisionKind.REPEAL, on=TODAY, reason="已有新的规定")
        with pytest.raises(Refused, match="先撤销那一项"):
            actions.decide(old, by=signer, what=DecisionKind.EXPIRE, on=TODAY, reason="已有新的规定")
        page = ItemPage.objects.get(pk=made.announced_in.item_number)
        publishing.delete_draft(page, by=actor(Role.CLERK, housing))
        actions.draft_separate_announcement(Decision.objects.get(), by=signer)
        page = ItemPage.objects.get(pk=Decision.objects.get().announced_in.item_number)
        publishing.place(ensure_document(page), by=signer, columns=[rules.parent or rules])
        review = submitted(page)
        sign_all(review, upto=1)
        with pytest.raises(Refused, match="先撤回送审"):
            actions.undo_decision(Decision.objects.get(), by=signer, reason="录错了")
        recall(review, by=actor(Role.CLERK, housing))
        actions.undo_decision(Decision.objects.get(), by=signer, reason="录错了")
        with pytest.raises(Refused, match="已经撤销"):
            submitted(ItemPage.objects.get(pk=page.pk))

    def test_undone_decision_keeps_the_relations_of_another(self, housing: Body) -> None:
        old, new, signer = record(housing), record(housing, title="新办法"), actor(Role.SIGNER, housing)
        facts: dict[str, Any] = {"by": signer, "what": DecisionKind.AMEND, "actor": new}
        first = actions.decide(old, on=TODAY, replaces=True, **facts)
        second = actions.decide(old, on=date(2026, 11, 1), **facts)
        actions.undo_decision(first, by=signer, reason="日期录错")
        assert list(Relation.objects.values_list("kind", flat=True)) == [RelationKind.AMENDS]
        Decision.objects.filter(pk=first.pk).update(undone_at=None, effective_at=None)
        actions.undo_decision(Decision.objects.get(pk=first.pk), by=signer, reason="还没有生效")
        assert Relation.objects.count() == 1
        actions.undo_decision(second, by=signer, reason="录错")
        assert not Relation.objects.exists()

    def test_stated_day_must_equal_the_decided_day(self, rules: Column, housing: Body, unguarded: None) -> None:
        old, made_on, begins = record(housing), date(2026, 10, 1), date(2026, 12, 1)
        cases: list[tuple[str, date | None]] = [
            ("本通知全文公开。{}同时废止", TODAY),
            ("本通知自印发之日起施行。{}同时废止", made_on),
            ("各科室：</p><p>{}同时废止", begins),
            ("省平台上线后，下列文件不再执行：</p><p>《某办法》废止。</p><p>{}同时废止", None),
            ("征求意见，拟作如下处理：</p><p>{}同时废止", None),
            ("{}自印发之日起废止", made_on),
            ("{}自本办法施行之日起废止", begins),
            ("本办法自2026年12月1日起施行，{}同时废止", begins),
            ("本办法自2026年12月1日起施行，{}自2027年6月1日起废止", date(2027, 6, 1)),
            ("{}自公布之日起废止", TODAY),
        ]
        facts: dict[str, Any] = {"level": PolicyLevel.OTHER, "effective_on": None, "ends_on": None, "made_on": made_on}
        new = public(housing, [rules], title="新办法", **facts, published_on=date(2026, 11, 5))
        days = {made_on, TODAY, date(2026, 11, 5), begins, date(2027, 6, 2), date(2027, 6, 1)}
        for words, day in cases:
            html = f"<p>{words.format(old)}。</p>"
            EditionContent.objects.filter(edition__document=new.document).update(html=html)
            PolicyRecord.objects.filter(pk=new.pk).update(effective_on=None if words.startswith("本通知") else begins)
            fresh = PolicyRecord.objects.get(pk=new.pk)
            stated = {
                on for on in days if _must_be_stated(make_pending_decision(old, fresh, what=DecisionKind.REPEAL, on=on))
            }
            assert stated - ({TODAY} if day == made_on else set()) == {day} - {None}, words

    @pytest.mark.parametrize(
        ("words", "facts"),
        [
            ("{}有效期延长至2028年12月31日", {"what": DecisionKind.EXTEND, "until": date(2028, 12, 31)}),
            ("现将{}的有效期顺延，至2028年12月31日为止", {"what": DecisionKind.EXTEND, "until": date(2028, 12, 31)}),
            ("自2027年6月1日起，对{}作如下修改", {"what": DecisionKind.AMEND, "on": date(2027, 6, 1)}),
            ("从2027年1月1日开始，{}不再执行，即行废止", {"what": DecisionKind.REPEAL, "on": date(2027, 1, 1)}),
            ("{}在省统一平台上线以后废止", {"what": DecisionKind.REPEAL}),
            ("待省统一平台上线后{}自行废止", {"what": DecisionKind.REPEAL}),
            ("自2027年1月1日起，下列文件废止：</p><p>{}", {"what": DecisionKind.REPEAL, "on": date(2027, 1, 1)}),
        ],
    )
    def test_contradicting_days_in_one_text_are_errors(self, housing: Body, words: str, facts: dict[str, Any]) -> None:
        old, new = record(housing, ends_on=date(2027, 12, 31)), record(housing, title="新办法", effective_on=TODAY)
        text = to_plain_text(f"<p>{words.format(old)}。</p>")
        other = {"on": TODAY, "until": date(2035, 12, 31)} if facts["what"] == DecisionKind.EXTEND else {"on": TODAY}
        (error,) = _find_statement_errors(make_pending_decision(old, new, **{**facts, **other}), text, TODAY)
        assert "与记入的不一致" in error
        if len(facts) > 1:
            assert not _find_statement_errors(make_pending_decision(old, new, **{"on": TODAY, **facts}), text, TODAY)

    @pytest.mark.parametrize(
        "lead", ["以下文件拟分批停止使用：", "省统一平台上线后，下列文件不再执行：", "建议作如下处理："]
    )
    def test_plans_and_proposals_do_not_state_a_decision(self, housing: Body, lead: str) -> None:
        old, new = record(housing), record(housing, title="新办法", effective_on=TODAY)
        decision = make_pending_decision(old, new, what=DecisionKind.REPEAL, on=TODAY)
        (error,) = _find_statement_errors(decision, f"{lead}\n{old}予以废止。", TODAY)
        assert lead[:6] in error

    def test_decision_before_first_publication_is_shown_to_signers(self, rules: Column, housing: Body) -> None:
        made = record(housing, title="新办法", html="<p>有效期至2027年12月31日。</p>", ends_on=date(2027, 12, 31))
        until = date(2040, 12, 31)
        actions.decide(
            made, by=actor(Role.SIGNER, housing), what=DecisionKind.EXTEND, on=TODAY, until=until, reason="延长"
        )
        review = submitted(actions.draft_item(made, by=actor(Role.CLERK, housing), columns=[rules]))
        assert "有效期至2040年12月31日" in required_reading.describe_signed_effects(review)[0]
        dated = record(housing, title="又一办法", html="<p>为了规范管理，制定本办法。</p>", ends_on=None)
        page = actions.draft_item(dated, by=actor(Role.CLERK, housing), columns=[rules])
        actions.change_record(
            PolicyRecord.objects.get(pk=dated.pk), by=actor(Role.CLERK, housing), ends_on=date(2026, 11, 1)
        )
        assert "失效" in required_reading.describe_signed_effects(submitted(page))[0]

    def test_making_date_known_only_to_the_library_is_shown_to_signers(self, rules: Column, housing: Body) -> None:
        html = "<p>为了规范管理，制定本办法。</p>"
        made = record(housing, title="新办法", html=html, level=PolicyLevel.OTHER, effective_on=None, ends_on=None)
        page, clerk = (
            actions.draft_item(made, by=actor(Role.CLERK, housing), columns=[rules]),
            actor(Role.CLERK, housing),
        )
        actions.change_record(PolicyRecord.objects.get(pk=made.pk), by=clerk, published_on=date(2031, 1, 1))
        with pytest.raises(Refused, match="不能晚于公开之日"):
            submitted(page)
        actions.change_record(PolicyRecord.objects.get(pk=made.pk), by=clerk, published_on=date(2001, 1, 1))
        assert "自2001年1月1日起" in required_reading.describe_signed_effects(submitted(page))[0]

    def test_days_of_an_urgent_correction_apply_after_review(self, rules: Column, housing: Body) -> None:
        made = public(housing, [rules], reviewed=True, ends_on=date(2027, 6, 30))
        page, clerk = find_document_item(made.document), actor(Role.CLERK, housing)
        publishing.save_revision(page, by=clerk, ends_on=date(2026, 11, 1))
        review = submitted(ItemPage.objects.get(pk=page.pk))
        sign_all(review, upto=0)
        order_urgent(Review.objects.get(pk=review.pk), by=actor(Role.LEAD, housing), reason="险情公告")
        assert update_all_records() == {"titles": 0}
        assert public_validity(made) == ValidityState.IN_FORCE
        Review.objects.update(state=ReviewState.APPROVED)
        assert update_all_records() == {"titles": 1}
        validity_periods.sync_all_standings()
        assert public_validity(made) == ValidityState.EXPIRED

    def test_signed_edition_without_last_day_removes_the_expiry(self, rules: Column, housing: Body) -> None:
        html = "<p>本办法有效期至2026年12月31日。</p>"
        made = public(housing, [rules], html=html, reviewed=True, ends_on=date(2026, 12, 31))
        page = find_document_item(made.document)
        assert (made.ends_on, state_on(made, date(2027, 1, 15))) == (date(2026, 12, 31), ValidityState.EXPIRED)
        publishing.save_revision(
            page, by=actor(Role.CLERK, housing), ends_on=None, imported_html="<p>本办法长期有效。</p>"
        )
        released(ItemPage.objects.get(pk=page.pk))
        made.refresh_from_db()
        assert (made.ends_on, state_on(made, date(2027, 1, 15))) == (None, ValidityState.IN_FORCE)

    def test_effects_shown_to_signers_cannot_be_removed(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        """Neither by an announcement, nor by re-entering the library, nor by a recalled correction."""
        old, signer, clerk = policy, actor(Role.SIGNER, housing), actor(Role.CLERK, housing)
        new = record(housing, title="新办法", html=f"<p>{old}同时废止。</p>", effective_on=TODAY)
        made = actions.decide(old, by=signer, what=DecisionKind.REPEAL, on=TODAY, actor=new)
        review = submitted(actions.draft_item(new, by=clerk, columns=[rules]))
        sign_all(review, upto=1)
        new.refresh_from_db()
        for act in (
            lambda: actions.draft_separate_announcement(made, by=signer),
            lambda: actions.undo_decision(made, by=signer, reason="记错"),
            lambda: actions.remove_record(new, by=clerk, reason="入错"),
        ):
            with pytest.raises(Refused):
                act()
        Decision.objects.update(undone_at=made.made_at)
        assert (
            "退回后重新送审"
            in required_reading.find_changed_effects(
                review, load_outgoing_text(find_document_item(new.document), review.revision_id)
            )[0]
        )

    def test_entering_the_library_keeps_the_signed_validity(self, rules: Column, housing: Body) -> None:
        page = item(housing, [rules.parent or rules], kind="plan", standing=ValidityState.REPEALED)
        released(page)
        entered = actions.enter_record(housing, by=actor(Role.SIGNER, housing), item=page, level=PolicyLevel.OTHER)
        assert public_validity(entered) == state_on(entered) == ValidityState.REPEALED

    def test_decision_not_stated_by_its_document_needs_an_announcement(self, rules: Column, housing: Body) -> None:
        old, signer = public(housing, [rules], issuers=housing.name), actor(Role.SIGNER, housing)
        new = record(housing, title="新办法", html="<p>原办法废止。</p>", issuers=housing.name)
        made = actions.decide(old, by=signer, what=DecisionKind.REPEAL, on=TODAY, actor=new, reason="已有新的规定")
        page = actions.draft_item(new, by=actor(Role.CLERK, housing), columns=[rules])
        with pytest.raises(Refused, match="正文没有写明"):
            released(page)
        actions.draft_separate_announcement(made, by=signer)
        released(ItemPage.objects.get(pk=page.pk))
        assert public_validity(old) == ValidityState.IN_FORCE, "until its announcement is public"
        assert Decision.objects.get().announced_in

    def test_repeal_from_publication_counts_from_the_publication_day(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        """A later publication day does not need new signatures."""
        old, late = policy, date(2026, 11, 23)
        new = record(housing, title="新办法", html=f"<p>{old}自公布之日起废止。</p>", published_on=None)
        made = actions.decide(old, by=actor(Role.SIGNER, housing), what=DecisionKind.REPEAL, on=TODAY, actor=new)
        review = submitted(actions.draft_item(new, by=actor(Role.CLERK, housing), columns=[rules]))
        with time_machine.travel(datetime(2026, 11, 23, 4, 0, tzinfo=UTC)):
            sign_all(review)
            made.refresh_from_db()
            assert (made.on, state_on(old, TODAY), state_on(old, late)) == (
                late,
                ValidityState.IN_FORCE,
                ValidityState.REPEALED,
            )

    def test_new_edition_of_the_repealing_document_keeps_the_repeal(
        self, rules: Column, housing: Body, policy: PolicyRecord
    ) -> None:
        old, clerk = policy, actor(Role.CLERK, housing)
        said = "<p>本办法自2026年11月20日起施行。{}{}同时废止。</p>"
        new = record(housing, title="新办法", html=said.format("", old), effective_on=TODAY)
        actions.decide(old, by=actor(Role.SIGNER, housing), what=DecisionKind.REPEAL, on=TODAY, actor=new)
        page = actions.draft_item(new, by=clerk, columns=[rules])
        signed(page)
        assert public_validity(old) == ValidityState.REPEALED
        for begins, words in (
            (date(2027, 9, 1), "本办法自2027年9月1日起施行。{}同时废止"),
            (TODAY, "本办法自2026年11月20日起施行。{}自2027年9月1日起废止"),
            (TODAY, "本办法自2026年11月20日起施行。{}继续有效"),
            (TODAY, "本办法自2026年11月20日起施行"),
        ):
            page, other = ItemPage.objects.get(pk=page.pk), f"<p>{words.format(old)}。</p>"
            publishing.save_revision(page, by=clerk, imported_html=other, effective_on=begins)
            with pytest.raises(Refused, match="请先在政策库中更正这项决定"):
                submitted(ItemPage.objects.get(pk=page.pk))
        reworded = said.format("请遵照执行。", old)
        publishing.save_revision(ItemPage.objects.get(pk=page.pk), by=clerk, imported_html=reworded, effective_on=TODAY)
        submitted(ItemPage.objects.get(pk=page.pk))

    def test_future_repeal_takes_effect_by_itself(self, policy: PolicyRecord) -> None:
        actions.decide(policy, by=SYSTEM, what=DecisionKind.REPEAL, on=date(2027, 1, 1), cited="某决定")
        assert public_validity(policy) == ValidityState.IN_FORCE
        with time_machine.travel(date(2027, 1, 2)):
            assert state_on(policy, date(2027, 1, 2)) == ValidityState.REPEALED
            assert validity_periods.sync_all_standings() == {"standings": 1}
            assert public_validity(policy) == ValidityState.REPEALED
            assert validity_periods.sync_all_standings() == {"standings": 0}

    def test_drafting_unit_cannot_repeal_a_government_document(
        self, rules: Column, housing: Body, city: Body, justice: Body, policy: PolicyRecord
    ) -> None:
        """A bureau repealed a government rule with an announcement signed by its own people."""
        old, signer, chief = policy, actor(Role.SIGNER, housing), actor(Role.CHIEF, city)
        facts: dict[str, Any] = {"what": DecisionKind.REPEAL, "on": TODAY, "reason": "已有新的规定"}
        own = record(justice, title="本局办法", issuers=justice.name)
        with pytest.raises(Refused, match="不能改变云岭市人民政府印发的文件"):
            actions.decide(old, by=signer, actor=own, **facts)
        made = actions.decide(old, by=signer, **facts)
        page = ItemPage.objects.get(pk=made.announced_in.item_number)
        assert page.unit == city
        assert Message.objects.filter(person_id=chief.person_id, subject__startswith="请办理公告的送审").exists()
        publishing.place(ensure_document(page), by=chief, columns=[rules.parent or rules])
        own = item(housing, [rules.parent or rules], kind="notice", imported_html=f"<p>{old}自公布之日起废止。</p>")
        Decision.objects.update(announced_in=ensure_document(own))  # as bureaus drafted it before
        with pytest.raises(Refused, match=r"公告须由.*送审"):
            submitted(own)
        Decision.objects.update(announced_in=ensure_document(page))
        signed(ItemPage.objects.get(pk=page.pk))
        assert public_validity(old) == ValidityState.REPEALED
        decision = actions.undo_decision(Decision.objects.get(), by=signer, reason="记错了")
        assert ItemPage.objects.get(pk=decision.corrected_in.item_number).unit == city
        state_on = record(housing, issuers="国务院")
        with pytest.raises(Refused, match="请选择或填写它作出决定的文件"):
            actions.decide(state_on, by=signer, **facts)

    def test_announced_repeal_takes_effect_when_signed(self, rules: Column, housing: Body) -> None:
        made, signer = public(housing, [rules], issuers=housing.name), actor(Role.SIGNER, housing)
        decision = actions.decide(made, by=signer, what=DecisionKind.REPEAL, on=TODAY, reason="已有新的规定")
        assert (public_validity(made), state_on(made)) == (ValidityState.IN_FORCE, ValidityState.IN_FORCE)
        page = ItemPage.objects.get(pk=decision.announced_in.item_number)
        publishing.place(ensure_document(page), by=signer, columns=[rules.parent or rules])
        silent = {"title": "公告", "imported_html": "<p>有关事项公告如下。</p>"}
        publishing.save_revision(page, by=actor(Role.CLERK, housing), **silent)
        with pytest.raises(Refused, match="正文没有写明"):
            submitted(ItemPage.objects.get(pk=page.pk))
        publishing.save_revision(page, by=actor(Role.CLERK, housing), imported_html=f"<p>{made}自公布之日起废止。</p>")
        signed(ItemPage.objects.get(pk=page.pk))
        assert (public_validity(made), state_on(made)) == (ValidityState.REPEALED, ValidityState.REPEALED)
        repealed, announcing = Document.objects.get(pk=made.document_id), ensure_document(page)
        links = [
            [row.document_id for group in list_related_documents(one, ANONYMOUS, rules.website) for row in group.rows]
            for one in (announcing, repealed)
        ]
        assert links == [[repealed.pk], [announcing.pk]], "each page leads to the other"


def test_amended_text_takes_effect_by_its_own_new_edition(rules: Column, housing: Body, policy: PolicyRecord) -> None:
    """The signed text itself is the statement; another text cannot announce it."""
    old, signer = policy, actor(Role.SIGNER, housing)
    new = record(housing, title="修改决定", html=f"<p>对{old}作如下修改。</p>", effective_on=TODAY)
    actions.decide(old, by=signer, what=DecisionKind.AMEND, on=TODAY, actor=new)
    signed(actions.draft_item(new, by=actor(Role.CLERK, housing), columns=[rules]))
    new.refresh_from_db()
    with pytest.raises(Refused, match="另文公布"):
        actions.decide(old, by=signer, what=DecisionKind.UPDATE, on=TODAY, actor=new, announced_in=new.document)
    with time_machine.travel(datetime(2026, 11, 20, 6, 0, tzinfo=UTC), tick=True):
        made = actions.decide(old, by=signer, what=DecisionKind.UPDATE, on=TODAY, actor=new)
        page = find_document_item(old.document)
        publishing.save_revision(page, by=actor(Role.CLERK, housing), imported_html="<p>第一条　修改后的条文。</p>")
        signed(ItemPage.objects.get(pk=page.pk))
    made.refresh_from_db()
    assert made.effective_at is not None
    assert public_validity(old) == ValidityState.IN_FORCE
