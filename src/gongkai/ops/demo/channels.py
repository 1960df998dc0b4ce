"""Sample data: further channels of 互动交流: mailbox, 12345 orders, test calls."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from gongkai.content.editions.models import Website
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.intake.actions import register_party
from gongkai.core.intake.held import Particulars
from gongkai.core.units.models import Role
from gongkai.ops.demo import asked, clock
from gongkai.ops.demo.cast import Cast
from gongkai.work.consultation import actions, tidying
from gongkai.work.consultation.mailbox.fetching import fetch_folder

#: Sender, subject, text, further heads. All invented.
SAMPLE_MAILS = (
    (
        "罗女士 <luo@mail.example>",
        "老旧小区加装电梯的补助",
        "我们单元想加装电梯，补助怎样申请，每部多少钱？",
        "",
    ),
    ("wei@mail.example", "", "", ""),
    (
        "秦先生 <qin@mail.example>",
        "自动回复：休假",
        "我在休假，回来后处理。",
        "Auto-Submitted: auto-replied\r\n",
    ),
)
#: Unit, number, purpose, hours, what the test calls met, the oldest first.
SAMPLE_PHONES = (
    ("jiaoyu", "0799-8000021", "政策咨询", "工作日9:00–12:00，14:00–17:30", ("answered", "answered")),
    ("caizheng", "0799-8000035", "政策咨询", "工作日9:00–12:00，14:00–17:30", ("answered", "silent")),
    ("minzheng", "0799-8000047", "社会救助咨询", "工作日8:30–17:30", ()),
)
SAMPLE_FIRMS = (("云岭老街饭店", ["H"], "micro"), ("云岭精工机械厂", ["C"], "middle"))


def create_channel_cases(cast: Cast) -> None:
    """Create one case for each channel."""
    website = Website.objects.select_related("body").get(is_default=True)
    _mails(website)
    with clock.at(clock.office_hour(timezone.localdate() - timedelta(days=1), 50)):
        actions.take_order(
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
    _phones(cast)
    for name, industries, size in SAMPLE_FIRMS:
        firm = actions.subscribe(None, by=ANONYMOUS, size=size, industries=industries)
        said = Particulars(name=name, email=f"firm{firm.pk}@mail.example")
        register_party(None, by=ANONYMOUS, matter=firm.matter, said=said)
        actions.confirm_firm(firm, by=ANONYMOUS)
    asked.create_window(cast)
    tidying.open_rounds()


class _Folder:
    """A fake mail folder."""

    uid_validity = 20261101

    def numbers(self, after: int) -> list[int]:
        return [number for number in range(1, len(SAMPLE_MAILS) + 1) if number > after]

    def sizes(self, numbers: list[int]) -> dict[int, int]:
        return {number: len(self.message(number)) for number in numbers}

    def message(self, number: int) -> bytes:
        sender, subject, text, heads = SAMPLE_MAILS[number - 1]
        return (
            f"From: {sender}\r\nTo: xinxiang@yunling.gov.example\r\nSubject: {subject}\r\nMessage-ID: <{number}@mail.example>\r\n{heads}"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        ).encode()

    def head(self, number: int) -> bytes:
        return self.message(number).split(b"\r\n\r\n")[0]


@contextmanager
def _opened() -> Iterator[_Folder]:
    yield _Folder()


def _mails(website: Website) -> None:
    with clock.at(clock.office_hour(timezone.localdate() - timedelta(days=1), 30)):
        fetch_folder("xinxiang@yunling.gov.example/INBOX", _opened(), website.body)


def _phones(cast: Cast) -> None:
    today = timezone.localdate()
    for key, number, purpose, hours, met in SAMPLE_PHONES:
        body = cast.bodies.get(key)
        clerk = cast.actors.get((Role.CLERK, body.pk)) if body else None
        if body is None or clerk is None:
            continue
        phone = actions.enter_phone(body, by=clerk, number=number, hours=hours, purpose=purpose)
        for place, heard in enumerate(met):
            at = clock.office_hour(today - timedelta(days=35 * (len(met) - 1 - place) + 2), 80)
            with clock.at(at):
                words = "响铃八声无人接听" if heard == "silent" else ""
                actions.check_phone(phone, by=cast.chief, heard=heard, words=words)
