"""`gongkai privacy`: find and mask personal data, proofread, manage an office's terms."""

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import click

from gongkai.lib.privacy import PrivacyError, TermList, find, mask_file, proofread
from gongkai.lib.privacy.files.hidden_text import read_hidden_text
from gongkai.lib.privacy.files.text import read_file_text
from gongkai.ops.cli.chinese_commands import ChineseGroup, help_alone
from gongkai.ops.cli.errors import report_in_one_line


class _OutputPath(click.Path):
    """Output path; an empty one is refused because it would mean the current folder."""

    def convert(
        self, value: str | PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | PathLike[str]:
        """Return the path; raise ClickException if it is blank."""
        if not str(value).strip():
            raise click.ClickException("没有写明输出文件（-o 后面是空的）")
        return super().convert(value, param, ctx)


_FILE_ARGUMENT = click.argument("file", type=click.Path(path_type=Path))
_JSON_OPTION = click.option("--json", "as_json", is_flag=True, help="输出JSON")


def _print_result(data: Mapping[str, object], as_json: bool, lines: list[str]) -> None:
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines))


@click.group(cls=ChineseGroup, invoke_without_command=True)
@click.pass_context
def privacy(ctx: click.Context) -> None:
    """查找、遮盖个人信息，校对文字。"""
    help_alone(ctx)


@privacy.command("find")
@_FILE_ARGUMENT
@_JSON_OPTION
@report_in_one_line(PrivacyError)
def find_command(file: Path, as_json: bool) -> None:
    """查找文件中不宜公开的个人信息，包括批注、属性、隐藏内容等处；可以读取的格式同 file read。"""
    content = read_hidden_text(file)
    findings, hidden = find(read_file_text(file)), find(content.text)
    lines = [
        f"共发现{len(findings) + len(hidden)}处",
        *(f"{finding.start}\t{finding.kind}\t{finding.text}\t{finding.why}" for finding in findings),
        *(f"隐藏\t{finding.kind}\t{finding.text}\t{finding.why}" for finding in hidden),
        *(f"没有检查\t{' '.join(line.split())}" for line in content.unread),
    ]
    data = [{**finding.as_dict(), "hidden": False} for finding in findings]
    data += [{**finding.as_dict(), "hidden": True} for finding in hidden]
    _print_result({"findings": data, "unread": content.unread}, as_json, lines)


@privacy.command("mask")
@_FILE_ARGUMENT
@click.option("-o", "--out", required=True, type=_OutputPath(path_type=Path), help="输出文件（扩展名同原文件）或文件夹")
@_JSON_OPTION
@report_in_one_line(PrivacyError)
def mask_command(file: Path, out: Path, as_json: bool) -> None:
    """遮盖文件中的个人信息；输出前复查，查到残留即不输出。"""
    done = mask_file(file, out)
    beside = f"（其中图片说明、链接、页眉等处{len(done.elsewhere)}处）" if done.elsewhere else ""
    count = len(done.findings) + len(done.elsewhere)
    lines = [f"已遮盖{count}处{beside}，写入{done.path}", *done.warnings]
    data = {
        "out": str(done.path),
        "findings": [finding.as_dict() for finding in done.findings],
        "elsewhere": [finding.as_dict() for finding in done.elsewhere],
        "warnings": done.warnings,
    }
    _print_result(data, as_json, lines)


@privacy.command("proofread")
@_FILE_ARGUMENT
@click.option("--units", type=click.Path(path_type=Path), help="单位规范名称，每行一个")
@click.option("--leaders", type=click.Path(path_type=Path), help="领导姓名与职务，每行“姓名,职务”")
@click.option("--terms", type=click.Path(path_type=Path), help="本单位术语表（CSV）")
@_JSON_OPTION
@report_in_one_line(PrivacyError)
def proofread_command(file: Path, units: Path | None, leaders: Path | None, terms: Path | None, as_json: bool) -> None:
    """校对文字：错别字、重字、文号、日期、合计、序号、标点、机构名称等。"""
    names = read_file_text(units).split("\n") if units else []
    posts = [_parse_leader(line) for line in read_file_text(leaders).split("\n") if line.strip()] if leaders else []
    term_list = TermList.read(terms) if terms else None
    text = read_file_text(file)
    findings = proofread(text, units=[name for name in names if name.strip()], leaders=posts, terms=term_list)
    lines = [f"共发现{len(findings)}处疑误"]
    lines += [
        f"{finding.start}\t{finding.kind}\t{finding.text}\t{finding.why}\t{finding.suggestion}" for finding in findings
    ]
    _print_result({"findings": [finding.as_dict() for finding in findings]}, as_json, lines)


def _parse_leader(line: str) -> tuple[str, str]:
    """Return (name, post) of a line `name,post`; raise PrivacyError if one is missing."""
    name, comma, post = line.replace("，", ",").replace("\t", ",").partition(",")
    if not comma or not name.strip() or not post.strip():
        raise PrivacyError(f"领导名单每行应为“姓名,职务”：{line.strip()[:30]}")
    return name.strip(), post.strip()


@privacy.group("terms", cls=ChineseGroup, invoke_without_command=True)
@click.pass_context
def terms_group(ctx: click.Context) -> None:
    """本单位术语表的导入导出（错误用语、规范用语、说明）。"""
    help_alone(ctx)


@terms_group.command("import")
@_FILE_ARGUMENT
@click.option("-o", "--out", required=True, type=_OutputPath(path_type=Path), help="检查后存入的术语表（CSV）")
@_JSON_OPTION
@report_in_one_line(PrivacyError)
def import_terms(file: Path, out: Path, as_json: bool) -> None:
    """检查一份术语表（CSV）并存为校对可用的术语表；已有的行保留，相同错误用语以新的为准。"""
    imported = TermList.read(file)
    existing = TermList.read(out) if out.exists() else TermList()
    merged = {term.wrong: term for term in (*existing.terms, *imported.terms)}
    TermList(merged.values()).write(out)
    data = {"imported": len(imported), "total": len(merged), "out": str(out)}
    _print_result(data, as_json, [f"导入{len(imported)}条，共{len(merged)}条，存入{out}"])


@terms_group.command("export")
@_FILE_ARGUMENT
@click.option("-o", "--out", required=True, type=_OutputPath(path_type=Path), help="导出的文件（CSV）")
@_JSON_OPTION
@report_in_one_line(PrivacyError)
def export_terms(file: Path, out: Path, as_json: bool) -> None:
    """把术语表导出为CSV（带BOM，可直接用Excel打开）。"""
    terms = TermList.read(file)
    terms.write(out)
    _print_result({"exported": len(terms), "out": str(out)}, as_json, [f"导出{len(terms)}条至{out}"])
