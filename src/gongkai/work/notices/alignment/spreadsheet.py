"""Export a comparison of notices as a spreadsheet with the columns of the page."""

from gongkai.core.spreadsheets.sheet import Column, Sheet
from gongkai.work.notices.alignment.comparison import KIND_LABELS, ComparedLine, ComparedMeasure
from gongkai.work.notices.alignment.loading import Alignment
from gongkai.work.notices.alignment.marking import GONE, NEW

CHANGE_BRACKETS = {GONE: ("【删：", "】"), NEW: ("【增：", "】")}


def build_sheet(made: Alignment) -> tuple[Sheet, list[dict[str, object]]]:
    """Return the sheet and its rows; changes are shown as 【删：…】 and 【增：…】."""
    other, ours = made.sides
    columns = (
        Column("kind", "对照结果", width=12),
        Column("upper_no", f"{other}序号", width=8),
        Column("upper_place", f"{other}工作任务", width=28),
        Column("upper", f"{other}举措", width=60),
        Column("own_no", f"{ours}序号", width=8),
        Column("own_place", f"{ours}工作任务", width=28),
        Column("own", f"{ours}举措", width=60),
        Column("marked", "改动之处", width=60),
        Column("words", "增减要求", width=40),
        Column("figures", "数字和时间", width=30),
        Column("limits", "时限建议", width=40),
        Column("units", "单位", width=30),
        Column("decided", "人工确认", width=24),
    )
    return Sheet(f"与{other if made.mode != 'own' else '另一份通知'}对照", columns), [
        _build_row(line, made.mode) for line in made.lines
    ]


def _build_row(line: ComparedLine, mode: str) -> dict[str, object]:
    return {
        "kind": KIND_LABELS[mode][line.kind],
        "upper_no": line.upper.number if line.upper else "",
        "upper_place": _section_of(line.upper),
        "upper": line.upper.text if line.upper else "",
        "own_no": line.own.number if line.own else "",
        "own_place": _section_of(line.own),
        "own": _own_text(line.own),
        "marked": _marked_text(line),
        "words": "\n".join(
            [
                *(f"增：{text}" for text in line.marked.added),
                *(f"减：{text}" for text in line.marked.removed),
            ]
        ),
        "figures": "\n".join(line.differs),
        "limits": "\n".join(
            [
                *(f"{limit.words}（{limit.upper_words}；{limit.sides[1]}{limit.own_words}）" for limit in line.limits),
                *line.overridden_deadlines,
            ]
        ),
        "units": "\n".join(line.units),
        "decided": _describe_decision(line),
    }


def _describe_decision(line: ComparedLine) -> str:
    said = []
    if line.decided:
        said.append(f"{line.decided.by}{'：' + line.decided.words if line.decided.words else ''}")
    if line.kept:
        stale = "（此后内容有改动）" if line.kept.stale else ""
        said.append(f"{line.kept.by}决定保留本级规定：{line.kept.reason}{stale}")
    return "\n".join(said)


def _section_of(side: ComparedMeasure | None) -> str:
    return "\n".join(part for part in (side.section, side.item) if part) if side else ""


def _own_text(side: ComparedMeasure | None) -> str:
    if side is None:
        return ""
    return "\n".join([side.text, *(f"{head}：{text}" for head, text in side.own_words)])


def _marked_text(line: ComparedLine) -> str:
    if not line.marked.differs:
        return ""
    return "".join(
        f"{CHANGE_BRACKETS[segment.kind][0]}{segment.text}{CHANGE_BRACKETS[segment.kind][1]}"
        if segment.kind in CHANGE_BRACKETS
        else segment.text
        for segment in line.marked.segments
    )
