"""Letters to people outside: sent once, to whoever is still there; what comes back is noted; no address in a log or a row."""

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


def write(to: Party, key: str = "answered/1", **more: Any) -> Letter:
    write_messages([Notification("您反映的问题已办结", "已改正，谢谢。", "", key, outside=(to.recipient,), **more)])
    return Letter.objects.get(key=key, channel=more.pop("channel", "mail"))


def test_written_once_sent_once() -> None:
    one = party()
    for _ in range(2):
        write_messages([Notification("已办结", "已改正。", "", "answered/1", outside=(one.recipient,))])
    assert Letter.objects.count() == 1
    assert send_due()["sent"] == 1
    assert send_due()["sent"] == 0
    (message,) = mail.outbox
    assert (message.to, message.body) == ([ADDRESS], "已改正。")


def test_the_row_holds_neither_address_nor_text() -> None:
    from django.db import connection

    write(party())
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
def test_by_which_way(said: dict[str, str], urgent: bool, ways: list[str], settings: Any) -> None:
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


class TestRefused:
    @pytest.fixture
    def box(self, settings: Any) -> Any:
        with mailbox() as there:
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", there.port
            yield there

    def test_an_address_that_is_none_is_noted_with_the_party_and_not_tried_again(
        self, box: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        one = party()
        write(one)
        box.unknown = True
        assert send_due()["bounced"] == 1
        letter = Letter.objects.get()
        assert (letter.state, letter.retry_at) == ("bounced", None)
        assert letter.bounced_at
        assert Party.objects.get().mail_refused_at
        write_messages([Notification("又一封", "正文。", "", "k2", outside=(one.recipient,))])
        assert Letter.objects.count() == 1
        said = f"{caplog.text}{letter.error}{list(Movement.objects.values())}{list(MovementWords.objects.values())}"
        assert ADDRESS not in said
        amend_party(Party.objects.get(), by=SYSTEM, said=SenderParticulars(name="李晓云", email="new@example.cn"))
        assert Party.objects.get().mail_refused_at is None

    def test_turned_away_for_now_it_is_tried_again_and_then_given_up(
        self, box: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        write(party())
        box.refuses = True
        moment = timezone.now()
        for minutes in BACKOFF_MINUTES:
            assert send_due(moment)["retried"] == 1
            moment += timedelta(minutes=minutes, seconds=1)
        assert send_due(moment)["failed"] == 1
        assert ADDRESS not in caplog.text + Letter.objects.get().error

    def test_no_server(self, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with caplog.at_level(logging.DEBUG):
            write(party())
            assert not send_now("answered/1", Party.objects.get().recipient)
            assert send_due(timezone.now() + timedelta(minutes=5))["retried"] == 1
        assert ADDRESS not in caplog.text


def test_a_strange_fault_of_a_channel_says_no_address(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    write(party())

    def broken(to: str, *_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot reach {to}")

    monkeypatch.setattr("gongkai.core.outbox.channels.send_plain_mail", broken)
    assert send_due()["retried"] == 1
    assert "RuntimeError" in caplog.text
    assert ADDRESS not in caplog.text + Letter.objects.get().error


def test_texts_are_forgotten_and_their_digest_stays() -> None:
    letter = write(party())
    send_due()
    assert send_due(timezone.now() + LETTER_TEXT_RETENTION - timedelta(hours=1))["forgotten"] == 0
    assert send_due(timezone.now() + LETTER_TEXT_RETENTION + timedelta(hours=1))["forgotten"] == 1
    again = Letter.objects.get()
    assert not again.body
    assert again.digest == letter.digest


def report(name: str, status: str = "5.1.1", kind: str = "multipart/report") -> bytes:
    """A report as mail servers write them (RFC 3464)."""
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


class TestReports:
    def test_a_mail_that_came_back_later(self) -> None:
        letter = write(party())
        send_due()
        found = record_delivery_report(report(letter.message_id))
        assert found == letter
        assert Letter.objects.get().state == "bounced"
        assert Party.objects.get().mail_refused_at
        assert record_delivery_report(report(letter.message_id)) == letter
        assert Movement.objects.filter(action="intake.note_refused_mail").count() == 1

    def test_late_but_on_its_way_is_no_bounce(self) -> None:
        letter = write(party())
        send_due()
        assert record_delivery_report(report(letter.message_id, "4.4.7")) == letter
        assert Letter.objects.get().state == "sent"

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\xff\xfe\x00",
            b"From: a@b.cn\nSubject: hello\n\nThank you",
            report("f" * 32),
            report("0" * 32, "2.0.0"),
            report("0" * 32)[:200],
            b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\xb0\xa1",
        ],
    )
    def test_what_is_none(self, raw: bytes) -> None:
        assert record_delivery_report(raw) is None

    def test_nobody_else_notes_bounces(self) -> None:
        with pytest.raises(Refused):
            note_bounce(write(party()), by=ANONYMOUS, reason="x")
