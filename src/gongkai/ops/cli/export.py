"""`gongkai export OUT.xlsx`: the ledger as a spreadsheet."""

import json
from pathlib import Path

import click

from gongkai.ops.cli.django import start_django


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--kind", default="", help="类别（如 assignment）")
@click.option("--year", type=click.IntRange(1990, 9999), help="年度")
@click.option("--unit", default="", help="承办单位（全称、简称或编号）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def export(out: Path, kind: str, year: int | None, unit: str, as_json: bool) -> None:
    """导出台账到 OUT（.xlsx 或 .csv）。"""
    start_django()
    from gongkai.core.ledger.kinds import ENTRY_KINDS_BY_NAME
    from gongkai.core.ledger.ledger_sheet import LEDGER_SHEET
    from gongkai.core.ledger.models import Entry
    from gongkai.core.ledger.queries import prepare_for_list
    from gongkai.core.spreadsheets import write_csv, write_xlsx

    if out.suffix.lower() not in {".xlsx", ".csv"}:
        raise click.ClickException("请把导出文件命名为 .xlsx 或 .csv")
    if kind and kind not in ENTRY_KINDS_BY_NAME:
        raise click.ClickException(f"没有“{kind}”这一类别：可选 {'、'.join(ENTRY_KINDS_BY_NAME) or '（无）'}")
    wanted = {"kind": kind, "year": year, "body_id": _find_body_key(unit) if unit else None}
    entries = Entry.objects.filter(**{key: value for key, value in wanted.items() if value}).order_by("pk")
    rows = prepare_for_list(entries)
    write = write_csv if out.suffix.lower() == ".csv" else write_xlsx
    try:
        out.write_bytes(write(LEDGER_SHEET, rows.iterator(1000)))
    except OSError as error:
        raise click.ClickException(f"不能写入 {out}：{error.strerror}") from error
    count = entries.count()
    click.echo(
        json.dumps({"file": str(out), "rows": count}, ensure_ascii=False) if as_json else f"已导出 {count} 条到 {out}"
    )


def _find_body_key(unit: str) -> int:
    """Return the primary key of the unit named by number, name, short name or alias.

    Raises:
        ClickException: no unit or several match.
    """
    from django.db.models import Q

    from gongkai.core.units.models import Body
    from gongkai.core.widgets.query_parameters import parse_whole_number

    by_number = Q(pk=parse_whole_number(unit) or 0)
    bodies = list(
        Body.objects.filter(by_number | Q(name=unit) | Q(short_name=unit) | Q(aliases__name=unit)).distinct()[:2]
    )
    if len(bodies) != 1:
        raise click.ClickException(f"{'不止一个单位叫' if bodies else '没有找到单位'}“{unit}”：请填写单位全称")
    return int(bodies[0].pk)
