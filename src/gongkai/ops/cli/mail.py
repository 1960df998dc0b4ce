"""`gongkai mail`: send a test mail."""

import click

from gongkai.ops.cli.django import start_django


@click.command("mail")
@click.argument("address", metavar="邮箱")
def mail(address: str) -> None:
    """试发一封邮件，说明邮件服务器收没收。"""
    start_django(ready=False)
    from django.conf import settings

    from gongkai.core.outbox.errors import ChannelError
    from gongkai.core.outbox.mailing import message_id_prefix, send_plain_mail

    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        raise click.ClickException("没有邮件服务器：请先设置 GONGKAI_MAIL_HOST 等，见手册“接通邮件”")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        text = "这是试发的邮件。收到它，说明邮件已经接通。"
        send_plain_mail(address, "试发邮件", text, name=message_id_prefix(f"mail {address} {where}"))
    except ChannelError as error:
        raise click.ClickException(f"{error}（{where}）：请核对 GONGKAI_MAIL_… 各项设置") from error
    click.echo(f"邮件服务器 {where} 已经收下，请到 {address} 查看；没有收到的，看垃圾邮件，再问管邮件的部门。")
