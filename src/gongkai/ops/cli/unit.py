"""`gongkai unit`: import and export the directory of units."""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from gongkai.lib.typed_json import read_records, read_texts
from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import report_in_one_line


@click.group()
def unit() -> None:
    """单位名录导入导出（列与后台的导入、导出相同）。"""


@unit.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只预览，不写入")
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出")
def import_(file: Path, dry_run: bool, as_json: bool) -> None:
    """从 .xlsx、.xls、.csv 导入单位名录；有一处错误就一行也不写入。"""
    import_file("units", file, dry_run=dry_run, as_json=as_json)


def import_file(importer: str, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Import a spreadsheet with a named importer as the system user, and print the result.

    Raises:
        ClickException: the file cannot be read, or a row is wrong; then no row was written.
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"读不到文件 {file}：请检查路径和权限（{error.strerror}）") from error
    start_django()
    from gongkai.core.acts.action import Refused
    from gongkai.core.spreadsheets.errors import UnreadableFile

    report_in_one_line(Refused, UnreadableFile)(_import_table)(importer, content, file.name, dry_run, as_json)


def _import_table(importer: str, content: bytes, name: str, dry_run: bool, as_json: bool) -> None:
    """Import a spreadsheet as the system, or only preview it, and print the result.

    Raises:
        ClickException: the table has errors; nothing was written.
    """
    from gongkai.core.spreadsheets import actions, read_table
    from gongkai.core.spreadsheets.importers import IMPORTERS_BY_NAME
    from gongkai.core.units.actors import SYSTEM

    if dry_run:
        chosen_importer = IMPORTERS_BY_NAME[importer]
        table = read_table(content, chosen_importer.sheet)
        plan = chosen_importer.plan(table, by=SYSTEM)
        plan.errors[:0] = table.errors
        plan.notes[:0] = table.notes
        plan.losses = table.losses
        values = {"id": None, "applied": False, **plan.as_json()}
    else:
        run, plan = actions.upload_for_dry_run(importer, content=content, file_name=name, by=SYSTEM)
        values = {"id": run.pk, "applied": False, **plan.as_json()}
        if not plan.errors and plan.changes:
            actions.apply(run, by=SYSTEM, losses_seen=True)  # they are printed
            values["applied"] = True
    _print_result(values, as_json=as_json)
    if plan.errors:
        raise click.ClickException(f"有{len(plan.errors)}处错误，没有写入；第一处：{plan.errors[0]}")


def _print_result(result: Mapping[str, object], *, as_json: bool) -> None:
    """Print losses, notes, errors and counts of an import, as text or JSON."""
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False, indent=1, default=str))
        return
    for note in [*read_texts(result, "losses"), *read_texts(result, "notes")]:
        click.echo(f"提示：{note}")
    errors = read_records(result, "errors")
    for error in errors:
        row_label = f"第{error['row']}行" if error["row"] else "表头"
        click.echo(f"{row_label} {error['column']}列（{error['head']}）：{error['what']}。{error['todo']}。")
    verb = "已导入" if result["applied"] else "预览"
    click.echo(f"{verb}：新增{result['made']}，修改{result['changed']}，不变{result['same']}，错误{len(errors)}")


@unit.command("export")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果说明")
def export(out: Path, as_json: bool) -> None:
    """把单位名录导出为 .xlsx 或 .csv（按文件名）。"""
    if out.suffix.lower() not in {".xlsx", ".csv"}:
        raise click.ClickException(f"不认识的格式“{out.suffix}”，请以 .xlsx 或 .csv 结尾")
    start_django()
    from gongkai.core.spreadsheets import write_csv, write_xlsx
    from gongkai.core.units.actors import SYSTEM
    from gongkai.core.units.unit_sheet import BODY_IMPORTER

    rows = list(BODY_IMPORTER.rows(SYSTEM))
    content = (write_csv if out.suffix.lower() == ".csv" else write_xlsx)(BODY_IMPORTER.sheet, rows)
    try:
        out.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"写不了文件 {out}：请检查文件夹和权限（{error.strerror}）") from error
    values = {"file": str(out), "units": len(rows)}
    click.echo(json.dumps(values, ensure_ascii=False) if as_json else f"已导出{len(rows)}个单位到 {out}")


@unit.command("officer")
@click.option("--body", required=True, help="任职单位全称（本级政府办公室）")
@click.option("--name", required=True, help="姓名")
@click.option("--username", required=True, help="登录账号")
def officer(body: str, name: str, username: str) -> None:
    """登记一名安全保密管理员：没有这样的人时，任职和密码无人确认。写入日志，监督员可以看到。"""
    start_django()
    from gongkai.core.acts.action import Refused

    account = report_in_one_line(Refused)(_open_officer_account)(body.strip(), name, username)
    click.echo(
        f"已登记{account['role']}{account['name']}，登录账号 {account['username']}，一次性密码 {account['password']}（只显示这一次）"
    )


def _open_officer_account(body: str, name: str, username: str) -> dict[str, str]:
    """Create a person with a login as security officer of the unit with this name; return its facts.

    Raises:
        Refused: there is no unit of this name.
    """
    from django.db import transaction

    from gongkai.core.acts.action import Refused
    from gongkai.core.units.models import Body, Role
    from gongkai.ops.cli.init import open_account

    body_row = Body.objects.filter(name=body).first()
    if body_row is None:
        raise Refused(f"没有名为“{body}”的单位，请写全称。")
    with transaction.atomic():
        return open_account(body_row, name, username, Role.SECURITY)
