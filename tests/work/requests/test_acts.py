"""Actions on a request: deadlines, results, permissions and reasons of refusal."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from factories.requests import REQUESTED_INFORMATION, do, head, register, staff
from factories.units import AppointmentFactory, BodyFactory, PersonFactory, UserFactory, actor
from gongkai.core.acts.action import ACTIONS_BY_NAME, Refused
from gongkai.core.acts.actors import ANONYMOUS, Actor
from gongkai.core.acts.models import Movement
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.matters import find_reading_errors
from gongkai.core.intake.models import Party
from gongkai.core.ledger.clock import compute_deadline
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry
from gongkai.core.units.actors import make_actor_of_person
from gongkai.core.units.models import Appointment, Body, BodyKind, Person, Role
from gongkai.lib import law
from gongkai.ui.office.offered_actions import find_next_own_offer
from gongkai.work.requests import actions
from gongkai.work.requests.forms.decision_forms import list_result_choices
from gongkai.work.requests.home_page import make_pending_request_lists
from gongkai.work.requests.models import Consultation, Decision, Dispute, Fee, Letter, Request
from gongkai.work.requests.queries.statistics import make_late_condition
from gongkai.work.requests.rules import find_receipt_day_faults
from gongkai.work.requests.states import REQUEST_ACTS

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-01-10 10:00+08:00")]
GROUND = "该信息涉及第三方商业秘密，第三方不同意公开"
R = date(2024, 1, 2)


def due_date(entry: Entry) -> date | None:
    return timezone.localdate(entry.due_at) if entry.due_at else None


def later_working_day(received: date, count: int) -> date:
    return law.default_calendar().add_working_days(received, count)


def test_request_is_registered_with_deadline_by_receiving_unit_only() -> None:
    entry = register(received=R)
    request = Request.objects.get(pk=entry.pk)
    assert due_date(entry) == later_working_day(R, 20)
    assert (request.received_on, request.counted_on, request.wanted.reveal()) == (R, R, REQUESTED_INFORMATION)
    assert entry.number.startswith("申请2024-")
    with pytest.raises(Refused, match="只有受理单位"):
        actions.register_request(
            entry.body, by=staff(BodyFactory()), wanted=REQUESTED_INFORMATION, applicant_kind="person", channel="mail"
        )


@pytest.mark.parametrize(
    ("channel", "submitted", "received", "fault"),
    [
        ("counter", R, R, ""),
        ("counter", R, date(2024, 1, 3), "当面提交"),
        ("mail", R, date(2024, 1, 5), ""),
        ("mail", date(2024, 1, 5), R, "不能早于"),
        ("fax", R, date(2024, 2, 1), "不能晚于"),
    ],
)
def test_day_of_receipt_follows_article_31(channel, submitted, received, fault) -> None:
    found = find_receipt_day_faults(channel, submitted, received, date(2024, 1, 10))
    assert fault in "".join(found)
    assert bool(found) == bool(fault)


def test_correction_restarts_period_and_is_requested_once() -> None:
    entry = do(register(received=R), "ask_correction", items="请写明项目名称", days=15, on=date(2024, 1, 5))
    assert entry.state == "correcting"
    assert entry.paused
    entry = do(entry, "take_correction", by=ANONYMOUS, wanted="改造项目清单", on=date(2024, 1, 9))
    assert due_date(entry) == later_working_day(date(2024, 1, 9), 20)
    assert entry.request.content.reveal() == "改造项目清单"
    with pytest.raises(Refused, match="只能有一次"):
        do(entry, "ask_correction", items="请再写明年份", days=5)


def test_late_correction_notice_is_refused_but_can_be_recorded() -> None:
    entry = register(received=date(2023, 12, 20))
    with pytest.raises(Refused, match="7个工作日"):
        do(entry, "ask_correction", items="请写明项目名称", days=15)
    entry = do(entry, "ask_correction", items="请写明项目名称", days=15, past=True)
    assert not entry.paused
    assert compute_deadline(entry).irregular


def test_request_is_abandoned_only_after_correction_period() -> None:
    entry = do(register(received=R), "ask_correction", items="请写明项目名称", days=5)
    with pytest.raises(Refused, match="还没有届满"):
        do(entry, "abandon")
    with time_machine.travel("2024-01-19 10:00+08:00"):
        with pytest.raises(Refused, match="视为放弃"):
            do(entry, "take_correction", wanted="改造项目清单")
        entry = do(entry, "abandon")
        assert [step.rule for step in compute_deadline(entry).steps][-2:] == ["条例第三十条", "条例第三十条"]
    assert (entry.request.ended_as, entry.outcome, entry.state) == ("3.6.1", "3.6.1", "abandoned")
    assert entry.light == "grey"


def test_several_consultations_stop_the_clock_once() -> None:
    entry = register(received=R)
    for verb, who in (("ask_third_party", "甲公司"), ("ask_third_party", "乙公司"), ("ask_agency", "市财政局")):
        entry = do(entry, verb, who=who, on=date(2024, 1, 4))
    assert [event.kind for event in entry.clock_events.all()].count("third_party_asked") == 1
    with pytest.raises(Refused, match="尚未答复"):
        do(entry, "ask_third_party", who="甲公司")
    asked = list(Consultation.objects.order_by("pk"))
    for one, on in zip(asked, (8, 9, 10), strict=True):
        assert entry.paused
        entry = do(entry, "take_opinion", consultation=one.pk, opinion="agrees", on=date(2024, 1, on))
    assert entry.state == "open"
    assert due_date(entry) == later_working_day(R, 20 + 4)


def test_disclosure_against_objection_needs_public_interest() -> None:
    entry = do(register(received=R), "ask_third_party", who="甲公司")
    asked = Consultation.objects.get()
    with pytest.raises(Refused, match="另一人核对"):  # nobody enters alone what others are said to consent to
        actions.record_party_opinion(entry, by=head(entry.body), consultation=asked.pk, opinion="agrees")
    entry = do(entry, "take_opinion", consultation=asked.pk, opinion="objects", reason="涉及报价策略")
    with pytest.raises(Refused, match="公共利益"):
        do(entry, "decide", result="3.1")
    with pytest.raises(Refused, match="公共利益"):  # only part of the information can lie outside of the objection
        do(entry, "decide", result="3.1", outside=True)
    entry = do(entry, "decide", result="3.1", override="涉及居民住房安全")
    assert entry.state == "answered"


@pytest.mark.parametrize("facts", [{"result": "3.3.4"}, {"result": "3.2", "withheld": "3.3.4"}])
def test_withholding_for_third_party_not_consulted_needs_reason(facts) -> None:
    entry = register(received=R)
    with pytest.raises(Refused, match="第三十二条"):
        do(entry, "decide", ground=GROUND, unasked="", **facts)
    why = "原件已注明不同意公开"
    do(entry, "decide", ground=GROUND, unasked=why, form_given="paper", wishes_met="同意邮寄", **facts)
    assert Decision.objects.get().unasked == why
    other = do(register(received=R), "ask_third_party", who="甲公司")
    asked = Consultation.objects.get()
    other = do(other, "take_opinion", consultation=asked.pk, opinion="objects", reason="涉及报价策略")
    do(other, "decide", ground=GROUND, outside=True, form_given="paper", wishes_met="同意邮寄", **facts)
    assert Decision.objects.last().unasked == ""


def test_receiving_unit_decides_and_office_above_cannot() -> None:
    government = BodyFactory(government=True)
    office = BodyFactory(parent=government, kind=BodyKind.GENERAL_OFFICE)
    chief = actor(Role.CHIEF, office)
    unit = BodyFactory(parent=government)
    AppointmentFactory(role=Role.SIGNER, body=unit, person__user=UserFactory())
    for body, may in ((unit, False), (office, True), (government, True)):
        entry = register(body)
        for verb in ("decide", "extend", "review_secrecy", "revoke_answer"):
            assert (not REQUEST_ACTS[verb].who(chief, entry)) == may
            assert not REQUEST_ACTS[verb].who(actor(Role.SIGNER, body), entry)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"result": "3.3.4"}, "说明理由"),
        ({"result": "3.6.1", "ground": GROUND}, "不再处理"),
        ({"result": "9.9", "ground": GROUND}, "请选择"),
        ({"result": "3.4.3", "ground": GROUND}, "没有经过补正"),
        ({"result": "3.5.4", "ground": GROUND}, "登记联系情况"),
        ({"result": "3.1", "form_given": "tape"}, "提供方式"),
    ],
)
def test_decision_without_required_facts_is_refused(facts, why) -> None:
    entry = register(received=R)
    with pytest.raises(Refused, match=why):
        do(entry, "decide", **facts)
    assert not Decision.objects.exists()
    assert "3.4.3" not in str(list_result_choices(entry)), "it is not offered before a correction"
    do(entry, "record_contact", way="电话", gist="要求说明理由，申请人未说明")
    assert do(entry, "decide", result="3.5.4", ground=GROUND).outcome == "3.5.4"


def test_answer_closes_request_and_is_delivered_and_archived() -> None:
    entry = register(received=R)
    entry = do(entry, "propose", by=staff(entry.body), result="3.2", ground=GROUND)
    with pytest.raises(Refused, match="拟办"):
        do(entry, "decide", by=staff(entry.body), result="3.2", ground=GROUND)
    with pytest.raises(Refused, match="要求的提供方式是“电子文档”"):
        do(entry, "decide", result="3.2", ground=GROUND, form_given="paper")
    why = "申请人电话同意改寄纸质"
    entry = do(entry, "decide", result="3.2", ground=GROUND, form_given="paper", wishes_met=why)
    assert (entry.state, entry.light, entry.outcome) == ("answered", "grey", "3.2")
    entry = do(entry, "deliver", route="mail", proof="挂号信RA123")
    entry = do(entry, "archive", archived_as="2024-XXGK-001")
    assert entry.state == "archived"
    assert entry.request.deliveries.get().proof == "挂号信RA123"


def test_only_head_extends_and_at_most_twenty_days() -> None:
    entry = register(received=R)
    with pytest.raises(Refused, match="负责人同意"):
        do(entry, "extend", by=staff(entry.body), days=10, reason="信息量大，需要汇总")
    entry = do(entry, "extend", days=10, reason="信息量大，需要汇总")
    with pytest.raises(Refused, match="累计"):
        do(entry, "extend", days=11, reason="信息量大，需要汇总")
    assert due_date(entry) == later_working_day(R, 30)


def notify_of_fee(entry: Entry) -> Entry:
    entry = do(entry, "calculate_fee", basis="pages", count=100)
    with pytest.raises(Refused, match="核准"):
        do(entry, "notify_fee")
    entry = do(entry, "clear_fee")
    return do(entry, "notify_fee")


def test_fee_is_cleared_notified_paid_and_remitted() -> None:
    entry = notify_of_fee(register(received=R))
    assert (entry.state, Fee.objects.get().yuan) == ("unpaid", 700)
    assert entry.paused
    with time_machine.travel("2024-01-15 10:00+08:00"):
        entry = do(entry, "take_payment", way="转账", receipt="XJ001")
        assert due_date(entry) == later_working_day(date(2024, 1, 15), 20)
        entry = do(entry, "remit_fee")
    kept = Fee.objects.get()
    assert (kept.receipt, kept.treasury_on) == ("XJ001", date(2024, 1, 15))
    assert sum(line["yuan"] for line in kept.lines) == 700


def test_receipt_is_used_once_and_fee_may_be_waived_before_notice() -> None:
    do(notify_of_fee(register(received=R)), "take_payment", way="现金", receipt="XJ001")
    with pytest.raises(Refused, match="票据"):
        do(notify_of_fee(register(received=R)), "take_payment", way="现金", receipt="XJ001")
    entry = do(register(received=R), "calculate_fee", basis="items", before=10, count=25)
    assert do(entry, "waive_fee", reason="申请人经济困难").state == "open"
    form = get_form(ACTIONS_BY_NAME["request.calculate_fee"])(entry=entry, by=staff(entry.body))
    assert "10件以内" in form.fields["count"].help_text
    assert "30页以内" in form.fields["count"].help_text
    with pytest.raises(Refused, match="0元"):
        do(entry, "calculate_fee", basis="items", count=10)


def test_request_is_split_merged_and_transferred() -> None:
    entry = register(received=R, channel="mail")
    said = SenderParticulars(kind="legal", name="晨光律师事务所", phone="13800138000")
    register_party(None, by=ANONYMOUS, matter=f"request/{entry.pk}", particulars=said)
    do(entry, "split", pieces=["项目清单", "项目清单。"])
    first, second = Request.objects.filter(origin=entry.pk).order_by("pk")
    assert (first.received_on, first.counted_on) == (R, R)
    gone = do(first.entry, "merge", into=second.entry.number)
    assert (gone.request.ended_as, gone.request.merged_into) == ("void", second)
    other = BodyFactory(name="云岭市财政局")
    do(second.entry, "transfer", body=other)
    made = Request.objects.get(origin=second)
    assert (made.entry.body, made.received_on, made.channel) == (other, date(2024, 1, 10), "mail")
    party = Party.objects.get(matter=f"request/{made.pk}")  # else nobody there could answer
    assert (party.kind, party.name.reveal(), party.phone.reveal()) == ("legal", said.name, said.phone)
    assert not find_reading_errors(staff(other), party.matter)


def test_pieces_of_split_request_continue_its_clock() -> None:
    entry = do(register(received=R), "ask_correction", items="请写明年度", days=10, on=date(2024, 1, 4))
    entry = do(entry, "take_correction", wanted="2023年改造项目清单和资金安排", on=date(2024, 1, 9))
    do(entry, "split", pieces=["2023年改造项目清单", "2023年资金安排"])
    pieces = Request.objects.filter(origin=entry.pk)
    assert {due_date(piece.entry) for piece in pieces} == {later_working_day(date(2024, 1, 9), 20)}


def test_request_of_merged_unit_is_split_for_its_successor_and_not_transferred_to_it() -> None:
    entry, heir = register(received=R), BodyFactory(name="云岭市城乡建设局")
    Body.objects.filter(pk=entry.body_id).update(merged_into=heir, active_to=R)
    entry = Entry.objects.get(pk=entry.pk)
    with pytest.raises(Refused, match="已经由这个单位办理"):  # else a new period would begin
        do(entry, "transfer", body=heir)
    do(entry, "split", pieces=["项目清单", "资金安排"])
    assert {piece.entry.body for piece in Request.objects.filter(origin=entry.pk)} == {heir}


def test_opinion_can_be_recorded_after_fee_notified_meanwhile_is_paid() -> None:
    entry = do(register(received=R), "ask_third_party", who="甲公司")
    entry = do(do(entry, "calculate_fee", basis="pages", count=40), "clear_fee")
    entry = do(entry, "notify_fee")
    entry = do(entry, "take_payment", way="转账", receipt="XJ-1")
    assert entry.state == "consulting"
    asked = Consultation.objects.get()
    assert do(entry, "take_opinion", consultation=asked.pk, opinion="agrees").state == "open"


def test_review_that_corrects_reopens_request_and_keeps_first_result() -> None:
    entry = do(register(received=R), "propose", result="3.3.5", ground=GROUND)
    entry = do(entry, "decide", result="3.3.5", ground=GROUND)
    with pytest.raises(Refused, match="没有责令"):
        do(entry, "reopen", words="云政复〔2024〕3号")
    do(entry, "open_dispute", kind="review", organ="云岭市人民政府")
    case = Dispute.objects.get()
    facts = {"result": "corrected", "finding": "不属于内部事务信息", "orders_anew": True}
    with time_machine.travel("2024-03-01 10:00+08:00"):
        entry = do(entry, "deliver", route="mail", proof="挂号信1")
        entry = do(entry, "conclude_dispute", dispute=case.pk, **facts)
        lists = make_pending_request_lists(actor(Role.CLERK, entry.body))["lists"]
        assert [one["entries"] for one in lists if one["verb"] == "request.reopen"] == [[entry]]
        with pytest.raises(Refused, match="还没有重新办理，不能归档"):
            do(entry, "archive", archived_as="2024-1")
        entry = do(entry, "reopen", words="云政复〔2024〕3号")
        assert (entry.state, entry.closed_at, due_date(entry)) == (
            "open",
            None,
            later_working_day(date(2024, 3, 1), 20),
        )
        assert entry.request.proposal == {}, "what was set aside is not proposed"
        entry = do(entry, "decide", result="3.1")
        with pytest.raises(Refused, match="已经据以重新办理过"):
            do(entry, "reopen", words="云政复〔2024〕3号")
    assert (entry.outcome, entry.request.ended_as, entry.request.ended_on) == ("3.1", "3.3.5", date(2024, 1, 10))
    assert entry.request.decisions.count() == 2


def test_actions_on_future_days_are_refused() -> None:
    with pytest.raises(Refused, match="晚于今天"):
        do(register(received=R), "decide", result="3.1", on=timezone.localdate() + timedelta(days=1))


def test_other_units_cannot_act_on_request() -> None:
    entry, other = register(received=R), actor(Role.LEAD, BodyFactory())
    for name in ("ask_correction", "extend", "decide", "withdraw", "split", "clear_fee"):
        assert ACTIONS_BY_NAME[f"request.{name}"].why_not(entry, by=other)


def test_wrong_answer_is_revoked_and_given_again() -> None:
    entry = do(register(received=R), "decide", result="3.3.5", ground=GROUND)
    with pytest.raises(Refused, match="负责人"):
        do(entry, "revoke_answer", by=staff(entry.body), reason="适用条款有误")
    entry = do(entry, "revoke_answer", reason="适用条款有误")
    assert (entry.state, entry.closed_at, due_date(entry)) == ("open", None, later_working_day(date(2024, 1, 10), 20))
    assert (entry.request.ended_on, entry.request.ended_as) == (None, ""), "this year's report counts what stands"
    reply, told = Letter.objects.filter(request=entry.pk)
    assert (reply.revoked_on, told.kind) == (date(2024, 1, 10), "revoked")
    with pytest.raises(Refused, match="当前状态为“办理中”"):
        do(entry, "revoke_answer", reason="适用条款有误")
    entry = do(entry, "decide", result="3.1")
    assert (entry.request.ended_as, entry.request.decided.result) == ("3.1", "3.1")


def test_late_answer_stays_late_and_reopened_request_keeps_first_result() -> None:
    entry = do(register(received=R), "decide", result="3.4.1", ground=GROUND)
    do(entry, "open_dispute", kind="review", organ="云岭市人民政府")
    facts = {"result": "corrected", "finding": "实际掌握该信息", "orders_anew": True}
    late = register(received=R)
    with time_machine.travel("2024-03-01 10:00+08:00"):
        late = do(do(late, "decide", result="3.4.1", ground=GROUND), "revoke_answer", reason="适用条款有误")
        late = do(late, "decide", result="3.1")
        assert late.closed_at < late.due_at
        entry = do(entry, "conclude_dispute", dispute=Dispute.objects.get().pk, **facts)
        entry = do(do(entry, "reopen", words="云政复〔2024〕3号"), "decide", result="3.4.2", ground=GROUND)
        entry = do(entry, "revoke_answer", reason="适用条款有误")
    assert entry.request.ended_as == "3.4.1"
    assert entry.request.decided is None
    first, second = Letter.objects.filter(request=entry.pk, kind="reply")
    assert (first.revoked_on, second.revoked_on) == (None, date(2024, 3, 1)), (
        "what the review overruled was not taken back by the unit"
    )
    assert [one.decision for one in (*Letter.objects.filter(request=entry.pk, kind="reply"),)] == list(
        entry.request.decisions.all()
    )
    counted = Request.objects.filter(make_late_condition(date(2024, 1, 1), date(2024, 3, 5)))
    assert list(counted) == [late.request]


def test_revoking_answer_of_past_year_keeps_its_result_in_figures() -> None:
    entry = do(register(received=R), "decide", result="3.3.5", ground=GROUND)
    with time_machine.travel("2025-02-05 10:00+08:00"):
        entry = do(entry, "revoke_answer", reason="适用条款有误")
    assert (entry.request.ended_on, entry.request.ended_as) == (date(2024, 1, 10), "3.3.5")


def test_abandoned_request_continues_after_correction_in_time() -> None:
    entry = do(register(received=R), "ask_correction", items="请写明项目名称", days=3, on=date(2024, 1, 3))
    entry = do(entry, "abandon")
    why = {"reason": "申请人的补正材料已于1月5日寄到"}
    with pytest.raises(Refused, match="补正后的申请内容"):
        do(entry, "revoke_answer", **why)
    with pytest.raises(Refused, match="收到补正的日期"):
        do(entry, "revoke_answer", **why, wanted="2023年改造项目清单")
    came = date(2024, 1, 5)
    entry = do(entry, "revoke_answer", **why, wanted="2023年改造项目清单", corrected_on=came)
    assert not entry.request.answered_late
    assert (entry.state, entry.outcome, entry.request.content.reveal()) == ("open", "", "2023年改造项目清单")
    assert do(entry, "decide", result="3.4.3", ground=GROUND).state == "answered"
    taken_back = do(register(received=R), "withdraw", by=ANONYMOUS)
    assert "不需要撤销" in "".join(ACTIONS_BY_NAME["request.revoke_answer"].why_not(taken_back, by=head(entry.body)))


class TestTwoPersons:
    """Two different persons propose and decide, whatever appointments and deputies they have."""

    @pytest.fixture
    def entry(self) -> Entry:
        return register(received=R)

    def covering_clerk(self, body: Body) -> Actor:
        clerk = AppointmentFactory(role=Role.CLERK, body=body, person__name="许秋菊").person
        signer = AppointmentFactory(role=Role.SIGNER, body=body, person__name="戴思源")
        AppointmentFactory(role=Role.SIGNER, body=body, person=clerk, covers=signer)
        return make_actor_of_person(clerk)

    def test_deputy_cannot_decide_own_proposal(self, entry: Entry) -> None:
        by = self.covering_clerk(entry.body)
        entry = do(entry, "propose", by=by, result="3.3.5", ground=GROUND)
        with pytest.raises(Refused, match="须由两人分别办理"):
            do(entry, "decide", by=by, result="3.3.5", ground=GROUND)
        twin = PersonFactory(name="许 秋菊", email=Person.objects.get(name="许秋菊").email)
        AppointmentFactory(role=Role.LEAD, body=entry.body, person=twin)
        with pytest.raises(Refused, match="须由两人分别办理"):
            do(entry, "decide", by=make_actor_of_person(twin), result="3.3.5", ground=GROUND)
        assert do(entry, "decide", result="3.3.5", ground=GROUND).state == "answered"

    def test_deputy_cannot_approve_own_case(self, entry: Entry) -> None:
        by = self.covering_clerk(entry.body)
        for _ in range(2):
            with pytest.raises(Refused, match="这件由您办理"):
                do(entry, "extend", by=by, days=10, reason="信息量大，需要汇总")
            do(entry, "record_contact", by=by, way="电话", gist="告知进度")
        assert do(entry, "extend", by=self.covering_clerk(entry.body), days=10, reason="信息量大，需要汇总")

    def test_clerk_as_deputy_cannot_decide_alone(self, entry: Entry) -> None:
        by = self.covering_clerk(entry.body)
        with pytest.raises(Refused, match="代理戴思源期间，须由另一人先“拟办”"):
            do(entry, "decide", by=by, result="3.3.5", ground=GROUND)

    def test_nobody_decides_alone_if_another_person_can(self, entry: Entry) -> None:
        lead = make_actor_of_person(AppointmentFactory(role=Role.LEAD, body=entry.body).person)
        clerk = AppointmentFactory(role=Role.CLERK, body=entry.body).person
        made = actions.register_request(
            entry.body, by=ANONYMOUS, wanted=REQUESTED_INFORMATION, applicant_kind="person", channel="page"
        )
        entry = do(Entry.objects.get(pk=made.pk), "record_contact", by=lead, way="电话", gist="核对需要的信息")
        with pytest.raises(Refused, match="不能由您一人答复"):
            do(entry, "decide", by=lead, result="3.3.5", ground=GROUND)
        form = get_form(ACTIONS_BY_NAME["request.decide"])(entry=entry, by=lead)
        assert any("不能由您一人答复" in words for words in form.warnings), "said before anybody types"
        do(entry, "propose", by=make_actor_of_person(clerk), result="3.3.5", ground=GROUND)
        assert do(entry, "decide", by=lead, result="3.3.5", ground=GROUND).state == "answered"

    def test_log_names_the_person_deputised_for(self, entry: Entry) -> None:
        by = self.covering_clerk(entry.body)
        do(entry, "propose", result="3.3.5", ground=GROUND)
        do(entry, "decide", by=by, result="3.3.5", ground=GROUND)
        do(entry, "record_contact", by=by, way="电话", gist="告知进度")
        said = Movement.objects.filter(stream=entry.stream, person_id=by.person_id).order_by("seq")
        assert [one.actor for one in said] == ["许秋菊（代戴思源）", "许秋菊"]
        assert Decision.objects.get(request=entry.pk).decided_by == "许秋菊（代戴思源）"

    def test_head_cannot_decide_through_own_deputy(self, entry: Entry) -> None:
        by = self.covering_clerk(entry.body)
        signer = make_actor_of_person(Person.objects.get(name="戴思源"))
        with pytest.raises(Refused, match="不必拟办"):
            do(entry, "propose", by=signer, result="3.3.5", ground=GROUND)
        head(entry.body)
        entry = do(entry, "propose", by=signer, result="3.3.5", ground=GROUND)
        with pytest.raises(Refused, match=r"视同其本人.*须由两人分别办理"):
            do(entry, "decide", by=by, result="3.3.5", ground=GROUND)
        assert do(entry, "decide", result="3.3.5", ground=GROUND).state == "answered"

    def test_office_above_decides_for_unit_with_one_clerk(self) -> None:
        city = BodyFactory(government=True)
        unit, office = BodyFactory(parent=city), BodyFactory(parent=city, kind=BodyKind.GENERAL_OFFICE)
        clerk = make_actor_of_person(AppointmentFactory(role=Role.CLERK, body=unit, person__user=UserFactory()).person)
        above = make_actor_of_person(
            AppointmentFactory(role=Role.CHIEF, body=office, person__user=UserFactory()).person
        )
        left = register(BodyFactory(parent=city), received=R)
        Appointment.objects.filter(body=left.body).delete()  # nobody works there
        assert [(one["verb"], one["entries"]) for one in make_pending_request_lists(above)["lists"]] == [
            ("request.decide", [left])
        ]
        with pytest.raises(Refused, match="不必拟办，请直接“作出答复”"):
            do(left, "propose", by=above, result="3.3.5", ground=GROUND)
        do(left, "withdraw", by=ANONYMOUS)
        entry = do(register(unit, received=R), "propose", by=clerk, result="3.3.5", ground=GROUND)
        assert "等政务公开办" in "".join(ACTIONS_BY_NAME["request.decide"].why_not(entry, by=clerk))
        assert find_next_own_offer(entry, clerk) is None
        assert [one["verb"] for one in make_pending_request_lists(above)["lists"]] == ["request.decide"]
        signer = AppointmentFactory(role=Role.SIGNER, body=unit, person__user=UserFactory())
        assert make_pending_request_lists(above) is None
        with pytest.raises(Refused, match="负责人、审核人或者签发人作出答复"):
            do(entry, "decide", by=above, result="3.3.5", ground=GROUND)
        signer.delete()
        assert do(entry, "decide", by=above, result="3.3.5", ground=GROUND).state == "answered"

    def test_office_with_one_person_leaves_proposal_to_clerk(self) -> None:
        city = BodyFactory(government=True)
        unit, office = BodyFactory(parent=city), BodyFactory(parent=city, kind=BodyKind.GENERAL_OFFICE)
        clerk, above = actor(Role.CLERK, unit), actor(Role.CHIEF, office)
        chief = Appointment.objects.get(person=above.person_id)
        cover = AppointmentFactory(role=Role.CHIEF, body=office, covers=chief, person__user=UserFactory()).person
        entry = register(unit, received=R)
        for verb, facts, why in (
            ("propose", {"result": "3.3.5", "ground": GROUND}, "经办人“拟办”，由您“作出答复”"),
            ("add_materials", {"files": []}, "由您“保密审查”"),
        ):
            for by in (above, make_actor_of_person(cover)):
                with pytest.raises(Refused, match=f"{why}|不必拟办"):
                    do(entry, verb, by=by, **facts)
        assert "没有负责人、签发人" in "".join(ACTIONS_BY_NAME["request.extend"].why_not(entry, by=clerk))
        second = AppointmentFactory(role=Role.CHIEF, body=office, person__user=UserFactory())
        do(entry, "propose", by=above, result="3.3.5", ground=GROUND)
        with pytest.raises(Refused, match="须由两人分别办理"):
            do(entry, "decide", by=above, result="3.3.5", ground=GROUND)
        second.delete()  # who could have decided left: the clerk proposes anew, or decides who is left
        Appointment.objects.filter(body=unit).update(end=date(2023, 1, 1))
        assert not REQUEST_ACTS["decide"].who(above, entry)
        Appointment.objects.filter(body=unit).update(end=None)
        do(entry, "propose", by=clerk, result="3.3.5", ground=GROUND)
        assert do(entry, "decide", by=above, result="3.3.5", ground=GROUND).state == "answered"

    def test_nearest_office_decides_instead_of_higher_ones(self) -> None:
        city = BodyFactory(government=True)
        county = BodyFactory(parent=city, kind=BodyKind.DISTRICT)
        unit = BodyFactory(parent=county)
        near, far = (actor(Role.CHIEF, BodyFactory(parent=one, kind=BodyKind.GENERAL_OFFICE)) for one in (county, city))
        entry = do(register(unit, received=R), "propose", by=actor(Role.CLERK, unit), result="3.3.5", ground=GROUND)
        for verb in ("decide", "extend", "review_secrecy", "clear_fee"):
            assert not REQUEST_ACTS[verb].who(near, entry)
            assert REQUEST_ACTS[verb].who(far, entry)
        assert make_pending_request_lists(far) is None
        assert make_pending_request_lists(near)["lists"][0]["verb"] == "request.decide"
        do(entry, "propose", by=near, result="3.3.5", ground=GROUND)  # then the office above is another person
        assert do(entry, "decide", by=far, result="3.3.5", ground=GROUND).state == "answered"
