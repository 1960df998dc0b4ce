"""The findings and verdicts of a run, and the verdicts on duties, as spreadsheets."""

from collections.abc import Iterator

from gongkai.inspection.models import WEIGHTS, FalseAlarm, InspectionRun, SiteFinding
from gongkai.inspection.moments import moment_in
from gongkai.ledger.models import Entry
from gongkai.notices.states import INNER
from gongkai.spreadsheets import Column, Sheet


def whose(entry: Entry) -> str:
    """Return the full name of who owes a task: the unit, of a unit's own notice one of its offices."""
    return str(entry.office) if entry.kind == INNER and entry.office else entry.body.name


FINDINGS = Sheet(
    "检查问题",
    (
        Column("kind", "类别", write=lambda one: one.weight, width=14),
        Column("name", "指标", width=28),
        Column("what", "问题", width=60),
        Column("url", "网址", width=50),
        Column("count", "网页数", width=8),
        Column("found_on", "所在网页", write=lambda one: one.evidence.get("found_on", ""), width=50),
        Column("at", "取证时间", write=lambda one: moment_in(one.evidence.get("at", "")), width=22),
        Column("aside", "误报（不计分）", width=30),
    ),
)


def rows_of(run: InspectionRun) -> Iterator[SiteFinding]:
    """Yield the findings of a run, each with the reason for which somebody set it aside as a misreading (`aside`)."""
    alarms = FalseAlarm.objects.filter(site=run.site_id, withdrawn_at=None, waiting=False)
    reasons = dict(alarms.values_list("mark", "reason"))
    for site_finding in run.findings.iterator(500):
        site_finding.aside = reasons.get(site_finding.mark, "")  # type: ignore[attr-defined]
        yield site_finding


VERDICTS = Sheet(
    "各项指标结论",
    (
        Column("kind", "类别", write=lambda one: WEIGHTS.get(one.indicator.kind, ""), width=10),
        Column("group", "分组", write=lambda one: one.indicator.group, width=14),
        Column("name", "指标", write=lambda one: one.indicator.name, width=36),
        Column("words", "结论", width=40),
        Column("findings", "问题（处）", width=10),
        Column("source", "来源", write=lambda one: one.indicator.source, width=30),
    ),
)
DUTIES = Sheet(
    "公开核验",
    (
        Column("number", "任务编号", write=lambda one: one.assignment.entry.number, width=18),
        Column("body", "责任单位", write=lambda one: whose(one.assignment.entry), width=28),
        Column("notice", "通知", write=lambda one: one.assignment.notice.title, width=36),
        Column("duty", "要求", write=lambda one: one.duty.text, width=60),
        Column(
            "paths",
            "公开路径",
            write=lambda one: "；".join(">".join(path) for path in one.duty.paths),
            width=40,
        ),
        Column("cycle", "核查期次", width=12),
        Column("label", "结果", width=16),
        Column("count", "已公开（次）", width=10),
        Column("wanted", "要求（次）", width=10),
        Column("due", "期限", width=12),
        Column("why", "依据", width=50),
        Column("at", "核验时间", write=lambda one: one.checked_at, width=18),
    ),
)
CHANGES = Sheet(
    "公开核验记录",
    (
        Column("at", "核验时间", width=18),
        Column("number", "任务编号", write=lambda one: one.assignment.entry.number, width=18),
        Column("body", "责任单位", write=lambda one: whose(one.assignment.entry), width=28),
        Column("duty", "要求", write=lambda one: one.duty.text, width=60),
        Column("cycle", "核查期次", width=12),
        Column("label_before", "原结果", width=16),
        Column("label", "结果", width=16),
        Column("why", "依据", width=50),
    ),
)
