"""`gongkai notice import` and `gongkai notice undo`; Django starts only when they are called."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, NotRequired, TypedDict

import click

from gongkai.ops.cli.django import start_django

if TYPE_CHECKING:
    from gongkai.core.units.models import Body
    from gongkai.work.notices.importing.source import NoticeSource
    from gongkai.work.notices.models import Notice


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--issuer", help="印发单位名称；不填则按通知上的落款识别")
@click.option("--dry-run", is_flag=True, help="只看会导入什么，不保存")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def import_(file: Path, *, issuer: str | None, dry_run: bool, as_json: bool) -> None:
    """导入任务分工通知，产生待核对的草稿；同一文件重复导入不会重复产生。"""
    start_django()
    from gongkai.core.acts.action import Refused
    from gongkai.work.notices.importing.source import read_source

    if not file.is_file():
        raise click.ClickException(f"没有这个文件：{file}，请检查路径。")
    try:
        source = read_source(file.read_bytes(), file.name)
        government, body = _find_government_and_issuer(source, issuer)
        result = _import_on_trial(source, government, body) if dry_run else _import_notice(source, government, body)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(json.dumps(result, ensure_ascii=False, indent=2) if as_json else _make_text(result))


def _find_government_and_issuer(source: "NoticeSource", issuer: str | None) -> "tuple[Body, Body | None]":
    """Return (government that executes the notice, its issuer), the issuer as given or printed; None if it is not in the directory.

    Raises:
        ClickException: the given issuer is unknown, or the government cannot be determined.
    """
    from gongkai.core.units.models import Body, BodyKind
    from gongkai.core.units.queries import load_catalogue, resolve

    roots = list(Body.objects.filter(parent=None, kind__in=[BodyKind.GOVERNMENT, BodyKind.DISTRICT])[:2])
    if not roots:
        raise click.ClickException("名录中还没有政府，请先登记单位（gongkai unit import）。")
    printed = issuer or str(source.parsed.get("issuer") or "")
    resolution = resolve(printed, roots[0]) if printed else None
    body = resolution.bodies[0] if resolution and len(resolution.bodies) == 1 else None
    if issuer and body is None:
        raise click.ClickException(f"名录中没有“{issuer}”，请核对名称，或先登记这个单位。")
    if body is not None:
        return load_catalogue().home(body), body
    if len(roots) > 1:
        raise click.ClickException("名录中有多个政府，请用 --issuer 指明印发单位。")
    return roots[0], None


def _import_notice(source: "NoticeSource", government: "Body", issuer: "Body | None") -> "ImportResult":
    """Import the notice as the system, and return its summary; a file imported before is not imported again."""
    from gongkai.core.units.actors import SYSTEM
    from gongkai.work.notices.actions import import_file

    import_result = import_file(source, by=SYSTEM, government=government, issuer=issuer)
    return {"id": import_result.notice.pk, "already": import_result.already, **summarize_notice(import_result.notice)}


def _import_on_trial(source: "NoticeSource", government: "Body", issuer: "Body | None") -> "ImportResult":
    """Import inside a transaction that is rolled back, and return the summary; `id` only of a notice imported before."""
    from django.db import transaction

    from gongkai.core.units.actors import SYSTEM
    from gongkai.work.notices.actions import import_file

    with transaction.atomic():
        import_result = import_file(source, by=SYSTEM, government=government, issuer=issuer)
        known = import_result.notice.pk if import_result.already else None
        result: ImportResult = {
            "id": known,
            "already": import_result.already,
            "dry_run": True,
            **summarize_notice(import_result.notice),
        }
        transaction.set_rollback(True)
    return result


class DueDateLine(TypedDict):
    """One line in the list of due dates of an imported notice; `unknown` are unresolved units, `marks` say why the date is unusual."""

    row: int
    measure: str
    due: str
    limits: list[str]
    period: str
    units: list[str]
    unknown: list[str]
    marks: list[str]


class RefusedColumn(TypedDict):
    """A column that cannot be created, with the reason."""

    path: list[str]
    reason: str


class ColumnCounts(TypedDict):
    """The columns that a notice requires: titles of new ones, paths of existing ones, and refused ones."""

    create: list[str]
    reuse: list[str]
    refused: list[RefusedColumn]


class DecisionCounts(TypedDict):
    """Points that a person must decide: numbers of unresolved units and doubts, remarks, units without staff, reasons against confirming."""

    units: int
    doubts: int
    remarks: list[str]
    leads_without_staff: list[str]
    units_without_staff: list[str]
    reasons: list[str]


class NoticeSummary(TypedDict):
    """The summary that `gongkai notice import` prints.

    `rows` and `preamble` are the numbers of measures in the table and in the text, `entries` that
    of tasks, `lines` their due dates, `needs_person` open questions by kind.
    """

    title: str
    government: str
    year: int
    state: str
    rows: int
    preamble: int
    duties: int
    entries: int
    lines: list[DueDateLine]
    columns: ColumnCounts
    needs_person: DecisionCounts


class ImportResult(NoticeSummary):
    """A summary with the notice's id (None in a dry run of a new file), and if it was `already` imported."""

    id: int | None
    already: bool
    dry_run: NotRequired[bool]


