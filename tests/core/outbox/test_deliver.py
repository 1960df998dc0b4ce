"""Delivery of messages through channels: retries, closed channels, mail and SMS content."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from factories.units import PersonFactory
from gongkai.core.acts.action import Notification
from gongkai.core.outbox.channels import ChannelError, ChannelOff, MessageChannel, SmsChannel
from gongkai.core.outbox.jobs import BACKOFF_MINUTES, send_due
from gongkai.core.outbox.models import Message, MessageState
from gongkai.core.outbox.outbox import write_messages

pytestmark = pytest.mark.django_db
SENT: list[tuple[str, str]] = []


class Good(MessageChannel):
    def send(self, message):
        SENT.append(("good", message.key))


class Refusing(MessageChannel):
    def send(self, message):
        raise ChannelError("号码无效")


class Closed(MessageChannel):
    def send(self, message):
        SENT.append(("closed", message.key))
        raise ChannelOff("连接不上")


class Faulty(MessageChannel):
    def send(self, message):
        raise KeyError("插件的错误")


class Gateway(SmsChannel):
    def submit(self, number, text):
        SENT.append((number, text))


@pytest.fixture
def use_channels(settings):
    """Return a function that sets the channels; forget sent messages."""
    SENT.clear()

    def choose(**paths):
        settings.GONGKAI_CHANNELS = {name: f"{__name__}.{cls.__name__}" for name, cls in paths.items()}

    return choose


def write(count=1, **facts):
    person = PersonFactory(mobile="13800000000")
    for n in range(count):
        write_messages([Notification(f"标题{n}", "正文", "/admin/ledger/1/", f"k{n}", persons=(person.pk,), **facts)])
    return person


def test_failing_channel_does_not_stop_the_others(use_channels) -> None:
    use_channels(a=Closed, b=Faulty, c=Refusing, d=Good)
    write(3)
    assert send_due().items() >= {"sent": 3, "retried": 5, "failed": 0, "closed": 0}.items()
    assert [name for name, _ in SENT] == ["closed", "good", "good", "good"]  # a closed way is tried once in a run
    assert Message.objects.filter(channel="c", error="号码无效", state=MessageState.WAITING).count() == 3


def test_sent_messages_are_not_repeated_and_unset_channels_wait(use_channels) -> None:
    use_channels(d=Good)
    write(2)
    assert send_due()["sent"] == 2
    assert send_due()["sent"] == 0
    assert len(SENT) == 2
    write()
    use_channels(e=Good)
    assert send_due()["closed"] == 1
    use_channels(d=Good)
    assert send_due()["sent"] == 1


def test_delivery_is_retried_with_backoff_then_given_up(use_channels) -> None:
    use_channels(c=Refusing)
    write()
    now = timezone.now()
    for wait in BACKOFF_MINUTES:
        assert send_due(now)["retried"] == 1
        assert send_due(now + timedelta(minutes=wait, seconds=-1))["retried"] == 0
        now += timedelta(minutes=wait)
    assert send_due(now)["failed"] == 1
    message = Message.objects.get()
    assert (message.state, message.attempts) == (MessageState.FAILED, len(BACKOFF_MINUTES) + 1)
    assert send_due(now + timedelta(days=99)).items() >= {"sent": 0, "retried": 0, "failed": 0, "closed": 0}.items()


def test_concurrent_runs_send_once(use_channels, monkeypatch) -> None:
    use_channels(d=Good)
    write()
    import gongkai.core.outbox.jobs as jobs

    real = jobs._claim_delivery

    def other_run_first(message, now):
        monkeypatch.setattr(jobs, "_claim_delivery", real)
        send_due()
        return real(message, now)

    monkeypatch.setattr(jobs, "_claim_delivery", other_run_first)
    send_due()
    assert len(SENT) == 1


def test_mail_has_recipient_subject_and_link(settings) -> None:
    person = write(urgent=True)
    assert send_due()["sent"] == 1
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert sent.subject == "【紧急】标题0"
    assert f"{settings.BASE_URL}/admin/ledger/1/" in sent.body
    assert sent.extra_headers["Message-ID"].startswith("<")


def test_line_breaks_in_a_subject_cannot_add_headers() -> None:
    person = PersonFactory()
    write_messages([Notification("标题\nBcc: x@y.cn", "正文", "", "k", persons=(person.pk,))])
    assert send_due()["sent"] == 1
    assert mail.outbox[0].subject == "标题 Bcc: x@y.cn"


def test_sms_sends_only_subjects_of_urgent_messages(use_channels) -> None:
    use_channels(sms=Gateway)
    write()
    assert send_due()["sent"] == 0
    write(urgent=True)
    person = PersonFactory(mobile="")
    write_messages([Notification("长" * 99, "私密正文", "", "k9", persons=(person.pk,), urgent=True)])
    assert send_due()["sent"] == 1
    assert SENT == [("13800000000", "标题0")]
