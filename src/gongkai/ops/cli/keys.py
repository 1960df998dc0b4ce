"""`gongkai keys`: the keys that encrypt personal data."""

from pathlib import Path

import click

from gongkai.ops.cli.django import require_primary, start_django
from gongkai.ops.cli.errors import report_in_one_line


@click.group("keys")
def keys() -> None:
    """个人信息加密密钥：核对、更换。全部服务器共用一套；密钥文件须与备份分开保管。"""


@keys.command("check")
def check() -> None:
    """核对密钥文件能打开数据库中的加密信息，列出各服务器启用的是哪一版。"""
    start_django()
    from gongkai.core.vault import rotation, servers
    from gongkai.core.vault.key_file import KeyRingError, key_path
    from gongkai.core.vault.keys import key_ring

    ring = report_in_one_line(KeyRingError)(key_ring)(fresh=True)
    count = report_in_one_line(KeyRingError)(rotation.check_decryption)()
    version = f"第{ring.number}版密钥环，" if ring.number else ""
    click.echo(f"密钥文件 {key_path()}：{version}{len(ring.keys)} 个密钥，{count} 条加密信息都能打开")
    for row in servers.list_servers():
        state = f"已启用第{row.number}版" if row.number else "没有启用"
        click.echo(f"  服务器 {row.place}：{row.trouble or state}")


@keys.command("rotate")
def rotate() -> None:
    """更换密钥：造新密钥，把全部加密信息重新加密，其他服务器自动启用。旧密钥暂时保留，十分钟后用 forget 去掉。"""
    start_django()
    require_primary()
    from gongkai.core.vault import rotation
    from gongkai.core.vault.key_file import KeyRingError

    count = report_in_one_line(KeyRingError)(rotation.rotate_key)()
    _log_change(f"更换密钥，重新加密{count}条")
    click.echo(
        f"已更换密钥：重新加密 {count} 条，其他服务器自动启用，不用拷贝文件。"
        "全部服务器启用满十分钟以后，执行 gongkai keys forget 去掉旧密钥。"
    )


@keys.command("forget")
@click.option("--gone", metavar="主机:数据目录", help="先注销一台已经不用的服务器（gongkai keys check 列出全部）")
def forget(gone: str | None) -> None:
    """去掉旧密钥：先把仍用旧密钥的信息重新加密。还有服务器没有启用新密钥的，拒绝并指名。"""
    start_django()
    require_primary()
    from gongkai.core.vault import rotation, servers
    from gongkai.core.vault.key_file import KeyRingError

    if gone:
        report_in_one_line(KeyRingError)(servers.forget_key_server)(gone)
    count = report_in_one_line(KeyRingError)(rotation.remove_old_keys)()
    if count:
        _log_change(f"去掉旧密钥{count}个")
    click.echo(f"已去掉旧密钥 {count} 个。" if count else "没有旧密钥。")


@keys.command("put")
@click.argument("source", type=click.Path(dir_okay=False, path_type=Path))
def put(source: Path) -> None:
    """把另行保管的（或者另一台服务器的）密钥文件 SOURCE 放到本机。

    先核对，打不开数据库的不放；本机已有本系统的密钥文件的，不覆盖。
    """
    start_django()
    from gongkai.core.vault.key_file import KeyRingError
    from gongkai.core.vault.key_restoration import install_key_file

    click.echo(report_in_one_line(KeyRingError)(install_key_file)(source))


def _log_change(words: str) -> None:
    """Log a change of the key ring with its present number."""
    from gongkai.core.units.actors import SYSTEM
    from gongkai.core.vault.keys import key_ring
    from gongkai.ops.upkeep.actions import log_key_change

    log_key_change(None, by=SYSTEM, words=words, number=key_ring().number)
