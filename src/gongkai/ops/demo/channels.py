"""Sample data: further channels of 互动交流: mailbox, 12345 orders, test calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.ledger.models import Entry
from gongkai.core.units.models import Body, Role
from gongkai.ops.demo import clock
from gongkai.ops.demo.people import SampleStaff
from gongkai.work.consultation import actions, review_rounds, roster
from gongkai.work.consultation.facts import InquiryFacts
from gongkai.work.consultation.mailbox.fetching import fetch_folder
from gongkai.work.consultation.models import ContactPhone, KnownAnswer
from gongkai.work.consultation.states import SHOWN_STATES


def create_service_window(staff: SampleStaff) -> None:
    """Create a service window with a roster, spoken answers, a telephone operator, and three inquiries in different states."""
    education = staff.bodies["jiaoyu"]
    _open_service_window(staff, education)
    _record_spoken_answers(staff, education)
    phone = ContactPhone.objects.filter(body=education).first()
    if phone:
        clerk, day = staff.actor(Role.CLERK, education), timezone.localdate() - timedelta(days=60)
        actions.assign_operator(phone, by=clerk, name="余静", handed_on=day)
    _answer_letter(staff)
    _create_reassigned_inquiry(staff)
    _create_joint_inquiry(staff)


def _make_past_office_hour(day: date, minutes: int) -> datetime:
    return min(clock.office_hour(day, minutes), timezone.now() - timedelta(minutes=5))


def _register_inquiry(staff: SampleStaff, days: int, channel: str, title: str, text: str) -> tuple[Entry, date]:
    """Register an inquiry to the city so many days ago; return (entry, day of receipt)."""
    day = timezone.localdate() - timedelta(days=days)
    with clock.travel_to(_make_past_office_hour(day, 25)):
        facts = InquiryFacts(channel=channel, category="consultation", title=title, text=text)
        inquiry = actions.register_inquiry(staff.bodies["shi"], by=staff.chief, facts=facts)
    return Entry.objects.get(pk=inquiry.pk), day


def _answer_letter(staff: SampleStaff) -> None:
    """Register a letter and answer it verbatim from the knowledge base the same day, if that has the answer."""
    text = "母亲今年八十三岁，听说有补贴，在哪里领，要带什么？"
    entry, day = _register_inquiry(staff, 9, "letter", "八十岁老人有没有补贴", text)
    answer = KnownAnswer.objects.filter(question="高龄津贴怎样领", state__in=SHOWN_STATES).first()
    if answer:
        with clock.travel_to(_make_past_office_hour(day, 90)):
            actions.answer_with_known_answer(entry, by=staff.chief, known=answer)


def _create_reassigned_inquiry(staff: SampleStaff) -> None:
    """Assign an inquiry to a unit that declines it, then to the responsible one."""
    text = "学校门前的人行道地砖松动，下雨天溅水，孩子容易滑倒，请修一修。"
    entry, day = _register_inquiry(staff, 5, "phone", "实验小学门前人行道地砖松动", text)
    education, streets = staff.bodies["jiaoyu"], staff.bodies["chengguan"]
    with clock.travel_to(_make_past_office_hour(day, 60)):
        actions.assign_inquiry(entry, by=staff.chief, body=education)
    with clock.travel_to(_make_past_office_hour(day + timedelta(days=1), 20)):
        reason = "校门外人行道由城市管理部门养护，建议转市城市管理局"
        actions.decline_inquiry(_reload_entry(entry), by=staff.actor(Role.CLERK, education), reason=reason)
    with clock.travel_to(_make_past_office_hour(day + timedelta(days=1), 50)):
        actions.assign_inquiry(_reload_entry(entry), by=staff.chief, body=streets)


def _create_joint_inquiry(staff: SampleStaff) -> None:
    """Create an inquiry on which another unit has contributed, and the responsible one has not answered."""
    text = "孩子在读书，家里在吃低保，学校的资助和民政的救助可不可以一起领？"
    entry, day = _register_inquiry(staff, 4, "window", "低保家庭学生的资助和救助能不能同时领", text)
    education, welfare = staff.bodies["jiaoyu"], staff.bodies["minzheng"]
    with clock.travel_to(_make_past_office_hour(day, 45)):
        actions.assign_inquiry(entry, by=staff.chief, body=education)
    with clock.travel_to(_make_past_office_hour(day + timedelta(days=1), 30)):
        clerk, question = staff.actor(Role.CLERK, education), "低保金与学生资助能否同时享受"
        actions.request_contribution(_reload_entry(entry), by=clerk, body=welfare, asked=question)
    with clock.travel_to(_make_past_office_hour(day + timedelta(days=2), 30)):
        said = "学生资助不计入家庭收入，可以与低保金同时享受。"
        actions.submit_contribution(_reload_entry(entry), by=staff.actor(Role.CLERK, welfare), text=said)


def _reload_entry(entry: Entry) -> Entry:
    return Entry.objects.get(pk=entry.pk)


def _open_service_window(staff: SampleStaff, education: Body) -> None:
    """Open a service window ten days ago, with a roster of the working days up to today."""
    today = timezone.localdate()
    clerk = staff.actor(Role.CLERK, education)
    with clock.travel_to(_make_past_office_hour(today - timedelta(days=10), 10)):
        place, hours = "市政务服务中心一楼A区3号窗口", "工作日9:00–12:00，14:00–17:30"
        window = actions.open_service_window(education, by=clerk, name="综合咨询窗口", place=place, hours=hours)
        days = roster.list_workdays(timezone.localdate(), today)
        actions.plan_shifts(window, by=clerk, people=dict.fromkeys(days, "余静、方敏"))


def _record_spoken_answers(staff: SampleStaff, education: Body) -> None:
    """Record answers given to callers from the knowledge base, and an everyday synonym."""
    clerk = staff.actor(Role.CLERK, education)
    answers = list(KnownAnswer.objects.filter(body=education, state__in=SHOWN_STATES).order_by("pk"))
    spoken = (
        (0, "phone", "娃儿没得本地户口能不能读小学"),
        (1, "window", "小学要交哪些钱"),
        (3, "hotline", "转学手续怎么办"),
    )
    for place, channel, question in spoken:
        actions.record_spoken_answer(education, by=clerk, known=answers[place], asked=question, channel=channel)
    actions.save_synonym(None, by=staff.chief, everyday="娃儿", official="孩子")


#: Sample mails: sender, subject, text, further headers.
SAMPLE_MAILS = (
    ("罗女士 <luo@mail.example>", "老旧小区加装电梯的补助", "我们单元想加装电梯，补助怎样申请，每部多少钱？", ""),
    ("wei@mail.example", "", "", ""),
    ("秦先生 <qin@mail.example>", "自动回复：休假", "我在休假，回来后处理。", "Auto-Submitted: auto-replied\r\n"),
)
#: Sample telephones: unit, number, purpose, hours, results of test calls (oldest first).
SAMPLE_PHONES = (
    ("jiaoyu", "0799-8000021", "政策咨询", "工作日9:00–12:00，14:00–17:30", ("answered", "answered")),
    ("caizheng", "0799-8000035", "政策咨询", "工作日9:00–12:00，14:00–17:30", ("answered", "silent")),
    ("minzheng", "0799-8000047", "社会救助咨询", "工作日8:30–17:30", ()),
)
#: Sample firms: name, industries, size.
SAMPLE_FIRMS = (("云岭老街饭店", ["H"], "micro"), ("云岭精工机械厂", ["C"], "middle"))


def create_channel_cases(staff: SampleStaff) -> None:
    """Create mails, a 12345 order, telephones with test calls, firms, the window, and due review rounds."""
    website = Website.objects.select_related("body").get(is_default=True)
    _fetch_sample_mails(website)
    with clock.travel_to(clock.office_hour(timezone.localdate() - timedelta(days=1), 50)):
        actions.register_order(
            website.body,
            by=SYSTEM,
            platform="12345",
            ref="YL20261120-0317",
            title="小区路灯整夜不亮",
            text="东河路18号小区门口三盏路灯一周不亮，晚归不安全。",
            category="complaint",
            name="雷先生",
            phone="13800138041",
        )
    _create_phones(staff)
    for name, industries, size in SAMPLE_FIRMS:
        firm = actions.subscribe_firm(None, by=ANONYMOUS, size=size, industries=industries)
        particulars = SenderParticulars(name=name, email=f"firm{firm.pk}@mail.example")
        register_party(None, by=ANONYMOUS, matter=firm.matter, particulars=particulars)
        actions.confirm_firm(firm, by=ANONYMOUS)
    create_service_window(staff)
    review_rounds.open_review_rounds()


class _FakeMailFolder:
    """A fake mail folder with the sample mails, numbered from 1."""

    uid_validity = 20261101

    def list_numbers(self, after: int) -> list[int]:
        return [number for number in range(1, len(SAMPLE_MAILS) + 1) if number > after]

    def get_sizes(self, numbers: list[int]) -> dict[int, int]:
        return {number: len(self.fetch_message(number)) for number in numbers}

    def fetch_message(self, number: int) -> bytes:
        """Return the mail of a number as bytes."""
        sender, subject, text, heads = SAMPLE_MAILS[number - 1]
        return (
            f"From: {sender}\r\nTo: xinxiang@yunling.gov.example\r\nSubject: {subject}\r\nMessage-ID: <{number}@mail.example>\r\n{heads}"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ).encode()

    def fetch_header(self, number: int) -> bytes:
        return self.fetch_message(number).split(b"\r\n\r\n")[0]


@contextmanager
def _open_mail_folder() -> Iterator[_FakeMailFolder]:
    """Yield the fake mail folder with the sample mails."""
    yield _FakeMailFolder()


def _fetch_sample_mails(website: Website) -> None:
    with clock.travel_to(clock.office_hour(timezone.localdate() - timedelta(days=1), 30)):
        fetch_folder("xinxiang@yunling.gov.example/INBOX", _open_mail_folder(), website.body)


def _create_phones(staff: SampleStaff) -> None:
    """Register the telephones, and their test calls 35 days apart; units that are missing are skipped."""
    today = timezone.localdate()
    for key, number, purpose, hours, call_results in SAMPLE_PHONES:
        body = staff.bodies.get(key)
        clerk = staff.actors.get((Role.CLERK, body.pk)) if body else None
        if body is None or clerk is None:
            continue
        phone = actions.enter_phone(body, by=clerk, number=number, hours=hours, purpose=purpose)
        for place, text in enumerate(call_results):
            moment = clock.office_hour(today - timedelta(days=35 * (len(call_results) - 1 - place) + 2), 80)
            with clock.travel_to(moment):
                remark = "响铃八声无人接听" if text == "silent" else ""
                actions.record_test_call(phone, by=staff.chief, heard=text, words=remark)
