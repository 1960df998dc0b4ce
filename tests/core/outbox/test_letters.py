"""Letters to people outside: sent once, bounces recorded, addresses neither stored nor logged."""

import logging
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from factories.intake import Gateway, party
from factories.mailbox import mailbox
from gongkai.core.acts.action import Notification, Refused
from gongkai.core.acts.actors import ANONYMOUS, SYSTEM
from gongkai.core.acts.models import Movement, MovementWords
from gongkai.core.intake.actions import amend_party
from gongkai.core.intake.held_forms import SenderParticulars
from gongkai.core.intake.models import Party
from gongkai.core.outbox.actions import note_bounce, record_delivery_report
from gongkai.core.outbox.jobs import BACKOFF_MINUTES, LETTER_TEXT_RETENTION, send_due, send_now
from gongkai.core.outbox.models import Letter
from gongkai.core.outbox.outbox import write_messages

pytestmark = pytest.mark.django_db
ADDRESS, NUMBER = "li@example.cn", "13800138000"


def make_letter(to: Party, key: str = "answered/1", **more: Any) -> Letter:
    write_messages([Notification("您反映的问题已办结", "已改正，谢谢。", "", key, outside=(to.recipient,), **more)])
    return Letter.objects.get(key=key, channel=more.pop("channel", "mail"))


def test_letter_is_written_and_sent_once() -> None:
    one = party()
    for _ in range(2):
        write_messages([Notification("已办结", "已改正。", "", "answered/1", outside=(one.recipient,))])
    assert Letter.objects.count() == 1
    assert send_due()["sent"] == 1
    assert send_due()["sent"] == 0
    (message,) = mail.outbox
    assert (message.to, message.body) == ([ADDRESS], "已改正。")


def test_letter_row_contains_neither_address_nor_text() -> None:
    from django.db import connection

    make_letter(party())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM outbox_letter")
        stored = str(cursor.fetchall())
    for secret in (ADDRESS, NUMBER, "李晓云", "已改正"):
        assert secret not in stored


@pytest.mark.parametrize(
    ("said", "urgent", "ways"),
    [
        ({}, False, ["mail"]),
        ({}, True, ["mail", "sms"]),
        ({"email": ""}, False, ["sms"]),
        ({"email": "", "phone": "0591-88886666"}, False, []),
        ({"email": "", "phone": ""}, True, []),
    ],
)
def test_channels_of_a_letter(said: dict[str, str], urgent: bool, ways: list[str], settings: Any) -> None:
    settings.GONGKAI_CHANNELS = {
        "screen": "gongkai.core.outbox.channels.InboxChannel",
        "mail": "gongkai.core.outbox.channels.MailChannel",
        "sms": "factories.intake.Gateway",
    }
    Gateway.sent.clear()
    one = party(**said)
    write_messages([Notification("已办结" * 40, "已改正。", "", "k", outside=(one.recipient,), urgent=urgent)])
    assert sorted(Letter.objects.values_list("channel", flat=True)) == ways
    send_due()
    for number, text in Gateway.sent:
        assert number == NUMBER
        assert len(text) <= Gateway.limit
        assert "已改正" not in text


