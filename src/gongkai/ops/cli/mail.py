"""The commands `gongkai mail`, `mail-bounce` and `mailbag`."""

from pathlib import Path
from typing import BinaryIO

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import django_started


@click.command("mail")
@click.argument("address", metavar="邮箱")
def mail(address: str) -> None:
    """试发一封邮件，说明邮件服务器收没收。"""
    start_django(ready=False)
    from django.conf import settings

    from gongkai.core.outbox.mailing import ChannelError, message_id_prefix, send_plain_mail

    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        raise click.ClickException("没有邮件服务器：请先设置 GONGKAI_MAIL_HOST 等，见手册“接通邮件”")
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        text = "这是试发的邮件。收到它，说明邮件已经接通。"
        send_plain_mail(address, "试发邮件", text, name=message_id_prefix(f"mail {address} {where}"))
    except ChannelError as error:
        raise click.ClickException(f"{error}（{where}）：请核对 GONGKAI_MAIL_… 各项设置") from error
    click.echo(f"邮件服务器 {where} 已经收下，请到 {address} 查看；没有收到的，看垃圾邮件，再问管邮件的部门。")


@click.command("mail-bounce")
@click.argument("source", type=click.File("rb"), default="-")
def mail_bounce(source: BinaryIO) -> None:
    """登记一封退信：从文件或标准输入读取邮件（可接在邮件服务器的转发规则后面）。"""
    start_django()
    from gongkai.core.outbox.actions import record_delivery_report
    from gongkai.lib.confined import BOUNDS_BY_NAME

    letter = record_delivery_report(source.read(BOUNDS_BY_NAME["mail bytes"].most + 1))
    click.echo(f"退信已登记：{letter.recipient}" if letter else "这封邮件不是本系统信件的退信，没有登记")


@click.group()
def mailbag() -> None:
    """内外网来件包：外网收到的留言、申请送进内网登记，内网的办理情况密封后送回外网；加密、签名、可重复。"""


@mailbag.command()
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def card(out: Path) -> None:
    """把本端名片（两把公钥）存为 OUT，交给对端信任；内网、外网各做一次。"""
    with django_started():
        from gongkai.content.packages import mailbag as bags

        out.write_bytes(bags.pack_public_keys())
        click.echo(f"名片已存为 {out}")


@mailbag.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def trust(file: Path) -> None:
    """信任对端名片 FILE；只需一次。"""
    with django_started():
        from gongkai.content.packages import mailbag as bags

        bags.trust_public_keys(file.read_bytes())
        click.echo("已信任对端")


@mailbag.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def pack(folder: Path) -> None:
    """在 FOLDER 生成本端要送出的包：外网是待登记的来件，内网是办理情况。"""
    with django_started():
        from gongkai.content.packages import mailbag as bags

        exchange_files = bags.write_exchange_files(folder)
        for path in exchange_files:
            click.echo(str(path))
        if not exchange_files:
            click.echo("没有要送出的内容")


@mailbag.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def take(files: tuple[Path, ...]) -> None:
    """收下对端的包 FILES：内网登记来件，外网更新办理情况。重复收不会重复登记。"""
    with django_started():
        from gongkai.content.packages import mailbag as bags

        faults: list[str] = []
        for file in files:
            outcome = bags.accept_mailbag_file(file)
            faults += outcome.faults
            click.echo(f"{file.name}：{outcome.count} 件")
        for fault in faults:
            click.echo(f"未登记，外网继续保留：{fault}")
    if faults:
        raise SystemExit(1)
