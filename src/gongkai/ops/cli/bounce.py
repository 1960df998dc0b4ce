"""`gongkai mail-bounce`: register a bounced mail that the mail server passes on."""

from typing import BinaryIO

import click

from gongkai.ops.cli.django import start_django


@click.command("mail-bounce")
@click.argument("source", type=click.File("rb"), default="-")
def mail_bounce(source: BinaryIO) -> None:
    """登记一封退信：从文件或标准输入读取邮件（可接在邮件服务器的转发规则后面）。"""
    start_django()
    from gongkai.core.outbox.actions import note_report
    from gongkai.lib.confined import BOUNDS_BY_NAME

    letter = note_report(source.read(BOUNDS_BY_NAME["mail bytes"].most + 1))
    click.echo(f"退信已登记：{letter.recipient}" if letter else "这封邮件不是本系统信件的退信，没有登记")
