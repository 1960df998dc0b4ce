"""The public mailbox: each message is registered once, joins its thread, is recognised as automatic, or is quarantined."""

from contextlib import contextmanager

import pytest
from django.core import mail as sent
from django.test import Client
from django.utils import timezone

from factories.consultation import inquiry, released_answer
from factories.mails import (
    GBK,
    PNG,
    bounce_report,
    message_bytes,
    message_with_file,
    nested_message,
    raw_message,
    winmail,
)
from factories.units import BodyFactory, actor, signed_in
from gongkai.core.acts.action import Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.files.losses import find_losses
from gongkai.core.intake.models import Party, Upload
from gongkai.core.ledger.models import Entry
from gongkai.core.outbox.jobs import send_due
from gongkai.core.outbox.models import Letter
from gongkai.core.units.actors import get_actor
from gongkai.core.units.models import Body, Person, Role
from gongkai.lib.outbound.permitted_hosts import NoAnswer
from gongkai.work.consultation import actions, public
from gongkai.work.consultation.importers import get_importing_unit
from gongkai.work.consultation.mailbox import fetching, mail_outcomes
from gongkai.work.consultation.mailbox.fetching import fetch_folder
from gongkai.work.consultation.mailbox.incoming_mails import ORIGINAL_FILE_NAME
from gongkai.work.consultation.models import IncomingMail, Inquiry, MailFolder, Use
from gongkai.work.consultation.public import get_inquiry_progress

pytestmark = pytest.mark.django_db


class MailServer:
    """A mail folder in memory: messages by number, and after how many the connection breaks."""

    def __init__(self, *messages: bytes, uid_validity: int = 7) -> None:
        self.kept = dict(enumerate(messages, 1))
        self.uid_validity, self.breaks_after, self.read = uid_validity, 99, 0

    @contextmanager
    def open(self):
        self.read = 0
        yield self

    def list_numbers(self, after: int) -> list[int]:
        return sorted(number for number in self.kept if number > after)

    def get_sizes(self, numbers: list[int]) -> dict[int, int]:
        return {number: len(self.kept[number]) for number in numbers}

    def fetch_message(self, number: int) -> bytes | None:
        self.read += 1
        if self.read > self.breaks_after:
            raise NoAnswer("邮件服务器中断")
        return self.kept.get(number)

    def fetch_header(self, number: int) -> bytes | None:
        return self.kept[number].split(b"\n\n")[0]

    def add(self, message: bytes) -> None:
        self.kept[max(self.kept) + 1] = message


@pytest.fixture
def fetch(site):
    return lambda server: fetch_folder("box", server.open(), site.body)


def states() -> list[str]:
    return list(IncomingMail.objects.order_by("pk").values_list("state", flat=True))


def test_mail_becomes_inquiry_and_answer_joins_the_thread(fetch, site, housing) -> None:
    server = MailServer(message_with_file("房产证明.png", PNG, subject="Re: 公租房申请").as_bytes())
    assert fetch(server) == {"taken": 1}
    one = Inquiry.objects.get()
    assert (one.channel, one.subject.reveal(), one.entry.rules) == ("mailbox", "公租房申请", "consultation")
    assert {file.name.reveal() for file in Upload.objects.filter(matter=one.matter)} == {"原信.eml", "房产证明.png"}
    assert Party.objects.get(matter=one.matter).email.reveal() == "li@example.cn"
    send_due()
    assert "查询码" in sent.outbox[0].body
    assert sent.outbox[0].extra_headers["In-Reply-To"] == "<a1@example.cn>"
    known = released_answer(housing)
    entry = actions.assign_inquiry(one.entry, by=actor(Role.CHIEF, site.body), body=housing)
    actions.answer_with_known_answer(entry, by=actor(Role.CLERK, housing), known=known)
    send_due()
    assert known.answer in sent.outbox[-1].body
    assert sent.outbox[-1].extra_headers["References"] == "<a1@example.cn>"
    public.erase_inquiry(entry.pk)
    assert not IncomingMail.objects.get().subject


