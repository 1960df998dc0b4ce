"""补录: past actions need a document and a second person, and are marked as recorded later."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from factories.checks import scanned, sheet_of_paper
from factories.requests import add_applicant, confirm_past_record, do, head, register, staff
from factories.units import AppointmentFactory, BodyFactory, actor, signed_in
from gongkai.core.acts.action import ACTIONS_BY_NAME, AnyAction, Refused
from gongkai.core.acts.actors import ANONYMOUS
from gongkai.core.acts.chain import read_stream
from gongkai.core.files.store import NamedStoredFile, store
from gongkai.core.ledger.forms import get_form
from gongkai.core.ledger.models import Entry, PastRecord, PastState
from gongkai.core.ledger.past_records import confirm_past, past_records_block, record_past, refuse_past
from gongkai.core.outbox.models import Message
from gongkai.core.units.actors import Actor, make_actor_of_person
from gongkai.core.units.models import Appointment, Role
from gongkai.work.requests import actions
from gongkai.work.requests.applicant_matter import erase_request
from gongkai.work.requests.complaints import actions as complaining
from gongkai.work.requests.models import Dispute
from gongkai.work.requests.pending_notices import is_given_up, is_notice_unserved
from gongkai.work.requests.progress import get_request_progress

pytestmark = [pytest.mark.django_db, pytest.mark.today("2024-02-20 10:00+08:00")]
R = date(2024, 1, 2)
NOTICE = {"items": "请写明年度和文件名称", "days": 2, "on": date(2024, 1, 5), "past": True}


@pytest.fixture
def entry() -> Entry:
    return register(received=R)


def paper() -> NamedStoredFile:
    return NamedStoredFile("补正告知书.txt", store(b"notice of correction", "补正告知书.txt"))


def record_as_past(entry: Entry, by: Actor, verb: str, **facts: object) -> PastRecord:
    made: PastRecord = record_past(
        entry, by=by, name=f"request.{verb}", facts=facts, lines=[], paper=paper(), number="云建补〔2024〕5号"
    )
    return made


def reload(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("ask_correction", NOTICE),
        ("ask_third_party", {"who": "晨光公司", "on": date(2024, 1, 26), "past": True}),
        ("extend", {"days": 15, "reason": "需要逐卷查找", "on": date(2024, 1, 26), "past": True}),
        ("decide", {"result": "3.3.5", "ground": "属于内部事务信息", "on": date(2024, 1, 26), "past": True}),
        ("withdraw", {"words": "申请人电话撤回"}),
        ("record_ended", {"result": "3.6.3", "on": date(2024, 1, 26)}),
        ("review_secrecy", {"verdict": "publish", "opinion": "复印件3页", "on": date(2024, 1, 26)}),
    ],
)
def test_past_action_needs_document_and_second_person(entry: Entry, verb: str, facts: dict[str, object]) -> None:
    by = head(entry.body)
    act: AnyAction = ACTIONS_BY_NAME[f"request.{verb}"]
    with pytest.raises(Refused, match="由另一人核对后生效"):
        act(reload(entry), by=by, **facts)
    name = f"request.{verb}"
    for missing in ({"paper": None, "number": "5号"}, {"paper": paper(), "number": " "}):
        with pytest.raises(Refused, match="须上传凭证"):
            record_past(entry, by=by, name=name, facts=facts, lines=[], **missing)
    record = record_as_past(entry, by, verb, **facts)
    assert (reload(entry).state, reload(entry).due_at) == (entry.state, entry.due_at), "nothing has happened yet"
    with pytest.raises(Refused, match="须由另一人核对"):
        confirm_past_record(record, by)
    with pytest.raises(Refused, match="其他工作人员"):
        confirm_past_record(record, staff(BodyFactory(name="云岭市财政局")))
    with pytest.raises(Refused, match="先打开凭证"):
        confirm_past(record, by=staff(entry.body))
    confirm_past_record(record, staff(entry.body))
    done = read_stream(reload(entry).stream)
    said = next(one.words for one in done if one.action == name)
    assert said.startswith("补录（2024-0")
    assert f"凭证云建补〔2024〕5号，{record.recorded_by}登记，" in said


def test_deputy_recording_the_past_cannot_be_checked_by_principal(entry: Entry) -> None:
    absent = AppointmentFactory(role=Role.CLERK, body=entry.body)
    cover = AppointmentFactory(role=Role.CLERK, body=entry.body, covers=absent).person
    record = record_as_past(entry, make_actor_of_person(cover), "ask_correction", **NOTICE)
    with pytest.raises(Refused, match="须由另一人核对"):
        confirm_past_record(record, make_actor_of_person(absent.person))
    ended = timezone.localdate() - timedelta(days=1)
    Appointment.objects.filter(covers=absent).update(end=ended)
    with pytest.raises(Refused, match="代理已经结束"):
        confirm_past_record(record, staff(entry.body))
    Appointment.objects.filter(covers=absent).update(end=None)
    confirm_past_record(record, staff(entry.body))


def test_recorded_notice_without_receipt_closes_nothing(entry: Entry) -> None:
    clerk, chief = staff(entry.body), head(entry.body)
    confirm_past_record(record_as_past(entry, clerk, "ask_correction", **NOTICE), chief)
    entry = reload(entry)
    assert entry.state == "correcting"
    # The period is over, but receipt by the applicant was not recorded.
    assert is_notice_unserved(entry)
    assert not is_given_up(entry)
    with pytest.raises(Refused, match="何时收到通知还没有登记"):
        actions.close_given_up_request(entry, by=clerk)
    got = {"route": "mail", "proof": "挂号信回执XA123"}
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.record_notice_receipt(reload(entry), by=clerk, **got)
    confirm_past_record(record_as_past(reload(entry), clerk, "record_notice_service", **got), chief)
    assert not is_given_up(reload(entry)), "two working days from today"
    with time_machine.travel("2024-03-20 10:00+08:00", tick=False):
        actions.close_given_up_request(reload(entry), by=clerk)
    assert reload(entry).state == "abandoned"


def test_earlier_receipt_needs_slip_and_second_person(entry: Entry) -> None:
    clerk, chief = staff(entry.body), head(entry.body)
    with time_machine.travel("2024-01-05 10:00+08:00", tick=False):
        entry = do(entry, "ask_correction", items="请写明年度", days=10, unserved=True)
    got = {"route": "mail", "proof": "挂号信回执XA123", "on": date(2024, 1, 9)}
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.record_notice_receipt(reload(entry), by=clerk, **got)
    confirm_past_record(record_as_past(reload(entry), clerk, "record_notice_service", **got), chief)
    assert is_given_up(reload(entry))
    actions.close_given_up_request(reload(entry), by=clerk)  # two persons stand behind the receipt
    assert reload(entry).state == "abandoned"


def test_answer_cannot_rest_on_later_events(entry: Entry) -> None:
    by = head(entry.body)
    late = {"result": "3.4.3", "ground": "补正后仍不明确的内容", "on": date(2024, 1, 26), "past": True}
    with time_machine.travel("2024-01-05 10:00+08:00", tick=False):
        entry = do(entry, "ask_correction", items="请写明年度", days=30)
    entry = do(entry, "take_correction", wanted="2023年的文件", by=ANONYMOUS)
    record = record_as_past(entry, by, "decide", **late)
    with pytest.raises(Refused, match="没有经过补正"):
        confirm_past_record(record, staff(entry.body))
    record.refresh_from_db()
    assert record.state == "waiting"
    refuse_past(record, by=by, reason="日期看错")
    record.refresh_from_db()
    assert record.state == "refused"
    with pytest.raises(Refused, match="不予登记"):
        confirm_past_record(record, staff(entry.body))


def test_applicant_withdraws_alone_but_staff_cannot(entry: Entry) -> None:
    assert do(entry, "withdraw", by=ANONYMOUS).state == "withdrawn"
    city = BodyFactory(government=True)
    actor(Role.CHIEF, BodyFactory(kind="general_office", parent=city))
    against = BodyFactory(name="云岭市财政局", parent=city)
    made = complaining.register_complaint(against, by=ANONYMOUS, about="not_answered", text="十月提交的申请没有答复")
    with pytest.raises(Refused, match="由另一人核对后生效"):
        complaining.withdraw_complaint(reload(made), by=actor(Role.CHIEF, made.body), words="电话撤回")


def test_external_events_take_effect_at_once_and_are_marked(entry: Entry) -> None:
    with time_machine.travel("2024-01-05 10:00+08:00", tick=False):
        entry = do(entry, "ask_correction", items="请写明年度", days=30)
    by = staff(entry.body)
    actions.add_supplement(reload(entry), by=by, text="2023年的文件", on=date(2024, 1, 25))
    *_, last = read_stream(entry.stream)
    assert last.words.startswith("补录（2024-01-25发生）：")
    assert by.name in entry.request.supplements.get().text.reveal(), "who says that the applicant said it"


def test_statements_of_applicant_or_review_body_need_second_person(entry: Entry) -> None:
    by = head(entry.body)
    with time_machine.travel("2024-01-05 10:00+08:00", tick=False):
        do(entry, "ask_correction", items="请写明年度", days=30, unserved=True)
    said = {"wanted": "只要2023年的封面"}
    form = get_form(ACTIONS_BY_NAME["request.take_correction"])(entry=reload(entry), by=by)
    assert "先“登记通知送达”" in str(form.said), "it says so before anything is typed"
    with pytest.raises(Refused, match="由另一人核对后生效"):
        actions.accept_correction(reload(entry), by=by, **said)
    with pytest.raises(Refused, match="先“登记通知送达”"):
        do(entry, "take_correction", **said)
    do(entry, "record_notice_service", route="pick_up", proof="当面签收")
    before = reload(entry).due_at
    record = record_as_past(reload(entry), by, "take_correction", **said)
    assert (reload(entry).due_at, reload(entry).request.corrected_wanted.reveal()) == (before, "")
    confirm_past_record(record, staff(entry.body))
    assert reload(entry).request.corrected_wanted.reveal() == said["wanted"]
    do(entry, "decide", result="3.4.1", ground="经检索没有找到")
    actions.open_dispute(reload(entry), by=by, kind="review", organ="云岭市人民政府")
    pk = Dispute.objects.get(request=entry.pk).pk
    for verb, facts in (("conclude_dispute", {"result": "upheld"}), ("withdraw_dispute", {"reason": "登记有误"})):
        act: AnyAction = ACTIONS_BY_NAME[f"request.{verb}"]
        with pytest.raises(Refused, match="由另一人核对后生效"):
            act(reload(entry), by=by, dispute=pk, **facts)


def test_past_record_is_entered_checked_and_shown_on_all_pages(entry: Entry) -> None:
    add_applicant(entry)
    page = signed_in(Role.CLERK, entry.body)
    act = reverse("ledger_act", args=[entry.pk, "request.ask_correction"])
    sent = {"items": "请写明年度", "days": "10", "on": "2024-01-08", "past": "on"}
    assert "须上传凭证" in page.post(act, sent).content.decode()
    sent["past_number"] = "云建补〔2024〕5号"
    for name, data, why in (
        ("告知书.txt", b"notice", "须是扫描件或照片"),
        ("告知书.pdf", b"%PDF-1.4 x", "打不开"),
        ("告知书.png", sheet_of_paper("告知书.png", 600, 800, blank=True), "空白"),
    ):
        refused = page.post(act, {**sent, "past_paper": SimpleUploadedFile(name, data)}).content.decode()
        assert why in refused
    scan = scanned()
    sent["past_paper"] = SimpleUploadedFile("告知书.pdf", scan)
    assert "由另一人对照凭证核对后生效" in page.post(act, sent, follow=True).content.decode()
    record = PastRecord.objects.get()
    shown = page.get(entry.url).content.decode()
    assert "待核对" in shown
    assert "核对无误" not in shown
    decide = reverse("ledger_past_decide", args=[record.pk])
    assert "须由另一人核对" in page.post(decide, {"do": "confirm"}, follow=True).content.decode()
    second = signed_in(Role.LEAD, entry.body)
    assert past_records_block(actor(Role.LEAD, entry.body))
    shown = second.get(entry.url).content.decode()
    assert "请写明年度" in shown
    assert shown.index("<button disabled hidden>") < shown.index("核对无误"), "Enter in the reason confirms nothing"
    paper_at = reverse("ledger_past_paper", args=[record.pk])
    assert b"".join(second.get(paper_at).streaming_content) == scan
    outside = signed_in(Role.CLERK, BodyFactory(name="云岭市财政局"))
    assert outside.get(paper_at).status_code == 404
    assert outside.post(decide, {"do": "confirm"}).status_code == 404
    second.post(decide, {"do": "confirm"})
    assert reload(entry).state == "correcting"
    by = record.recorded_by
    assert f"{by} 于" in page.get(entry.url).content.decode()
    assert "补录" in page.get(reverse("requests:list")).content.decode()
    told = str(get_request_progress(entry.pk).parts)
    assert f"2024-01-08要求补正（凭证云建补〔2024〕5号），2024-02-20由{by}补录" in told
    waiting = record_as_past(reload(entry), head(entry.body), "record_ended", result="3.6.3", on=date(2024, 1, 26))
    erase_request(entry.pk)
    for erased, state in ((record, PastState.CONFIRMED), (waiting, PastState.REFUSED)):  # without its proof, none waits
        erased.refresh_from_db()
        assert (erased.facts.reveal(), erased.lines.reveal(), erased.paper, erased.state) == ("", "", None, state)
    assert Message.objects.filter(person=waiting.person, key=f"past/{waiting.pk}/refused").exists()


def test_one_person_with_two_accounts_is_no_second_person(entry: Entry) -> None:
    first = AppointmentFactory(role=Role.CLERK, body=entry.body, person__mobile="13900139000", person__name="许秋菊")
    other = AppointmentFactory(role=Role.LEAD, body=entry.body, person__mobile="13900139000", person__name="许秋菊")
    one, two = (make_actor_of_person(appointment.person) for appointment in (first, other))
    record = record_as_past(entry, one, "ask_correction", **NOTICE)
    assert past_records_block(two) is None
    with pytest.raises(Refused, match="须由另一人核对"):
        confirm_past_record(record, two)
