"""`gongkai files`: move stored files between a folder and an S3-compatible store."""

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from gongkai.ops.cli.chinese_commands import ChineseGroup
from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import report_in_one_line

if TYPE_CHECKING:
    from gongkai.core.files.store_transfer import TransferReport

_STORE_CHOICE = click.Choice(["folder", "bucket"])
#: Files that could not be moved and are named; further ones are counted.
MAX_PRINTED_FILES = 10


@click.group(cls=ChineseGroup)
def files() -> None:
    """文件存储：在数据文件夹与对象存储（S3 兼容）之间搬移文件。"""


@files.command()
@click.option("--to", required=True, type=_STORE_CHOICE, help="搬到哪里：bucket 对象存储，folder 数据文件夹")
@click.option("--drop", is_flag=True, help="启用新存储以后，删去原处已经核验搬到的文件")
@click.option("--create", is_flag=True, help="对象存储里还没有这个桶时先建立")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def move(to: str, drop: bool, create: bool, as_json: bool) -> None:
    """把全部文件复制到另一处，逐个读回核对摘要值；中断后再运行会接着做。搬完整时退出码为 0，否则为 1。

    复制不影响正在运行的系统；全部完整以后，才由 GONGKAI_FILES 改用新的存储。
    """
    start_django()
    from django.conf import settings

    from gongkai.core.files import store_transfer
    from gongkai.core.files.storage import StoreUnavailable

    if not settings.GONGKAI_BUCKET:
        raise click.ClickException("没有写明对象存储：请设置 GONGKAI_BUCKET 等（docs/start.md）")
    in_one_line = report_in_one_line(StoreUnavailable, store_transfer.IncompleteTransfer)
    if create and in_one_line(_create_bucket)() and not as_json:
        click.echo(f"已建立桶 {settings.GONGKAI_BUCKET['bucket_name']}")
    if drop:
        count = in_one_line(store_transfer.delete_source_files)(to)
        click.echo(json.dumps({"dropped": count}) if as_json else f"原处已清理 {count} 个文件")
        return
    report = in_one_line(store_transfer.transfer_files)(to, (lambda words: None) if as_json else click.echo)
    if as_json:
        click.echo(json.dumps({**asdict(report), "whole": report.whole}, ensure_ascii=False))
    else:
        _print_report(to, report)
    if not report.whole:
        sys.exit(1)


def _create_bucket() -> bool:
    """Create the bucket of the object store; return False if it exists already."""
    from gongkai.core.files.storage import CreatableStore, get_storage

    store = get_storage("bucket")
    assert isinstance(store, CreatableStore)
    return store.create()


def _print_report(target: str, report: "TransferReport") -> None:
    """Print how many files were copied, up to ten that were not of each kind, and the next step to store `target`."""
    click.echo(f"复制 {report.copied} 个文件（{report.bytes} 字节），原已搬到 {report.there} 个。")
    for text, names in (
        ("内容与摘要值不符，没有搬", report.broken),
        ("登记在册，但没有文件", report.missing),
    ):
        for name in names[:MAX_PRINTED_FILES]:
            click.echo(f"  {text}：{name}")
    if not report.whole:
        click.echo(f"没有搬完整：{len(report.broken) + len(report.missing)} 个文件要先处理（用备份补回）。")
    else:
        click.echo(
            f"全部搬到。下一步：停止系统，再运行一次本命令，设置 GONGKAI_FILES={target}，启动；之后可用 --drop 清理原处。"
        )