def test_clerk_reads_that_text_of_long_mail_was_cut(fetch, monkeypatch) -> None:
    monkeypatch.setattr(mail_outcomes, "MAX_TEXT_CHARACTERS", 6)
    assert fetch(MailServer(message_bytes("我想问公租房。").as_bytes())) == {"taken": 1}
    assert Inquiry.objects.get().text.reveal() == "我想问公租房\n（正文有7字，只登记了前6字，其余的见原信）"


def test_missing_content_of_mail_is_confirmed_by_answering_clerk(fetch, site, housing) -> None:
    fetch(MailServer(message_with_file("李晓云材料.docx", b"PK\x03\x04 cut").as_bytes()))
    entry = actions.assign_inquiry(Inquiry.objects.get().entry, by=actor(Role.CHIEF, site.body), body=housing)
    lines = find_losses(entry.stream).lines
    assert lines
    assert "李晓云" not in str(lines), "the lines are stored in plain text"
    client = signed_in(Role.CLERK, housing)
    for page in (entry.url, f"/admin/ledger/{entry.pk}/act/inquiry.draft/"):
        assert lines[0] in client.get(page).content.decode()
    clerk, known = actor(Role.CLERK, housing), released_answer(housing)
    for act, facts in (
        (actions.draft_answer, {"answer": "请到窗口。"}),
        (actions.answer_with_known_answer, {"known": known}),
    ):
        with pytest.raises(Refused, match="已对照原文件核对"):
            act(entry, by=clerk, **facts)
    client.post(f"/admin/ledger/{entry.pk}/act/inquiry.draft/", {"answer": "请到窗口。", "losses_seen": "on"})
    entry.refresh_from_db()
    assert entry.state == "drafted"
    assert find_losses(entry.stream).seen_by


def test_sender_is_sent_known_answer_and_may_accept_it(fetch, site, housing) -> None:
    known = released_answer(housing)
    fetch(MailServer(message_bytes(f"{known.question}？", subject=known.question).as_bytes()))
    one = Inquiry.objects.get()
    send_due()
    assert known.answer in sent.outbox[0].body
    assert get_inquiry_progress(one.pk).parts[0].sentences == (known.question, known.answer)
    with pytest.raises(Refused, match="由提出人"):
        actions.close_settled_inquiry(one.entry, by=actor(Role.CHIEF, site.body))
    actions.close_settled_inquiry(one.entry, by=ANONYMOUS)
    one.refresh_from_db()
    assert (one.known, one.entry.state, one.answer) == (known, "answered", known.answer)
    assert Use.objects.filter(answer=known, inquiry=one).exists()
    assert not get_inquiry_progress(one.pk).parts


def test_code_goes_only_to_reply_address_and_clerk_sees_it(fetch, site) -> None:
    given = message_bytes(sender='"x@other.cn" <li@example.cn>', Reply_To="wang@example.cn").as_bytes()
    fetch(MailServer(given))
    one = Inquiry.objects.get()
    assert Party.objects.get(matter=one.matter).email.reveal() == "wang@example.cn"
    assert "回执和答复寄往该地址" in one.text.reveal()
    send_due()
    assert [(mail.to, mail.cc, mail.bcc) for mail in sent.outbox] == [(["wang@example.cn"], [], [])]