def summarize_notice(notice: "Notice") -> NoticeSummary:
    """Return the counts of a notice, its due dates, its columns, and what a person must decide."""
    from gongkai.work.notices.queries.readiness import (
        count_duties,
        count_open_flags,
        count_unresolved_units,
        preview_confirmation,
    )

    preview = preview_confirmation(notice)
    return {
        "title": notice.title,
        "government": notice.government.name,
        "year": notice.year,
        "state": notice.state,
        "rows": notice.measures.filter(preamble=False).count(),
        "preamble": notice.measures.filter(preamble=True).count(),
        "duties": count_duties(notice),
        "entries": preview.entries,
        "lines": [
            {
                "row": line.number,
                "measure": line.measure.title,
                "due": line.due.isoformat(),
                "limits": list(line.limits),
                "period": line.period,
                "units": [unit.label for unit in line.units],
                "unknown": list(line.unknown),
                "marks": list(line.mark_labels),
            }
            for line in preview.lines
        ],
        "columns": {
            "create": [column.title for column in preview.columns.create],
            "reuse": [" > ".join(reused.path) for reused in preview.columns.reuse],
            "refused": [{"path": list(refusal.path), "reason": refusal.reason} for refusal in preview.columns.refused],
        },
        "needs_person": {
            "units": count_unresolved_units(notice),
            "doubts": count_open_flags(notice),
            "remarks": list(notice.remarks),
            "leads_without_staff": [body.label for body in preview.leaderless],
            "units_without_staff": [body.label for body in preview.idle],
            "reasons": list(preview.reasons) if notice.editable else [],
        },
    }


def _make_text(result: ImportResult) -> str:
    """Return an import's result as text: counts, columns, what a person must do, and due dates."""
    columns, needs = result["columns"], result["needs_person"]
    head = "试导入，没有保存" if result.get("dry_run") else f"通知编号 {result['id']}"
    lines = [
        f"{head}：{result['title']}（{result['government']}，{result['year']}年）",
        *(["这个文件以前已经导入，没有重复导入。"] if result["already"] else []),
        f"举措 {result['rows']} 行，正文要求 {result['preamble']} 条，要求 {result['duties']} 项",
        f"栏目：新建 {len(columns['create'])} 个，沿用 {len(columns['reuse'])} 条路径"
        + (f"，不能建 {len(columns['refused'])} 条" if columns["refused"] else ""),
        f"需要人工：单位待指明 {needs['units']} 处，存疑待核对 {needs['doubts']} 处",
        *(f"  {remark}" for remark in needs["remarks"]),
        *(f"  牵头单位{name}没有可以审核的人员" for name in needs["leads_without_staff"]),
        *(f"  责任单位{name}没有经办人和负责人，收不到任务" for name in needs["units_without_staff"]),
        *_list_due_dates(result),
    ]
    if not needs["reasons"]:
        lines.append("可以确认。" if result["state"] == "draft" else "已经确认。")
    return "\n".join(lines)


def _list_due_dates(result: NoticeSummary) -> list[str]:
    """Return the lines on tasks by due date, unusual ones marked ▲; empty unless the notice is a draft."""
    if result["state"] != "draft":
        return []
    unusual = sum(1 for line in result["lines"] if line["marks"])
    lines = [f"任务 {result['entries']} 项，按到期日（▲为不寻常的日期，{unusual} 条）："]
    for line in result["lines"]:
        marks_text = f"　▲{'、'.join(line['marks'])}" if line["marks"] else ""
        period = f"（{line['period']}起）" if line["period"] else ""
        lines.append(f"  {line['due']}　第{line['row']}行 {line['measure']}{period}{marks_text}")
        units = "、".join([*line["units"], *(f"{name}（待指明）" for name in line["unknown"])])
        lines.append(f"      时限：{'；'.join(line['limits'])}　责任单位：{units or '无'}")
    return lines


@click.command()
@click.argument("number", type=int, metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def undo(number: int, *, as_json: bool) -> None:
    """撤销一次导入：已有办理的，列出原因，什么都不改变。"""
    start_django()
    from gongkai.core.acts.action import Refused
    from gongkai.core.units.actors import SYSTEM
    from gongkai.work.notices.actions import undo_import
    from gongkai.work.notices.models import Notice

    notice = Notice.objects.filter(pk=number).first()
    if notice is None:
        raise click.ClickException(f"没有编号为 {number} 的通知。")
    try:
        removed = undo_import(notice, by=SYSTEM)
    except Refused as refusal:
        if as_json:
            click.echo(json.dumps({"undone": False, "reasons": refusal.reasons}, ensure_ascii=False))
        raise click.ClickException("不能撤销：" + "；".join(r.rstrip("。") for r in refusal.reasons)) from refusal
    if as_json:
        click.echo(json.dumps({"undone": True, "id": number, **removed}, ensure_ascii=False))
    else:
        click.echo(
            f"已撤销导入 {number}：任务 {removed['entries']} 条、举措 {removed['measures']} 条、栏目 {removed['columns']} 个。"
        )
