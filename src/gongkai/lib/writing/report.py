"""Draft the completion report (完成情况) from ledger figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from gongkai.lib.chinese import lazy_re as re
from gongkai.lib.chinese.numerals import compute_percent, to_words
from gongkai.lib.writing.paper import PaperColumn, PaperDocument
from gongkai.lib.writing.titles import cite_title

#: Number format of a share in a spreadsheet, equal to `format_share`.
SHARE_FORMAT = "0%"


def format_share(done: int, total: int) -> str:
    """Return a percentage as text; a dash if the total is 0."""
    rounded = compute_percent(done, total)
    return "—" if rounded is None else f"{rounded}%"


_HEADING_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十百]+\s*[、．.]|[（(][一二三四五六七八九十百\d]+[）)]|\d+\s*[、．.])\s*"
)
DONE, PARTLY, NOT_DONE = "已完成", "部分完成", "未完成"


@dataclass(frozen=True)
class MeasureFulfilment:
    """The state of one measure: lead units, status (`DONE`, …), numbers of tasks (`total`, `closed`), evidence,
    reasons.
    """

    number: int
    section: str
    content: str
    leads: Sequence[str]
    status: str
    total: int
    closed: int
    evidence: Sequence[str]
    reasons: Sequence[str]


@dataclass(frozen=True)
class CompletionReport:
    """The completion report of one notice: its measures, and the numbers of units and of tasks (`total`, `closed`,
    …).
    """

    government: str
    title: str
    doc_number: str
    year: int
    made_on: date
    units: int
    total: int
    closed: int
    late: int
    closed_late: int
    measures: Sequence[MeasureFulfilment]


#: Columns of the report's table.
COMPLETION_COLUMNS = (
    PaperColumn("序号", 4),
    PaperColumn("贯彻举措", 34),
    PaperColumn("牵头单位", 10),
    PaperColumn("完成情况", 9),
    PaperColumn("佐证", 26),
    PaperColumn("说明", 17),
)


def render_completion_docx(report: CompletionReport) -> bytes:
    """Return the report as .docx: overview, sections, table of all measures."""
    paper = PaperDocument(landscape=True)
    paper.title(f"{report.government}\n{report.year}年政务公开工作要点任务完成情况")
    paper.heading("一、总体情况")
    paper.text(summarise_completion(report))
    paper.heading("二、分项情况")
    for place, (section, rows) in enumerate(group_by_section(report.measures), start=1):
        paper.heading(f"（{to_words(place)}）{remove_heading_number(section) or '其他任务'}", level=2)
        paper.text(describe_section(rows))
    paper.heading("三、逐项情况")
    paper.table(COMPLETION_COLUMNS, [_make_row(fulfilment) for fulfilment in report.measures])
    paper.signature(report.government, report.made_on)
    return paper.save()


def count_measures(measures: Sequence[MeasureFulfilment], status: str) -> int:
    """Return the number of measures with a status."""
    return sum(1 for fulfilment in measures if fulfilment.status == status)


def summarise_completion(report: CompletionReport) -> str:
    """Return the totals of a completion report in sentences."""
    named = cite_title(report.title, report.doc_number)
    measures = report.measures
    late = [f"逾期未办结{report.late}条"] * bool(report.late) + [f"逾期办结{report.closed_late}条"] * bool(
        report.closed_late
    )
    return (
        f"{named}共有举措{len(measures)}项，分解为任务{report.total}条，由{report.units}个单位承担。"
        f"截至目前，举措已完成{count_measures(measures, DONE)}项、部分完成{count_measures(measures, PARTLY)}项、"
        f"未完成{count_measures(measures, NOT_DONE)}项；任务已办结{report.closed}条，办结率{format_share(report.closed, report.total)}，"
        f"{'、'.join(late) or '没有逾期'}。"
    )


def group_by_section(measures: Sequence[MeasureFulfilment]) -> list[tuple[str, list[MeasureFulfilment]]]:
    """Return (section, measures), in order."""
    by_section: dict[str, list[MeasureFulfilment]] = {}
    for fulfilment in measures:
        by_section.setdefault(fulfilment.section, []).append(fulfilment)
    return list(by_section.items())


def remove_heading_number(section: str) -> str:
    """Return a section's title without its leading number."""
    return _HEADING_NUMBER.sub("", section.strip())


def describe_section(measures: Sequence[MeasureFulfilment]) -> str:
    """Return a section's state in a sentence, with the unfinished measures."""
    text = f"共{len(measures)}项举措，已完成{count_measures(measures, DONE)}项。"
    remaining = [f"第{measure.number}项{measure.status}" for measure in measures if measure.status != DONE]
    return text + (f"{'、'.join(remaining)}。" if remaining else "")


def _make_row(fulfilment: MeasureFulfilment) -> tuple[str, ...]:
    """Return a measure's printed row: number, content, leads, status, evidence and reasons."""
    status = (
        fulfilment.status
        if fulfilment.total <= 1
        else f"{fulfilment.status}\n（{fulfilment.closed}/{fulfilment.total}）"
    )
    return (
        str(fulfilment.number),
        fulfilment.content,
        "、".join(fulfilment.leads) or "—",
        status,
        "\n".join(fulfilment.evidence) or "—",
        "\n".join(fulfilment.reasons) or "—",
    )
