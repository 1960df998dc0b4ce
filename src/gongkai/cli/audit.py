"""`gongkai audit verify`: does the log hold, and everything that rests on it?"""

import json
import sys

import click

from gongkai.cli.django import start


@click.group()
def audit() -> None:
    """核验台账流水与公开版本的完整性。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(as_json: bool) -> None:
    """重新计算全部流水、封存与公开版本的摘要值。完好时退出码为 0，否则为 1 并指出第一处。"""
    start()
    from gongkai.ledger import audit as ledger_audit

    findings = ledger_audit.verify()
    broken = next((f for f in findings if not f.verdict.ok), None)
    movements = next((f.verdict.movements for f in findings if f.name == "log"), 0)
    if as_json:
        checks = [
            {
                "name": f.name,
                "label": f.label,
                "checked": f.verdict.movements,
                "broken": f.verdict.broken or None,
            }
            for f in findings
        ]
        first = broken.verdict.broken if broken else None
        found = {"ok": broken is None, "movements": movements, "broken": first, "checks": checks}
        click.echo(json.dumps(found, ensure_ascii=False))
    elif broken:
        click.echo(f"不完整：{broken.verdict.broken}（{broken.label}）")
    else:
        click.echo(f"完整，已核验 {movements} 条流水。")
        for f in findings:
            click.echo(f"  {f.label}：{f.verdict.movements} 项")
    if broken:
        sys.exit(1)
