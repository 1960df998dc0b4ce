"""A lead unit's report on its checks: one verdict for each responsible unit (N-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gongkai.lib.writing.paper import Paper, PaperColumn
from gongkai.lib.writing.titles import cite_title

UNCHECKED, HOLDS, FAILS = "未核验", "属实", "不符"


@dataclass(frozen=True)
class LeadCheck:
    """Result of the check of one unit's part in one measure."""

    content: str
    unit: str
    state: str
    verdict: str
    addresses: Sequence[str]
    checked_at: datetime | None
    words: str = ""


@dataclass(frozen=True)
class LeadReport:
    """The report of one lead unit on one notice."""

    lead: str
    title: str
    doc_number: str
    year: int
    made_on: date
    rows: Sequence[LeadCheck]


#: Columns of the report's table.
REPORT_COLUMNS = (
    PaperColumn("序号", 4),
    PaperColumn("贯彻举措", 26),
    PaperColumn("责任单位", 12),
    PaperColumn("完成情况", 9),
    PaperColumn("核验结论", 8),
    PaperColumn("公开地址", 28),
    PaperColumn("核验时间", 13),
)


def summarise(made: LeadReport) -> str:
    """Return the totals in a sentence."""
    named = cite_title(made.title, made.doc_number)
    counts = {verdict: sum(1 for row in made.rows if row.verdict == verdict) for verdict in (HOLDS, FAILS, UNCHECKED)}
    units = len({row.unit for row in made.rows})
    return (
        f"根据{named}，本单位对牵头的{len(made.rows)}项任务（涉及责任单位{units}个）进行了检查："
        f"属实{counts[HOLDS]}项，不符{counts[FAILS]}项，尚未核验{counts[UNCHECKED]}项。"
    )


def render_lead_docx(made: LeadReport) -> bytes:
    """Return the report as .docx."""
    paper = Paper(landscape=True)
    paper.title(f"{made.lead}\n{made.year}年政务公开牵头任务检查情况")
    paper.text(summarise(made))
    if made.rows:
        paper.table(REPORT_COLUMNS, [_make_row(place, one) for place, one in enumerate(made.rows, start=1)])
    paper.signature(made.lead, made.made_on)
    return paper.save()


def _make_row(place: int, one: LeadCheck) -> tuple[str, ...]:
    return (
        str(place),
        one.content,
        one.unit,
        one.state,
        one.verdict + (f"\n{one.words}" if one.words and one.verdict == FAILS else ""),
        "\n".join(one.addresses) or "—",
        f"{one.checked_at:%Y-%m-%d %H:%M}" if one.checked_at else "—",
    )
