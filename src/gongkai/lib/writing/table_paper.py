"""Progress table (打表) as .docx for leaders: totals, overdue entries, all measures."""

from gongkai.lib.writing.paper import Column, Paper
from gongkai.lib.writing.share import format_share
from gongkai.lib.writing.table import FIGURE_COLUMNS, LIGHT_LABELS_AND_FILLS, MeasureLine, Progress

COLUMNS = (
    Column("序号", 4),
    Column("贯彻举措", 38),
    Column("牵头单位", 14),
    Column("最晚到期", 11),
    Column("办结／任务", 10),
    Column("进展", 10),
    Column("其中逾期", 8),
)
#: Maximum number of late measures that are named one by one.
MAX_NAMED_LATE_MEASURES = 20


def progress_docx(made: Progress) -> bytes:
    """Return the document as .docx."""
    paper = Paper(landscape=True)
    paper.title(f"{made.title}\n推进情况")
    paper.heading("一、总体情况")
    paper.text(summarise(made))
    late = sorted(
        (measure_line for measure_line in made.measures if measure_line.figures["red"]),
        key=lambda one: -one.figures["red"],
    )
    paper.heading("二、逾期情况")
    paper.text(_late(late) if late else "没有逾期任务。")
    paper.heading("三、逐项进展")
    paper.table(COLUMNS, [_row(measure_line) for measure_line in made.measures])
    return paper.save()


def summarise(made: Progress) -> str:
    """Return the totals in sentences; every entry is counted in one of them."""
    sums = {name: sum(measure_line.figures[name] for measure_line in made.measures) for name, _ in FIGURE_COLUMNS}
    done = sums["grey"] + sums["grey_red"]
    day = f"{made.made_on.year}年{made.made_on.month}月{made.made_on.day}日"
    parts = "、".join(f"{head}{sums[name]}项" for name, head in FIGURE_COLUMNS[1:])
    return f"截至{day}，共有举措{len(made.measures)}项，任务{sums['total']}项：{parts}。办结率{format_share(done, sums['total'])}。"


def _late(late: list[MeasureLine]) -> str:
    named = "；".join(
        f"第{one.number}项{one.figures['red']}项（牵头：{one.leads or '—'}）" for one in late[:MAX_NAMED_LATE_MEASURES]
    )
    return f"{len(late)}项举措有逾期任务：{named}{'等' if len(late) > MAX_NAMED_LATE_MEASURES else ''}。"


def _row(one: MeasureLine) -> tuple[str, ...]:
    done = one.figures["grey"] + one.figures["grey_red"]
    return (
        str(one.number),
        one.text,
        one.leads or "—",
        one.last_due.isoformat() if one.last_due else "—",
        f"{done}／{one.figures['total']}",
        LIGHT_LABELS_AND_FILLS[one.light][0],
        str(one.figures["red"] or "—"),
    )
