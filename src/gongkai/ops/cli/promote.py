"""`gongkai promote`: record which database server is the primary from now on."""

import json

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import report_in_one_line


@click.command()
@click.option("--force", is_flag=True, help="与以前登记的不同也认定（从备份恢复到新服务器、换了数据库以后）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def promote(force: bool, as_json: bool) -> None:
    """认定现在连上的数据库服务器为主库，写入流水；此后旧主库不再被使用。从库由 deploy/postgresql/promote.sh 提升，它会运行这个命令。"""
    start_django()
    from gongkai.core.acts.action import Refused
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.ops.upkeep import primary

    if primary.query_configured_server() is None:
        raise click.ClickException("使用 SQLite，没有主库和从库之分")
    now = report_in_one_line(Refused)(primary.start_generation)(SYSTEM, force=force)
    assert now is not None
    values = {"system": now.system, "timeline": now.timeline}
    text = f"已认定主库：系统标识 {now.system}，时间线 {now.timeline}。其他机器连上它以后自动知道。"
    click.echo(json.dumps(values, ensure_ascii=False) if as_json else text)
