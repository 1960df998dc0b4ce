"""`gongkai mirror`: the public site as plain files, and the check that nobody changed them."""

import json
import sys
from pathlib import Path

import click

from gongkai.cli.django import start
from gongkai.cli.plain import PlainGroup


@click.group(cls=PlainGroup)
def mirror() -> None:
    """静态镜像：把公开网站写成普通文件，核对有没有被改动。"""


@mirror.command()
def build() -> None:
    """把全部公开网页重新写一遍（平时随公开、撤回自动更新，不必运行）。"""
    start()
    from django.conf import settings

    from gongkai.mirror import updating
    from gongkai.mirror.models import Leaf

    if not settings.GONGKAI_MIRROR:
        raise click.ClickException("没有设置镜像文件夹：请设置 GONGKAI_MIRROR")
    for site in updating.sites():
        updating.again(site)
    failed = 0
    while (done := updating.work(seconds=60))["written"] or done["failed"]:
        failed += done["failed"]
    for site in updating.sites():
        count = Leaf.objects.filter(host=site.host).exclude(digest="").count()
        click.echo(f"{site.website.name}：{count} 个文件，在 {site.folder}")
    if failed:
        click.echo(f"有 {failed} 个网页没有写成，一小时后由到期工作再试。", err=True)
        sys.exit(1)


@mirror.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", multiple=True, help="认可的公钥（base64）；不写的用本系统封存的公钥")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(folder: Path | None, key: tuple[str, ...], as_json: bool) -> None:
    """逐个文件与签名清单核对。一致时退出码为 0，否则为 1，并指出每个被改动、缺失、多出的文件。"""
    start(ready=False)
    from django.conf import settings

    from gongkai.acts import signing
    from gongkai.mirror.verifying import sites_in
    from gongkai.mirror.verifying import verify as look

    place = folder or (Path(settings.GONGKAI_MIRROR) if settings.GONGKAI_MIRROR else None)
    keys = frozenset(key) or signing.trusted_keys()
    if place is None:
        raise click.ClickException("请写明镜像文件夹，或者设置 GONGKAI_MIRROR")
    if not keys:
        raise click.ClickException(
            "本机没有封存公钥：请用 --key 给出签名的公钥（数据文件夹里的 keys/seal.pub）"
        )
    found = [look(path, keys) for path in sites_in(place)]
    if not found:
        raise click.ClickException(f"{place} 里没有镜像")
    if as_json:
        sites = [{**vars(match), "ok": match.ok} for match in found]
        click.echo(json.dumps({"ok": all(match.ok for match in found), "sites": sites}, ensure_ascii=False))
    else:
        for match in found:
            for line in match.lines():
                click.echo(line)
            click.echo(
                f"{match.host}：{'一致' if match.ok else '不一致'}，核对 {match.files} 个文件，清单签于 {match.at or '（无）'}"
            )
    if not all(match.ok for match in found):
        sys.exit(1)
