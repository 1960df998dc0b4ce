"""`gongkai mail`: sends a test mail and reports the result in one line."""

from typing import Any

import pytest
from click.testing import CliRunner
from django.core import mail as sent

from gongkai.core.outbox import mailing
from gongkai.ops.cli.mail import mail

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def test_missing_unreachable_and_working_server_are_reported(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = CliRunner().invoke(mail, ["a@b.cn"])
    assert (answer.exit_code, "GONGKAI_MAIL_HOST" in answer.output) == (1, True)
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", 1
    answer = CliRunner().invoke(mail, ["a@b.cn"])
    assert answer.exit_code == 1
    assert "连不上邮件服务器" in answer.output
    assert len(answer.output.splitlines()) == 1
    settings.EMAIL_BACKEND = SMTP
    monkeypatch.setattr(mailing.EmailMessage, "send", lambda self: sent.outbox.append(self) or 1)
    answer = CliRunner().invoke(mail, ["a@b.cn"])
    assert "已经收下" in answer.output
    assert sent.outbox[-1].to == ["a@b.cn"]
