"""`gongkai notice`: read, import and undo notices."""

import json
from pathlib import Path

import click

from gongkai.lib.reading import Notice, ReadingError
from gongkai.lib.reading.notice import read_bytes, read_file_bytes
from gongkai.ops.cli.errors import report_in_one_line
from gongkai.ops.cli.notice_import import import_, undo


@click.group()
def notice() -> None:
    """读取、导入、撤销任务分工通知。"""


notice.add_command(import_)
notice.add_command(undo)


@notice.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@report_in_one_line(ReadingError)
def parse(file: Path, *, as_json: bool) -> None:
    """读取通知文件（.docx .xlsx .html .pdf .txt），输出其中的任务；不需要数据库。"""
    read = read_bytes(read_file_bytes(file))
    if as_json:
        click.echo(json.dumps(read.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(_describe_notice(read))


def _describe_notice(read: Notice) -> str:
    """Return what was read of a notice in Chinese: heading, counts, warnings, and tasks with first line and units."""
    lines = [
        f"标题：{read.title or '（未读到）'}",
        f"文号：{read.doc_number or '—'}　发文机关：{read.issuer or '—'}　日期：{read.issued_on or '—'}"
        f"　状态：{'征求意见稿' if read.status == 'draft' else '已印发'}",
        f"任务{len(read.rows)}行，其中事项{sum(len(row.duties) for row in read.rows)}条；"
        f"正文要求{len(read.preamble_duties)}条；待核对{len(read.warnings)}处。",
    ]
    for warning in read.warnings:
        place_label = f"第{warning.row}行" if warning.row else "全文"
        lines.append(f"  ［核对］{place_label}：{warning.message}")
    for number, row in enumerate(read.rows, 1):
        lead, responsible = "、".join(row.lead) or "—", "、".join(row.responsible) or "—"
        lines.append(f"{number}. {row.section} {row.item}".rstrip())
        lines.append(f"   {row.measure.splitlines()[0][:60] if row.measure else ''}")
        lines.append(f"   牵头：{lead}　责任：{responsible}")
    return "\n".join(lines)
