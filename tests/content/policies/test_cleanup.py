"""The yearly clean-up round: a verdict for every document, closed completely or not at all; expiry reminders."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
import time_machine

from factories.checks import scanned
from factories.policies import public, record
from factories.publishing import sign_all, signed, submitted
from factories.units import BodyFactory, actor, signed_in
from gongkai.content.editions.frozen import store_publishable_file
from gongkai.content.editions.models import Column, Document, ValidityState
from gongkai.content.editions.sources import ensure_document
from gongkai.content.policies import actions, expiry_reminders, round_closing, validity_periods
from gongkai.content.policies.actions import tasks
from gongkai.content.policies.importing.cleanup import VERDICTS_SHEET
from gongkai.content.policies.models import (
    CleanupCase,
    CleanupRound,
    CleanupVerdict,
    Decision,
    PolicyLevel,
    PolicyRecord,
    RoundState,
    Span,
    ValidityTask,
)
from gongkai.content.policies.queries.office import visible_to
from gongkai.content.policies.signed_records import is_signed
from gongkai.content.policies.validity import DecisionKind
from gongkai.content.publishing import actions as publishing
from gongkai.content.publishing.models import ItemPage
from gongkai.content.reviewing.required_reading import SCAN_PART
from gongkai.core.acts.action import Refused
from gongkai.core.acts.models import Movement
from gongkai.core.acts.shown_content import record_shown
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.models import Message
from gongkai.core.spreadsheets import actions as spreadsheets
from gongkai.core.spreadsheets.writer import write_xlsx
from gongkai.core.units.actions import close
from gongkai.core.units.actors import Actor
from gongkai.core.units.models import Body, Role
from gongkai.lib import law

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DUE = date(2026, 12, 20)


def open_round(city: Body, bodies: list[Body], by: Actor) -> CleanupRound:
    for body in bodies:
        record(body, filed_number="备1")
    return actions.open_round(city, by=by, name="2026年规范性文件清理", due_on=DUE)


@pytest.fixture
def made(city: Body, housing: Body, justice: Body, chief: Actor) -> CleanupRound:
    return open_round(city, [housing, housing, justice], chief)


def judge(case: CleanupCase, **facts: Any) -> None:
    """The drafting unit states its opinion."""
    actions.give_verdict(case, by=actor(Role.CLERK, case.body), **facts)


def judge_all(made: CleanupRound, verdict: str = CleanupVerdict.KEEP) -> None:
    for case in made.cases.all():
        judge(case, verdict=verdict, reason="仍然适用")


def store_opinion_papers(made: CleanupRound, by: Actor) -> None:
    """Store the stamped opinions of all units."""
    for task in made.tasks.all():
        actions.store_opinion_paper(
            task, by=by, scan=store_publishable_file(scanned(), "意见.pdf", by), scan_name="意见.pdf"
        )


def hand_in_tasks(made: CleanupRound, by: Actor) -> None:
    """Let a second person of the office open the papers and hand the entered verdicts in."""
    for task in made.tasks.all():
        with pytest.raises(Refused, match="打开书面意见"):
            tasks.submit_cleanup_task(task.entry, by=by)
        record_shown(task.entry.stream, by, [(SCAN_PART, task.paper_id)])
        tasks.submit_cleanup_task(task.entry, by=by)


def publish_result(made: CleanupRound, by: Actor, rules: Column, **facts: Any) -> None:
    """Draft, sign and publish the result."""
    actions.draft_round_result(made, by=by, columns=[rules], **facts)
    made.refresh_from_db()
    signed(ItemPage.objects.get(pk=made.item_number))
    made.refresh_from_db()


def state_on(one: PolicyRecord, day: date = TODAY) -> str:
    return Span.objects.get(validity_periods.make_day_filter(day), record=one).state


class TestRound:
    def test_supervisor_opens_round_with_valid_documents_and_unit_tasks(
        self, city: Body, housing: Body, justice: Body
    ) -> None:
        living = record(housing)
        coming = record(justice, effective_on=date(2027, 1, 1), ends_on=None)
        record(housing, effective_on=date(2020, 1, 1), ends_on=date(2025, 1, 1))  # expired
        with pytest.raises(Refused, match="组织"):
            actions.open_round(city, by=actor(Role.CLERK, housing), name="清理", due_on=DUE)
        made = actions.open_round(city, by=actor(Role.CLERK, justice), name="清理", due_on=DUE)
        assert {case.record for case in made.cases.all()} == {living, coming}
        entries = Entry.objects.filter(kind="cleanup")
        assert {entry.body for entry in entries} == {housing, justice}
        assert {str(entry.due_at.date()) for entry in entries} == {"2026-12-20"}
        head = actor(Role.LEAD, city)
        assert {*visible_to(head)} == {living, coming}, "the head of the government opens what its round lists"
        assert actions.give_verdict.why_not(made.cases.first(), by=head)

    def test_round_closes_when_own_units_gave_all_verdicts(
        self, made: CleanupRound, city: Body, housing: Body, chief: Actor
    ) -> None:
        with pytest.raises(Refused, match="正在"):
            actions.open_round(city, by=chief, name="再一次", due_on=DUE)
        case = made.cases.filter(body=housing).first()
        with pytest.raises(Refused, match="写明理由"):
            actions.give_verdict(case, by=actor(Role.CLERK, housing), verdict=CleanupVerdict.REPEAL)
        with pytest.raises(Refused, match="只能处理本单位"):
            actions.give_verdict(case, by=actor(Role.CLERK, BodyFactory(parent=city)), verdict=CleanupVerdict.KEEP)
        for other in made.cases.exclude(pk=case.pk):
            judge(other, verdict=CleanupVerdict.KEEP)
        with pytest.raises(Refused, match="还有1件文件没有清理意见"):
            actions.draft_round_result(made, by=chief)
        assert CleanupRound.objects.get().state == RoundState.OPEN
        judge(case, verdict=CleanupVerdict.KEEP)
        record(housing, filed_number="备2")
        with pytest.raises(Refused, match="新入库1件"):
            actions.draft_round_result(made, by=chief)
        actions.add_new_documents(made, by=chief)
        assert made.cases.count() == 4
        assert made.tasks.count() == 2

    def test_document_repealed_meanwhile_is_an_outdated_verdict(self, made: CleanupRound, chief: Actor) -> None:
        judge_all(made)
        case = made.cases.first()
        actions.decide(
            case.record,
            by=chief,
            what=DecisionKind.REPEAL,
            on=date(2026, 11, 1),
            cited="云府发〔2026〕1号",
            reason="已有新规定",
        )
        said = f"《{case.record.title}》已废止，清理意见“保留”与此不符，请改为“废止”。"
        assert said in round_closing.list_outdated_verdicts(made, TODAY)
        with pytest.raises(Refused, match="请改为“废止”"):
            actions.draft_round_result(made, by=chief)
        with pytest.raises(Refused, match="只能是“废止”"):
            judge(case, verdict=CleanupVerdict.AMEND, reason="需要修改")
        judge(case, verdict=CleanupVerdict.REPEAL, reason="已有新规定")
        assert not round_closing.list_outdated_verdicts(made, TODAY)

    def test_document_not_yet_in_force_cannot_expire(self, made: CleanupRound, chief: Actor) -> None:
        judge_all(made)
        case = made.cases.first()
        type(case.record).objects.filter(pk=case.record_id).update(effective_on=date(2027, 1, 1))
        case.record.refresh_from_db()
        with pytest.raises(Refused, match="2027-01-01起才施行，不能宣布失效"):
            judge(case, verdict=CleanupVerdict.EXPIRE, reason="适用期已过")
        assert "（2027-01-01起施行）" in round_closing.render_result_html(made, TODAY)
        made.cases.filter(pk=case.pk).update(verdict=CleanupVerdict.EXPIRE)
        assert "不能宣布失效" in "".join(round_closing.list_outdated_verdicts(made, TODAY))

    def test_extended_document_is_listed_with_its_last_day(
        self, made: CleanupRound, chief: Actor, rules: Column
    ) -> None:
        judge_all(made)
        case = made.cases.first()
        actions.decide(
            case.record,
            by=chief,
            what=DecisionKind.EXTEND,
            on=TODAY,
            until=date(2032, 4, 30),
            cited="云府发〔2026〕9号",
        )
        with pytest.raises(Refused, match="应晚于原有效期"):
            judge(made.cases.get(pk=case.pk), verdict=CleanupVerdict.KEEP, until=date(2030, 4, 30))
        case = CleanupCase.objects.get(pk=case.pk)
        case.until = date(2030, 4, 30)
        _, plan = spreadsheets.upload_for_dry_run(
            "cleanup",
            content=write_xlsx(VERDICTS_SHEET, [case]),
            file_name="清理.xlsx",
            by=actor(Role.CLERK, case.body),
        )
        assert "应晚于原有效期" in str(plan.errors[0])
        listed = round_closing.render_result_html(made, TODAY)
        assert (listed.count("2032-04-30"), listed.count("2029-04-30")) == (1, 2)
        office = signed_in(Role.CHIEF, made.body)
        for page in (f"/admin/policies/rounds/{made.pk}/", "/admin/policies/"):
            assert office.get(page).content.decode().count("2032-04-30") == 1

    @pytest.mark.postgres
    def test_verdicts_take_effect_with_the_signed_result(self, made: CleanupRound, chief: Actor, rules: Column) -> None:
        keep, repeal, expire = made.cases.order_by("pk")
        judge(keep, verdict=CleanupVerdict.KEEP, until=date(2031, 4, 30))
        judge(repeal, verdict=CleanupVerdict.REPEAL, reason="已有上位法")
        judge(expire, verdict=CleanupVerdict.EXPIRE, reason="任务已完成")
        actions.draft_round_result(made, by=chief, columns=[rules])
        item = ItemPage.objects.get(pk=CleanupRound.objects.get().item_number)
        review = submitted(item)
        sign_all(review, upto=1)
        assert [state_on(case.record) for case in (keep, repeal, expire)] == ["in_force"] * 3
        assert CleanupRound.objects.get().state == RoundState.SIGNING
        sign_all(review)
        assert [state_on(case.record) for case in (keep, repeal, expire)] == ["in_force", "repealed", "expired"]
        assert Span.objects.get(record=keep.record, state="expired").since == date(2031, 5, 1)
        assert CleanupRound.objects.get().state == RoundState.CLOSED
        assert set(Entry.objects.filter(kind="cleanup").values_list("state", flat=True)) == {"done"}
        logged = Counter(Movement.objects.values_list("action", flat=True))
        assert (logged["policies.take_effect"], logged["policies.finish_round"]) == (3, 1)
        assert logged["cleanup.finish"] > 0
        made.refresh_from_db()
        for act in (
            lambda: actions.cancel_round(made, by=chief, reason="不清理了"),
            lambda: actions.reopen_round(made, by=chief, reason="再改"),
            lambda: judge(made.cases.get(pk=keep.pk), verdict=CleanupVerdict.KEEP),
        ):
            with pytest.raises(Refused, match="已办结"):
                act()

    def test_result_lists_the_verdicts_of_the_units(self, made: CleanupRound, chief: Actor, rules: Column) -> None:
        judge_all(made, CleanupVerdict.REPEAL)
        actions.draft_round_result(made, by=chief, columns=[rules])
        made.refresh_from_db()
        item = ItemPage.objects.get(pk=made.item_number)
        html = item.get_latest_revision_as_object().imported_html
        assert "废止的文件目录（3件）" in html
        title = made.cases.first().record.title
        publishing.save_revision(item, by=actor(Role.CLERK, item.unit), imported_html=html.replace(title, "别的办法"))
        with pytest.raises(Refused, match="与清理意见不一致"):
            submitted(ItemPage.objects.get(pk=item.pk))

    def test_unsigned_result_is_reopened(self, made: CleanupRound, chief: Actor, rules: Column) -> None:
        judge_all(made, CleanupVerdict.REPEAL)
        actions.draft_round_result(made, by=chief, columns=[rules])
        made.refresh_from_db()
        number = made.item_number
        actions.reopen_round(made, by=chief, reason="住建局有不同意见")
        assert not Decision.objects.waiting().exists()
        judge(made.cases.first(), verdict=CleanupVerdict.KEEP)
        publish_result(made, chief, rules)
        assert made.item_number == number
        states = [state_on(case.record) for case in made.cases.order_by("pk")]
        assert states == ["in_force", "repealed", "repealed"]
        last = made.cases.order_by("pk").last().record
        assert not is_signed(last)
        corrected = actions.undo_decision(
            Decision.objects.filter(record=last).latest("pk"), by=chief, reason="应予保留"
        )
        assert corrected.corrected_in_id, "what was announced is corrected by an announcement, wherever its text stands"
        assert state_on(last) == "repealed"

    def test_published_result_is_corrected_by_signed_announcement(
        self, city: Body, housing: Body, chief: Actor, rules: Column
    ) -> None:
        out = public(housing, [rules], level=PolicyLevel.GOVERNMENT_RULE, filed_number="备1")
        made = actions.open_round(city, by=chief, name="2026年清理", due_on=DUE)
        judge(made.cases.get(), verdict=CleanupVerdict.REPEAL, reason="已有新规定")
        publish_result(made, chief, rules)
        assert state_on(out) == "repealed"
        wrong = actions.undo_decision(Decision.objects.get(), by=chief, reason="应予保留")
        assert state_on(out) == "repealed"
        item = ItemPage.objects.get(pk=wrong.corrected_in.item_number)
        publishing.place(ensure_document(item), by=chief, columns=[rules])
        signed(item)
        assert state_on(out) == "in_force"
        assert Document.objects.get(pk=out.document_id).standing == ValidityState.IN_FORCE
        assert Movement.objects.filter(action="policies.correct_decision").count() == 1

    def test_office_enters_a_verdict_only_from_a_stamped_paper(
        self, made: CleanupRound, chief: Actor, housing: Body
    ) -> None:
        case = made.cases.filter(body=housing).first()
        with pytest.raises(Refused, match="由起草单位提出"):
            actions.give_verdict(case, by=chief, verdict=CleanupVerdict.REPEAL, reason="过时")
        task, paper = made.tasks.get(body=housing), store_publishable_file(scanned(), "意见.pdf", chief)
        with pytest.raises(Refused, match="扫描件"):
            actions.store_opinion_paper(task, by=chief, scan=paper, scan_name="意见.txt")
        clerk = actor(Role.CLERK, housing)
        actions.store_opinion_paper(task, by=chief, scan=paper, scan_name="意见.pdf")
        actions.give_verdict(case, by=chief, verdict=CleanupVerdict.REPEAL, reason="过时")
        case.refresh_from_db()
        assert case.decided_by.endswith("（据书面意见代录）")
        assert Message.objects.filter(subject__startswith="已登记本单位的书面", person=clerk.person_id).exists()
        other = made.cases.exclude(body=housing).first()
        with pytest.raises(Refused, match="由起草单位提出"):
            actions.give_verdict(other, by=chief, verdict=CleanupVerdict.KEEP)

    def test_office_gives_verdicts_for_a_closed_unit(self, made: CleanupRound, chief: Actor, housing: Body) -> None:
        close(housing, by=chief)
        judge(made.cases.exclude(body=housing).get(), verdict=CleanupVerdict.KEEP)
        page = signed_in(Role.CHIEF, made.body).get(f"/admin/policies/rounds/{made.pk}/?tab=left").content.decode()
        assert page.count("-verdict") == 2, "the closed unit's documents only"
        for case in made.cases.filter(body=housing):
            actions.give_verdict(case, by=chief, verdict=CleanupVerdict.REPEAL, reason="单位已撤销，不再适用")
        tasks.submit_cleanup_task(made.tasks.get(body=housing).entry, by=chief)
        assert made.tasks.get(body=housing).entry.state == "handed_in"

    @pytest.mark.postgres
    def test_failed_or_cancelled_closing_changes_nothing(
        self, made: CleanupRound, chief: Actor, monkeypatch: Any
    ) -> None:
        judge_all(made, CleanupVerdict.REPEAL)
        with monkeypatch.context() as patched:
            patched.setattr(
                "gongkai.content.policies.round_closing.decide_round_verdicts",
                lambda *_: (_ for _ in ()).throw(Refused("写不成公告")),
            )
            with pytest.raises(Refused, match="写不成公告"):
                actions.draft_round_result(made, by=chief)
        assert {state_on(case.record) for case in made.cases.all()} == {"in_force"}
        assert not Decision.objects.exists()
        actions.cancel_round(CleanupRound.objects.get(), by=chief, reason="范围定错")
        assert CleanupRound.objects.get().state == RoundState.CANCELLED
        assert {state_on(case.record) for case in made.cases.all()} == {"in_force"}
        assert set(Entry.objects.values_list("state", flat=True)) == {"cancelled"}
        assert Movement.objects.filter(action="cleanup.cancel").exists()

    def test_unit_hands_in_its_task_when_all_verdicts_are_given(
        self, made: CleanupRound, housing: Body, chief: Actor
    ) -> None:
        entry = made.tasks.get(body=housing).entry
        clerk = actor(Role.CLERK, housing)
        with pytest.raises(Refused, match="还有2件"):
            tasks.submit_cleanup_task(entry, by=clerk)
        link = f"/admin/ledger/{entry.pk}/"
        for role, led in (
            (Role.CHIEF, True),
            (Role.SIGNER, False),
        ):  # who signs for the government reads no entry of its units
            progress = signed_in(role, made.body).get(f"/admin/policies/rounds/{made.pk}/").content.decode()
            assert ("各单位进度" in progress, f'href="{link}"' in progress) == (True, led)
        page = signed_in(Role.CLERK, housing).get(link).content.decode()
        assert "还有2件文件没有清理意见" in page
        assert "act/cleanup.submit/" not in page, "no button whose form only refuses"
        for case in made.cases.filter(body=housing):
            actions.give_verdict(case, by=clerk, verdict=CleanupVerdict.KEEP)
        tasks.submit_cleanup_task(entry, by=clerk)
        entry.refresh_from_db()
        assert entry.state == "handed_in"
        rounds = CleanupRound.objects.filter(pk=made.pk)
        rounds.update(state=RoundState.SIGNING)
        with pytest.raises(Refused, match="这次清理"):  # the unit could not hand it in again
            tasks.return_cleanup_task(Entry.objects.get(pk=entry.pk), by=chief, words="请补充理由")
        rounds.update(state=RoundState.OPEN)
        tasks.return_cleanup_task(Entry.objects.get(pk=entry.pk), by=chief, words="请补充理由")
        entry.refresh_from_db()
        assert entry.state == "open"


class TestSpreadsheet:
    def rows(self, made: CleanupRound) -> list[CleanupCase]:
        return list(CleanupCase.objects.select_related("record", "body", "round"))

    def test_exported_verdicts_are_imported(self, made: CleanupRound, chief: Actor) -> None:
        rows = self.rows(made)
        for row in rows:
            row.verdict, row.reason = CleanupVerdict.REPEAL, "已过时"
        content = write_xlsx(VERDICTS_SHEET, rows)
        _, plan = spreadsheets.upload_for_dry_run("cleanup", content=content, file_name="清理.xlsx", by=chief)
        assert "由起草单位提出" in str(plan.errors[0])
        assert len(plan.errors) == 3
        store_opinion_papers(made, chief)
        run, plan = spreadsheets.upload_for_dry_run("cleanup", content=content, file_name="清理.xlsx", by=chief)
        assert (len(plan.changes), plan.errors) == (3, [])
        assert not CleanupCase.objects.exclude(verdict="").exists()
        spreadsheets.apply(run, by=chief)
        assert set(CleanupCase.objects.values_list("verdict", flat=True)) == {CleanupVerdict.REPEAL}
        spreadsheets.undo(run, by=chief)
        assert set(CleanupCase.objects.values_list("verdict", flat=True)) == {""}
        rows[0].reason = ""
        content = write_xlsx(VERDICTS_SHEET, rows[:1])
        _, plan = spreadsheets.upload_for_dry_run("cleanup", content=content, file_name="清理.xlsx", by=chief)
        assert [str(error) for error in plan.errors] == ["第2行 I列（清理意见）：废止的，请写明理由。请核对后改正。"]

    def test_verdict_import_is_not_undone_after_handing_in(
        self, made: CleanupRound, chief: Actor, rules: Column
    ) -> None:
        rows = self.rows(made)
        store_opinion_papers(made, chief)
        for row in rows:
            row.verdict = CleanupVerdict.KEEP
        run, _ = spreadsheets.upload_for_dry_run(
            "cleanup", content=write_xlsx(VERDICTS_SHEET, rows), file_name="清理.xlsx", by=chief
        )
        spreadsheets.apply(run, by=chief)
        with pytest.raises(Refused, match="代录人以外的人"):
            actions.draft_round_result(made, by=chief)
        with pytest.raises(Refused, match="由您登记或者代录"):
            tasks.submit_cleanup_task(made.tasks.first().entry, by=chief)
        hand_in_tasks(made, actor(Role.CHIEF, made.body))
        actions.draft_round_result(made, by=chief, columns=[rules])
        made.refresh_from_db()
        parts = submitted(ItemPage.objects.get(pk=made.item_number)).parts
        assert SCAN_PART in {part["kind"] for part in parts}, "each signer opens them"
        run.refresh_from_db()
        with pytest.raises(Refused, match="不能再改"):
            spreadsheets.undo(run, by=chief)


class TestValidity:
    def test_reminder_is_entered_once_six_months_before_expiry(self, housing: Body) -> None:
        made = record(housing, ends_on=date(2027, 5, 20))
        record(housing, ends_on=date(2027, 5, 21))
        assert expiry_reminders.update_validity_entries() == {"reminders": 1, "settled": 0}
        assert expiry_reminders.update_validity_entries() == {"reminders": 0, "settled": 0}
        entry = Entry.objects.get(kind="validity")
        assert made.title in entry.title
        assert str(entry.due_at.date()) == "2027-05-20"
        tasks.accept_expiry(entry, by=actor(Role.CLERK, housing), words="任务已完成，到期失效")
        assert expiry_reminders.update_validity_entries() == {"reminders": 0, "settled": 0}

    def test_extension_settles_reminder_and_allows_a_new_one(self, housing: Body) -> None:
        made = record(housing, ends_on=date(2027, 1, 31))
        expiry_reminders.update_validity_entries()
        entry = Entry.objects.get(kind="validity")
        assert "签发人、负责人" in tasks.extend_validity.why_not(entry, by=actor(Role.CLERK, housing))[0]
        tasks.extend_validity(entry, by=actor(Role.LEAD, housing), until=date(2028, 1, 31), basis="云府发〔2026〕9号")
        entry.refresh_from_db()
        assert entry.state == "done"
        assert state_on(made, date(2027, 6, 1)) == "in_force"
        with time_machine.travel(date(2027, 8, 2)):
            assert expiry_reminders.update_validity_entries()["reminders"] == 1
        assert ValidityTask.objects.count() == 2

    def test_repeal_cancels_and_its_undoing_reopens_the_reminder(self, housing: Body) -> None:
        made, lead = record(housing, ends_on=date(2027, 1, 31)), actor(Role.LEAD, housing)
        expiry_reminders.update_validity_entries()
        actions.decide(made, by=lead, what=DecisionKind.REPEAL, on=TODAY, reason="过时")
        assert expiry_reminders.update_validity_entries() == {"reminders": 0, "settled": 1}
        assert Entry.objects.get().state == "cancelled"
        assert Movement.objects.filter(action="validity.settle").exists()
        actions.undo_decision(Decision.objects.get(), by=lead, reason="录错文件")
        assert expiry_reminders.update_validity_entries() == {"reminders": 1, "settled": 0}
        entry = Entry.objects.get()
        assert (entry.state, entry.closed_at) == ("open", None)
        assert Movement.objects.filter(stream=entry.stream, action="validity.reopen").exists()
        tasks.accept_expiry(entry, by=actor(Role.CLERK, housing), words="任务已完成，到期失效")
        assert expiry_reminders.update_validity_entries() == {"reminders": 0, "settled": 0}

    def test_notice_period_is_configurable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert expiry_reminders.get_notice_months() == 6
        figure = law.get_figures_in_force({"validity.notice": {"value": 3, "source": "云府办发〔2026〕9号"}})
        monkeypatch.setattr(law, "get_figures_in_force", lambda: figure)
        assert expiry_reminders.get_notice_months() == 3
