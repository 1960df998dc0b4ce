"""`gongkai keys`: the keys that encrypt personal data."""

import click

from gongkai.cli.django import start


@click.group("keys")
def keys() -> None:
    """个人信息加密密钥：查看、更换。密钥文件须与备份分开保管。"""


@keys.command("check")
def check() -> None:
    """核对密钥文件能打开数据库中的加密信息。"""
    start()
    from gongkai.vault.keys import KeyRingError, key_ring, ring_path
    from gongkai.vault.rotation import check_all

    try:
        ring = key_ring()
        count = check_all()
    except KeyRingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"密钥文件 {ring_path()}：{len(ring.keys)} 个密钥，{count} 条加密信息都能打开")


@keys.command("rotate")
def rotate() -> None:
    """更换密钥：造新密钥，把全部加密信息重新加密。旧密钥暂时保留，十分钟后用 forget 去掉。"""
    start()
    from gongkai.vault import rotation
    from gongkai.vault.keys import KeyRingError

    try:
        count = rotation.rotate()
    except KeyRingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"已更换密钥：重新加密 {count} 条。请另存新的密钥文件；十分钟后执行 gongkai keys forget 去掉旧密钥。"
    )


@keys.command("forget")
def forget() -> None:
    """去掉旧密钥：先把仍用旧密钥的信息重新加密。"""
    start()
    from gongkai.vault import rotation
    from gongkai.vault.keys import KeyRingError

    try:
        count = rotation.forget_old_keys()
    except KeyRingError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"已去掉旧密钥 {count} 个。")
