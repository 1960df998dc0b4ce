"""`gongkai audit verify`: does the log hold, and everything that rests on it?"""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongkai.cli.django import start
from gongkai.cli.errors import refusing

if TYPE_CHECKING:
    from gongkai.ledger.audit import Finding


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
def verify(as_json: bool, anchors_file: Path | None, read_files: bool) -> None:
    """重新计算全部流水、封存与公开版本的摘要值。完好时退出码为 0，否则为 1 并指出第一处。"""
    start()
    from gongkai.acts import anchors, stamps
    from gongkai.acts.seal import Verdict
    from gongkai.ledger import audit as ledger_audit

    findings = ledger_audit.verify()
    if read_files:
        findings.append(_files())
    if anchors_file is not None:
        kept = refusing(anchors.Unreadable)(anchors.read)(anchors_file)
        finding = ledger_audit.Finding("anchors", "锚点", Verdict(len(kept), anchors.compare(kept)))
        stamped, wrong = stamps.compare(kept)
        findings[:0] = [
            finding,
            ledger_audit.Finding("anchor_stamps", "锚点的时间戳", Verdict(stamped, wrong)),
        ]
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


def _files() -> "Finding":
    """Read every stored file, wherever files stand."""
    from gongkai.acts.seal import Verdict
    from gongkai.files.models import StoredFile
    from gongkai.files.place import StoreAway
    from gongkai.files.whole import not_whole
    from gongkai.ledger.audit import Finding

    gone = refusing(StoreAway)(not_whole)()
    broken = f"{len(gone)} 个登记的文件缺失或者内容不符，如 {gone[0][:12]}" if gone else ""
    return Finding("files", "文件", Verdict(StoredFile.objects.count(), broken))
