"""`gongkai mailbag`: carry forms from the outer network inward, and replies outward."""

from pathlib import Path

import click

from gongkai.ops.cli.errors import django_started


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

        made = bags.write_exchange_files(folder)
        for path in made:
            click.echo(str(path))
        if not made:
            click.echo("没有要送出的内容")


@mailbag.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def take(files: tuple[Path, ...]) -> None:
    """收下对端的包 FILES：内网登记来件，外网更新办理情况。重复收不会重复登记。"""
    with django_started():
        from gongkai.content.packages import mailbag as bags

        faults: list[str] = []
        for file in files:
            outcome = bags.accept_file(file)
            faults += outcome.faults
            click.echo(f"{file.name}：{outcome.count} 件")
        for fault in faults:
            click.echo(f"未登记，外网继续保留：{fault}")
    if faults:
        raise SystemExit(1)
