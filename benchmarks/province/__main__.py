"""`python -m benchmarks.province`: write the data of an invented province into an empty database, for benchmarks."""

import json
import os

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import report_in_one_line

#: Size fields of the seeded province → labels.
SIZE_LABELS = {
    "counties": "县（区）",
    "units": "单位",
    "persons": "人员",
    "sites": "网站",
    "texts": "公开信息",
    "entries": "台账",
}


def _numbers(command: click.Command) -> click.Command:
    for name, label in reversed(SIZE_LABELS.items()):
        command.params.insert(2, click.Option([f"--{name}"], type=click.IntRange(1), help=f"{label}数量，默认按一个省"))
    return command


@_numbers
@click.command()
@click.option("--part", default=1, show_default=True, type=click.IntRange(1), help="按几分之一的规模，如 20")
@click.option("--password", default="", help="全部测试账号的口令；不写则账号不能登录")
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="同时写入的进程数；PostgreSQL默认与处理器核数相同，SQLite总是1个",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def seed(part: int, password: str, processes: int | None, as_json: bool, **numbers: int | None) -> None:
    """把规模测试数据（虚构）写入空数据库；中断后用同样的参数再运行，从断处继续。"""
    start_django(ready=False)
    from dataclasses import replace

    from django.db import connection

    from benchmarks.province.people import SeedingStage, fill_province
    from benchmarks.province.size import ProvinceSize
    from gongkai.core.acts.action import Refused
    from gongkai.ops.upkeep.migrating import migrate_database

    migrate_database()
    hands = (processes or os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
    size = replace(ProvinceSize().part(part), **{name: n for name, n in numbers.items() if n})
    done: dict[str, SeedingStage] = {}
    shown = [0.0]

    def say(stage: SeedingStage) -> None:
        done[stage.label] = stage
        if not as_json and stage.seconds - shown[0] > 5:
            shown[0] = stage.seconds
            click.echo(f"  {stage.label}：已写{stage.rows:,}行")
        elif stage.seconds < shown[0]:
            shown[0] = 0.0

    report_in_one_line(Refused)(fill_province)(size, password=password, say=say, hands=hands)
    if as_json:
        said = {
            one.label: {"rows": one.rows, "seconds": one.seconds, "processor": one.processor} for one in done.values()
        }
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    for one in done.values():
        rate = one.rows / one.seconds if one.seconds else 0
        click.echo(
            f"{one.label}：{one.rows:,}行，{one.seconds:.0f}秒（处理器{one.processor:.0f}秒），每秒{rate:,.0f}行"
        )
    click.echo("已写完。这是测试数据，gongkai check 会一直注明；gongkai audit verify 可以核验。")


if __name__ == "__main__":
    seed()
