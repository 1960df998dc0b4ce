"""The commands `gongkai audit`: verify the log and the data that depends on it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.ops.cli.django import start_django
from gongkai.ops.cli.errors import report_in_one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gongkai.core.ledger.audit import AuditCheckResult


@click.group()
def audit() -> None:
    """核验台账流水与公开版本的完整性。"""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.option(
    "--anchors",
    "anchors_file",
    type=click.Path(path_type=Path),
    help="存在别处的锚点文件（每行一条封存），逐条与流水核对",
)
@click.option(
    "--files", "read_files", is_flag=True, help="另外逐个读出登记的文件，核对摘要值（数据文件夹或者对象存储）"
)
@click.option(
    "--restored",
    is_flag=True,
    help="数据库刚恢复到以前的时刻（或者在演练恢复）：不与数据文件夹里后来记下的流水核对",
)
def verify(as_json: bool, anchors_file: Path | None, read_files: bool, restored: bool) -> None:
    """重新计算流水、封存、公开版本和流水所登记的数据的摘要值。

    第一行说明最近的外部锚点，第二行说明结果和没有核验的内容。完好时退出码为 0，否则为 1 并逐处指出。
    """
    start_django()
    from django.conf import settings

    from gongkai.core.acts import anchors, stamps
    from gongkai.core.acts.seal import LogVerdict
    from gongkai.core.ledger import audit as ledger_audit

    findings = ledger_audit.run_audit(without={"tail"} if restored else ())
    if any(place.startswith("file:") for place in settings.GONGKAI_ANCHORS):
        findings.append(
            ledger_audit.AuditCheckResult("anchor_files", "锚点文件", LogVerdict(*anchors.compare_anchor_files()))
        )
    if read_files:
        findings.append(_check_files())
    if anchors_file is not None:
        anchor_records = report_in_one_line(anchors.UnreadableAnchors)(anchors.read_anchors)(anchors_file)
        finding = ledger_audit.AuditCheckResult(
            "anchors", "锚点", LogVerdict(len(anchor_records), anchors.compare_anchors(anchor_records))
        )
        stamped, stamp_error = stamps.verify_anchor_tokens(anchor_records)
        findings[:0] = [
            finding,
            ledger_audit.AuditCheckResult("anchor_stamps", "锚点的时间戳", LogVerdict(stamped, stamp_error)),
        ]
    click.echo(_make_json(findings) if as_json else "\n".join(_make_text_lines(findings)))
    if not all(f.verdict.ok for f in findings):
        sys.exit(1)


@audit.command()
@click.option("--reason", required=True, help="为什么恢复、恢复到什么时刻")
def restored(reason: str) -> None:
    """登记一次有意的恢复：数据库退回到了以前的时刻，数据文件夹里却记着后来的流水。

    缺少的内容写进流水（永久保存），此后重新记录；不登记的，verify 一直报告不完整。存在别处的锚点仍会指出缺少的封存。
    """
    start_django()
    from gongkai.core.acts.action import Refused
    from gongkai.core.acts.actors import SYSTEM
    from gongkai.ops.upkeep.actions import restart_after_restore

    lost = report_in_one_line(Refused)(restart_after_restore)(SYSTEM, reason)
    if lost is None:
        click.echo("数据文件夹里记下的流水都在数据库里，什么都没有缺少，不用登记。")
    else:
        click.echo(f"已登记。恢复后不再有的内容：{'；'.join(lost) or '本机没有记下过'}。")


def _list_faults(findings: "Sequence[AuditCheckResult]") -> list[str]:
    return [f"{text}（{f.label}）" for f in findings for text in (f.verdict.broken, *f.verdict.others) if text]


def _list_unchecked(findings: "Sequence[AuditCheckResult]") -> list[str]:
    """Return Chinese notes on what was not checked: unsealed entries, limits of the parts, and parts left out."""
    from django.utils import timezone

    from gongkai.core.ledger import audit as ledger_audit

    waiting = [ledger_audit.describe_unsealed(timezone.now()), *(f.verdict.unchecked for f in findings)]
    return [*filter(None, waiting), *ledger_audit.list_unchecked(f.name for f in findings)]


def _describe_anchor() -> str:
    """Return the sentence on the newest external anchor, and whether it was compared; or that there is none."""
    from django.utils import timezone

    from gongkai.core.acts import anchors
    from gongkai.ops.upkeep.status import describe_time_since

    outside_anchors = anchors.list_outside_anchors()
    if not outside_anchors:
        return "没有外部锚点：谁同时改写数据库和数据文件夹，本命令发现不了（GONGKAI_ANCHORS 设置锚点）。"
    newest = outside_anchors[0]
    reading_note = "已与流水核对" if newest.read else "没有读到，请取来用 --anchors 核对"
    moment = timezone.localtime(newest.at)
    return f"最近的外部锚点：{moment:%Y-%m-%d %H:%M} 的封存（{describe_time_since(newest.at, timezone.now())}），在{newest.words}，{reading_note}。"


def _make_text_lines(findings: "Sequence[AuditCheckResult]") -> list[str]:
    """Return the audit's result as lines: anchor, result with what was not checked, further faults, parts in order."""
    broken, count = _list_faults(findings), _get_record_count(findings)
    unchecked_note = f"；没有核验：{'；'.join(_list_unchecked(findings))}。"
    if broken:
        result = f"不完整：{broken[0]}" + (f"，共{len(broken)}处" if len(broken) > 1 else "")
    else:
        result = f"完整，已核验 {count} 条流水和 {sum(f.verdict.movements for f in findings) - count} 项数据"
    lines = [f"  {text}" for text in broken[1:]]
    lines += [f"  {f.label}：{f.verdict.movements} 项" for f in findings if f.verdict.ok]
    return [_describe_anchor(), result + unchecked_note, *lines]


def _make_json(findings: "Sequence[AuditCheckResult]") -> str:
    """Return the audit's result as JSON: verdict, faults, what was not checked, anchors, and parts."""
    from gongkai.core.acts import anchors

    broken = next((f.verdict.broken for f in findings if not f.verdict.ok), None)
    checks = [
        {
            "name": f.name,
            "label": f.label,
            "checked": f.verdict.movements,
            "broken": f.verdict.broken or None,
            "also_broken": list(f.verdict.others),
        }
        for f in findings
    ]
    summary = {
        "ok": broken is None,
        "movements": _get_record_count(findings),
        "broken": broken,
        "all_broken": _list_faults(findings),
        "not_checked": _list_unchecked(findings),
        "anchors": [
            {"place": outside.place, "at": outside.at.isoformat(), "read": outside.read}
            for outside in anchors.list_outside_anchors()
        ],
        "checks": checks,
    }
    return json.dumps(summary, ensure_ascii=False)


def _get_record_count(findings: "Sequence[AuditCheckResult]") -> int:
    return next((f.verdict.movements for f in findings if f.name == "log"), 0)


def _check_files() -> "AuditCheckResult":
    """Read all registered files, and return the audit's finding on damaged and missing ones."""
    from gongkai.core.acts.seal import LogVerdict
    from gongkai.core.files.integrity import describe_damaged
    from gongkai.core.files.models import StoredFile
    from gongkai.core.files.storage import StoreUnavailable
    from gongkai.core.ledger.audit import run_check

    def check() -> LogVerdict:
        damaged = report_in_one_line(StoreUnavailable)(describe_damaged)()
        return LogVerdict(StoredFile.objects.count(), damaged[0] if damaged else "", tuple(damaged[1:]))

    return run_check("files", "文件", check)
