"""`gongkai backup` and `gongkai restore`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from gongkai.cli.django import start
from gongkai.cli.errors import refusing


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def backup(target: Path, as_json: bool) -> None:
    """备份数据库与全部文件到 TARGET（一个 .tar 文件）。"""
    start()
    from gongkai.acts.keeping import KeepingError
    from gongkai.acts.keeping import backup as make

    summary = refusing(KeepingError)(make)(target)
    click.echo(
        json.dumps(asdict(summary), ensure_ascii=False)
        if as_json
        else f"已备份到 {target}：流水 {summary.movements} 条，文件 {summary.files} 个，封存值 {summary.seal[:12] or '无'}"
    )
    if not as_json:
        click.echo("个人信息的密钥不在备份里，请另行保管（gongkai keys check 显示它在哪里）。")


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="覆盖现有数据")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def restore(source: Path, force: bool, as_json: bool) -> None:
    """从备份恢复，并核验封存值。"""
    start(ready=False)
    from gongkai.acts.keeping import KeepingError
    from gongkai.acts.keeping import restore as put_back

    summary = refusing(KeepingError)(put_back)(source, force=force)
    click.echo(
        json.dumps(asdict(summary), ensure_ascii=False)
        if as_json
        else f"已恢复 {summary.made_at} 的备份：流水 {summary.movements} 条，封存值一致"
    )
