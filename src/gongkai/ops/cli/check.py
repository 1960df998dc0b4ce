"""`gongkai check`: list missing, unsafe or slow settings, each with its remedy."""

import json
import sys

import click

from gongkai.ops.cli.django import start_django


@click.command()
@click.option("--primary", is_flag=True, help="只看本机的 PostgreSQL 是不是现在的主库")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def check(primary: bool, as_json: bool) -> None:
    """检查设置和现状：缺失、不安全、慢，每条附处理办法。没有缺失和不安全的，退出码为 0，否则为 1。"""
    start_django(ready=False)
    if primary:
        from gongkai.ops.upkeep.primary import describe_other_server

        if text := describe_other_server():
            raise click.ClickException(text)
        return
    from gongkai.ops.upkeep.all_findings import collect_findings, find_database_fault

    closed = find_database_fault()
    findings = [*([closed] if closed else []), *collect_findings(database=closed is None, ask=True)]
    grave = [finding for finding in findings if finding.grave]
    if as_json:
        rows = [{"name": f.name, "level": f.level.value, "words": f.words, "mend": f.mend} for f in findings]
        click.echo(json.dumps({"ok": not grave, "findings": rows}, ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{finding.level.value}：{finding.words}。处理：{finding.mend}")
        click.echo(f"共{len(findings)}项，其中缺失或不安全{len(grave)}项。" if findings else "没有要处理的。")
    if grave:
        sys.exit(1)