def test_reply_joins_its_inquiry_and_after_answer_opens_another(fetch, site, housing) -> None:
    server = MailServer(message_bytes().as_bytes())
    fetch(server)
    first = Inquiry.objects.get()
    ours = f"<{Letter.objects.get().message_id}@gongkai>"
    server.add(message_bytes("补充：我在城南住。", number="<a2@example.cn>", In_Reply_To=ours).as_bytes())
    server.add(
        message_bytes(
            "假冒的补充。", number="<a3@example.cn>", sender="x@other.cn", References="<a1@example.cn>"
        ).as_bytes()
    )
    fetch(server)
    first.refresh_from_db()
    assert "补充：我在城南住。" in first.text.reveal()
    assert "假冒" not in first.text.reveal()
    assert states() == ["taken", "joined", "taken"]
    first.entry.refresh_from_db()
    actions.reject_inquiry(first.entry, by=actor(Role.CHIEF, site.body), reason="不属于受理范围")
    server.add(message_bytes("还想再问。", number="<a4@example.cn>", References="<a1@example.cn>").as_bytes())
    fetch(server)
    assert Inquiry.objects.latest("pk").repeat_of == first


def test_malformed_mails_are_registered_or_held_and_none_is_lost(fetch, monkeypatch) -> None:
    monkeypatch.setattr(fetching, "MAX_MAIL_BYTES", 20_000)
    corpus = [
        (raw_message("1", GBK, charset="gb2312"), "taken"),
        (raw_message("2", GBK, charset="utf-8", subject="公租房".encode("gbk")), "taken"),
        (message_bytes(number="<e@example.cn>", subject="").as_bytes(), "taken"),
        (nested_message(3), "taken"),
        (nested_message(90), "held"),
        (message_with_file("winmail.dat", b"x\x9f", text="见附件", number="<w1@example.cn>").as_bytes(), "taken"),
        (message_with_file("winmail.dat", winmail(), text="", number="<w2@example.cn>").as_bytes(), "taken"),
        (message_with_file("winmail.dat", b"x\x9f", text="", number="<w3@example.cn>").as_bytes(), "held"),
        (message_with_file("病毒.exe", b"MZ\x90", number="<v@example.cn>").as_bytes(), "taken"),
        (message_bytes("长" * 9000, number="<h@example.cn>").as_bytes(), "held"),
        (message_bytes(number="<s@example.cn>", sender="gongkai@localhost").as_bytes(), "held"),
        (message_bytes(number="<r@example.cn>", Auto_Submitted="auto-replied").as_bytes(), "auto"),
        (message_bytes("", subject="", number="<n@example.cn>").as_bytes(), "held"),
        (message_bytes(number="<xl@example.cn>", X_Loop="a").as_bytes(), "held"),
        (message_bytes(number="<two@example.cn>", sender="a@example.cn, b@example.cn").as_bytes(), "held"),
        (message_bytes(number="<rt@example.cn>", Reply_To="gongkai@localhost").as_bytes(), "taken"),
        (message_bytes(number="<tag@example.cn>", sender="gongkai+web@localhost").as_bytes(), "held"),
        (message_bytes(number="<nr@example.cn>", sender="no-reply@example.cn").as_bytes(), "auto"),
        (message_bytes(number="<nl@example.cn>", List_Unsubscribe="<mailto:a@b.cn>").as_bytes(), "auto"),
        (b"\x00\xff\xfe garbage", "held"),
        (b"", "held"),
    ]
    fetch(MailServer(*(message for message, _ in corpus)))
    assert states() == [state for _, state in corpus]
    assert Inquiry.objects.count() == 8
    assert [one.text.reveal() for one in Inquiry.objects.all()].count("公租房怎样申请？") == 1
    kept = {f"mail/{row.pk}" if not row.inquiry else row.inquiry.matter for row in IncomingMail.objects.all()}
    assert kept <= {file.matter for file in Upload.objects.all() if file.name.reveal() == ORIGINAL_FILE_NAME}
    assert all(row.why for row in IncomingMail.objects.filter(state="held"))
    virus = IncomingMail.objects.get(message_id="<v@example.cn>")
    assert virus.inquiry
    assert ("1个" in virus.why, "病毒.exe" in virus.why, "病毒.exe" in virus.inquiry.text.reveal()) == (
        True,
        False,
        True,
    )
    assert "附件" in find_losses(virus.inquiry.entry.stream).lines[0]
    assert not Letter.objects.filter(key__contains="received").count() > 8


