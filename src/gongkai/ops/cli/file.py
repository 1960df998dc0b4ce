"""`gongkai file`: show the text of any file, and what is not in it."""

import json
from pathlib import Path

import click

from gongkai.lib.confined import BOUNDS_BY_NAME
from gongkai.lib.fileformats.documents import Document, UnreadFile, read_document
from gongkai.lib.fileformats.documents.model import LOSS_NAMES
from gongkai.ops.cli.chinese_commands import ChineseGroup, help_alone
from gongkai.ops.cli.errors import report_in_one_line


@click.group(cls=ChineseGroup, invoke_without_command=True)
@click.pass_context
def file(ctx: click.Context) -> None:
    """读取任何格式的文件。"""
    help_alone(ctx)


@file.command()
@click.argument("path", metavar="文件", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="输出JSON")
@report_in_one_line(UnreadFile)
def read(path: Path, *, as_json: bool) -> None:
    """读取文件，输出其中的文字、表格和没有读出的内容；不需要数据库。

    可以读 .docx .doc .wps .rtf .odt .xlsx .xls .et .csv .pdf .html .mht .txt .eml .msg .dat .zip .xml .ofd。
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(BOUNDS_BY_NAME["handed"].most + 1)
    except OSError as error:
        raise click.ClickException(f"文件不能读取（{error.strerror}）") from error
    document = read_document(data, path.name)
    if as_json:
        click.echo(json.dumps(document.to_json(), ensure_ascii=False, indent=2))
    else:
        click.echo(_format_document(document))


def _format_document(document: Document) -> str:
    """Return the text of a document and what was not read."""
    lines = [block.text for block in document.blocks]
    lines += ["", f"没有读入文字的内容：{len(document.losses)}处"]
    lines += [f"  {LOSS_NAMES.get(loss.what, loss.what)}（{loss.where}）：{loss.text}" for loss in document.losses]
    return "\n".join(lines)