class TestRefusedMail:
    @pytest.fixture
    def mail_server(self, settings: Any) -> Any:
        with mailbox() as there:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", there.port
            yield there

    def test_unknown_address_is_recorded_and_not_retried(
        self, mail_server: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        one = party()
        make_letter(one)
        mail_server.unknown = True
        assert send_due()["bounced"] == 1
        letter = Letter.objects.get()
        assert (letter.state, letter.retry_at) == ("bounced", None)
        assert letter.bounced_at
        assert Party.objects.get().mail_refused_at
        write_messages([Notification("又一封", "正文。", "", "k2", outside=(one.recipient,))])
        assert Letter.objects.count() == 1
        said = f"{caplog.text}{letter.error}{list(Movement.objects.values())}{list(MovementWords.objects.values())}"
        assert ADDRESS not in said
        amend_party(
            Party.objects.get(), by=SYSTEM, particulars=SenderParticulars(name="李晓云", email="new@example.cn")
        )
        assert Party.objects.get().mail_refused_at is None

    def test_malformed_address_does_not_stop_the_channel(self, mail_server: Any) -> None:
        make_letter(party(), key="1")
        make_letter(party(email="李晓云"), key="0", urgent=True)
        counts = send_due()
        assert (counts["bounced"], counts["sent"]) == (1, 1)

    def test_temporary_refusal_is_retried_then_given_up(
        self, mail_server: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        make_letter(party())
        mail_server.refuses = True
        moment = timezone.now()
        for minutes in BACKOFF_MINUTES:
            assert send_due(moment)["retried"] == 1
            moment += timedelta(minutes=minutes, seconds=1)
        assert send_due(moment)["failed"] == 1
        assert ADDRESS not in caplog.text + Letter.objects.get().error

    def test_unreachable_mail_server_is_retried(self, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with caplog.at_level(logging.DEBUG):
            make_letter(party())
            assert not send_now("answered/1", Party.objects.get().recipient)
            assert send_due(timezone.now() + timedelta(minutes=5))["retried"] == 1
        assert ADDRESS not in caplog.text


def test_unexpected_channel_error_does_not_log_the_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_letter(party())

    def broken(to: str, *_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot reach {to}")

    monkeypatch.setattr("gongkai.core.outbox.channels.send_plain_mail", broken)
    assert send_due()["retried"] == 1
    assert "RuntimeError" in caplog.text
    assert ADDRESS not in caplog.text + Letter.objects.get().error


def test_letter_text_is_deleted_and_its_digest_kept() -> None:
    letter = make_letter(party())
    send_due()
    assert send_due(timezone.now() + LETTER_TEXT_RETENTION - timedelta(hours=1))["forgotten"] == 0
    assert send_due(timezone.now() + LETTER_TEXT_RETENTION + timedelta(hours=1))["forgotten"] == 1
    again = Letter.objects.get()
    assert not again.body
    assert again.digest == letter.digest


def make_report(name: str, status: str = "5.1.1", kind: str = "multipart/report") -> bytes:
    """Make a delivery report in the format of mail servers (RFC 3464)."""
    head = EmailMessage()
    head["From"] = "MAILER-DAEMON@mx.example.cn"
    head["Subject"] = "Undelivered Mail Returned to Sender"
    body = head.as_bytes().rstrip(b"\n")
    return (
        body
        + f'\nMIME-Version: 1.0\nContent-Type: {kind}; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nSorry.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
        f"Final-Recipient: rfc822; {ADDRESS}\nAction: failed\nStatus: {status}\n\n"
        f"--b\nContent-Type: message/rfc822\n\nMessage-ID: <{name}@yunling.gov.cn>\nTo: {ADDRESS}\n\nx\n--b--\n".encode()
    )


class TestDeliveryReports:
    def test_bounce_report_marks_the_letter(self) -> None:
        letter = make_letter(party())
        send_due()
        found = record_delivery_report(make_report(letter.message_id))
        assert found == letter
        assert Letter.objects.get().state == "bounced"
        assert Party.objects.get().mail_refused_at
        assert record_delivery_report(make_report(letter.message_id)) == letter
        assert Movement.objects.filter(action="intake.note_refused_mail").count() == 1

    def test_bounce_report_marks_the_mail_and_not_the_text_message(self, settings: Any) -> None:
        settings.GONGKAI_CHANNELS = {**settings.GONGKAI_CHANNELS, "sms": "factories.intake.Gateway"}
        letter = make_letter(party(), urgent=True)
        send_due()
        assert record_delivery_report(make_report(letter.message_id)) == letter
        assert set(Letter.objects.values_list("channel", "state")) == {("mail", "bounced"), ("sms", "sent")}

    def test_delay_report_is_not_a_bounce(self) -> None:
        letter = make_letter(party())
        send_due()
        assert record_delivery_report(make_report(letter.message_id, "4.4.7")) == letter
        assert Letter.objects.get().state == "sent"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\xff\xfe\x00",
            b"From: a@b.cn\nSubject: hello\n\nThank you",
            make_report("f" * 32),
            make_report("0" * 32, "2.0.0"),
            make_report("0" * 32)[:200],
            b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\xb0\xa1",
        ],
    )
    def test_other_mails_are_not_reports(self, raw: bytes) -> None:
        assert record_delivery_report(raw) is None

    def test_only_the_system_records_bounces(self) -> None:
        with pytest.raises(Refused):
            note_bounce(make_letter(party()), by=ANONYMOUS, reason="x")
