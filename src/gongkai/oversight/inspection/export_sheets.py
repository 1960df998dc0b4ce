"""Export findings and verdicts of runs, and verdicts on duties, as spreadsheets."""

from collections.abc import Callable, Sequence

from gongkai.core.ledger.models import Entry
from gongkai.core.spreadsheets import Column, Sheet
from gongkai.core.spreadsheets.sheet import AnyRow
from gongkai.oversight.inspection.models import WEIGHT_LABELS
from gongkai.oversight.inspection.queries import DISCLOSURE_SECTION_PARTS
from gongkai.oversight.inspection.rules import parse_moment
from gongkai.work.notices.states import INNER


def get_responsible_name(entry: Entry) -> str:
    """Return the full name of the responsible unit, or of the office for a unit's own notice."""
    return str(entry.office) if entry.kind == INNER and entry.office else entry.body.name


FINDINGS_SHEET = Sheet(
    "检查问题",
    (
        Column("kind", "类别", write=lambda one: one.weight, width=14),
        Column("name", "指标", width=28),
        Column("what", "问题", width=60),
        Column("url", "网址", width=50),
        Column("count", "网页数", width=8),
        Column("found_on", "所在网页", write=lambda one: one.evidence.get("found_on", ""), width=50),
        Column("at", "取证时间", write=lambda one: parse_moment(one.evidence.get("at", "")), width=22),
        Column("aside", "误报（不计分）", width=30),
    ),
)


def make_comparison_sheet(groups: Sequence[str]) -> Sheet:
    """Return the spreadsheet columns of a comparison: points and findings by deduction group."""
    columns = [
        column
        for place, group in enumerate(groups)
        for column in (
            Column(f"points{place}", f"{group}扣分", write=_make_deduction_getter(place, 0), width=12),
            Column(f"findings{place}", f"{group}问题数", write=_make_deduction_getter(place, 1), width=12),
        )
    ]
    return Sheet(
        "各网站比较",
        (
            Column("site", "网站", write=lambda row: row.run.site.name, width=30),
            Column("body", "单位", write=lambda row: row.run.site.body.name if row.run.site.body else "", width=28),
            Column("today", "检查日期", write=lambda row: row.run.today, width=12),
            Column("score", "得分", write=lambda row: row.run.score, width=10),
            Column("before", "上次得分", width=10),
            Column("veto", "单项否决", write=lambda row: len(row.run.report.get("veto", ())), width=10),
            *columns,
            Column("outside", "第三方最近检查", write=lambda row: row.outside[0] if row.outside else None, width=14),
            Column("inspector", "第三方", write=lambda row: row.outside[1] if row.outside else "", width=24),
            Column("problems", "第三方发现问题", write=lambda row: row.outside[2] if row.outside else None, width=14),
            Column("table", "指标版本", write=lambda row: row.run.table.version if row.run.table else "", width=16),
        ),
    )


def _make_deduction_getter(place: int, part: int) -> Callable[[AnyRow], object]:
    """Return a column function that reads points (`part` 0) or number of findings (1) of the group at a place."""
    return lambda row: row.taken[place][part]


def _make_faults_getter(place: int) -> Callable[[AnyRow], object]:
    return lambda row: "；".join(site_finding.what for site_finding in row.parts[place]) or "合格"


DISCLOSURE_SECTIONS_SHEET = Sheet(
    "政府信息公开专栏检查",
    (
        Column("site", "网站", write=lambda row: row.run.site.name, width=30),
        Column("passed", "结论", write=lambda row: "合格" if row.passed else "有问题", width=10),
        *(
            Column(f"part{place}", part, write=_make_faults_getter(place), width=30)
            for place, (part, _) in enumerate(DISCLOSURE_SECTION_PARTS)
        ),
    ),
)
INDICATORS_SHEET = Sheet(
    "检查指标",
    (
        Column("name", "指标", width=36),
        Column("kind", "类别", write=lambda row: WEIGHT_LABELS.get(row.kind, row.kind), width=10),
        Column("group", "分组", width=14),
        Column("each", "每处", width=8),
        Column("most", "最多", width=8),
        Column("source", "来源", width=36),
    ),
)
VERDICTS_SHEET = Sheet(
    "各项指标结论",
    (
        Column("kind", "类别", write=lambda one: WEIGHT_LABELS.get(one.indicator.kind, ""), width=10),
        Column("group", "分组", write=lambda one: one.indicator.group, width=14),
        Column("name", "指标", write=lambda one: one.indicator.name, width=36),
        Column("words", "结论", width=40),
        Column("findings", "问题（处）", width=10),
        Column("source", "来源", write=lambda one: one.indicator.source, width=30),
    ),
)
DUTIES_SHEET = Sheet(
    "公开核验",
    (
        Column("number", "任务编号", write=lambda one: one.assignment.entry.number, width=18),
        Column("body", "责任单位", write=lambda one: get_responsible_name(one.assignment.entry), width=28),
        Column("notice", "通知", write=lambda one: one.assignment.notice.title, width=36),
        Column("duty", "要求", write=lambda one: one.duty.text, width=60),
        Column("paths", "公开路径", write=lambda one: "；".join(">".join(path) for path in one.duty.paths), width=40),
        Column("cycle", "核查期次", width=12),
        Column("label", "结果", width=16),
        Column("count", "已公开（次）", width=10),
        Column("wanted", "要求（次）", width=10),
        Column("due", "期限", width=12),
        Column("why", "依据", width=50),
        Column("at", "核验时间", write=lambda one: one.checked_at, width=18),
    ),
)
VERDICT_CHANGES_SHEET = Sheet(
    "公开核验记录",
    (
        Column("at", "核验时间", width=18),
        Column("number", "任务编号", write=lambda one: one.assignment.entry.number, width=18),
        Column("body", "责任单位", write=lambda one: get_responsible_name(one.assignment.entry), width=28),
        Column("duty", "要求", write=lambda one: one.duty.text, width=60),
        Column("cycle", "核查期次", width=12),
        Column("label_before", "原结果", width=16),
        Column("label", "结果", width=16),
        Column("why", "依据", width=50),
    ),
)
