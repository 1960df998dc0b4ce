"""The findings of a run as a spreadsheet."""

from collections.abc import Iterator

from gongkai.inspection.models import InspectionRun, SiteFinding
from gongkai.spreadsheets import Column, Sheet

_KINDS = {"veto": "单项否决", "deduction": "扣分", "note": "提示", "bonus": "加分"}


def _kind(one: SiteFinding) -> str:
    return _KINDS.get(one.kind, one.kind)


FINDINGS = Sheet(
    "检查问题",
    (
        Column("kind", "类别", write=_kind, width=10),
        Column("name", "指标", width=28),
        Column("what", "问题", width=60),
        Column("url", "网址", width=50),
        Column("count", "网页数", width=8),
        Column("found_on", "所在网页", write=lambda one: one.evidence.get("found_on", ""), width=50),
        Column("at", "取证时间", write=lambda one: one.evidence.get("at", ""), width=22),
    ),
)


def rows_of(run: InspectionRun) -> Iterator[SiteFinding]:
    """Yield the findings of a run."""
    yield from run.findings.iterator(500)
