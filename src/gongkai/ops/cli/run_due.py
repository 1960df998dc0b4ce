"""`gongkai run-due`: run all due jobs. Runs may be missed, repeated or concurrent."""

import json
import sys

import click

from gongkai.ops.cli.django import require_primary, start_django


@click.command("run-due")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def run_due(as_json: bool) -> None:
    """执行到期工作：亮灯、催办、发送、封存。可以漏跑，可以重复跑。"""
    start_django()
    require_primary()
    from gongkai.core.acts.lock_sharing import share_write_lock
    from gongkai.core.ledger.jobs import run_due as work

    with share_write_lock():
        outcomes = work()
    if as_json:
        jobs = {o.job.name: {**o.counts, **({"error": o.error} if o.error else {})} for o in outcomes}
        click.echo(json.dumps({"ok": not any(o.error for o in outcomes), "jobs": jobs}, ensure_ascii=False))
    else:
        for outcome in outcomes:
            done = "、".join(f"{count}项" for count in outcome.counts.values() if count) or "无"
            click.echo(f"{outcome.job.label}：{f'失败（{outcome.error}）' if outcome.error else done}")
    if any(outcome.error for outcome in outcomes):
        sys.exit(1)