def test_interrupted_fetch_resumes_without_loss_or_duplicates(fetch) -> None:
    server = MailServer(*(message_bytes(number=f"<{n}@example.cn>", text=f"问题{n}").as_bytes() for n in range(4)))
    server.breaks_after = 2
    assert fetch(server) == {"taken": 2, "unreachable": 1}
    assert "中断" in MailFolder.objects.get().error
    server.breaks_after = 99
    assert fetch(server) == {"taken": 2}
    assert fetch(server) == {}
    server.uid_validity = 8  # the server numbered everything anew
    assert fetch(server) == {"copy": 4}
    assert Inquiry.objects.count() == 4


def test_unexpected_failure_is_quarantined_and_next_mail_continues(fetch, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise KeyError("unforeseen")

    server = MailServer(message_bytes().as_bytes())
    monkeypatch.setattr(mail_outcomes, "register_mail_inquiry", fail)
    fetch(server)
    monkeypatch.undo()
    server.add(message_bytes("下一封", number="<b@example.cn>").as_bytes())
    fetch(server)
    assert states() == ["held", "taken"]
    assert (
        Upload.objects.filter(matter="mail/1").exists()
        or [file.name.reveal() for file in Upload.objects.all()].count(ORIGINAL_FILE_NAME) == 2
    )
    held = IncomingMail.objects.get(state="held")
    actions.dismiss_mail(held, by=SYSTEM, reason="空邮件")
    assert Party.objects.get(matter=held.matter).erase_on, "the original is not kept for good"


def test_bounce_marks_letter_and_automatic_mail_is_not_answered(fetch) -> None:
    server = MailServer(message_bytes().as_bytes())
    fetch(server)
    ours = Letter.objects.get()
    server.add(bounce_report(ours.message_id))
    server.add(message_bytes("我在休假。", subject="自动回复：已收到您的来信", number="<o@example.cn>").as_bytes())
    fetch(server)
    ours.refresh_from_db()
    assert ours.state == "bounced"
    assert Party.objects.filter(mail_refused_at__isnull=False).exists()
    assert (states()[1:], Letter.objects.count(), Inquiry.objects.count()) == (["report", "auto"], 1, 1)


def test_too_many_mails_of_one_sender_are_held_unanswered(fetch, monkeypatch) -> None:
    from gongkai.work.consultation.mailbox import mail_outcomes

    monkeypatch.setattr(mail_outcomes, "MAX_MAILS_PER_SENDER_AND_DAY", 2)
    fetch(MailServer(*(message_bytes(f"第{n}封", number=f"<{n}@example.cn>").as_bytes() for n in range(4))))
    assert states() == ["taken", "taken", "held", "held"]


def test_only_the_office_sees_and_empties_quarantine(fetch, site, housing) -> None:
    fetch(
        MailServer(
            message_bytes("", subject="", number="<n@example.cn>").as_bytes(),
            message_bytes(" ", subject="", number="<m@example.cn>").as_bytes(),
        )
    )
    chief = signed_in(Role.CHIEF, site.body)
    first, second = IncomingMail.objects.order_by("pk")
    assert "没有内容" in chief.get("/admin/inquiries/mails/").content.decode()
    assert "下载原信" in chief.get(f"/admin/inquiries/mails/{first.pk}/").content.decode()
    facts = {"title": "电话补问", "category": "help", "text": "电话问明：要问公租房。"}
    chief.post(f"/admin/inquiries/mails/{first.pk}/", facts)
    assert Inquiry.objects.get().subject.reveal() == "电话补问"
    chief.post(f"/admin/inquiries/mails/{second.pk}/dismiss/", {"reason": "空信"})
    assert states() == ["taken", "dismissed"]
    clerk: Client = signed_in(Role.CLERK, housing)
    assert clerk.get(f"/admin/inquiries/mails/{second.pk}/").status_code == 404
    second.refresh_from_db()
    with pytest.raises(Refused, match="不需要再处理"):
        actions.dismiss_mail(second, by=actor(Role.CHIEF, site.body), reason="再次")


def test_supplement_is_appended_to_inquiry(site, housing) -> None:
    one = inquiry(site.body, body=housing, text="想问公租房。")
    clerk = actor(Role.CLERK, housing)
    with pytest.raises(Refused, match="填写补充"):
        actions.append_to_inquiry(one.entry, by=clerk, text=" ")
    actions.append_to_inquiry(one.entry, by=clerk, text="来电补充：有两个孩子。")
    one.refresh_from_db()
    assert one.text.reveal().startswith("想问公租房。")
    assert one.text.reveal().endswith("有两个孩子。")


def test_units_have_own_mailboxes_on_configured_servers_only(site, housing, settings, monkeypatch) -> None:
    settings.GONGKAI_MAILBOX_SERVERS = ["imap.yunling.example:1993"]
    chief, clerk = actor(Role.CHIEF, site.body), actor(Role.CLERK, housing)
    given = {"host": "imap.yunling.example", "account": "zhujian@yunling.example", "password": "kouling-yi"}
    for by, facts, why in (
        (clerk, given, "政务公开办"),
        (chief, {**given, "host": "10.0.0.1"}, "选择邮件服务器"),
        (chief, {**given, "password": ""}, "账号和密码"),
        (chief, {**given, "account": 'a"b'}, "引号"),
    ):
        with pytest.raises(Refused, match=why):
            actions.open_mail_folder(housing, by=by, **facts)
    made = actions.open_mail_folder(housing, by=chief, **given)
    row = MailFolder.objects.get(pk=made.pk)
    assert (row.port, row.secret.reveal()) == (1993, "kouling-yi")
    with pytest.raises(Refused, match="已经登记"):
        actions.open_mail_folder(housing, by=chief, **given)
    actions.change_mailbox_password(row, by=chief, password="kouling-er")
    opened = []
    own, both = message_bytes().as_bytes(), message_bytes("两处都寄了一份。", number="<c1@example.cn>").as_bytes()
    server = MailServer(own, both, b"")

    def fake(account):
        opened.append((account.host, account.password))
        return server.open()

    monkeypatch.setattr(fetching, "open_folder", fake)
    assert fetching.fetch_mail() == {"taken": 2, "held": 1}
    assert opened == [("imap.yunling.example", "kouling-er")]
    assert {one.receiver for one in Inquiry.objects.all()} == {housing}
    send_due()
    replies = [one.message()["Reply-To"] for one in sent.outbox if one.to == ["li@example.cn"]]
    assert replies == ["zhujian@yunling.example"] * 2
    assert fetch_folder("box", MailServer(both).open(), site.body) == {"copy": 1}
    copied = IncomingMail.objects.latest("pk").inquiry
    assert copied
    assert (copied.subject.reveal(), "两处" in copied.text.reveal()) == ("公租房申请", True)
    held = IncomingMail.objects.get(state="held")
    stranger = signed_in(Role.CLERK, BodyFactory(parent=site.body))
    assert stranger.get(f"/admin/inquiries/mails/{held.pk}/").status_code == 404
    with pytest.raises(Refused, match="受理单位"):
        actions.dismiss_mail(held, by=actor(Role.CLERK, BodyFactory(parent=site.body)), reason="空邮件")
    page = signed_in(Role.CLERK, housing)
    assert f"mails/{held.pk}/" in page.get("/admin/inquiries/mails/").content.decode()
    assert "信箱设置" not in page.get("/admin/inquiries/mails/").content.decode()
    page.post(f"/admin/inquiries/mails/{held.pk}/dismiss/", {"reason": "空邮件"})
    assert not IncomingMail.objects.filter(state="held").exists()
    taken = IncomingMail.objects.filter(folder=row, state="taken").first()
    assert taken
    assert taken.inquiry
    entry = taken.inquiry.entry
    assert entry.url in page.get("/admin/inquiries/mails/?state=taken").content.decode()
    Entry.objects.filter(pk=entry.pk).update(body=BodyFactory(parent=site.body))
    Inquiry.objects.filter(pk=taken.inquiry_id).update(receiver=BodyFactory(parent=site.body))
    for address in ("/admin/inquiries/mails/?state=taken", f"/admin/inquiries/mails/{taken.pk}/"):
        handed_over = page.get(address).content.decode()
        assert entry.number in handed_over
        assert entry.url not in handed_over
    office = signed_in(Role.CHIEF, site.body)
    assert "kouling-er" not in office.get("/admin/inquiries/mailboxes/").content.decode()
    row.refresh_from_db()
    given = {"reason": "合并", "version": row.version}
    office.post(f"/admin/inquiries/mailboxes/{made.pk}/close-folder/", given)
    row.refresh_from_db()
    assert row.closed_at
    assert row.secret.reveal() == ""
    assert fetching.fetch_mail() == {}
    with pytest.raises(Refused, match="已经停用"):
        actions.close_mail_folder(row, by=chief, reason="再停")
    again = {"host": row.host, "account": row.account, "password": "kouling-san"}
    with pytest.raises(Refused, match="已经登记"):
        actions.open_mail_folder(site.body, by=chief, **again)
    assert actions.open_mail_folder(housing, by=chief, **again).pk == row.pk
    assert fetching.fetch_mail() == {}  # nothing is read twice
    assert opened[-1] == (row.host, "kouling-san")


def test_mail_to_a_merged_unit_is_given_to_its_successor(site, housing, settings) -> None:
    settings.GONGKAI_MAILBOX_SERVERS = ["imap.yunling.example:1993"]
    given = {"host": "imap.yunling.example", "account": "zhujian@yunling.example", "password": "kouling-yi"}
    actions.open_mail_folder(housing, by=actor(Role.CHIEF, site.body), **given)
    successor = BodyFactory(parent=site.body)
    Body.objects.filter(pk=housing.pk).update(merged_into=successor, active_to=timezone.localdate())
    assert [body for _, body in fetching.list_mailboxes()] == [successor]
    by = get_actor(Person.objects.get(pk=actor(Role.CLERK, successor).person_id).user)
    assert get_importing_unit(by) == successor, "new work is not given to a closed unit"


@pytest.mark.parametrize(
    "where",
    [
        "gongkai.work.consultation.mailbox.mail_outcomes.store_original",
        "gongkai.work.consultation.actions.mails.register_inquiry",
        "gongkai.work.consultation.actions.mails.issue_code",
        "gongkai.work.consultation.actions.mails.write_messages",
        "gongkai.work.consultation.models.MailFolder.save",
    ],
)
def test_killed_processing_registers_and_acknowledges_mail_once(fetch, monkeypatch, where) -> None:
    class Killed(BaseException):
        """The end of the process: nothing catches it."""

    def die(*args, **kwargs):
        raise Killed

    server = MailServer(message_bytes().as_bytes(), message_bytes("第二封。", number="<k2@example.cn>").as_bytes())
    MailFolder.objects.create(name="box", uid_validity=7)
    monkeypatch.setattr(where, die)
    with pytest.raises(Killed):
        fetch(server)
    for model in (IncomingMail, Inquiry, Letter, Party, Upload):
        assert not model.objects.exists(), model
    assert MailFolder.objects.get().last_uid == 0
    monkeypatch.undo()
    assert fetch(server) == {"taken": 2}
    assert fetch(server) == {}
    assert Inquiry.objects.count() == 2
    assert Letter.objects.filter(key__startswith="received/").count() == 2
