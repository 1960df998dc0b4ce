"""`gongkai mirror`: write the public site as static files and verify their signatures."""

import json
import sys
import tempfile
from pathlib import Path

import click

from gongkai.ops.cli.chinese_commands import ChineseGroup
from gongkai.ops.cli.django import require_primary, start_django

# Interval in seconds at which the signed lists are written during a build.
_SIGNING_INTERVAL_SECONDS = 60


@click.group(cls=ChineseGroup)
def mirror() -> None:
    """静态镜像：把公开网站写成普通文件，核对有没有被改动。"""


@mirror.command()
def build() -> None:
    """把全部公开网页重新写一遍（平时随公开、撤回自动更新，不必运行）。"""
    start_django()
    require_primary()
    from django.conf import settings
    from django.utils import timezone

    from gongkai.core.acts import anchors
    from gongkai.ui.mirror import mirror_updates
    from gongkai.ui.mirror.file_lists import verify_site_folder as look
    from gongkai.ui.mirror.models import Leaf

    if not settings.GONGKAI_MIRROR:
        raise click.ClickException("没有设置镜像文件夹：请设置 GONGKAI_MIRROR")
    sites = {site.host: site for site in mirror_updates.list_mirrored_sites()}
    if not sites:
        raise click.ClickException("还没有网站，没有可写的网页")
    if unanswered := mirror_updates.describe_unanswered_hosts():
        raise click.ClickException(f"{'；'.join(unanswered)}。请加上后再运行，现在没有写任何网页")
    try:
        Path(settings.GONGKAI_MIRROR).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.GONGKAI_MIRROR):
            pass
    except OSError as error:
        raise click.ClickException(f"镜像文件夹 {settings.GONGKAI_MIRROR} 不能写入：{error.strerror}") from error
    for site in sites.values():
        mirror_updates.reschedule_site(site)
    mirror_updates.update_mirror(seconds=_SIGNING_INTERVAL_SECONDS)
    while mirror_updates.list_due_urls(sites, timezone.now()).exists():
        mirror_updates.update_mirror(seconds=_SIGNING_INTERVAL_SECONDS)
    failed = list(mirror_updates.list_failures(sites))
    lost = [
        line
        for site in sites.values()
        for line in look(site.folder, anchors.load_trusted_seal_keys() or frozenset()).lines()
    ]
    for site in sites.values():
        count = Leaf.objects.filter(host=site.host).exclude(digest="").count()
        click.echo(f"{site.website.name}：{count} 个文件，在 {site.folder}")
    for leaf in failed:
        click.echo(f"没有写成 {leaf}：{leaf.error}", err=True)
    for line in lost:
        click.echo(line, err=True)
    if failed or lost:
        click.echo(
            f"镜像不完整：{len(failed)} 个网页没有写成，{len(lost)} 处缺少文件。处理后请再运行一次。",
            err=True,
        )
        sys.exit(1)


@mirror.command()
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--key", multiple=True, help="认可的公钥（base64）；不写的用本系统封存的公钥")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(folder: Path | None, key: tuple[str, ...], as_json: bool) -> None:
    """逐个文件与签名清单核对。一致时退出码为 0，否则为 1，并指出每个被改动、缺失、多出的文件。"""
    start_django(ready=False)
    from django.conf import settings

    from gongkai.core.acts import anchors
    from gongkai.ui.mirror.file_lists import list_site_folders
    from gongkai.ui.mirror.file_lists import verify_site_folder as look

    place = folder or (Path(settings.GONGKAI_MIRROR) if settings.GONGKAI_MIRROR else None)
    keys = frozenset(key) or anchors.load_trusted_seal_keys()
    if place is None:
        raise click.ClickException("请写明镜像文件夹，或者设置 GONGKAI_MIRROR")
    if not keys:
        raise click.ClickException("本机没有封存公钥：请用 --key 给出签名的公钥（数据文件夹里的 keys/seal.pub）")
    verifications = [look(path, keys) for path in list_site_folders(place)]
    if not verifications:
        raise click.ClickException(f"{place} 里没有镜像")
    if as_json:
        sites = [{**vars(match), "ok": match.ok} for match in verifications]
        click.echo(json.dumps({"ok": all(match.ok for match in verifications), "sites": sites}, ensure_ascii=False))
    else:
        for match in verifications:
            for line in match.lines():
                click.echo(line)
            click.echo(
                f"{match.host}：{'一致' if match.ok else '不一致'}，核对 {match.files} 个文件，清单签于 {match.at or '（无）'}"
            )
    if not all(match.ok for match in verifications):
        sys.exit(1)
